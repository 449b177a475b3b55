"""Numbers that never come from nothing: each knows how many cases it was made of."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

LEAST_FOR_P90 = 10
"""With fewer cases, the 90th percentile is one case, the worst, under another name."""


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1; None when there is nothing that it could be a part of."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations in seconds, of which the middle and the long end are told."""

    seconds: tuple[float, ...] = ()

    @property
    def median(self) -> float | None:
        """The middle one; None when there is none."""
        return statistics.median(self.seconds) if self.seconds else None

    @property
    def p90(self) -> float | None:
        """The shortest duration that nine of ten do not exceed; None with fewer than LEAST_FOR_P90."""
        if len(self.seconds) < LEAST_FOR_P90:
            return None
        return sorted(self.seconds)[math.ceil(len(self.seconds) * 0.9) - 1]
