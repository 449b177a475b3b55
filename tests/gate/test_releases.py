"""A verdict that lets a release out: held against the last accepted one, with product's word, from a commit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hand_made import ITEMS, JUDGED, STRICTEST, Run, item_of, why

from nameraka.gate.acceptance import About, Acceptance, Decision
from nameraka.gate.verdict import Verdict, document
from nameraka.plan import sha256

RELEASING = '[environments]\nrelease = ["shop"]\n'
LOW = tuple(item_of(f"場面{number}", severity="minor", criterion="CH-09") for number in range(4))


def release(folder: Path, policy: str = "", **settings: Any) -> Run:
    """A run in an environment whose verdicts let releases out."""
    inputs = {"gate.toml": STRICTEST + RELEASING + policy, **settings.pop("inputs", {})}
    return Run(folder / "results", environment="shop", inputs=inputs, **settings).write()


def accepted_before(run: Run, **changes: Any) -> Run:
    """The last accepted release proved the same, unless ``changes`` say otherwise."""
    former = document(
        Run(run.folder.parent / "former" / "results", items=run.items, environment="shop").write().judge()
    )
    former |= {"verdict": "go", **changes}
    return put(run, "baseline.json", json.dumps(former, ensure_ascii=False))


def put(run: Run, name: str, content: str) -> Run:
    (run.folder.parent / name).write_text(content, "utf-8")
    return run


def said(run: Run, requirement: str, decision: str, **about: Any) -> Run:
    """Product's word, beside the run."""
    baseline = run.folder.parent / "baseline.json"
    values = {
        "plan": run.plan.digest,
        "run_id": run.plan.run_id,
        "build": run.plan.build,
        "environment": "shop",
        "baseline": sha256(baseline.read_bytes()) if baseline.exists() else None,
        **about,
    }
    word = Decision(requirement, decision, "佐藤 PO", "読みにくい", JUDGED)
    return put(run, "acceptance.json", Acceptance(1, ()).adding(About(**values), [word]).to_json().decode())


def is_unknown(verdict: Verdict, saying: str) -> None:
    assert (verdict.answer, saying in why(verdict)) == ("unknown", True), why(verdict)


def test_the_same_as_the_last_accepted_release_may_go(tmp_path: Path) -> None:
    verdict = accepted_before(release(tmp_path)).judge()
    assert verdict.answer == "go", why(verdict)


# The baseline


def test_without_an_accepted_release_it_is_unknown(tmp_path: Path) -> None:
    is_unknown(
        said(release(tmp_path), "CH-01", "accepted").judge(), "there is no accepted release to hold this one against"
    )


BOOTSTRAP = """schema = 1
[[bootstrap]]
environment = "shop"
owner = "山本 QA"
approver = "佐藤 PO"
reason = "最初のリリース"
created = 2026-01-01
expires = 2026-01-10
"""


def test_a_dated_bootstrap_lets_the_first_release_out_and_is_printed(tmp_path: Path) -> None:
    run = said(release(tmp_path, inputs={"waivers.toml": BOOTSTRAP}), "CH-01", "accepted")
    verdict = run.judge()
    assert verdict.answer == "go", why(verdict)
    assert "the first release of shop" in why(verdict)


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        (("2026-01-10", "2026-01-01"), "expired on 2026-01-01"),
        (("佐藤 PO", "山本 QA"), "is approved by its own owner"),
        (('"shop"', '"staging"'), "there is no accepted release"),
    ],
)
def test_a_bootstrap_out_of_order_is_none(tmp_path: Path, change: tuple[str, str], saying: str) -> None:
    run = said(release(tmp_path, inputs={"waivers.toml": BOOTSTRAP.replace(*change)}), "CH-01", "accepted")
    is_unknown(run.judge(), saying)


def test_a_bootstrap_has_its_time_once(tmp_path: Path) -> None:
    run = accepted_before(release(tmp_path, inputs={"waivers.toml": BOOTSTRAP}))
    is_unknown(run.judge(), "has had its time")


def test_a_verdict_that_was_no_go_is_no_baseline(tmp_path: Path) -> None:
    is_unknown(accepted_before(release(tmp_path), verdict="no-go").judge(), "is a verdict of 'no-go'")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"verdict": "go"}', "{" * 9000])
