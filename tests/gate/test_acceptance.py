"""`nameraka accept` as product uses it: what changed since the last accepted release, and a word on it that stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import documents
import pytest
from hand_made import OTHER_BUILD, RUN, Run, fresh, item_of

from nameraka.cli import main
from nameraka.gate.acceptance import About, Change, changes, read_acceptance
from nameraka.shapes import Malformed

RESULTS = Path("reports/results")
BASELINE = Path("reports/baseline.json")
ACCEPTANCE = Path("reports/acceptance.json")
REGISTER = """
[CH-01]
ja = "メッセージは失われない"
en = "No message is lost"
severity = "critical"
hazard = { ja = "返答が遅れる", en = "The answer comes late" }
source = "Proposal"

[CH-02]
ja = "既読は取り消せない"
en = "A read mark stays"
severity = "minor"
hazard = { ja = "見落とし", en = "Something is overlooked" }
source = "Proposal"
"""
SENT, READ = item_of("送信"), item_of("既読", severity="minor", criterion="CH-02")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose register has two requirements."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "reports").mkdir()
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "requirements.toml").write_text(REGISTER, "utf-8")
    return tmp_path


@pytest.fixture
def run() -> Run:
    """A run that goes to production, where product's word is asked for; each requirement has a scenario that passed."""
    return fresh(RESULTS, items=(SENT, READ), environment="production")


def accepted_before(run: Run, **changed: Any) -> dict[str, Any]:
    """Make the verdict on ``run`` that of the last accepted release, as it was then."""
    main(["gate", str(run.folder)])
    document = json.loads(Path("reports/verdict.json").read_text("utf-8")) | {"verdict": "go", "exit_code": 0} | changed
    BASELINE.write_text(json.dumps(document), "utf-8")
    return document


