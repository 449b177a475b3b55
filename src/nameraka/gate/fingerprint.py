"""The fingerprint of a cause: the same for the same trouble in another run, another for new trouble.

A waiver names it, so that what is known is excused and what is new is not.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

LENGTH: Final = 16  # hexadecimal digits

# What differs from run to run: addresses and ids, times and counts, temporary folders.
_VARYING: Final = re.compile(r"0x[0-9a-f]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{12,64}\b|\d+")
_PLACE: Final = re.compile(r"(?:/[^\s/:'\"]+)+/(?=[^\s/:'\"]+)")


def fingerprint(state: str, sentence: str | None, why: str | None) -> str:
    """The fingerprint of an item that ended in ``state`` at ``sentence``, which said ``why``.

    Numbers, ids, addresses and folders in ``why`` do not count; words do.
    """
    said = unicodedata.normalize("NFKC", (why or "").strip().partition("\n")[0]).lower()
    said = _VARYING.sub("#", _PLACE.sub("", said))
    told = "\0".join((state, sentence or "", " ".join(said.split())))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
