"""The verdict in a few lines for whoever reads the terminal: what, why, what would turn it, where to look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nameraka.gate.notes import notes
from nameraka.gate.rules.rule import Finding
from nameraka.gate.text import Text, printable
from nameraka.gate.unblock import shortest_way
from nameraka.gate.verdict import Answer, Judgement, Verdict

FIRST = 10
FEW = 3
"""Of many that say the same, such as what a part of the plan left unanswered."""

_COLOURS: dict[Answer, str] = {"go": "\x1b[1;32m", "no-go": "\x1b[1;31m", "unknown": "\x1b[1;33m"}
_NOTE = Text("To be known", "注意")
_WHY = Text("Why", "理由")
_TURN = Text("What would turn it", "判定を変えるには")
_LOOK = Text("Where to look", "詳しくは")


def explain(verdict: Verdict, language: str = "en", *, colour: bool = False, places: tuple[Path, ...] = ()) -> str:
    """The explanation in ``language`` (``ja`` or ``en``); ``places`` are files that say more."""
    return "\n".join(_lines(verdict, language, colour, places))


def _lines(verdict: Verdict, language: str, colour: bool, places: tuple[Path, ...]) -> Iterator[str]:
    answer = f"{_COLOURS[verdict.answer]}{verdict.answer}\x1b[0m" if colour else verdict.answer
    yield f"{answer}: {headline(verdict).say(language)}"
    if plan := verdict.evidence.plan:
        build = printable(plan.build or "-")
        yield f"  run {printable(plan.run_id)}  environment {printable(plan.environment)}  build {build}"
    yield from _notes(verdict, language)
    broken = [judgement for judgement in verdict.judgements if judgement.findings]
    if broken:
        yield ""
        yield _WHY.say(language)
        for judgement in broken:
            yield from _judgement(judgement, language)
        yield ""
        yield _TURN.say(language)
        for step in shortest_way(verdict.findings)[:FIRST]:
            yield f"  - {printable(step.action.say(language))}"
    if places:
        yield ""
        yield _LOOK.say(language)
        yield from (f"  {place}" for place in places)


def _notes(verdict: Verdict, language: str) -> Iterator[str]:
    """What is excused and what needs attention, break-glass first: before the reasons, so that nobody reads past it."""
    told = notes(verdict.case)
    if not told:
        return
    yield ""
    yield _NOTE.say(language)
    for note in told[:FIRST]:
        subject = " ".join(printable(one) for one in (note.requirement, note.item) if one)
        yield f"  ! {subject + ': ' if subject else ''}{printable(note.text.say(language))} [{note.kind}]"
    if left := len(told[FIRST:]):
        yield "  " + Text(f"… and {left} more", f"… ほか{left}件").say(language)


def headline(verdict: Verdict) -> Text:
    """The verdict's one sentence. Both are said where something failed and something else is not known."""
    planned = verdict.planned
    if verdict.answer == "go":
        excused = (
            Text(f", {verdict.excused} excused", f"、{verdict.excused}件は免除") if verdict.excused else Text("", "")
        )
        return Text(
            f"{verdict.clean} of {planned} passed{excused.en}",
            f"{planned}件中{verdict.clean}件が成功しました{excused.ja}",
        )
    rest = verdict.answered - verdict.clean - verdict.failed - verdict.excused
    parts = []
    if not planned:
        parts.append(Text("there is no plan to hold the evidence against", "証拠と照らし合わせる計画がありません"))
    if verdict.failed:
        total = f" of {planned}" if planned else ""
        in_total = f"{planned}件中" if planned else ""
        parts.append(Text(f"{verdict.failed}{total} failed", f"{in_total}{verdict.failed}件が失敗しました"))
    if planned > verdict.answered:
        parts.append(
            Text(f"{verdict.answered} of {planned} answered", f"{planned}件中{verdict.answered}件に結果があります")
        )
    if rest > 0:
        parts.append(
            Text(
                f"{rest} of {planned} cannot be believed or judged", f"{planned}件中{rest}件は信用または判定できません"
            )
        )
    if not parts:
        parts.append(
            Text(
                f"{verdict.clean} of {planned} passed, but the evidence does not hold together",
                f"{planned}件中{verdict.clean}件が成功しましたが、証拠に矛盾があります",
            )
        )
    return Text("; ".join(part.en for part in parts), "。".join(part.ja for part in parts))


def _judgement(judgement: Judgement, language: str) -> Iterator[str]:
    rule, findings = judgement.rule, judgement.findings
    yield f"  {rule.statement.say(language)} [{rule.name}]"
    alike = len({finding.what for finding in findings}) == 1 and len(findings) > FIRST
    shown = FEW if alike else FIRST
    for finding in findings[:shown]:
        yield f"    {_finding(finding, language)}"
    if left := len(findings[shown:]):
        yield "    " + Text(f"… and {left} more", f"… ほか{left}件").say(language)


def _finding(finding: Finding, language: str) -> str:
    mark = "✗" if finding.effect == "no-go" else "?"
    subject = finding.item or finding.requirement or finding.file or ""
    place = f" ({printable(finding.file)})" if subject != finding.file and finding.file else ""
    cause = f" [{Text('cause', '原因').say(language)} {finding.fingerprint}]" if finding.fingerprint else ""
    return f"{mark} {printable(subject)} {printable(finding.what.say(language))}{place}{cause}"
