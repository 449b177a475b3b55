"""The exit codes of the ``nameraka`` command."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """``run`` and ``gate`` answer GO, NO_GO or UNKNOWN; ``check`` answers CLEAN or FINDINGS; ``verify`` GO or REFUSED;
    USAGE is for all."""

    GO = 0
    NO_GO = 1
    UNKNOWN = 2
    USAGE = 3
    CLEAN = 0
    FINDINGS = 1
    REFUSED = 1