def accept(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says when all is well."""
    capsys.readouterr()
    code = main(["accept", *arguments])
    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    return told.out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says to a mistake; nothing is recorded."""
    before = ACCEPTANCE.read_bytes() if ACCEPTANCE.exists() else None
    capsys.readouterr()
    assert main(["accept", *arguments]) == 3
    assert (ACCEPTANCE.read_bytes() if ACCEPTANCE.exists() else None) == before
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return told.err


def recorded() -> list[dict[str, Any]]:
    """Every word of the file, in its order."""
    return [one for said in json.loads(ACCEPTANCE.read_text("utf-8"))["releases"] for one in said["decisions"]]


def on_product() -> dict[str, str]:
    """What the gate's rule finds on product's word, by requirement."""
    main(["gate", str(RESULTS)])
    rules = json.loads(Path("reports/verdict.json").read_text("utf-8"))["rules"]
    findings = next(rule["findings"] for rule in rules if rule["name"] == "product-has-accepted")
    return {finding["requirement"]: finding["effect"] for finding in findings}


def test_before_any_accepted_release_every_promise_is_new(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    told = accept(capsys)
    assert told.startswith("No release was accepted yet, so every promise is new: 2\n")
    assert "? CH-01 (critical): newly promised" in told
    assert "No message is lost" in told
    assert f"+ {SENT.id}" in told
    assert "2 without a word" in told
    assert not ACCEPTANCE.exists()


def test_without_a_change_there_is_nothing_to_say(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    accepted_before(run)
    assert accept(capsys) == "Nothing that is promised changed since the last accepted release\n"
    assert "CH-01: nothing about it changed" in refused(capsys, "--by", "Sato", "--accept", "CH-01")
    told = accept(capsys, "--by", "Sato", "--accept-all")  # as a pipeline asks, whatever changed
    assert told == "Nothing that is promised changed since the last accepted release\n"
    assert not ACCEPTANCE.exists()
    assert on_product() == {}


def test_a_changed_promise_without_a_word_is_unknown_and_with_all_words_holds(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert on_product() == {"CH-01": "unknown", "CH-02": "unknown"}
    told = accept(capsys, "--by", "Sato", "--accept", "CH-01", "--comment", "as agreed")
    assert "✓ CH-01" in told
    assert "accepted by Sato at" in told
    assert "as agreed" in told
    assert on_product() == {"CH-02": "unknown"}
    assert "Each has a word. Judge again: nameraka gate" in accept(capsys, "--by", "Suzuki", "--accept-all")
    assert on_product() == {}


def test_a_rejected_promise_is_no_go(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    accept(capsys, "--by", "Sato", "--accept", "CH-01")
    told = accept(capsys, "--by", "Sato", "--reject", "CH-02", "--comment", "not what we agreed on")
    assert "✗ CH-02" in told
    assert on_product() == {"CH-02": "no-go"}


def test_every_word_is_kept_and_the_last_one_counts(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    accept(capsys, "--by", "Sato", "--accept-all")
    accept(capsys, "--by", "Suzuki", "--reject", "CH-01", "--comment", "too slow")
    assert on_product() == {"CH-01": "no-go"}
    accept(capsys, "--by", "Suzuki", "--accept", "CH-01")
    assert on_product() == {}
    assert [(one["requirement"], one["decision"], one["by"], one["comment"]) for one in recorded()] == [
        ("CH-01", "accepted", "Sato", None),
        ("CH-02", "accepted", "Sato", None),
        ("CH-01", "rejected", "Suzuki", "too slow"),
        ("CH-01", "accepted", "Suzuki", None),
    ]


def test_accepting_all_overturns_no_rejection(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    accept(capsys, "--by", "Sato", "--reject", "CH-01", "--comment", "too slow")
    accept(capsys, "--by", "Suzuki", "--accept-all")
    assert on_product() == {"CH-01": "no-go"}
    assert "every change has a word already" in refused(capsys, "--by", "Suzuki", "--accept-all")


def test_the_file_says_what_the_words_are_about(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    accept(capsys, "--by", "Sato", "--accept-all")
    said = json.loads(ACCEPTANCE.read_text("utf-8"))
    assert said["schema"] == 1
    assert said["releases"][0]["about"] == {
        "plan": run.plan.digest,
        "run_id": RUN,
        "build": run.plan.build,
        "environment": "production",
        "baseline": None,
    }
    assert recorded()[0]["at"].endswith("Z")


def test_words_on_another_build_say_nothing_about_this_one(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    accept(capsys, "--by", "Sato", "--accept-all")
    for path in run.folder.iterdir():
        path.unlink()
    fresh(RESULTS, items=(SENT, READ), environment="production", build=OTHER_BUILD)
    assert on_product() == {"CH-01": "unknown", "CH-02": "unknown"}
    assert "2 without a word" in accept(capsys)


def test_words_against_another_baseline_say_nothing_about_this_one(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    former = accepted_before(run, requirements=[])
    accept(capsys, "--by", "Sato", "--accept-all")
    BASELINE.write_text(json.dumps({**former, "created": "2026-01-01T00:00:00+00:00"}), "utf-8")
    assert "2 without a word" in accept(capsys)


def test_it_speaks_japanese(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    accept(capsys, "--by", "佐藤", "--reject", "CH-02", "--comment", "遅すぎる")
    told = accept(capsys, "--lang", "ja")
    assert "受け入れたリリースがまだないため、すべてが新しい約束です: 2件" in told
    assert "✗ CH-02 (軽微): 新しい約束" in told
    assert "佐藤 が受け入れませんでした" in told
    assert "判断がまだのもの: 1件" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--by", "Sato", "--accept", "XX-99"],
            "XX-99: there is no such requirement. Those that changed: CH-01, CH-02",
        ),
        (["--by", "Sato", "--accept", "CH-01", "XX-99"], "XX-99: there is no such requirement"),
        (["--by", "Sato", "--reject", "CH-01"], "--reject: say why"),
        (["--by", "Sato", "--reject", "CH-01", "--comment", "  "], "--reject: say why"),
        (["--accept", "CH-01"], "--by: say whose word it is"),
        (["--by", " ", "--accept-all"], "--by: say whose word it is"),
        (["--by", "Sato\x1b[2J", "--accept-all"], "--by: holds characters that nobody sees"),
        (["--by", "Sato", "--accept-all", "--comment", "\u202eko"], "--comment: holds characters that nobody sees"),
        (["--by", "Sato", "--accept-all", "--comment", "x" * 2001], "--comment: has more than 2,000 characters"),
        (["--by", "Sato"], "--by, --comment: on what?"),
    ],
)
def test_a_word_that_nobody_gives_or_on_nothing_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert told in refused(capsys, *arguments)


def test_accepting_and_rejecting_at_once_is_refused(run: Run) -> None:
    with pytest.raises(SystemExit, match="3"):
        main(["accept", "--by", "Sato", "--accept", "CH-01", "--reject", "CH-02"])


def test_a_folder_without_a_plan_cannot_be_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    RESULTS.mkdir()
    assert "holds no plan, so there is nothing to accept" in refused(capsys, "--by", "Sato", "--accept-all")


def test_a_verdict_that_was_no_go_is_no_accepted_release(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    accepted_before(run, verdict="no-go")
    assert "reports/baseline.json: is no verdict `go`" in refused(capsys, "--by", "Sato", "--accept-all")


@pytest.mark.parametrize("name", ["baseline.json", "acceptance.json"])
def test_a_file_that_cannot_be_read_is_told_and_left_as_it_is(
    run: Run, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (Path("reports") / name).write_text("{", "utf-8")
    assert f"reports/{name}: cannot be used" in refused(capsys, "--by", "Sato", "--accept-all")


def test_one_word_at_a_time_is_recorded(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    busy = Path("reports/.acceptance.json.new")
    busy.touch()
    assert "somebody else is recording a word now" in refused(capsys, "--by", "Sato", "--accept-all")
    busy.unlink()
    accept(capsys, "--by", "Sato", "--accept-all")
    assert not busy.exists()


def test_names_in_evidence_cannot_speak_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    fresh(RESULTS, items=(item_of("\x1b[2J\u202e送信"),), environment="production")
    told = accept(capsys)
    assert "\x1b" not in told
    assert "\u202e" not in told


# ── what changed ─────────────────────────────────────────────────────────────────────────────────────────────────────


def promise(state: str = "verified", *items: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A document of one requirement."""
    items = items or (documents.item("送信"),)
    return {"requirements": [documents.requirement("CH-01", state, list(items), **changed)], "items": list(items)}


def only(document: dict[str, Any], baseline: dict[str, Any] | None) -> Change:
    [change] = changes(document, baseline)
    return change


NOTHING: dict[str, Any] = {"requirements": [], "items": []}


def test_the_same_is_no_change() -> None:
    assert changes(promise(), promise()) == []


@pytest.mark.parametrize("state", ["verified", "failed", "not-run", "waived"])
def test_what_was_not_promised_then_is_new(state: str) -> None:
    assert only(promise(state), None).kinds == ("promised",)
    assert only(promise(state), NOTHING).kinds == ("promised",)
    assert only(promise(state), promise("proposed")).kinds == ("promised",)
    assert only(promise(state), promise("uncovered")).kinds == ("promised",)


@pytest.mark.parametrize("state", ["proposed", "uncovered"])
def test_what_no_scenario_proves_is_no_promise(state: str) -> None:
    assert changes(promise(state), None) == []
    withdrawn = only(promise(state), promise())
    assert (withdrawn.kinds, withdrawn.state, withdrawn.former_state) == (("withdrawn",), state, "verified")


def test_a_promise_that_is_gone_was_withdrawn() -> None:
    change = only(NOTHING, promise())
    assert (change.kinds, change.state, change.severity) == (("withdrawn",), None, "critical")
    assert change.removed == (documents.item("送信")["id"],)


def test_another_state_is_a_change() -> None:
    change = only(promise("waived"), promise("verified"))
    assert change.kinds == ("state",)
    assert change.what == ("verified → waived", "確認済み → 免除中")


@pytest.mark.parametrize(
    "changed", [{"en": "Fewer are lost"}, {"ja": "ほぼ失われない"}, {"severity": "minor"}, {"hazard": None}]
)
def test_another_statement_severity_or_hazard_is_a_change(changed: dict[str, Any]) -> None:
    assert only(promise(**changed), promise()).kinds == ("statement",)


def test_other_scenarios_are_a_change() -> None:
    sent, received = documents.item("送信"), documents.item("受信")
    change = only(promise("verified", received), promise("verified", sent))
    assert (change.kinds, change.added, change.removed) == (("scenarios",), (received["id"],), (sent["id"],))


def test_the_same_scenario_in_other_words_is_a_change() -> None:
    reworded = documents.item("送信", digest="sha256:" + "9" * 64)
    change = only(promise("verified", reworded), promise())
    assert (change.kinds, change.reworded) == (("scenarios",), (reworded["id"],))
    assert change.what.en == "scenarios: 0 added, 0 removed, 1 reworded"


def test_a_baseline_that_does_not_know_the_words_is_a_change() -> None:
    without = documents.item("送信")
    del without["digest"]
    assert only(promise(), promise("verified", without)).kinds == ("scenarios",)


def test_the_graver_change_comes_first() -> None:
    minor = documents.requirement("CH-01", "verified", [], severity="minor")
    critical = documents.requirement("CH-02", "verified", [])
    found = changes({"requirements": [minor, critical], "items": []}, None)
    assert [change.requirement for change in found] == ["CH-02", "CH-01"]


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────

ABOUT = {"plan": documents.PLAN, "run_id": "r", "build": None, "environment": "production", "baseline": None}
DECISION = {"requirement": "CH-01", "decision": "accepted", "by": "Sato", "comment": None, "at": "2026-01-02T03:04:05Z"}


def file(about: object = ABOUT, *decisions: object, **more: object) -> bytes:
    return json.dumps({"schema": 1, "releases": [{"about": about, "decisions": decisions}], **more}).encode()


def test_a_word_counts_for_exactly_what_it_is_about() -> None:
    acceptance = read_acceptance(file(ABOUT, DECISION))
    about = About(documents.PLAN, "r", None, "production", None)
    assert acceptance.words(about)["CH-01"].by == "Sato"
    for other in (
        About("sha256:" + "0" * 64, "r", None, "production", None),
        About(documents.PLAN, "s", None, "production", None),
        About(documents.PLAN, "r", documents.BUILD, "production", None),
        About(documents.PLAN, "r", None, "staging", None),
        About(documents.PLAN, "r", None, "production", documents.PLAN),
    ):
        assert acceptance.words(other) == {}


def test_what_is_written_is_read_again_as_it_was() -> None:
    acceptance = read_acceptance(file(ABOUT, DECISION, {**DECISION, "decision": "rejected", "comment": "否"}))
    assert read_acceptance(acceptance.to_json()) == acceptance


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"schema": 1}',
        b'{"schema": 2, "releases": []}',
        b'{"schema": 1, "schema": 1, "releases": []}',
        file(more=1),
        file({**ABOUT, "plan": "abc"}, DECISION),
        file({**ABOUT, "verdict": "go"}, DECISION),
        file({name: value for name, value in ABOUT.items() if name != "baseline"}, DECISION),
        file(ABOUT, {**DECISION, "decision": "maybe"}),
        file(ABOUT, {**DECISION, "by": " "}),
        file(ABOUT, {**DECISION, "at": "2026-01-02T03:04:05"}),
        file(ABOUT, {**DECISION, "at": "yesterday"}),
        file(ABOUT, {**DECISION, "requirement": None}),
        file(ABOUT, {**DECISION, "extra": 1}),
        file(ABOUT, {**DECISION, "decision": "rejected"}),
        file(ABOUT, {name: value for name, value in DECISION.items() if name != "by"}),
    ],
)
def test_a_file_that_is_not_exactly_of_its_shape_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        read_acceptance(content)
