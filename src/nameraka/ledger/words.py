"""What the commands of the ledger say to a person, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from nameraka.gate.text import Text, printable
from nameraka.ledger.chain import Entry
from nameraka.ledger.events import (
    Body,
    Deployment,
    Doubt,
    FalseBlock,
    Incident,
    Removal,
    Restoration,
    Verdict,
)
from nameraka.ledger.history import History
from nameraka.ledger.options import short
from nameraka.ledger.recording import SKEW

DOUBTS: dict[Doubt, Text] = {
    "no-verdict": Text(
        "the ledger has no verdict on this build in this environment",
        "このビルドのこの環境での判定が台帳にありません",
    ),
    "not-go": Text("the newest verdict on this build is not go", "このビルドの最新の判定は go ではありません"),
    "for-another": Text("the verdict is on another build or environment", "判定は別のビルドまたは別の環境のものです"),
}


def summary(body: Body) -> Text:
    """What was entered, in a line."""
    match body:
        case Verdict():
            of = f"{body.verdict} {short(body.build)} → {printable(body.environment or '–')}  {body.document}"
            return Text(f"verdict {of}", f"判定 {of}")
        case Deployment(takes_back=None):
            return Text(f"deployed {_on(body)}", f"配置 {_on(body)}")
        case Deployment():
            return Text(f"rolled back {_on(body)}", f"切り戻し {_on(body)}")
        case Removal():
            return Text(f"removed {printable(body.environment)}", f"撤去 {printable(body.environment)}")
        case Incident():
            caused = Text(f"caused by {body.cause}", f"原因 {body.cause}") if body.cause else Text("", "")
            id = printable(body.id)
            return Text(f"incident {id} {caused.en}".strip(), f"障害 {id} {caused.ja}".strip())
        case Restoration():
            return Text(f"incident {printable(body.incident)} ended", f"障害 {printable(body.incident)} 復旧")
        case FalseBlock():
            return Text(f"blocked without cause: {body.verdict}", f"誤った差し止め: {body.verdict}")


def _on(body: Deployment) -> str:
    return f"{short(body.build)} → {printable(body.environment)}"


def notes(body: Body, known: History, entry: Entry, now: datetime) -> Iterator[Text]:
    """What was entered and yet needs attention."""
    if datetime.fromisoformat(entry.at) > now + SKEW:
        yield Text(
            f"note: the ledger's newest entry is of {entry.at}; set this machine's clock, or that of who wrote it",
            f"注意: 台帳の最新の記録は {entry.at} です。この機械か、書いた側の時計を直してください",
        )
    environment = getattr(body, "environment", None)
    if environment and known.environments and environment not in known.environments:
        shown = printable(environment)
        yield Text(f"note: this is the first entry for the environment {shown}", f"注意: 環境 {shown} の最初の記録です")
    if isinstance(body, Deployment) and body.doubt:
        doubt = DOUBTS[body.doubt]
        yield Text(f"UNPROVEN: {doubt.en}; it is entered as such", f"裏づけなし: {doubt.ja}。そのように記録しました")
    if isinstance(body, Deployment) and not body.committed:
        yield Text(
            "note: git does not know when the commit was made; without --commit-time it counts in no lead time",
            "注意: コミットの時刻が分かりません。--commit-time がなければリードタイムに数えません",
        )
    if isinstance(body, Incident):
        judged = {id for one in known.verdicts for id in one.body.requirements}
        for id in body.requirements:
            if id not in judged:
                yield Text(
                    f"note: no verdict in the ledger speaks of the requirement {printable(id)}",
                    f"注意: 要求 {printable(id)} についての判定は台帳にありません",
                )
