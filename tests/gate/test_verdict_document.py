"""The document of a verdict: what was asked, what was answered, by what it was judged, and what it rests on."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from corpus import FIRST, HALF, MINOR, NAMELESS, entry, failing, flaky, good, waived, without
from hand_made import BUILD, ENDED, ITEMS, JUDGED, PLANNED, RUN, item_of

from nameraka.gate.rules.rule import Rule
from nameraka.gate.text import Text
from nameraka.gate.verdict import EXIT_CODES, Verdict, document, judge, write_verdict
from nameraka.plan import sha256


def counts(verdict: Verdict) -> tuple[int, ...]:
    """Planned, answered, clean, failed, excused."""
    told = document(verdict)["counts"]
    return tuple(told[name] for name in ("planned", "answered", "clean", "failed", "excused"))


def test_it_says_which_run_on_what_and_when(tmp_path: Path) -> None:
    run = good(tmp_path)
    told = document(run.judge(JUDGED.replace(microsecond=999)))
    assert (
        told
        | {
            "schema": 2,
            "gate": metadata.version("nameraka"),
            "verdict": "go",
            "exit_code": 0,
            "created": JUDGED.isoformat(),
            "run_id": RUN,
            "plan": run.plan.digest,
            "commit": "0" * 40,
            "uncommitted": False,
            "environment": "embedded",
            "build": BUILD,
            "planned_at": PLANNED.isoformat(),
            "ended_at": ENDED.isoformat(),
            "unblock": [],
            "notes": [],
        }
        == told
    )


def test_without_a_plan_nobody_can_say(tmp_path: Path) -> None:
    run = good(tmp_path)
    (run.folder / "plan.json").unlink()
    (run.folder / "observed-1of1.json").unlink()
    told = document(run.judge())
    asked = ("run_id", "plan", "commit", "uncommitted", "environment", "build", "planned_at", "ended_at")
    assert {told[name] for name in asked} == {None}
    assert (told["verdict"], told["items"], told["requirements"]) == ("unknown", [], [])


def test_it_ended_when_the_last_shard_did(tmp_path: Path) -> None:
    run = good(tmp_path, items=tuple(item_of(f"場面{number}") for number in range(8)), shards=2)
    run.seal(ended=None)
    assert document(run.judge())["ended_at"] is None


def test_it_names_all_that_it_was_judged_by_and_rests_on(tmp_path: Path) -> None:
    run = good(tmp_path, inputs={"requirements.toml": entry("CH-01")})
    told = document(run.judge())
    assert told["inputs"] == {
        "policy": {"name": "gate.toml", "digest": sha256((tmp_path / "gate.toml").read_bytes())},
        "register": {"name": "requirements.toml", "digest": sha256((tmp_path / "requirements.toml").read_bytes())},
    }
    files = [(path.name, path.stat().st_size, sha256(path.read_bytes())) for path in sorted(run.folder.iterdir())]
    assert [(one["name"], one["size"], one["digest"]) for one in told["files"]] == files


def test_it_counts_what_was_answered_and_how(tmp_path: Path) -> None:
    assert counts(good(tmp_path / "clean").judge()) == (3, 3, 3, 0, 0)
    assert counts(without(good(tmp_path / "few"), (1, 2)).judge()) == (3, 1, 1, 0, 0)
    assert counts(good(tmp_path / "failed", answers={FIRST: "failed"}).judge()) == (3, 3, 2, 1, 0)
    assert counts(good(tmp_path / "rate", HALF, items=MINOR, answers={MINOR[0].id: "failed"}).judge()) == (
        2,
        2,
        1,
        0,
        1,
    )
    assert counts(waived(failing(tmp_path / "waived"))) == (2, 2, 1, 0, 1)
    assert counts(flaky(good(tmp_path / "flaky", items=NAMELESS)).judge()) == (2, 2, 1, 1, 0)
    assert counts(good(tmp_path / "skipped", items=NAMELESS, answers={NAMELESS[0].id: "skipped"}).judge())[2] == 1


def test_an_item_with_a_record_or_a_result_alone_is_answered(tmp_path: Path) -> None:
    run = good(tmp_path)
    run.result_file().unlink()
    run.put_record("1of1", [FIRST, ITEMS[2].id])
    run.seal()
    assert counts(run.judge())[:3] == (3, 3, 1)


def test_failures_are_counted_once_also_where_nobody_planned_them(tmp_path: Path) -> None:
    register = {"requirements.toml": entry("CH-01")}
    run = good(tmp_path, answers={FIRST: "failed"}, inputs=register)
    run.put_result("features/x[api]", name="stranger", status="failed")
    run.put_result("features/x[api]", name="nameless", status="failed", fullName=None)
    run.seal()
    assert counts(run.judge())[3] == 3


def test_results_are_counted_by_what_they_say(tmp_path: Path) -> None:
    run = good(tmp_path, answers={FIRST: "failed"})
    run.edit(2, status=None)
    assert document(run.judge())["counts"]["results"] == {"failed": 1, "none": 1, "passed": 1}


def test_what_is_excused_and_spoken_against_is_not_excused(tmp_path: Path) -> None:
    run = good(tmp_path, HALF, items=MINOR, answers={MINOR[0].id: "failed"})
    run.edit(statusDetails={"muted": True})
    assert counts(run.judge()) == (2, 2, 1, 0, 0)


def test_a_rule_holds_when_it_was_asked_and_found_nothing(tmp_path: Path) -> None:
    off = "[[off]]\nrule = 'evidence-is-fresh'\nreason = '移行中'\nuntil = 2027-01-01\n"
    told = {rule["name"]: rule for rule in document(good(tmp_path, off, answers={FIRST: "failed"}).judge())["rules"]}
    chosen = {name: (rule["selected"], rule["holds"]) for name, rule in told.items()}
    assert chosen["evidence-is-fresh"] == (False, False)
    assert chosen["no-critical-promise-is-in-doubt"] == (True, False)
    assert chosen["plan-is-present"] == (True, True)
    assert told["plan-is-present"]["statement"] == {
        "en": "A plan says what had to be proven.",
        "ja": "何を証明すべきかを計画が示している。",
    }


def test_a_finding_says_what_where_why_and_what_would_turn_it(tmp_path: Path) -> None:
    run = failing(tmp_path)
    rule = next(rule for rule in document(run.judge())["rules"] if rule["findings"])
    (finding,) = rule["findings"]
    assert rule["name"] == "enough-promises-hold"
    assert finding == {
        "effect": "no-go",
        "item": run.planned(),
        "requirement": "CH-01",
        "severity": "major",
        "file": "run-1of1.jsonl",
        "what": {"en": "failed: AssertionError: 返信が届かない", "ja": "失敗: AssertionError: 返信が届かない"},
        "remedy": {
            "en": "Mend the product (or the scenario, if the promise is another one now) and run everything again",
            "ja": "製品を直し（約束が変わったのならシナリオを直し）、すべて実行し直してください",
        },
        "fingerprint": run.case().standing[run.planned()].fingerprint,
    }


SILENT = Rule("silent", Text("x", "x"), lambda case: ())


def test_go_takes_more_than_rules_that_find_nothing(tmp_path: Path) -> None:
    assert judge(good(tmp_path / "good").case(), rules=(SILENT,)).answer == "go"
    assert judge(good(tmp_path / "empty", items=()).case(), rules=(SILENT,)).answer == "unknown"
    assert judge(without(good(tmp_path / "few"), (1, 2)).case(), rules=(SILENT,)).answer == "unknown"
    excused = good(tmp_path / "excused", EASY, items=MINOR[:1], answers={MINOR[0].id: "failed"})
    assert judge(excused.case(), rules=(SILENT,)).answer == "unknown"
    both = good(tmp_path / "both", EASY, items=(*MINOR, *ITEMS), answers={MINOR[0].id: "failed", FIRST: "skipped"})
    assert judge(both.case(), rules=(SILENT,)).answer == "unknown"


EASY = "[severity.minor]\npass_rate = 0.0\n"


@pytest.mark.parametrize(("environments", "answer"), [("['embedded', 'x']", "go"), ("['x']", "no-go"), ("[]", "go")])
def test_a_rule_is_off_where_the_policy_says_so(tmp_path: Path, environments: str, answer: str) -> None:
    off = f"[[off]]\nrule = 'measures-are-within-budget'\nreason = '移行中'\nuntil = 2027-01-01\nenvironments = {environments}\n"
    assert good(tmp_path, off + "[budgets]\nseconds = 0.0\n").judge().answer == answer


@pytest.mark.parametrize(("answer", "code"), [("go", 0), ("no-go", 1), ("unknown", 2)])
def test_each_answer_has_its_exit_code(answer: str, code: int) -> None:
    assert EXIT_CODES[answer] == code


def test_it_is_written_whole_and_takes_the_place_of_a_former_one(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text("a former one")
    write_verdict({"verdict": "go", "why": "届いた"}, path)
    assert path.read_text("utf-8") == '{\n "verdict": "go",\n "why": "届いた"\n}\n'
    path.unlink()
    write_verdict({"why": "届いた\ud800"}, path)
    assert path.read_text("utf-8") == '{\n "why": "届いた\\ud800"\n}\n'
    assert [one.name for one in tmp_path.iterdir()] == ["verdict.json"]


def test_what_cannot_be_written_leaves_nothing_to_be_believed(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text("a former one")
    with pytest.raises(TypeError):
        write_verdict({"verdict": object()}, path)
    assert not list(tmp_path.iterdir())
