"""Verdict documents made by hand, with every kind of finding, state and note in them."""

from __future__ import annotations

from typing import Any

BUILD = "sha256:" + "b" * 64
PLAN = "sha256:" + "a" * 64
FEATURE = "features/chat/受付.feature"

Json = dict[str, Any]


def text(en: str, ja: str) -> Json:
    return {"en": en, "ja": ja}


def item(name: str, door: str = "api", **changes: Any) -> Json:
    """A planned item that passed."""
    known = {
        "id": f"{FEATURE}::{name}[{door}]",
        "feature": FEATURE,
        "scenario": name,
        "digest": "sha256:" + "d" * 64,
        "door": door,
        "severity": "critical",
        "criteria": ["CH-01"],
        "state": "passed",
        "attempts": ["passed"],
        "seconds": 1.25,
        "fingerprint": None,
        "why": None,
    }
    return {**known, **changes}


def requirement(name: str, state: str, items: list[Json], **changes: Any) -> Json:
    known = {
        "id": name,
        "ja": f"{name}：メッセージは失われない",
        "en": f"{name}: no message is lost",
        "severity": "critical",
        "hazard": text("The answer comes too late", "返答が遅れる"),
        "state": state,
        "items": [one["id"] for one in items],
    }
    return {**known, **changes}


def finding(effect: str = "no-go", **changes: Any) -> Json:
    known = {
        "effect": effect,
        "item": None,
        "requirement": None,
        "severity": None,
        "file": None,
        "what": text("failed: expected 1 message, got 0", "失敗: expected 1 message, got 0"),
        "remedy": text("Mend the product and run everything again", "製品を直し、すべて実行し直してください"),
        "fingerprint": None,
    }
    return {**known, **changes}


def rule(name: str, *findings: Json, selected: bool = True) -> Json:
    statement = text("No promise was seen broken, in any attempt.", "どの試行でも、破られた約束がない。")
    return {
        "name": name,
        "statement": statement,
        "selected": selected,
        "holds": selected and not findings,
        "findings": list(findings),
    }


def note(kind: str, en: str, ja: str, *, item: str | None = None, requirement: str | None = None) -> Json:
    return {"kind": kind, "item": item, "requirement": requirement, "text": text(en, ja)}


def document(verdict: str, items: list[Json], **changes: Any) -> Json:
    """The document around what a test is about."""
    answered = [one for one in items if one["state"] != "unanswered"]
    clean = [one for one in items if one["state"] == "passed"]
    known = {
        "schema": 2,
        "verdict": verdict,
        "exit_code": {"go": 0, "no-go": 1, "unknown": 2}[verdict],
        "created": "2026-01-02T03:04:05+00:00",
        "gate": "0.1.0",
        "run_id": "20260102T030405Z-0a1b2c3d",
        "plan": PLAN,
        "commit": "0" * 40,
        "uncommitted": False,
        "environment": "embedded",
        "build": BUILD,
        "planned_at": "2026-01-02T03:00:00+00:00",
        "ended_at": "2026-01-02T03:03:00+00:00",
        "inputs": {"policy": {"name": "reports/gate.toml", "digest": "sha256:" + "e" * 64}},
        "counts": {
            "planned": len(items),
            "answered": len(answered),
            "clean": len(clean),
            "failed": sum(one["state"] == "failed" for one in items),
            "excused": 0,
            "results": {"passed": len(clean)},
        },
        "rules": [rule("nothing-failed"), rule("every-item-is-answered")],
        "requirements": [],
        "items": items,
        "notes": [],
        "unblock": [],
        "files": [{"name": "plan.json", "size": 1, "digest": "sha256:" + "f" * 64}],
    }
    return {**known, **changes}


def go() -> Json:
    """A release that may go out."""
    items = [item("送信"), item("送信", "web", seconds=None), item("受付")]
    return document("go", items, requirements=[requirement("CH-01", "verified", items)])


