"""The page of criteria: where each promise stands by the plan and by what ran, and how a reader finds it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from samples import result, step, write

from nameraka.chromium import find_browser
from nameraka.feature_files import read_features
from nameraka.plan import FILE_NAME, Plan, make_plan
from nameraka.register import parse_register
from nameraka.report.criteria import criteria_page
from nameraka.report.promises import Promise, planned_items, promises_of

REGISTER = """
[capabilities]
CH = { ja = "会話", en = "Conversation" }
DL = { ja = "配達", en = "Delivery" }

[CH-01]
ja = "失われない"
en = "Nothing is lost"
severity = "critical"
hazard = { ja = "返事を待ち続ける", en = "Somebody waits for nothing" }
source = "Proposal"

[CH-02]
ja = "一度だけ届く"
en = "It arrives once"
severity = "major"
hazard = { ja = "二度買う", en = "Somebody pays twice" }
source = "Proposal"

[DL-01]
ja = "箱から中身は<b>分からない</b>"
en = "The box tells nothing"
severity = "minor"
hazard = { ja = "近所に知られる", en = "Neighbours learn of it" }
source = "Proposal"
promised = false
"""

FEATURE = """
# language: ja
@CH-01 @critical
機能: 会話
  シナリオ: 届く
    ならば 届いている
  @api
  シナリオ: 残る
    ならば 残っている
