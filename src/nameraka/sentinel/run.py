"""Running the sentinels of a shard, and writing down what became of them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from nameraka.gate.evidence import Evidence
from nameraka.gate.reading import read_evidence
from nameraka.plan import Plan
from nameraka.sentinel import DOOR, FILE, MUST_BE_SKIPPED, MUST_FAIL, SCENARIOS
from nameraka.supervise import Ending, watch

_SHARD: Final = "1of1"  # all sentinels run beside every shard
_NOTHING: Final = "nothing"
_LAST_LINES: Final = 20


@dataclass(frozen=True)
class Sentinels:
    """What became of the sentinels: how their pytest ended and what it said last; for each kind of sentinel what the
    run record and the results say of it, None where they say nothing at all."""

    ending: Ending
    outcomes: Mapping[str, Mapping[str, str | None]]
    said: tuple[str, ...]

    @property
    def as_they_must(self) -> bool:
        """Whether all is well; for a word on the terminal, the gate judges for itself."""
        due = {MUST_FAIL: "failed", MUST_BE_SKIPPED: "skipped"}
        return all(set(self.outcomes[kind].values()) == {outcome} for kind, outcome in due.items())

    def document(self, plan: Plan, shard: str) -> dict[str, object]:
        """What goes beside the run's evidence."""
        return {
            "schema": 1,
            "shard": shard,
            "plan": plan.digest,
            "run_id": plan.run_id,
            "exit_code": self.ending.exit_code,
            "outcomes": self.outcomes,
            "started": self.ending.started,
            "ended": self.ending.ended,
        }


def run_sentinels(
    plan: Plan,
    options: Sequence[str],
    features: Path,
    *,
    environment: Mapping[str, str],
    folder: Path,
    limit_seconds: float,
    keep: Sequence[int] = (),
) -> Sentinels:
    """Run the sentinels of all folders that have planned ``features``, with the run's own ``options`` for pytest.

    ``environment``, ``folder``, ``limit_seconds`` and ``keep`` are as for ``watch``. What they leave is gone afterwards.
    Raises ``OSError`` when there is no room for it.
    """
    with TemporaryDirectory(prefix="nameraka-sentinels-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        results = place / "results"
        with (place / "said").open("wb+") as said:
            ending = watch(
                [sys.executable, "-m", "pytest", *options, *_own_options(place, results), str(features)],
                environment={**environment, "NAMERAKA_RESULTS": str(results), "NAMERAKA_SHARD": _SHARD},
                folder=folder,
                limit_seconds=limit_seconds,
                keep=keep,
                output=said.fileno(),
            )
            said.seek(0)
            last = said.read().decode("utf-8", "replace").splitlines()[-_LAST_LINES:]
        return Sentinels(ending, _outcomes(read_evidence(results), plan), tuple(last))


def _own_options(place: Path, results: Path) -> list[str]:
    """They come last and so take precedence: nothing may choose among sentinels, and nothing of theirs may stay."""
    choose = ["-k", "", "-m", "", "--maxfail=0"]
    stay = ["-o", f"cache_dir={place / 'cache'}", f"--basetemp={place / 'base'}", f"--alluredir={results}"]
    return ["-p", "nameraka.sentinel.plugin", *choose, *stay]


def _outcomes(evidence: Evidence, plan: Plan) -> dict[str, dict[str, str | None]]:
    folders = sorted({str(PurePosixPath(item.feature).parent) for item in plan.items})
    recorded = {item: [one.outcome for _, one in tries] for item, tries in evidence.attempts_of.items()}
    shown = {item: [one.status or _NOTHING for one in found] for item, found in evidence.results_of.items()}
    found: dict[str, dict[str, str | None]] = {}
    for kind in (MUST_FAIL, MUST_BE_SKIPPED):
        scenarios = [scenario for scenario, due in SCENARIOS.items() if due == kind]
        items = [f"{folder}/{FILE}::{scenario}[{DOOR}]" for folder in folders for scenario in scenarios]
        found[kind] = {"record": _together(recorded, items), "result": _together(shown, items)}
    return found


def _together(said: Mapping[str, list[str]], items: Sequence[str]) -> str | None:
    """The one word that is said of all items, else every word that is; None when nothing is said of any."""
    words = {word for item in items for word in said.get(item) or [_NOTHING]}
    return None if words <= {_NOTHING} else ", ".join(sorted(words))
