"""The plan: everything a release has to prove, written down before the first scenario runs.

A pure function of the feature files, the doors, the number of shards, the environment and the build that is expected to
answer. It never looks at what pytest collected, so what pytest loses stays planned, and unanswered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from nameraka.shapes import Count, Malformed, Shape, Words

if TYPE_CHECKING:
    from nameraka.features import Feature, Scenario

SCHEMA = 2
FILE_NAME = "plan.json"
MOST_SHARDS = 1_000


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One answer that is due: scenario x example row x door."""

    id: Words
    feature: Words
    rule: str | None
    scenario: Words
    row: dict[str, str] | None
    door: Words
    tags: tuple[str, ...]
    criteria: tuple[str, ...]
    severity: Words
    language: Words
    sentences: Count
    digest: Words


@dataclass(frozen=True)
class Plan:
    """What is due (its ``digest`` covers all of that), and for which run it was written down.

    ``digests`` names every input that decided what is due; ``proposed`` has the ids of promises not made yet with their criteria; they are
    never run; ``build`` is None when nobody said which build should answer. ``created`` is RFC 3339 in UTC.
    """

    run_id: str
    created: str
    commit: str | None
    uncommitted: bool
    environment: str
    build: str | None
    shards: int
    digests: dict[str, str]
    items: tuple[PlanItem, ...]
    proposed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", sha256(quick_canonical(self._content())))

    def _content(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "commit": self.commit,
            "uncommitted": self.uncommitted,
            "environment": self.environment,
            "build": self.build,
            "shards": self.shards,
            "digests": self.digests,
            "items": self.items,
            "proposed": dict(self.proposed),
        }

    def to_json(self) -> bytes:
        """The plan as a file, readable by people too."""
        head = {"digest": self.digest, "run_id": self.run_id, "created": self.created}
        text = json.dumps(msgspec.to_builtins({**head, **self._content()}), ensure_ascii=False, indent=1)
        return text.encode("utf-8", "backslashreplace") + b"\n"

    @classmethod
    def from_json(cls, content: bytes) -> Plan:
        """The plan that a file holds. Raises ``Malformed``, also when its digest is not that of its content."""
        said = _FILE.read(content)
        plan = cls(
            run_id=said.run_id,
            created=said.created,
            commit=said.commit or None,
            uncommitted=said.uncommitted,
            environment=said.environment,
            build=said.build or None,
            shards=said.shards,
            digests=said.digests,
            items=said.items,
            proposed=said.proposed,
        )
        if said.digest != plan.digest:
            raise Malformed("its digest is not that of its content: it was changed after it was written")
        return plan


class _Written(msgspec.Struct):
    schema: Literal[2]
    digest: Words
    run_id: Words
    created: Words
    commit: str | None
    uncommitted: bool
    environment: Words
    build: str | None
    shards: Annotated[Count, msgspec.Meta(le=MOST_SHARDS)]
    digests: dict[str, str]
    items: tuple[PlanItem, ...]
    proposed: dict[str, tuple[str, ...]]


_FILE: Final = Shape[_Written](_Written)
_SORTED: Final = msgspec.json.Encoder(order="sorted")


def quick_canonical(value: object) -> bytes:
    """As ``canonical`` but for fractions below 0.0001 and from 10 ** 16 on, which it spells in its own way; faster, and
    takes data classes."""
    try:
        return _SORTED.encode(value)
    except UnicodeEncodeError:  # half a surrogate pair in a name
        return canonical(msgspec.to_builtins(value))


def make_plan(
    features: Sequence[Feature],
    *,
    environment: str,
    build: str | None,
    run_id: str,
    created: str,
    shards: int = 1,
    commit: str | None = None,
    uncommitted: bool = False,
    digests: Mapping[str, str] | None = None,
) -> Plan:
    """The plan of the whole release scope. Raises ``ValueError`` when two scenarios have one id.

    ``digests`` are those of the other files that the verdict will depend on, by role: policy, waivers, register.
    """
    promised = [scenario for feature in features for scenario in feature.scenarios if not scenario.proposed]
    proposed = [scenario for feature in features for scenario in feature.scenarios if scenario.proposed]
    items = sorted((_due(scenario, door) for scenario in promised for door in scenario.doors), key=lambda item: item.id)
    _refuse_doubles([item.id for item in items])
    return Plan(
        run_id=run_id,
        created=created,
        commit=commit,
        uncommitted=uncommitted,
        environment=environment,
        build=build,
        shards=shards,
        digests={"features": _features_digest(features), **(digests or {})},
        items=tuple(items),
        proposed=dict(sorted(_ids(proposed))),
    )


def _due(scenario: Scenario, door: str) -> PlanItem:
    said = [[one.kind, one.text, one.table, one.docstring] for one in scenario.sentences]
    return PlanItem(
        id=scenario.item_id(door),
        feature=scenario.feature.path,
        rule=scenario.rule.name if scenario.rule else None,
        scenario=scenario.name,
        row=scenario.row,
        door=door,
        tags=scenario.tags,
        criteria=scenario.criteria,
        severity=scenario.severity,
        language=scenario.feature.language,
        sentences=len(scenario.sentences),
        digest=sha256(canonical(said)),
    )


def _ids(scenarios: Iterable[Scenario]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for scenario in scenarios:
        yield from ((scenario.item_id(door), scenario.criteria) for door in scenario.doors)


def _refuse_doubles(ids: list[str]) -> None:
    for former, one in pairwise(ids):
        if former == one:
            raise ValueError(f"two scenarios have the id {one!r}; results could not be told apart")


def _features_digest(features: Sequence[Feature]) -> str:
    return sha256(canonical(sorted([feature.path, feature.digest] for feature in features)))


def shard_of(item_id: str, shards: int) -> int:
    """The shard (1…``shards``) that answers for ``item_id``: by its digest, so no planner has to agree with another."""
    return int.from_bytes(hashlib.sha256(item_id.encode("utf-8", "surrogatepass")).digest()) % shards + 1


def parse_shard(text: str) -> tuple[int, int]:
    """``2of3`` as (2, 3). Raises ``ValueError`` with a sentence."""
    number, of, total = text.partition("of")
    if of and number.isascii() and number.isdecimal() and total.isascii() and total.isdecimal():
        shard = int(number), int(total)
        if 1 <= shard[0] <= shard[1]:
            return shard
    raise ValueError(f"{text!r} is no shard; write for example 2of3")


def canonical(value: object) -> bytes:
    """One spelling for one value, so that a digest of it means something."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def sha256(content: bytes) -> str:
    """The digest in the spelling used everywhere: ``sha256:`` and 64 hexadecimal digits."""
    return "sha256:" + hashlib.sha256(content).hexdigest()
