"""Closed words that sentences of several capabilities share, each in Japanese and in English.

Those of one capability stand with its sentences, people in `fixtures/people.py`.
"""

from __future__ import annotations

import unicodedata
from datetime import time

from nameraka import slot

slot("times", terms={"1": ("1件", "once"), "2": ("2件", "twice"), "3": ("3件", "three times")}, convert=int)


def _clock(text: str) -> time:
    hours, minutes = unicodedata.normalize("NFKC", text).split(":")
    return time(int(hours), int(minutes))


slot("clock", pattern=r"[0-2０-２]?[0-9０-９][:：][0-5０-５][0-9０-９]", convert=_clock)

slot("allowed", terms={"yes": ("○", "yes"), "no": ("×", "no")})

slot("pregnancy", terms={"yes": ("はい", "yes"), "no": ("いいえ", "no"), "unknown": ("わからない", "unknown")})


def _entries(text: str) -> tuple[str, ...] | None:
    """Nothing filled in, none, or a list."""
    if text in ("未記入", "not filled in"):
        return None
    return () if text in ("なし", "none") else tuple(part.strip() for part in text.replace("、", ",").split(","))


slot("entries", pattern=r".+", convert=_entries)
