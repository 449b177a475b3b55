"""What a reader must know although it does not block: every exception in use, and those whose end is near."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nameraka.gate.case import Case
from nameraka.gate.text import Text


@dataclass(frozen=True, slots=True)
class Note:
    """``kind``: break-glass, waiver, bootstrap, switched-off, pass-rate, flaky, not-run-here or expires-soon."""

    kind: str
    text: Text
    item: str | None = None
    requirement: str | None = None


def notes(case: Case) -> list[Note]:
    """All of them, break-glass first."""
    return sorted(_notes(case), key=lambda note: note.kind != "break-glass")


def _notes(case: Case) -> Iterator[Note]:
    today = case.now.date()
    for one in case.standings:
        if one.waiver:
            kind = "break-glass" if one.waiver.role else "waiver"
            text = Text(
                f"waived until {one.waiver.expires} by {one.waiver.approver}{_role(one.waiver.role)}, for {one.waiver.owner}: "
                f"{one.waiver.reason} ({one.why or one.state})",
                f"{one.waiver.expires} まで免除（承認 {one.waiver.approver}{_role(one.waiver.role)}、申請 {one.waiver.owner}）: "
                f"{one.waiver.reason}（{one.why or one.state}）",
            )
            yield Note(kind, text, one.item.id, one.waiver.requirement)
        elif excuse := case.excused.get(one.item.id):
            kind = {"failed": "pass-rate", "flaky": "flaky"}.get(one.state, one.state)
            yield Note(kind, Text(f"{excuse.en}: {one.why}", f"{excuse.ja}: {one.why}"), one.item.id)
    for waiver in case.inputs.waivers.waiver:
        if waiver.ends_soon(today):
            yield Note("expires-soon", _ends(waiver.expires.isoformat()), waiver.scenario, waiver.requirement)
    for bootstrap in case.inputs.waivers.bootstrap:
        if bootstrap.environment == case.environment and not any(case.faults(bootstrap)):
            text = Text(
                f"the first release of {bootstrap.environment}: there is no accepted one to compare with (until {bootstrap.expires}, "
                f"by {bootstrap.approver}: {bootstrap.reason})",
                f"{bootstrap.environment} の最初のリリースのため、比較対象がありません（{bootstrap.expires} まで、"
                f"承認 {bootstrap.approver}: {bootstrap.reason}）",
            )
            yield Note("bootstrap", text)
    for off in case.policy.off:
        if today <= off.until and (not off.environments or case.environment in off.environments):
            text = Text(
                f"the rule {off.rule} is switched off until {off.until}: {off.reason}",
                f"ルール {off.rule} は {off.until} まで外されています: {off.reason}",
            )
            yield Note("switched-off", text)


def _role(role: str | None) -> str:
    return f" [{role}]" if role else ""


def _ends(day: str) -> Text:
    return Text(f"the waiver ends on {day}; after that it blocks", f"免除は {day} に切れ、その後はリリースを止めます")
