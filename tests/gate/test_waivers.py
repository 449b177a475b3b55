"""Waivers: one scenario, one requirement, one cause, two people, a few days; anything else is a finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made import ITEMS, STRICTEST, Run, item_of, why

from nameraka.gate.fingerprint import fingerprint
from nameraka.gate.verdict import Verdict, document
from nameraka.gate.waivers import read_waivers
from nameraka.shapes import Malformed

WHY = "AssertionError: 返信が届かない"
LOW = (item_of("遅い", severity="major"), item_of("着実", severity="major"))


def waiver(run: Run, **changes: object) -> str:
    """A waiver in order for the run's first item; ``changes`` spoil it."""
    cause = next(one.fingerprint for one in run.case().standings if one.item.id == run.planned())
    values = {
        "requirement": '"CH-01"',
        "scenario": f'"{run.planned()}"',
        "fingerprint": f'"{cause}"',
        "owner": '"山本 QA"',
        "approver": '"鈴木 PO"',
        "reason": '"業者の不具合。次の版で直る"',
        "created": "2026-01-01",
        "expires": "2026-01-12",
        **{name: str(value) for name, value in changes.items()},
    }
    return "[[waiver]]\n" + "".join(f"{name} = {value}\n" for name, value in values.items() if value != "-")


def failing(folder: Path, policy: str = "", items=LOW, outcome: str = "failed") -> Run:
    """A run whose first item did not pass."""
    run = Run(folder / "results", items=items, answers={items[0].id: outcome}, inputs={"gate.toml": STRICTEST + policy})
    run.write()
    run.put_record("1of1", [items[1].id], events=run.attempt(items[0].id, 1, outcome, why=WHY))
    run.seal()
    return run


def waived(run: Run, content: str) -> Verdict:
    (run.folder.parent / "waivers.toml").write_text("schema = 1\n" + content, "utf-8")
    return run.judge()


def test_a_waiver_in_order_lets_the_release_out_and_is_printed(tmp_path: Path) -> None:
    run = failing(tmp_path)
    assert run.judge().answer == "no-go"
    verdict = waived(run, waiver(run))
    assert verdict.answer == "go", why(verdict)
    assert "go: 1 of 2 passed, 1 excused" in why(verdict)
    assert "waived until 2026-01-12 by 鈴木 PO, for 山本 QA: 業者の不具合。次の版で直る" in why(verdict)
    told = document(verdict)
    assert [one["state"] for one in told["requirements"]] == ["waived"]
    assert [note["kind"] for note in told["notes"]] == ["waiver"]
    assert told["inputs"]["waivers"]["digest"].startswith("sha256:")


def test_a_new_cause_is_not_covered(tmp_path: Path) -> None:
    run = failing(tmp_path)
    content = waiver(run)
    run.put_record(
        "1of1", [LOW[1].id], events=run.attempt(LOW[0].id, 1, "failed", why="AssertionError: 別の患者に届いた")
    )
    run.seal()
    verdict = waived(run, content)
    assert verdict.answer == "no-go"
    assert "別の患者に届いた" in why(verdict)
    assert "the waiver covers nothing" in why(verdict)


def test_the_same_cause_in_another_run_has_the_same_fingerprint() -> None:
    one = fingerprint(
        "failed", "ならば 届く", "AssertionError: 3 of 12 after 4.2 s at /tmp/a/b/x.py:17 (id 0f3c9a5e7b1d4c26)"
    )
    other = fingerprint(
        "failed", "ならば 届く", "AssertionError: 5 of 9 after 11.0 s at /home/x.py:21 (id aa51e2f7c4d9b3f1)"
    )
    assert one == other
    assert len({one, fingerprint("failed", "ならば 読む", "x"), fingerprint("flaky", "ならば 届く", "x")}) == 3


@pytest.mark.parametrize(
    ("changes", "saying"),
    [
        ({"expires": "2026-01-01"}, "expired on 2026-01-01"),
        ({"approver": '"山本 QA"'}, "is approved by its own owner"),
        ({"approver": '" 山本 qa "'}, "is approved by its own owner"),
        ({"expires": "2026-01-16"}, "holds longer than 14 days"),
        ({"created": "2026-01-03"}, "is of a day to come"),
        ({"renewals": "2"}, "was renewed 2 times"),
        ({"scenario": '"features/chat/受付.feature::*[api]"'}, "is too broad"),
        ({"scenario": '"features/chat/受付.feature::遅い"'}, "is too broad"),
        ({"requirement": '"*"'}, "is too broad"),
        ({"requirement": '"CH-02"'}, "covers nothing"),
        ({"fingerprint": '"0123456789abcdef"'}, "covers nothing"),
    ],
)
def test_a_waiver_out_of_order_excuses_nothing_and_is_a_finding(tmp_path: Path, changes: dict, saying: str) -> None:
    run = failing(tmp_path)
    verdict = waived(run, waiver(run, **changes))
    assert verdict.answer == "no-go"
    assert saying in why(verdict)


