"""What a newer version wrote and this one does not know: after a rollback it must be readable all the same."""

from __future__ import annotations

from typing import Any, get_args


def known(value: str | None, kinds: Any, otherwise: str | None) -> str | None:
    """The value if it is one of the Literal `kinds`, else what stands for all that this version does not know."""
    return value if value in get_args(kinds) else otherwise
