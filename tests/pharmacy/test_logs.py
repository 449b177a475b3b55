"""An error is logged by its kind and place, without its message."""

from __future__ import annotations

import logging
import sys

from pharmacy.core.logs import WithoutMessages


def test_the_message_of_an_error_is_withheld() -> None:
    try:
        raise ValueError("患者の言葉")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    told = WithoutMessages("%(message)s").format(record)
    assert told.startswith("failed\nValueError (message withheld)\n")
    assert "test_logs.py" in told
    assert "患者の言葉" not in told
