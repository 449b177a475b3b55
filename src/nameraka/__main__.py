"""``python -m nameraka``."""

import sys

from nameraka.cli import main

sys.exit(main())
