"""Whether our clock is right: asked of a time server (SNTP, RFC 4330), and told to somebody as soon as it is not."""

from __future__ import annotations

import logging
import socket
import struct
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.clock import Clock
from pharmacy.core.data import DATA
from pharmacy.core.outgoing import client
from pharmacy.core.tables import new_id
from pharmacy.core.worker import Worker

CLOCK_FILE: Final = DATA / "clock.toml"
ANSWER_SECONDS: Final = 1.0
MOST_SECONDS: Final = 20.0
"""Between two questions: a worker that is silent for longer counts as dead."""

_ASK: Final = b"\x23" + 47 * b"\0"
_SINCE_1900: Final = 2_208_988_800
"""Seconds from 1900, where NTP begins to count, to 1970."""

log = logging.getLogger("pharmacy.clock")


@dataclass(frozen=True)
class Tolerance:
    """By how many seconds the clock may be off, and who is told."""

    version: str
    seconds: float
    recipient: str


@cache
def load_tolerance(path: Path = CLOCK_FILE) -> Tolerance:
    """Read it once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Tolerance(content["version"], content["allowed_skew_seconds"], content["recipient"])


def skew_of(clock: Clock, host: str, port: int) -> float:
    """Seconds that our clock is ahead of the server's. Raises OSError when it does not answer, or nonsense."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(ANSWER_SECONDS)
        line.connect((host, port))
        asked = clock.system_now().timestamp()
        line.send(_ASK)
        answer = line.recv(128)
        heard = clock.system_now().timestamp()
    if len(answer) < 48:
        raise OSError("no time in the answer")
    received, sent = (_seconds(answer[place : place + 8]) for place in (32, 40))
    return -((received - asked) + (sent - heard)) / 2


def _seconds(stamp: bytes) -> float:
    whole, fraction = struct.unpack("!II", stamp)
    return float(whole - _SINCE_1900 + fraction / 2**32)


class ClockWatch(Worker):
    """Asks again and again; tells once when the clock is off, and again only after it was right."""

    name = "clock_watch"

    def __init__(self, clock: Clock, server: str, every: float, pager_url: str) -> None:
        """`server`: host:port of a time server, empty for none; `every`: real seconds between two questions."""
        self._clock = clock
        self._host, _, port = server.rpartition(":")
        self._port = int(port or 0)
        self._every = min(every, MOST_SECONDS)
        self._pager_url = pager_url
        self._told, self._key = False, new_id()
        super().__init__()

    def look(self) -> float:
        """Ask once."""
        if not self._host:
            return self._every
        try:
            skew = skew_of(self._clock, self._host, self._port)
        except OSError as error:
            log.warning("the time server does not answer (%s)", type(error).__name__)
            return self._every
        if abs(skew) <= load_tolerance().seconds:
            self._told, self._key = False, new_id()
        elif not self._told:
            log.error("the clock is off by %.1f s", skew)
            self._told = not self._pager_url or self._tell(skew)
        return self._every

    def _tell(self, skew: float) -> bool:
        """Whether somebody has been told; else the next look tries again."""
        import httpx  # only now: most starts have nothing to tell

        words = (
            f"【{load_tolerance().recipient}】薬局の時計が{abs(skew):.1f}秒{'進んで' if skew > 0 else '遅れて'}います"
        )
        try:
            headers = {"Idempotency-Key": self._key}  # the same for each try to tell of one and the same trouble
            answer = client().post(self._pager_url, json={"text": words}, headers=headers, timeout=5)
            return answer.is_success
        except httpx.HTTPError as error:
            log.warning("nobody could be told of the clock (%s)", type(error).__name__)
            return False