def test_a_baseline_that_is_not_understood_is_unknown(tmp_path: Path, content: str) -> None:
    is_unknown(put(release(tmp_path), "baseline.json", content).judge(), "baseline.json cannot be used")


def test_what_held_and_fails_now_blocks_even_within_the_pass_rate(tmp_path: Path) -> None:
    policy = "[severity.minor]\npass_rate = 0.5\n"
    run = release(tmp_path, policy, items=LOW, answers={LOW[0].id: "failed"})
    verdict = accepted_before(run).judge()
    assert verdict.answer == "no-go"
    assert "held in the last accepted release and does not hold now" in why(verdict)


def test_what_did_not_hold_then_is_no_new_failure(tmp_path: Path) -> None:
    policy = "[severity.minor]\npass_rate = 0.5\n"
    run = accepted_before(release(tmp_path, policy, items=LOW, answers={LOW[0].id: "failed"}))
    former = json.loads((tmp_path / "baseline.json").read_text("utf-8"))
    for one in former["items"]:
        one["state"] = "failed"
    for one in former["requirements"]:
        one["state"] = "failed"
    verdict = put(run, "baseline.json", json.dumps(former, ensure_ascii=False)).judge()
    assert verdict.answer == "go", why(verdict)


# Promises


def test_a_promise_that_is_only_proposed_now_is_a_finding(tmp_path: Path) -> None:
    run = release(tmp_path, proposed={"features/chat/受付.feature::あす[api]": ("CH-01",)})
    is_unknown(accepted_before(run).judge(), "now a scenario of it is only @proposed")


def test_a_promise_that_is_gone_is_a_finding_until_product_accepts_that(tmp_path: Path) -> None:
    run = release(tmp_path, items=ITEMS[:1])
    former = document(
        Run(tmp_path / "former" / "results", items=(*ITEMS[:1], *LOW), environment="shop").write().judge()
    )
    put(run, "baseline.json", json.dumps(former, ensure_ascii=False))
    is_unknown(run.judge(), "CH-09 was promised by the last accepted release and is no promise any more")
    verdict = said(run, "CH-09", "accepted").judge()
    assert verdict.answer == "go", why(verdict)


# Product's word


def test_what_changed_needs_products_word(tmp_path: Path) -> None:
    run = release(tmp_path, items=(*ITEMS, *LOW))
    former = document(Run(tmp_path / "former" / "results", items=ITEMS, environment="shop").write().judge())
    put(run, "baseline.json", json.dumps(former, ensure_ascii=False))
    is_unknown(run.judge(), "CH-09 product has not said its word (newly promised)")
    assert said(run, "CH-09", "accepted").judge().answer == "go"


def test_a_no_of_product_is_no_go(tmp_path: Path) -> None:
    verdict = said(accepted_before(release(tmp_path)), "CH-01", "rejected").judge()
    assert verdict.answer == "no-go"
    assert "CH-01 was rejected by 佐藤 PO: 読みにくい" in why(verdict)


@pytest.mark.parametrize("other", [{"plan": sha256(b"x")}, {"run_id": "another"}, {"build": sha256(b"y")}])
def test_a_word_on_another_release_says_nothing_of_this_one(tmp_path: Path, other: dict[str, str]) -> None:
    run = release(tmp_path, items=(*ITEMS, *LOW))
    former = document(Run(tmp_path / "former" / "results", items=ITEMS, environment="shop").write().judge())
    put(run, "baseline.json", json.dumps(former, ensure_ascii=False))
    is_unknown(said(run, "CH-09", "accepted", **other).judge(), "product has not said its word")


def test_where_nothing_is_released_no_word_is_needed(tmp_path: Path) -> None:
    assert Run(tmp_path / "results").write().judge().answer == "go"


# The commit


def test_what_is_released_is_committed(tmp_path: Path) -> None:
    is_unknown(accepted_before(release(tmp_path, uncommitted=True)).judge(), "was run from files that are in no commit")


def test_elsewhere_one_may_try_what_is_not_committed(tmp_path: Path) -> None:
    assert Run(tmp_path / "results", uncommitted=True).write().judge().answer == "go"
