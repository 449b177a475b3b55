"""What a library would bring in for nobody. A plugin, to be named before those that bring the library.

pytest-bdd brings mako, and mako brings pygments with the lexers of a dozen languages, to colour pages of errors that
nobody makes: a twentieth of a start.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("mako.ext.pygmentplugin", None)  # type: ignore[arg-type]  # None says that there is no such module