"""
ITEM = "features/chat/会話.feature::"


def planned(folder: Path) -> Path:
    """The results of a run in which CH-01 was due three times and nothing has answered."""
    root = folder / "project"
    file = root / "features" / "chat" / "会話.feature"
    file.parent.mkdir(parents=True)
    file.write_text(FEATURE.lstrip(), "utf-8")
    plan = make_plan(
        read_features(root, root / "features"),
        environment="embedded",
        build=None,
        run_id="run-1",
        created="2026-11-22T03:04:05+00:00",
    )
    return plan_of(plan, folder / "results")


def plan_of(plan: Plan, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_bytes(plan.to_json())
    return folder


def ran(scenario: str, door: str, status: str = "passed", criterion: str = "CH-01") -> dict[str, Any]:
    return result(
        ITEM + scenario, step("ならば 届いている"), name=scenario, door=door, status=status, criterion=criterion
    )


def stands(folder: Path, *results: dict[str, Any], register: str = REGISTER) -> dict[str, Promise]:
    """Where each promise stands by the plan in ``folder`` and ``results``."""
    promises = promises_of(parse_register(register.encode(), "r.toml"), results, planned_items(folder))
    return {promise.id: promise for promise in promises}


ALL = (("届く", "web"), ("届く", "api"), ("残る", "api"))


def test_a_promise_is_verified_when_all_that_is_due_has_passed(tmp_path: Path) -> None:
    promise = stands(planned(tmp_path), *(ran(*one) for one in ALL))["CH-01"]
    assert (promise.state, list(promise.unanswered)) == ("verified", [])


def test_a_promise_with_one_answer_missing_is_not_verified_and_says_which(tmp_path: Path) -> None:
    promise = stands(planned(tmp_path), *(ran(*one) for one in ALL[:2]))["CH-01"]
    assert (promise.state, list(promise.unanswered)) == ("not-run", [f"{ITEM}残る[api]"])


@pytest.mark.parametrize("status", ["failed", "broken"])
def test_one_failure_among_many_fails_the_promise(tmp_path: Path, status: str) -> None:
    assert stands(planned(tmp_path), *(ran(*one) for one in ALL), ran("残る", "api", status))["CH-01"].state == "failed"


@pytest.mark.parametrize("status", ["skipped", "unknown", "muted"])
def test_anything_else_than_a_pass_verifies_nothing(tmp_path: Path, status: str) -> None:
    results = [*(ran(*one) for one in ALL[:2]), ran("残る", "api", status)]
    assert stands(planned(tmp_path), *results)["CH-01"].state == "not-run"


def test_a_promise_that_nothing_in_the_plan_speaks_for_has_no_scenario(tmp_path: Path) -> None:
    assert stands(planned(tmp_path))["CH-02"].state == "uncovered"


@pytest.mark.parametrize("damage", [None, b"", b"{", b'{"schema": 1}'])
def test_without_a_plan_nothing_is_known_to_be_missing_and_nothing_is_verified_unseen(
    tmp_path: Path, damage: bytes | None
) -> None:
    if damage is not None:
        (tmp_path / FILE_NAME).write_bytes(damage)
    promises = stands(tmp_path, ran("届く", "web"))
    assert (promises["CH-01"].state, promises["CH-02"].state) == ("verified", "not-run")


def test_a_plan_that_was_changed_afterwards_is_no_plan(tmp_path: Path) -> None:
    folder = planned(tmp_path)
    plan = json.loads((folder / FILE_NAME).read_text("utf-8"))
    plan["items"] = plan["items"][:1]
    (folder / FILE_NAME).write_text(json.dumps(plan), "utf-8")
    assert planned_items(folder) is None


def test_what_is_not_promised_yet_stays_so_while_only_a_proposed_scenario_names_it(tmp_path: Path) -> None:
    folder = planned(tmp_path)
    assert stands(folder)["DL-01"].state == "proposed"
    assert stands(folder, ran("箱", "api", "skipped", "DL-01"))["DL-01"].state == "proposed"
    assert stands(folder, ran("箱", "api", "failed", "DL-01"))["DL-01"].state == "failed"


def test_an_id_that_the_register_lacks_is_shown_as_such(tmp_path: Path) -> None:
    promises = stands(planned(tmp_path), ran("届く", "web", criterion="XX-99"))
    assert promises["XX-99"].criterion is None
    html = criteria_page(list(promises.values()), {})
    assert html is not None
    assert "この番号の基準は登録されていません。" in html


def test_without_any_criterion_there_is_no_page() -> None:
    assert criteria_page([], {}) is None


# In front of a reader


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page after a run that failed one promise, on a phone."""
    folder = tmp_path_factory.mktemp("criteria")
    promises = stands(planned(folder), ran("届く", "web"), ran("届く", "api", "failed"))
    html = criteria_page(list(promises.values()), {f"{ITEM}届く[web]": "abc"})
    assert html is not None
    (folder / "criteria.html").write_text(html, "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser().path)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.set_default_timeout(10_000)
        page.goto((folder / "criteria.html").as_uri())
        yield page
        browser.close()


def test_a_promise_says_in_both_languages_what_holds_and_what_harm_comes_else(page: Page) -> None:
    promise = page.locator("#CH-01")
    for text in (
        "失敗",
        "重大",
        "失われない",
        "Nothing is lost",
        "返事を待ち続ける",
        "Somebody waits for nothing",
        "Proposal",
    ):
        expect(promise).to_contain_text(text)


def test_it_lists_what_ran_and_what_has_no_result(page: Page) -> None:
    lines = page.locator("#CH-01").get_by_role("listitem")
    expect(lines).to_have_count(3)
    expect(lines.filter(has_text="届く · 画面")).to_contain_text("成功")
    expect(lines.filter(has_text="届く · API")).to_contain_text("失敗")
    expect(lines.filter(has_text=f"{ITEM}残る[api]")).to_contain_text("結果なし")
    assert page.get_by_role("link", name="届く · 画面").get_attribute("href") == "index.html#abc"


def test_the_counts_are_by_state_and_severity(page: Page) -> None:
    table = page.get_by_role("table").filter(has_text="状態と重さ")
    assert [re.sub(r"\s+", " ", row) for row in table.get_by_role("row").all_inner_texts()[1:]] == [
        "失敗 failed 1 – – 1",
        "シナリオなし no scenario – 1 – 1",
        "提案中 proposed – – 1 1",
        "計 all 1 1 1 3",
    ]


def test_contents_lead_to_each_capability_also_to_one_that_is_folded_away(page: Page) -> None:
    page.get_by_role("navigation", name="目次").get_by_role("link", name="会話").click()
    expect(page.get_by_role("heading", name="会話 Conversation")).to_be_in_viewport()
    expect(page.locator("#DL-01")).not_to_be_visible()
    page.get_by_role("navigation", name="目次").get_by_role("link", name="配達").click()
    expect(page.locator("#DL-01")).to_be_in_viewport()


def test_texts_of_the_register_are_data(page: Page) -> None:
    assert "<b>分からない</b>" in (page.locator("#DL-01").text_content() or "")
    assert page.locator("b, script, img").count() == 0


def test_nothing_is_wider_than_the_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_results_are_found_by_the_plan_that_stands_beside_them(tmp_path: Path) -> None:
    folder = planned(tmp_path)
    write(folder, ran("届く", "web"))
    items = planned_items(folder)
    assert items == {"CH-01": [f"{ITEM}届く[api]", f"{ITEM}届く[web]", f"{ITEM}残る[api]"]}
    plan = Plan.from_json((folder / FILE_NAME).read_bytes())
    plan_of(replace(plan, items=()), folder)
    assert planned_items(folder) == {}
