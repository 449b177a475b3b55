"""Product's word: who accepted or rejected which promises of a release, given what changed since the last accepted one.

The words stand in ``reports/acceptance.json``, written by ``nameraka accept`` and kept with the project. They are about one
run of one plan, answered by one build in one environment and held against one baseline; about any other they say nothing.
Nothing is ever taken away: a later word on the same requirement, whoever gives it, is added, and the last one counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from nameraka.gate.text import Text
from nameraka.gate.words import REQUIREMENT_STATES, SEVERITIES, called
from nameraka.plan import Plan
from nameraka.shapes import Malformed, parse_json

SCHEMA: Final[Literal[1]] = 1
LONGEST: Final = 2_000  # characters of a name or a comment

Words = Annotated[str, Meta(min_length=1, max_length=LONGEST, pattern=r"\S")]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$")]
Verb = Literal["accepted", "rejected"]
Kind = Literal["promised", "withdrawn", "statement", "scenarios", "state"]


class _Object(Struct, frozen=True, forbid_unknown_fields=True):
    """An object of the file."""


class About(_Object, frozen=True):
    """What words are about. ``baseline`` is the digest of the verdict on the last accepted release, None for a first one;
    ``build`` is None where nobody said which build should answer."""

    plan: Digest
    run_id: Words
    build: Words | None
    environment: Words
    baseline: Digest | None

    @classmethod
    def of(cls, plan: Plan, baseline: str | None) -> About:
        """What words on the run of ``plan`` are about, held against the baseline of that digest."""
        return cls(plan.digest, plan.run_id, plan.build, plan.environment, baseline)


class Decision(_Object, frozen=True):
    """One person's word on one requirement; a rejection says why."""

    requirement: Words
    decision: Verb
    by: Words
    comment: Words | None
    at: Annotated[datetime, Meta(tz=True)]


class Said(_Object, frozen=True):
    """All that was said about one release, in the order in which it was said."""

    about: About
    decisions: tuple[Decision, ...]


class Acceptance(_Object, frozen=True):
    """The whole file."""

    schema: Literal[1]
    releases: tuple[Said, ...]

    def words(self, about: About) -> dict[str, Decision]:
        """The word that counts, by requirement: the last one in the file that is about this very release."""
        return {
            decision.requirement: decision
            for said in self.releases
            if said.about == about
            for decision in said.decisions
        }

    def adding(self, about: About, decisions: Iterable[Decision]) -> Acceptance:
        """The same with further words at the end."""
        return Acceptance(SCHEMA, (*self.releases, Said(about, tuple(decisions))))

    def to_json(self) -> bytes:
        """The file, readable by people too."""
        return (
            json.dumps(msgspec.to_builtins(self), ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
            + b"\n"
        )


def read_acceptance(content: bytes) -> Acceptance:
    """The words that the bytes of the file hold. Raises ``Malformed`` for anything that is not exactly of its shape."""
    try:
        acceptance = msgspec.convert(parse_json(content), Acceptance)
    except msgspec.ValidationError as error:
        raise Malformed(f"it is no acceptance: {error}") from None
    for said in acceptance.releases:
        for one in said.decisions:
            if one.decision == "rejected" and one.comment is None:
                raise Malformed(f"{one.requirement!r} is rejected by {one.by!r} without a comment")
    return acceptance


@dataclass(frozen=True, slots=True)
class Change:
    """What product has to give its word on: a requirement whose promise is another than in the last accepted release.

    ``promised``: it was not promised then. ``withdrawn``: it no longer is. ``statement``: it says something else, or weighs
    otherwise. ``scenarios``: others prove it, or the same in other words. ``state``: it stands elsewhere.
    """

    requirement: str
    kinds: tuple[Kind, ...]
    severity: str
    statement: Text | None
    state: str | None
    former_state: str | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()

    @property
    def what(self) -> Text:
        """What changed, in words."""
        told = [self._told(kind) for kind in self.kinds]
        return Text("; ".join(one.en for one in told), "、".join(one.ja for one in told))

    def _told(self, kind: Kind) -> Text:
        match kind:
            case "promised":
                return Text("newly promised", "新しい約束")
            case "withdrawn":
                return Text("no longer promised", "約束の取り下げ")
            case "statement":
                return Text("the statement or its severity changed", "文または重大度の変更")
            case "scenarios":
                counts = len(self.added), len(self.removed), len(self.reworded)
                return Text(
                    "scenarios: {} added, {} removed, {} reworded".format(*counts),
                    "シナリオ: 追加{}件・削除{}件・文の変更{}件".format(*counts),
                )
            case "state":
                former = called(self.former_state or "", REQUIREMENT_STATES)
                state = called(self.state or "", REQUIREMENT_STATES)
                return Text(f"{former.en} → {state.en}", f"{former.ja} → {state.ja}")


def changes(document: Mapping[str, Any], baseline: Mapping[str, Any] | None) -> list[Change]:
    """What changed between two verdict documents, the graver first; everything that is promised where there is no
    ``baseline``. Only their ``requirements`` and ``items`` are looked at.

    A requirement is promised when scenarios that are due prove it: neither ``proposed`` nor ``uncovered``.
    """
    now, then = _promised(document), _promised(baseline or {})
    every = {one["id"]: one for one in document["requirements"]}
    digests, former_digests = _digests(document), _digests(baseline or {})
    found = []
    for name in dict.fromkeys((*now, *then)):
        new, old = now.get(name), then.get(name)
        items = frozenset(new["items"] if new else ())
        former = frozenset(old["items"] if old else ())
        reworded = {item for item in items & former if digests.get(item) != former_digests.get(item)}
        kinds = tuple(_kinds(new, old, scenarios=items != former or bool(reworded)))
        if kinds:
            subject = new or every.get(name) or old or {}
            found.append(
                Change(
                    requirement=name,
                    kinds=kinds,
                    severity=subject["severity"],
                    statement=Text(subject["en"], subject["ja"]) if subject.get("en") and subject.get("ja") else None,
                    state=every[name]["state"] if name in every else None,
                    former_state=old["state"] if old else None,
                    added=tuple(sorted(items - former)),
                    removed=tuple(sorted(former - items)),
                    reworded=tuple(sorted(reworded)),
                )
            )
    gravity = {severity: place for place, severity in enumerate(SEVERITIES)}
    return sorted(found, key=lambda change: gravity.get(change.severity, -1))


def _promised(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for one in document.get("requirements", ()) if one["state"] not in ("proposed", "uncovered")}


def _digests(document: Mapping[str, Any]) -> dict[str, str | None]:
    """The digest of each item's sentences, where the document has it: the same name may say something else."""
    return {item["id"]: item.get("digest") for item in document.get("items", ())}


def _kinds(new: Mapping[str, Any] | None, old: Mapping[str, Any] | None, *, scenarios: bool) -> Iterable[Kind]:
    if new is None or old is None:
        yield "withdrawn" if new is None else "promised"
        return
    if any(new.get(key) != old.get(key) for key in ("ja", "en", "severity", "hazard")):
        yield "statement"
    if scenarios:
        yield "scenarios"
    if new["state"] != old["state"]:
        yield "state"
