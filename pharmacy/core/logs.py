"""What the log may say: ids, codes and numbers, never a person's name or words."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Final

_LINE: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutMessages(logging.Formatter):
    """Tells where an error came from and of which kind it was; its message may repeat what a patient wrote."""

    def formatException(self, ei: _Raised) -> str:
        kind, _, trace = ei
        frames = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([f"{kind.__name__ if kind else 'no error'} (message withheld)", *frames])


def begin_logging() -> None:
    """To stderr, one line an event."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutMessages(_LINE))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines hold whole addresses
