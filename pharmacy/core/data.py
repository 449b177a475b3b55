"""Where the clinical data and limits lie: files with version and source, which a pharmacist can read and correct."""

from __future__ import annotations

from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).resolve().parents[1] / "data"
