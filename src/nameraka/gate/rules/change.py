"""This release held against the last accepted one, and product's word on what changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nameraka.gate.acceptance import changes
from nameraka.gate.case import Case
from nameraka.gate.rules.rule import ACCEPTANCE, BASELINE, MEND, WAIVERS, Finding, Remedy
from nameraka.gate.sections import item_section, requirement_section
from nameraka.gate.text import Text

_EXPORT: Final = Remedy(
    "Export it again from the ledger: nameraka baseline --environment NAME",
    "台帳から書き出し直してください: nameraka baseline --environment 環境名",
)


def nothing_that_held_fails_now(case: Case) -> Iterator[Finding]:
    """Within the pass rate or not: what worked in the last accepted release and fails now is new."""
    baseline = case.inputs.baseline
    if baseline is None:
        if case.releases and not _bootstrapped(case):
            what = Text(
                "there is no accepted release to hold this one against",
                "比較すべき、前回受け入れたリリースがありません",
            )
            remedy = Remedy(
                f"Export it from the ledger (nameraka baseline), or write a dated [[bootstrap]] into {WAIVERS} for the first release",
                f"台帳から書き出すか（nameraka baseline）、最初のリリースなら期限付きの [[bootstrap]] を {WAIVERS} に書いてください",
            )
            yield Finding("unknown", what, remedy, file=BASELINE)
        return
    if baseline.verdict != "go":
        what = Text(
            f"is a verdict of {baseline.verdict!r} and no accepted release", "受け入れたリリースの判定ではありません"
        )
        yield Finding("unknown", what, _EXPORT, file=BASELINE)
    if case.releases and baseline.environment != case.environment:
        what = Text(
            f"was accepted in {baseline.environment}; this is for {case.environment}",
            f"{baseline.environment} で受け入れたリリースです（今回は {case.environment}）",
        )
        yield Finding("unknown", what, _EXPORT, file=BASELINE)
    held = {item.id for item in baseline.items if item.state == "passed"}
    for one in case.standings:
        if one.item.id in held and one.state in ("failed", "flaky") and one.waiver is None:
            what = Text(
                f"held in the last accepted release and does not hold now: {one.why}",
                f"前回受け入れたリリースでは守られていましたが、今回は守られていません: {one.why}",
            )
            yield Finding(
                "no-go",
                what,
                MEND,
                file=one.file,
                item=one.item.id,
                severity=one.item.severity,
                fingerprint=one.fingerprint,
            )


def _bootstrapped(case: Case) -> bool:
    return any(
        one.environment == case.environment and not any(case.faults(one)) for one in case.inputs.waivers.bootstrap
    )


def product_has_accepted(case: Case) -> Iterator[Finding]:
    """Before a release, product says yes to every promise that changed. A no counts wherever it was said."""
    words = case.words
    for requirement, word in words.items():
        if word.decision == "rejected":
            what = Text(
                f"was rejected by {word.by}: {word.comment}", f"{word.by} が受け入れませんでした: {word.comment}"
            )
            yield Finding("no-go", what, MEND, file=ACCEPTANCE, requirement=requirement)
    if case.evidence.plan is None or not case.releases:
        return
    document = {"requirements": requirement_section(case), "items": item_section(case)}
    former = case.inputs.baseline.document if case.inputs.baseline else None
    remedy = Remedy(
        "Look at the report and record who accepts: nameraka accept",
        "報告を確認し、受け入れを記録してください: nameraka accept",
    )
    for change in changes(document, former):
        if change.requirement not in words:
            what = Text(
                f"product has not said its word ({change.what.en})", f"製品責任者の判断がまだです（{change.what.ja}）"
            )
            yield Finding(
                "unknown", what, remedy, file=ACCEPTANCE, requirement=change.requirement, severity=change.severity
            )