@pytest.mark.parametrize(
    "missing", ["requirement", "scenario", "fingerprint", "owner", "approver", "reason", "expires"]
)
def test_a_waiver_that_leaves_something_out_is_not_understood(tmp_path: Path, missing: str) -> None:
    run = failing(tmp_path)
    verdict = waived(run, waiver(run, **{missing: "-"}))
    assert verdict.answer == "no-go"
    assert f"missing required field `{missing}`" in why(verdict)


def test_a_word_that_no_waiver_has_is_not_understood() -> None:
    with pytest.raises(Malformed, match="forever"):
        read_waivers(b"schema = 1\nforever = true\n")


def test_a_waiver_without_use_blocks_until_it_is_taken_out(tmp_path: Path) -> None:
    run = failing(tmp_path)
    content = waiver(run)
    clean = Run(tmp_path / "clean" / "results", items=LOW).write()
    verdict = waived(clean, content)
    assert verdict.answer == "unknown"
    assert "the waiver covers nothing" in why(verdict)


def test_seven_days_before_its_end_it_shows(tmp_path: Path) -> None:
    run = failing(tmp_path)
    assert "[expires-soon]" not in why(waived(run, waiver(run)))
    assert "the waiver ends on 2026-01-09" in why(waived(run, waiver(run, expires="2026-01-09")))


def test_on_its_last_day_it_still_holds(tmp_path: Path) -> None:
    run = failing(tmp_path)
    assert waived(run, waiver(run, expires="2026-01-02")).answer == "go"


@pytest.mark.parametrize("outcome", ["broken", "crashed", "incomplete", "xpassed"])
def test_what_is_not_known_cannot_be_waived(tmp_path: Path, outcome: str) -> None:
    run = failing(tmp_path, outcome=outcome)
    verdict = waived(run, waiver(run, fingerprint='"0123456789abcdef"'))
    assert verdict.answer == "unknown"


@pytest.mark.parametrize("outcome", ["skipped", "xfailed"])
def test_a_skip_and_an_expected_failure_need_a_waiver(tmp_path: Path, outcome: str) -> None:
    run = failing(tmp_path, outcome=outcome)
    assert run.judge().answer == "unknown"
    verdict = waived(run, waiver(run))
    assert verdict.answer == "go", why(verdict)


# Critical promises


BREAK_GLASS = '[waivers]\nbreak_glass = "release-owner"\n'


def test_a_critical_promise_is_not_waivable(tmp_path: Path) -> None:
    run = failing(tmp_path, items=ITEMS[:2])
    verdict = waived(run, waiver(run, role='"release-owner"'))
    assert verdict.answer == "no-go"
    assert "is of a critical requirement, which nobody may waive" in why(verdict)


def test_with_a_break_glass_role_it_is_and_that_is_printed_first(tmp_path: Path) -> None:
    run = failing(tmp_path, BREAK_GLASS, items=ITEMS[:2])
    verdict = waived(run, waiver(run, role='"release-owner"'))
    assert verdict.answer == "go", why(verdict)
    lines = why(verdict).splitlines()
    assert "[break-glass]" in lines[lines.index("To be known") + 1]


@pytest.mark.parametrize("role", ["-", '"qa-lead"'])
def test_another_role_breaks_no_glass(tmp_path: Path, role: str) -> None:
    run = failing(tmp_path, BREAK_GLASS, items=ITEMS[:2])
    verdict = waived(run, waiver(run, role=role))
    assert verdict.answer == "no-go"
    assert "which only a release-owner may waive" in why(verdict)


def test_a_requirement_is_critical_when_the_register_says_so_whatever_the_scenario_is_tagged(tmp_path: Path) -> None:
    run = failing(tmp_path)
    entry = '[CH-01]\nja = "残る"\nen = "stays"\nseverity = "critical"\nsource = "x"\nhazard = { ja = "失う", en = "lost" }\n'
    register = {"requirements.toml": entry}
    run = Run(tmp_path / "with" / "results", items=LOW, answers={LOW[0].id: "failed"}, inputs=register).write()
    verdict = waived(run, waiver(run))
    assert verdict.answer == "no-go"
    assert "is of a critical requirement" in why(verdict)