def excused() -> Json:
    """A release that may go out although not everything passed, under a waiver by break-glass."""
    failed = item(
        "既読", state="failed", severity="minor", criteria=["CH-02"], fingerprint="0123456789abcdef", why="late"
    )
    elsewhere = item("切断", state="not-run-here", severity="minor", criteria=["CH-03"], attempts=["skipped"])
    items = [item("送信"), failed, elsewhere]
    made = document(
        "go",
        items,
        rules=[rule("nothing-failed"), rule("accessibility", selected=False)],
        requirements=[
            requirement("CH-01", "verified", [items[0]]),
            requirement("CH-02", "waived", [failed], severity="minor"),
            requirement("CH-03", "waived", [elsewhere], severity="minor"),
            requirement("CH-04", "proposed", []),
        ],
        notes=[
            note("not-run-here", "left out in embedded", "embedded では実施しない", item=elsewhere["id"]),
            note(
                "expires-soon",
                "waiver of CH-02 ends on 2026-01-05",
                "CH-02 の免除は 2026-01-05 まで",
                requirement="CH-02",
            ),
            note("waiver", "waived until 2026-01-05", "2026-01-05 まで免除", item=failed["id"], requirement="CH-02"),
            note("break-glass", "the duty manager waived CH-02", "当番責任者が CH-02 を免除", requirement="CH-02"),
        ],
    )
    made["counts"] |= {"failed": 0, "excused": 2}
    return made


def no_go() -> Json:
    """A promise seen broken, and beside it everything else that can be found."""
    failed = item(
        "送信", "web", state="failed", attempts=["failed"], fingerprint="0123456789abcdef", why="expected 1, got 0"
    )
    flaky = item("受付", state="flaky", attempts=["failed", "passed"], severity="major", criteria=["CH-02"])
    skipped = item("未読", state="skipped", severity="minor", criteria=["CH-03"], attempts=["skipped"])
    unanswered = item("削除", state="unanswered", attempts=[], seconds=None, criteria=["CH-03", "CH-04"])
    undecided = item("検索", state="undecided", attempts=["crashed"])
    stale = item("古い", criteria=["CH-05"])
    items = [item("送信"), failed, flaky, skipped, unanswered, undecided, stale]
    again = text("Run everything again: nameraka run", "すべて実行し直してください: nameraka run")
    rules = [
        rule(
            "nothing-failed",
            finding(
                item=failed["id"],
                requirement="CH-01",
                severity="critical",
                file="run-1of1.jsonl",
                fingerprint="0123456789abcdef",
            ),
            finding(item=flaky["id"], requirement="CH-02", severity="major", what=text("is flaky", "不安定です")),
        ),
        rule(
            "every-item-is-answered",
            *(
                finding(
                    "unknown",
                    item=one["id"],
                    what=text("has no clear answer", "明確な結果がありません"),
                    remedy=again,
                    severity=one["severity"],
                )
                for one in (skipped, unanswered, undecided)
            ),
        ),
        rule(
            "identity",
            finding(
                "unknown",
                item=stale["id"],
                file="0123-result.json",
                what=text("was answered by build sha256:cccc", "ビルド sha256:cccc の結果です"),
                remedy=again,
            ),
        ),
        rule(
            "waivers",
            finding(
                "unknown",
                file="reports/waivers.toml",
                requirement="CH-09",
                what=text("the waiver is past its day", "免除の期限が過ぎています"),
            ),
        ),
        rule(
            "requirements",
            finding("unknown", requirement="CH-04", severity="critical", what=text("no scenario", "なし")),
        ),
        rule("sentinels", finding("unknown", what=text("no sentinel", "番兵がありません"), remedy=again)),
        rule("accessibility", selected=False),
    ]
    return document(
        "no-go",
        items,
        uncommitted=True,
        rules=rules,
        requirements=[
            requirement("CH-01", "failed", items[:2]),
            requirement("CH-02", "failed", [flaky], severity="major"),
            requirement("CH-03", "not-run", [skipped, unanswered], severity="minor"),
            requirement("CH-04", "uncovered", []),
            requirement("CH-05", "verified", [stale]),
            requirement("CH-06", "proposed", [], ja=None, en=None, hazard=None),
        ],
        notes=[note("flaky", "passed only at a further attempt", "再試行でのみ成功", item=flaky["id"])],
        unblock=[
            {"action": text("Mend the product", "製品を直す"), "settles": 2, "rules": ["nothing-failed"]},
            {"action": again, "settles": 6, "rules": ["every-item-is-answered", "identity", "sentinels"]},
        ],
    )


def unknown() -> Json:
    """A folder without a plan: next to nothing is known."""
    lost = finding("unknown", file="plan.json", what=text("no plan says what had to be proven", "計画がありません"))
    nothing = dict.fromkeys(
        ("gate", "run_id", "plan", "commit", "uncommitted", "environment", "build", "planned_at", "ended_at")
    )
    action = {"action": text("Run with nameraka run", "nameraka run で実行する"), "settles": 1, "rules": ["plan"]}
    return document("unknown", [], **nothing, inputs={}, rules=[rule("plan", lost)], unblock=[action], files=[])


ALL = {"go": go, "excused": excused, "no-go": no_go, "unknown": unknown}
