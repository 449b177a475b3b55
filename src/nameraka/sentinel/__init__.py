"""Sentinels: scenarios that must not pass, run beside each shard to find out whether its failures would be seen.

A hook that turns failures into passes, an adapter that is not there, a plugin that swallows reports, asserts that are
not made: all of them make a run look good. So each shard is preceded by a second, short pytest process with the same
plugins, ``conftest.py`` files and adapter. In every folder that has features it runs one scenario that must fail and two
that must be skipped. What became of them is evidence like any other; the gate judges it. They need no system under test.
"""

from __future__ import annotations

from typing import Final

MUST_FAIL: Final = "must-fail"
MUST_BE_SKIPPED: Final = "must-be-skipped"

# The feature file that their ids name, in every folder with features; there is no such file.
FILE: Final = "sentinels.feature"
DOOR: Final = "api"
# Each scenario, which is named like its one sentence, and what must become of it. What skips by itself and what the
# environment cannot run go two roads, and what mutes one need not mute the other.
SCENARIOS: Final = {
    "見張りは失敗する": MUST_FAIL,
    "見張りは飛ばされる": MUST_BE_SKIPPED,
    "見張りはこの環境では実行されない": MUST_BE_SKIPPED,
}
