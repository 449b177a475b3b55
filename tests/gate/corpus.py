"""The corpus: the ways by which bad releases pass test gates, and for each of them evidence that tries it.

Each case takes a good run, spoils it as its name says, and has it judged. None of it may be ``go``. A rule without a case
in which it alone speaks is an untested rule; ``test_corpus`` refuses it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from hand_made import BEGUN, ENDED, ITEMS, JUDGED, OTHER_BUILD, PLANNED, STRICTEST, Run, item_of, replace

from nameraka.gate.acceptance import About, Acceptance, Decision
from nameraka.gate.rules import RULES
from nameraka.gate.rules.rule import ACCEPTANCE, BASELINE, PLAN, POLICY, REGISTER, WAIVERS, Rule
from nameraka.gate.text import Text
from nameraka.gate.verdict import Answer, Verdict, document, judge
from nameraka.plan import canonical, sha256, shard_of


class Mode(NamedTuple):
    """One way; ``elsewhere`` are tests that show it where the gate's files cannot, ``limit`` is what nobody here sees."""

    number: int
    words: str
    elsewhere: tuple[str, ...] = ()
    limit: str = ""


class Hostile(NamedTuple):
    """Evidence that must not pass: the ``answer`` it must have, the ``rule`` that must say why, ``times`` times, and the
    items, requirements and files that it must name (``about``); ``also`` are the other rules that speak."""

    modes: tuple[int, ...]
    answer: Answer
    rule: str | None
    about: tuple[str, ...]
    also: tuple[str, ...]
    times: int
    judged: Callable[[Path], Verdict]

    @property
    def name(self) -> str:
        """Its modes, and how it is made from a good run, in words."""
        numbers = "+".join(f"{mode:02}" for mode in self.modes) or "--"
        return f"{numbers} {self.judged.__name__.replace('_', ' ')}"


LIES: Final = "tests/hostile/test_runs_that_lie.py::"
SENTINELS: Final = "tests/hostile/test_sentinels.py::"
VERIFY: Final = "tests/attest/test_verify.py::"
BUNDLES: Final = "tests/attest/test_hostile_bundles.py::"
SIGNED: Final = "tests/attest/test_signed_statements.py::"
COMMAND: Final = "tests/gate/test_gate_command.py::"
SILENT: Final = "tests/engine/test_nothing_is_silent.py::"

MODES: Final = (
    Mode(1, "no test ran", (LIES + "test_a_misspelt_tag_answers_nothing_and_is_unknown",)),
    Mode(
        2,
        "every job was skipped, and skipped is green",
        (VERIFY + "test_a_bundle_or_archive_that_cannot_be_read_is_refused",),
        "what a pipeline shows as green; only a job that runs nameraka verify depends on evidence",
    ),
    Mode(
        3,
        "fewer tests were chosen than meant",
        (
            LIES + "test_a_part_of_the_plan_is_unknown_and_counted",
            "tests/engine/test_register.py::test_a_slip_of_the_hand_is_understood_in_any_tag",
        ),
    ),
    Mode(
        4,
        "results are missing",
        (COMMAND + "test_an_empty_or_missing_folder_is_unknown_and_takes_an_old_verdict_away",),
    ),
    Mode(
        5,
        "a result file is cut off",
        ("tests/gate/test_gate_files.py::test_a_truncated_file_is_unknown_at_every_length",),
    ),
    Mode(
        6,
        "a shard or a worker is lost",
        (
            LIES + "test_a_worker_killed_is_unknown",
            LIES + "test_two_shards_of_one_run_are_go_together_and_unknown_alone",
            "tests/gate/test_merge.py::test_a_shard_that_is_missing",
        ),
    ),
    Mode(
        7,
        "the process ends early with exit code 0",
        (LIES + "test_os_exit_0_is_unknown", LIES + "test_pytest_exit_with_returncode_0_is_unknown"),
    ),
    Mode(
        8,
        "the exit code is swallowed",
        (
            SENTINELS + "test_a_hook_that_sets_the_exit_code_to_0",
            SIGNED + "test_a_verdict_that_is_not_go_is_signed_as_failed_and_refused",
        ),
        "the exit code of nameraka itself, once a shell has swallowed it; nameraka verify asks the signed verdict",
    ),
    Mode(
        9,
        "the report is only decoration",
        (VERIFY + "test_an_unsigned_bundle_is_refused", VERIFY + "test_nothing_that_must_be_pinned_may_be_left_out"),
        "who else may deploy, past the job that runs nameraka verify",
    ),
    Mode(10, "a skip counts as a pass", (LIES + "test_a_skip_in_a_sentence_is_unknown",)),
    Mode(11, "an expected failure counts as a pass", (LIES + "test_an_expected_failure_is_unknown",)),
    Mode(12, "a status that nobody knows counts as a pass"),
    Mode(13, "a failure is retried until it is green", (LIES + "test_a_failure_retried_until_green_is_no_go",)),
    Mode(14, "of several tries the clock chooses the one that counts"),
    Mode(15, "two answers have one identity"),
    Mode(16, "results excuse themselves"),
    Mode(17, "a waiver covers more than it was meant for"),
    Mode(18, "a waiver never ends"),
    Mode(19, "a waiver hides that the run itself broke"),
    Mode(20, "results are of another run", (LIES + "test_a_bare_pytest_into_the_same_folder_is_unknown",)),
    Mode(
        21,
        "what was merged was never tested together",
        (VERIFY + "test_a_verdict_for_another_artifact_environment_or_policy_is_refused",),
    ),
    Mode(
        22,
        "what is shipped is not what was tested",
        (
            LIES + "test_another_build_that_answers_is_unknown",
            COMMAND + "test_another_artifact_than_the_tested_one_is_not_signed",
            "tests/attest/test_signing_commands.py::test_an_artifact_that_was_not_tested_is_not_signed",
        ),
        "a system under test that does not tell the truth about its own build",
    ),
    Mode(23, "another environment was tested", (VERIFY + "test_a_verdict_of_another_environment_cannot_be_replayed",)),
    Mode(24, "a scenario asserts nothing", (SILENT + "test_check_finds_it_without_running_anything",)),
    Mode(25, "tests are silently not collected", (SILENT + "test_it_is_an_error_at_collection_with_its_line",)),
    Mode(
        26,
        "the code under test edits its own report",
        (
            LIES + "test_a_hook_that_turns_failures_into_passes_is_not_go",
            SENTINELS + "test_a_hook_that_reports_failures_as_passed",
            SENTINELS + "test_a_hook_that_rewrites_the_results",
            SENTINELS + "test_a_hook_that_runs_nothing",
        ),
        "code that knows the sentinels and lies about everything but them",
    ),
    Mode(
        27,
        "anyone may say that it passed",
        (
            VERIFY + "test_another_key_is_refused_also_under_the_gates_key_id",
            "tests/attest/test_approvals.py::test_an_approver_cannot_play_the_gate",
        ),
        "who can read the gate's key",
    ),
    Mode(
        28,
        "the statement says passed, whatever the results say",
        (
            VERIFY + "test_a_lie_of_the_gate_is_found_by_judging_again",
            VERIFY + "test_every_part_of_the_verdict_is_judged_again",
        ),
    ),
    Mode(29, "there is nothing to compare with, and that passes"),
    Mode(
        30,
        "there is no policy, and that passes",
        ("tests/hostile/test_runs_that_cannot_begin.py::test_a_policy_or_waivers_that_the_gate_would_not_understand",),
    ),
    Mode(31, "many passes outweigh one grave failure"),
    Mode(32, "an answer that decides nothing lets the release out"),
    Mode(33, "the gate itself is wrong", ("tests/gate/test_gate_properties.py::test_changing_any_byte",)),
    Mode(34, "a small change needs no gate", ("tests/gate/test_policy.py::test_what_is_not_understood_is_an_error",)),
    Mode(
        35,
        "advice instead of a veto, and nobody remembers",
        (COMMAND + "test_what_a_waiver_would_change_is_shown_and_no_verdict_is_written",),
    ),
    Mode(
        36,
        "what cannot be reached has nothing to test",
        ("tests/wire/test_contract.py::test_a_system_that_is_down_is_said_to_be_down",),
    ),
    Mode(
        37,
        "evidence is taken away, or is that of another day",
        (
            VERIFY + "test_an_envelope_of_another_verdict_does_not_fit",
            VERIFY + "test_swapped_repeated_and_missing_envelopes_are_refused",
            "tests/attest/test_signing_commands.py::test_a_ledger_that_was_changed_or_cut_vouches_for_nothing",
        ),
    ),
    Mode(
        38,
        "a clock was set",
        (VERIFY + "test_a_verdict_of_the_future_is_refused_and_a_clock_a_little_ahead_is_not",),
        "all clocks of a run set alike, that of the gate included",
    ),
    Mode(
        39,
        "evidence is taken to say more than it does",
        limit="what no scenario asks: inputs that differ from those of the examples, and load, and time, and real people",
    ),
)


CASES: list[Hostile] = []


def verdict_of(case: Hostile) -> Verdict:
    """What the gate says of it."""
    with tempfile.TemporaryDirectory() as folder:
        return case.judged(Path(folder))


def hostile(
    *modes: int,
    rule: str | None,
    about: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
    times: int = 1,
    answer: Answer = "unknown",
) -> Callable[[Callable[[Path], Verdict]], Any]:
    """Enter a case into the corpus."""

    def enter(judged: Callable[[Path], Verdict]) -> Callable[[Path], Verdict]:
        CASES.append(Hostile(modes, answer, rule, about, also, times, judged))
        return judged

    return enter


# What cases are made of


FIRST, SECOND, THIRD = (item.id for item in ITEMS)
SLOW: Final = item_of("遅い").id
RESULT: Final = f"{hashlib.md5(FIRST.encode(), usedforsecurity=False).hexdigest()}-result.json"
RECORD, OBSERVED, SENTINEL = "run-1of1.jsonl", "observed-1of1.json", "sentinel-1of1.json"
NAMELESS: Final = tuple(replace(item_of(f"場面{number}"), criteria=(), tags=()) for number in range(2))
"""Critical items that speak for no requirement."""
MINOR: Final = tuple(replace(item, severity="minor") for item in NAMELESS)
WHY: Final = "AssertionError: 返信が届かない"
HALF: Final = "[severity.minor]\npass_rate = 0.5\n"
BOOTSTRAP: Final = (
    'schema = 1\n[[bootstrap]]\nenvironment = "shop"\nowner = "山本 QA"\napprover = "佐藤 PO"\nreason = "最初"\n'
    "created = 2026-01-01\nexpires = 2026-01-10\n"
)
RELEASING: Final = '[environments]\nrelease = ["shop"]\n'


def good(folder: Path, policy: str = "", **settings: Any) -> Run:
    """A run of three critical items that all passed, or what ``settings`` say."""
    inputs = {"gate.toml": STRICTEST + policy, **settings.pop("inputs", {})}
    return Run(folder / "results", inputs=inputs, **settings).write()


def recorded(run: Run, item: str, *attempts: dict[str, Any], **settings: Any) -> Run:
    """``run`` with other lines about ``item`` in its record, sealed again."""
    others = [one.id for one in run.items if one.id != item]
    run.put_record("1of1", others, events=list(attempts), **settings)
    run.seal()
    return run


def labelled(run: Run, label: str, value: str) -> Run:
    """``run`` with another label on its first result."""
    labels = [one for one in run.result(run.planned())["labels"] if one["name"] != label]
    run.edit(labels=[*labels, {"name": label, "value": value}])
    return run


def rewritten(path: Path, former: str, new: str) -> None:
    content = path.read_text("utf-8")
    assert former in content
    path.write_text(content.replace(former, new), "utf-8")


def entry(name: str, severity: str = "critical", more: str = "") -> str:
    """A requirement of the register."""
    return (
        f'[{name}]\nja = "約束 {name}"\nen = "promise {name}"\nseverity = "{severity}"\nsource = "proposal"\n'
        f'hazard = {{ ja = "害", en = "harm" }}\n{more}'
    )


def failing(folder: Path, policy: str = "", severity: str = "major", outcome: str = "failed", **settings: Any) -> Run:
    """A run whose first of two items did not pass."""
    items = item_of("遅い", severity=severity), item_of("着実", severity=severity)
    run = good(folder, policy, items=items, answers={items[0].id: outcome}, **settings)
    return recorded(run, items[0].id, *run.attempt(items[0].id, 1, outcome, why=WHY))


def waiver(run: Run, **changes: str) -> str:
    """A waiver for the first item of ``run``, in order but for ``changes``."""
    cause = run.case().standing[run.planned()].fingerprint or "0" * 16
    values = {
        "requirement": "CH-01",
        "scenario": run.planned(),
        "fingerprint": cause,
        "owner": "山本 QA",
        "approver": "鈴木 PO",
        "reason": "次の版で直る",
        "created": "2026-01-01",
        "expires": "2026-01-12",
        **changes,
    }
    quoted = {
        name: value if name in ("created", "expires", "renewals") else json.dumps(value)
        for name, value in values.items()
    }
    return "[[waiver]]\n" + "".join(f"{name} = {value}\n" for name, value in quoted.items())


def waived(run: Run, **changes: str) -> Verdict:
    """The verdict with that waiver."""
    (run.folder.parent / "waivers.toml").write_text("schema = 1\n" + waiver(run, **changes), "utf-8")
    return run.judge()


def release(folder: Path, policy: str = "", **settings: Any) -> Run:
    """A run whose verdict would let a release out, and the same held against the last accepted release."""
    run = good(folder, RELEASING + policy, environment="shop", **settings)
    former = Run(folder / "former" / "results", items=run.items, environment="shop").write()
    return baseline(run, document(former.judge()))


def baseline(run: Run, former: dict[str, Any], **changes: Any) -> Run:
    """The last accepted release, beside ``run``."""
    content = json.dumps({**former, **changes}, ensure_ascii=False)
    (run.folder.parent / "baseline.json").write_text(content, "utf-8")
    return run


def former(run: Run) -> dict[str, Any]:
    """The document of the last accepted release."""
    found: dict[str, Any] = json.loads((run.folder.parent / "baseline.json").read_text("utf-8"))
    return found


def said(run: Run, requirement: str, decision: Any) -> Run:
    """Product's word."""
    before = run.folder.parent / "baseline.json"
    about = About.of(run.plan, sha256(before.read_bytes()) if before.exists() else None)
    word = Decision(requirement, decision, "佐藤 PO", "読みにくい", JUDGED)
    (run.folder.parent / "acceptance.json").write_bytes(Acceptance(1, ()).adding(about, [word]).to_json())
    return run


def without(run: Run, items: Iterable[int]) -> Run:
    """``run`` as if the items of these numbers had never been asked."""
    gone = {run.planned(number) for number in items}
    for item in gone:
        stem = run.result(item)["uuid"]
        for path in run.folder.glob(f"{stem}-*"):
            path.unlink()
    run.put_record("1of1", [item.id for item in run.items if item.id not in gone])
    run.seal()
    return run


# 1–9: nothing, too little, or not to its end


@hostile(
    1,
    rule="every-item-is-answered-once",
    about=(FIRST,),
    also=("promises-are-verified", "record-result-and-exit-code-agree"),
    times=3,
)
def nothing_was_collected(folder: Path) -> Verdict:
    return without(good(folder, exit_code=5), range(3)).judge()


@hostile(1, 8, rule="every-item-is-answered-once", about=(FIRST,), also=("promises-are-verified",), times=3)
def nothing_was_collected_and_exit_code_5_was_mapped_to_0(folder: Path) -> Verdict:
    return without(good(folder), range(3)).judge()


@hostile(1, rule="plan-is-present", about=(PLAN,))
def nothing_had_to_be_proven(folder: Path) -> Verdict:
    return good(folder, items=()).judge()


@hostile(3, 30, rule="plan-is-present", about=(PLAN,))
def nobody_said_what_had_to_be_proven(folder: Path) -> Verdict:
    run = good(folder)
    (run.folder / "plan.json").unlink()
    run.seal()
    return run.judge()


@hostile(3, 25, rule="every-item-is-answered-once", about=(SECOND,), also=("promises-are-verified",), times=2)
def one_of_three_was_chosen(folder: Path) -> Verdict:
    return without(good(folder), (1, 2)).judge()


@hostile(25, rule="every-item-is-answered-once", about=(NAMELESS[1].id,))
def a_scenario_that_speaks_for_no_requirement_was_not_collected(folder: Path) -> Verdict:
    return without(good(folder, items=NAMELESS), (1,)).judge()


@hostile(3, rule="every-requirement-is-known", about=("CH-01", REGISTER))
def a_tag_names_a_requirement_that_does_not_exist(folder: Path) -> Verdict:
    return good(folder, inputs={"requirements.toml": entry("CH-10", more="promised = false\n")}).judge()


@hostile(3, rule="promises-are-not-taken-back", about=("CH-01", REGISTER))
def a_promise_was_tagged_away(folder: Path) -> Verdict:
    run = good(folder, proposed={"features/chat/受付.feature::あす[api]": ("CH-01",)})
    return baseline(run, document(good(folder / "former").judge())).judge()


@hostile(3, rule="promises-are-not-taken-back", about=("CH-09", REGISTER))
def a_promise_that_could_not_be_tried_there_was_dropped(folder: Path) -> Verdict:
    earlier = document(good(folder / "former").judge())
    dropped = {"id": "CH-09", "state": "not-run", "severity": "minor", "items": []}
    return baseline(good(folder), earlier, requirements=[*earlier["requirements"], dropped]).judge()


@hostile(4, rule="evidence-is-readable", also=("plan-is-present",))
def the_folder_is_empty(folder: Path) -> Verdict:
    run = good(folder)
    for path in run.folder.iterdir():
        path.unlink()
    return run.judge()


@hostile(4, rule="evidence-is-readable", also=("plan-is-present",))
def the_folder_is_not_there(folder: Path) -> Verdict:
    run = good(folder)
    run.folder.rename(folder / "elsewhere")
    return run.judge()


@hostile(4, 37, rule="every-item-is-answered-once", about=(FIRST, RECORD), also=("promises-are-verified",))
def one_result_is_missing(folder: Path) -> Verdict:
    run = good(folder)
    run.result_file().unlink()
    run.seal()
    return run.judge()


@hostile(4, 15, rule="every-item-is-answered-once", about=(FIRST, RESULT), also=("promises-are-verified",))
def a_result_that_no_record_knows_of(folder: Path) -> Verdict:
    run = good(folder)
    run.put_record("1of1", [SECOND, THIRD])
    run.seal()
    return run.judge()


@hostile(
    4, rule="nothing-is-undecided", about=(FIRST, RESULT), also=("every-item-is-answered-once", "promises-are-verified")
)
def a_broken_result_that_no_record_knows_of(folder: Path) -> Verdict:
    run = good(folder)
    run.put_record("1of1", [SECOND, THIRD])
    run.edit(status="broken", statusDetails={"message": "ConnectionRefusedError"})
    return run.judge()


@hostile(
    4,
    13,
    rule="every-item-is-answered-once",
    about=(FIRST, RECORD),
    also=("no-critical-promise-is-in-doubt", "promises-are-verified"),
    times=2,
    answer="no-go",
)
def the_results_of_two_tries_are_missing(folder: Path) -> Verdict:
    run = good(folder)
    run.result_file().unlink()
    return recorded(run, FIRST, *run.attempt(FIRST, 1, "failed"), *run.attempt(FIRST, 2)).judge()


@hostile(5, rule="evidence-is-readable", about=(RESULT,), also=("every-item-is-answered-once", "promises-are-verified"))
def a_result_is_cut_off(folder: Path) -> Verdict:
    run = good(folder)
    run.result_file().write_bytes(run.result_file().read_bytes()[:99])
    run.seal()
    return run.judge()


@hostile(
    5,
    rule="evidence-is-readable",
    about=(f"{RESULT}.tmp",),
    also=("every-item-is-answered-once", "promises-are-verified"),
)
def a_result_was_never_finished_writing(folder: Path) -> Verdict:
    run = good(folder)
    run.result_file().rename(run.folder / f"{run.result_file().name}.tmp")
    run.seal()
    return run.judge()


@hostile(5, rule="evidence-is-readable", about=("notes.txt",))
def a_file_lies_there_that_nobody_can_place(folder: Path) -> Verdict:
    run = good(folder)
    (run.folder / "notes.txt").write_text("all is well")
    run.seal()
    return run.judge()


EIGHT: Final = tuple(item_of(f"場面{number}") for number in range(8))
MOVED: Final = next(item.id for item in EIGHT if shard_of(item.id, 2) == 2)


def two_shards(folder: Path) -> Run:
    return good(folder, items=EIGHT, shards=2)


@hostile(
    6,
    rule="every-record-is-closed",
    about=("run-2of2.jsonl",),
    also=("every-item-is-answered-once", "promises-are-verified", "record-result-and-exit-code-agree"),
)
def the_record_of_a_shard_is_missing(folder: Path) -> Verdict:
    run = two_shards(folder)
    (run.folder / "run-2of2.jsonl").unlink()
    run.seal()
    return run.judge()


@hostile(
    6,
    rule="every-record-is-closed",
    about=("run-1of2.jsonl",),
    also=("every-item-is-answered-once", "promises-are-verified", "record-result-and-exit-code-agree"),
)
def the_record_of_the_first_shard_is_missing(folder: Path) -> Verdict:
    run = two_shards(folder)
    (run.folder / "run-1of2.jsonl").unlink()
    run.seal()
    return run.judge()


@hostile(
    6,
    rule="every-record-is-closed",
    about=("run-2of2.jsonl",),
    also=("every-item-is-answered-once", "promises-are-verified", "the-sentinels-were-seen"),
)
def all_of_a_shard_is_missing(folder: Path) -> Verdict:
    run = two_shards(folder)
    for item in run.items:
        if shard_of(item.id, 2) == 2:
            (run.folder / f"{run.result(item.id)['uuid']}-result.json").unlink()
    (run.folder / "run-2of2.jsonl").unlink()
    (run.folder / "sentinel-2of2.json").unlink()
    run.seal()
    (run.folder / "observed-2of2.json").unlink()
    return run.judge()


@hostile(6, rule="every-record-is-closed", about=(RECORD,))
def a_worker_died(folder: Path) -> Verdict:
    run = good(folder)
    run.put_record("1of1", [item.id for item in ITEMS], events=[{"event": "worker-lost", "worker": "gw1"}])
    run.seal()
    return run.judge()


@hostile(7, rule="every-record-is-closed", about=(RECORD,), also=("record-result-and-exit-code-agree",))
def the_process_was_gone_before_its_end_with_exit_code_0(folder: Path) -> Verdict:
    run = good(folder)
    run.put_record("1of1", [item.id for item in ITEMS], closed=False)
    run.seal()
    return run.judge()


@hostile(7, rule="every-record-is-closed", about=(RECORD,))
def something_ended_pytest_with_exit_code_0(folder: Path) -> Verdict:
    return good(folder, reason="exited").judge()


@hostile(7, rule="every-item-is-answered-once", about=(FIRST, RECORD), also=("promises-are-verified",))
def a_scenario_began_and_never_ended(folder: Path) -> Verdict:
    run = good(folder)
    return recorded(run, FIRST, *run.attempt(FIRST)[:1]).judge()


@hostile(6, 15, rule="nothing-else-answered", about=(MOVED, "run-1of2.jsonl"))
def another_shard_answered(folder: Path) -> Verdict:
    run = two_shards(folder)
    for shard in (1, 2):
        mine = [item.id for item in run.items if (shard_of(item.id, 2) == shard) is not (item.id == MOVED)]
        run.put_record(f"{shard}of2", mine)
    run.seal()
    return run.judge()


@hostile(6, rule="every-record-is-closed", about=("run-1of3.jsonl",))
def a_record_of_another_split(folder: Path) -> Verdict:
    run = good(folder)
    run.put_record("1of3", [])
    run.seal()
    observed(run, "1of3")
    return run.judge()


@hostile(6, 7, rule="record-result-and-exit-code-agree", about=("observed-1of2.json",))
def a_pytest_that_left_no_record(folder: Path) -> Verdict:
    run = good(folder)
    observed(run, "1of2")
    return run.judge()


@hostile(7, rule="record-result-and-exit-code-agree", about=(OBSERVED,))
def a_signal_ended_it(folder: Path) -> Verdict:
    run = good(folder)
    run.seal(exit_code=None, signal=9)
    return run.judge()


@hostile(7, rule="record-result-and-exit-code-agree", about=(OBSERVED,))
def it_was_told_to_end(folder: Path) -> Verdict:
    run = good(folder)
    run.seal(stopped_by="the time limit of 60 seconds")
    return run.judge()


def observed(run: Run, shard: str) -> None:
    """What the parent saw of a further shard, beside the others."""
    seen = json.loads((run.folder / OBSERVED).read_text("utf-8")) | {"shard": shard}
    del seen["digest"]
    run.put(f"observed-{shard}.json", {**seen, "digest": sha256(canonical(seen))})


@hostile(
    8,
    rule="no-critical-promise-is-in-doubt",
    about=(FIRST, "CH-01", RECORD),
    also=("promises-are-verified", "record-result-and-exit-code-agree"),
    answer="no-go",
)
def a_failure_with_exit_code_0(folder: Path) -> Verdict:
    return good(folder, answers={FIRST: "failed"}, exit_code=0).judge()


@hostile(
    8,
    rule="record-result-and-exit-code-agree",
    about=(OBSERVED,),
    also=("nothing-is-undecided", "promises-are-verified"),
)
def a_crash_with_exit_code_0(folder: Path) -> Verdict:
    return good(folder, answers={FIRST: "crashed"}, exit_code=0).judge()


@hostile(8, rule="record-result-and-exit-code-agree", about=(OBSERVED,), times=2)
def the_parent_saw_another_exit_code_than_the_record_tells(folder: Path) -> Verdict:
    run = good(folder)
    run.seal(exit_code=1)
    return run.judge()


@hostile(8, rule="record-result-and-exit-code-agree", about=(OBSERVED,))
def only_excused_failures_and_an_exit_code_that_means_something_else(folder: Path) -> Verdict:
    return good(folder, HALF, items=MINOR, answers={MINOR[0].id: "failed"}, exit_code=4).judge()


@hostile(8, rule="record-result-and-exit-code-agree", about=(RECORD,))
def nobody_saw_how_it_ended(folder: Path) -> Verdict:
    run = good(folder)
    (run.folder / "observed-1of1.json").unlink()
    return run.judge()


# 10–16: what counts as a pass


@hostile(10, rule="no-critical-promise-is-in-doubt", about=(FIRST, "CH-01", RECORD), also=("promises-are-verified",))
def a_critical_scenario_was_skipped(folder: Path) -> Verdict:
    return good(folder, answers={FIRST: "skipped"}).judge()


@hostile(10, rule="what-was-not-run-is-accounted-for", about=(NAMELESS[0].id, RECORD))
def a_minor_scenario_was_skipped(folder: Path) -> Verdict:
    return good(folder, items=MINOR, answers={MINOR[0].id: "skipped"}).judge()


@hostile(
    10, rule="no-critical-promise-is-in-doubt", about=(FIRST, "CH-01", RECORD), also=("promises-are-verified",), times=3
)
def all_were_skipped(folder: Path) -> Verdict:
    return good(folder, answers=dict.fromkeys((FIRST, SECOND, THIRD), "skipped")).judge()


@hostile(11, rule="no-critical-promise-is-in-doubt", about=(FIRST, "CH-01", RECORD), also=("promises-are-verified",))
def a_failure_was_expected(folder: Path) -> Verdict:
    return good(folder, answers={FIRST: "xfailed"}).judge()


@hostile(
    11,
    rule="nothing-is-undecided",
    about=(FIRST, RECORD),
    also=("promises-are-verified", "record-result-and-exit-code-agree"),
)
def a_failure_was_expected_and_it_passed(folder: Path) -> Verdict:
    run = good(folder)
    return recorded(run, FIRST, *run.attempt(FIRST, 1, "xpassed")).judge()


@hostile(12, 32, rule="nothing-is-undecided", about=(FIRST, RECORD), also=("promises-are-verified",))
def a_result_of_unknown_status(folder: Path) -> Verdict:
    run = good(folder, answers={FIRST: "unknown"})
    return run.judge()


@hostile(
    12,
    rule="nothing-is-undecided",
    about=(FIRST, RESULT),
    also=("promises-are-verified", "record-result-and-exit-code-agree"),
)
def a_result_without_a_status(folder: Path) -> Verdict:
    run = good(folder)
    run.edit(status=None)
    return run.judge()


@hostile(13, rule="no-critical-promise-is-in-doubt", about=(NAMELESS[0].id, RECORD), answer="no-go")
def a_critical_failure_was_retried_until_green_within_every_budget(folder: Path) -> Verdict:
    return flaky(good(folder, "[severity.minor]\nflaky = 9\n[severity.major]\nflaky = 9\n", items=NAMELESS)).judge()


@hostile(13, rule="no-critical-promise-is-in-doubt", about=(NAMELESS[0].id, RECORD), answer="no-go")
def it_failed_and_then_broke(folder: Path) -> Verdict:
    run = good(folder, items=NAMELESS, answers={NAMELESS[0].id: "broken"})
    item = run.planned()
    run.put_result(item, name="first", uuid="first", status="failed")
    return recorded(run, item, *run.attempt(item, 1, "failed"), *run.attempt(item, 2, "broken")).judge()


@hostile(13, rule="no-critical-promise-is-in-doubt", about=(NAMELESS[0].id, RECORD))
def what_broke_before_its_first_sentence_was_retried_until_green(folder: Path) -> Verdict:
    return flaky(good(folder, items=NAMELESS), "broken").judge()


@hostile(13, rule="flaky-scenarios-are-within-budget", about=(NAMELESS[0].id, RECORD), answer="no-go")
def a_minor_failure_was_retried_until_green(folder: Path) -> Verdict:
    return flaky(good(folder, items=MINOR)).judge()


def flaky(run: Run, outcome: str = "failed") -> Run:
    """``run`` with a first try of its first item that ended so."""
    item = run.planned()
    run.put_result(item, name="first", uuid="first", status=outcome)
    return recorded(run, item, *run.attempt(item, 1, outcome, why=WHY), *run.attempt(item, 2))


@hostile(
    13,
    rule="no-critical-promise-is-in-doubt",
    about=(FIRST, "CH-01", RECORD),
    also=("promises-are-verified",),
    answer="no-go",
)
def each_try_failed_in_its_own_way(folder: Path) -> Verdict:
    run = good(folder, answers={FIRST: "failed"})
    earlier = run.result(FIRST)["start"] - 5_000
    steps = [{"name": "もし 送信する", "status": "failed"}, {"name": "ならば 届く", "status": "skipped"}]
    run.put_result(FIRST, name="zz-first", uuid="first", steps=steps, start=earlier, stop=earlier + 1)
    return recorded(run, FIRST, *run.attempt(FIRST, 1, why="A"), *run.attempt(FIRST, 2, why="B")).judge()


@hostile(
    13,
    37,
    rule="every-item-is-answered-once",
    about=(FIRST, RESULT),
    also=("no-critical-promise-is-in-doubt", "promises-are-verified"),
    answer="no-go",
)
def the_result_of_the_failed_try_was_taken_away(folder: Path) -> Verdict:
    run = flaky(good(folder))
    (run.folder / "first-result.json").unlink()
    run.seal()
    return run.judge()


@hostile(14, rule="results-are-of-the-time-of-the-run", about=(FIRST, RESULT))
def a_pass_dated_years_ahead(folder: Path) -> Verdict:
    run = good(folder)
    ahead = run.result(FIRST)["start"] + 7 * 365 * 86_400_000
    run.edit(start=ahead, stop=ahead)
    return run.judge()


@hostile(
    14,
    rule="no-critical-promise-is-in-doubt",
    about=(FIRST, "CH-01", RECORD),
    also=(
        "every-item-is-answered-once",
        "nothing-is-undecided",
        "promises-are-verified",
        "results-are-of-the-time-of-the-run",
    ),
    answer="no-go",
)
def a_pass_dated_years_ahead_beside_a_failure(folder: Path) -> Verdict:
    run = good(folder, answers={FIRST: "failed"})
    ahead = run.result(FIRST)["start"] + 7 * 365 * 86_400_000
    run.put_result(FIRST, name="ahead", uuid="ahead", status="passed", start=ahead, stop=ahead)
    run.seal()
    return run.judge()


@hostile(
    14,
    rule="every-item-is-answered-once",
    about=(FIRST, RECORD),
    also=("no-critical-promise-is-in-doubt", "promises-are-verified", "record-result-and-exit-code-agree"),
    answer="no-go",
)
def tries_are_not_in_their_order(folder: Path) -> Verdict:
    run = good(folder)
    run.put_result(FIRST, name="first", uuid="first", status="failed")
    return recorded(run, FIRST, *run.attempt(FIRST, 2), *run.attempt(FIRST, 1, "failed")).judge()


@hostile(15, rule="every-item-is-answered-once", about=(FIRST, "again-result.json"), also=("promises-are-verified",))
def one_item_has_two_results(folder: Path) -> Verdict:
    run = good(folder)
    run.put_result(FIRST, name="again", uuid="again")
    run.seal()
    return run.judge()


@hostile(
    15,
    rule="every-item-is-answered-once",
    about=(FIRST, "run-2of2.jsonl"),
    times=2,
    also=("nothing-else-answered", "promises-are-verified"),
)
def two_records_have_the_same_item(folder: Path) -> Verdict:
    run = good(folder, items=ITEMS[:1], shards=2)
    run.put_record("1of2", [FIRST])
    run.put_record("2of2", [FIRST])
    run.seal()
    return run.judge()


@hostile(15, rule="nothing-else-answered", about=("nameless-result.json",))
def a_result_does_not_say_what_it_answers_for(folder: Path) -> Verdict:
    run = good(folder)
    run.put_result(FIRST, name="nameless", fullName=None)
    run.seal()
    return run.judge()


PROPOSED: Final = item_of("あす").id


@hostile(15, rule="nothing-else-answered", about=("features/x[api]", RECORD))
def a_record_knows_of_something_that_nobody_planned(folder: Path) -> Verdict:
    run = good(folder)
    run.put_record("1of1", [*(item.id for item in ITEMS), "features/x[api]"])
    run.seal()
    return run.judge()


@hostile(15, rule="nothing-else-answered", about=(PROPOSED, "tomorrow-result.json"))
def what_is_only_proposed_has_a_result(folder: Path) -> Verdict:
    run = good(folder, proposed={PROPOSED: ("CH-09",)})
    labels = [one for one in run.result(PROPOSED)["labels"] if one["name"] != "build"]
    run.put_result(PROPOSED, name="tomorrow", labels=labels)
    run.seal()
    return run.judge()


@hostile(15, rule="nothing-else-answered", about=(PROPOSED, RECORD))
def what_is_only_proposed_was_run(folder: Path) -> Verdict:
    run = good(folder, proposed={PROPOSED: ("CH-09",)})
    run.put_record("1of1", [item.id for item in ITEMS], events=run.attempt(PROPOSED, builds=[]))
    run.seal()
    return run.judge()


@hostile(15, rule="plan-is-present", about=(FIRST, PLAN), also=("every-item-is-answered-once", "promises-are-verified"))
def two_scenarios_have_one_id(folder: Path) -> Verdict:
    return good(folder, items=(*ITEMS, ITEMS[0])).judge()


@hostile(15, rule="nothing-else-answered", about=("features/chat/受付.feature::別の場面[api]", "stranger-result.json"))
def something_answered_that_nobody_planned(folder: Path) -> Verdict:
    run = good(folder)
    run.put_result("features/chat/受付.feature::別の場面[api]", name="stranger")
    run.seal()
    return run.judge()


@hostile(
    15,
    31,
    rule="no-critical-promise-is-in-doubt",
    about=("features/x[api]", "stranger-result.json"),
    also=("nothing-else-answered",),
    answer="no-go",
)
def a_result_failed_that_nobody_planned(folder: Path) -> Verdict:
    run = good(folder)
    run.put_result("features/x[api]", name="stranger", status="failed", statusDetails={"message": WHY})
    run.seal()
    return run.judge()


@hostile(
    15,
    rule="nothing-else-answered",
    about=("features/chat/受付.feature::別の場面[api]", "stranger-result.json"),
    also=("no-critical-promise-is-in-doubt",),
    answer="no-go",
)
def something_failed_that_nobody_planned(folder: Path) -> Verdict:
    run = good(folder)
    run.put_result("features/chat/受付.feature::別の場面[api]", name="stranger", status="failed")
    run.seal()
    return run.judge()


@hostile(16, rule="nothing-is-undecided", about=(FIRST, RESULT))
def a_result_asks_not_to_be_counted(folder: Path) -> Verdict:
    run = good(folder)
    run.edit(statusDetails={"muted": True})
    return run.judge()


@hostile(
    16,
    rule="no-critical-promise-is-in-doubt",
    about=(FIRST, "CH-01", RECORD),
    also=("nothing-is-undecided", "promises-are-verified"),
    answer="no-go",
)
def a_failure_says_that_it_is_known(folder: Path) -> Verdict:
    run = good(folder, answers={FIRST: "failed"})
    run.edit(statusDetails={"known": True, "muted": True, "flaky": True})
    return run.judge()


# 17–19: exceptions


@hostile(
    17,
    rule="waivers-are-in-order",
    about=(".*[api]", "CH-01", WAIVERS),
    also=("enough-promises-hold", "promises-are-verified"),
    answer="no-go",
)
def a_waiver_for_everything(folder: Path) -> Verdict:
    return waived(failing(folder), scenario=".*[api]")


@hostile(
    17,
    rule="waivers-are-in-order",
    about=(SLOW, "CH-01", WAIVERS),
    also=("enough-promises-hold", "promises-are-verified"),
    answer="no-go",
)
def a_waiver_for_another_cause(folder: Path) -> Verdict:
    return waived(failing(folder), fingerprint="0123456789abcdef")


@hostile(
    17,
    rule="no-critical-promise-is-in-doubt",
    about=(SLOW, "CH-01", RECORD),
    also=("promises-are-verified", "waivers-are-in-order"),
    answer="no-go",
)
def a_waiver_for_a_critical_promise_and_no_glass_to_break(folder: Path) -> Verdict:
    return waived(failing(folder, severity="critical"), role="release-owner")


@hostile(
    17,
    rule="waivers-are-in-order",
    about=(SLOW, "CH-02", WAIVERS),
    also=("no-critical-promise-is-in-doubt", "promises-are-verified"),
    answer="no-go",
)
def a_critical_promise_waived_by_way_of_a_minor_one_of_the_same_scenario(folder: Path) -> Verdict:
    items = replace(item_of("遅い", severity="minor"), criteria=("CH-01", "CH-02")), *MINOR
    register = entry("CH-01") + entry("CH-02", "minor")
    run = good(folder, items=items, answers={items[0].id: "failed"}, inputs={"requirements.toml": register})
    return waived(run, requirement="CH-02")


@hostile(
    17,
    rule="waivers-are-in-order",
    about=(SLOW, "CH-01", WAIVERS),
    also=("enough-promises-hold", "promises-are-verified"),
    answer="no-go",
)
def a_waiver_approved_by_who_asked_for_it(folder: Path) -> Verdict:
    return waived(failing(folder), approver="山本 qa ")


@hostile(17, rule="waivers-are-in-order", about=(NAMELESS[0].id, "CH-01", WAIVERS))
def a_waiver_that_nothing_needs(folder: Path) -> Verdict:
    return waived(good(folder, items=MINOR), fingerprint="0123456789abcdef")


@hostile(
    18,
    rule="waivers-are-in-order",
    about=(SLOW, "CH-01", WAIVERS),
    also=("enough-promises-hold", "promises-are-verified"),
    answer="no-go",
)
def a_waiver_that_has_expired(folder: Path) -> Verdict:
    return waived(failing(folder), expires="2026-01-01")


@hostile(
    18,
    rule="waivers-are-in-order",
    about=(SLOW, "CH-01", WAIVERS),
    also=("enough-promises-hold", "promises-are-verified"),
    answer="no-go",
)
def a_waiver_for_years(folder: Path) -> Verdict:
    return waived(failing(folder), expires="2036-01-01")


@hostile(
    18,
    rule="waivers-are-in-order",
    about=(SLOW, "CH-01", WAIVERS),
    also=("enough-promises-hold", "promises-are-verified"),
    answer="no-go",
)
def a_waiver_renewed_again_and_again(folder: Path) -> Verdict:
    return waived(failing(folder), renewals="9")


@hostile(19, rule="nothing-is-undecided", about=(SLOW, RECORD), also=("promises-are-verified", "waivers-are-in-order"))
def a_waiver_for_a_crash(folder: Path) -> Verdict:
    return waived(failing(folder, outcome="crashed"))


@hostile(19, rule="every-record-is-closed", about=(RECORD,), also=("record-result-and-exit-code-agree",))
def a_waiver_where_the_run_did_not_end(folder: Path) -> Verdict:
    run = failing(folder)
    content = waiver(run)
    recorded(run, run.planned(), *run.attempt(run.planned(), 1, "failed", why=WHY), closed=False)
    (folder / "waivers.toml").write_text("schema = 1\n" + content, "utf-8")
    return run.judge()


# 20–23: of another run, build, place or time


@hostile(20, rule="results-are-of-this-run", about=(FIRST, RESULT))
def a_result_of_another_run(folder: Path) -> Verdict:
    return labelled(good(folder), "run", "yesterday").judge()


@hostile(20, 21, rule="results-are-of-this-run", about=(FIRST, RESULT))
def a_result_of_another_plan(folder: Path) -> Verdict:
    return labelled(good(folder), "plan", sha256(b"another")).judge()


@hostile(
    20, 21, rule="every-record-is-closed", about=(RECORD,), also=("the-sentinels-were-seen", "results-are-of-this-run")
)
def the_plan_of_another_commit(folder: Path) -> Verdict:
    run = good(folder)
    run.plan = replace(run.plan, commit="1" * 40)
    (run.folder / "plan.json").write_bytes(run.plan.to_json())
    run.seal()
    return run.judge()


@hostile(20, rule="evidence-is-fresh", about=(FIRST, RECORD), times=4)
def evidence_of_the_day_before_yesterday(folder: Path) -> Verdict:
    return good(folder).judge(JUDGED + timedelta(days=2))


@hostile(3, 20, rule="evidence-is-fresh", about=(PLAN,))
def a_plan_of_last_month_answered_today(folder: Path) -> Verdict:
    run = good(folder)
    run.plan = replace(run.plan, created=(PLANNED - timedelta(days=30)).isoformat())
    (run.folder / "plan.json").write_bytes(run.plan.to_json())
    run.seal()
    return run.judge()


@hostile(20, 38, rule="results-are-of-the-time-of-the-run", about=(FIRST, RESULT))
def a_result_of_last_year(folder: Path) -> Verdict:
    run = good(folder)
    before = run.result(FIRST)["start"] - 365 * 86_400_000
    run.edit(start=before, stop=before + 1000)
    return run.judge()


@hostile(21, rule="what-is-released-is-committed", about=(PLAN,))
def what_was_tested_is_in_no_commit(folder: Path) -> Verdict:
    return release(folder, uncommitted=True).judge()


@hostile(21, rule="what-is-released-is-committed", about=(PLAN,))
def nobody_knows_from_which_commit(folder: Path) -> Verdict:
    run = release(folder)
    run.plan = replace(run.plan, commit=None)
    (run.folder / "plan.json").write_bytes(run.plan.to_json())
    return rerun(run).judge()


def rerun(run: Run) -> Run:
    """``run`` again, for the plan that it has now."""
    for item in run.items:
        run.put_result(item.id)
    run.put_record("1of1", [item.id for item in run.items])
    run.put_sentinel("1of1")
    run.seal()
    return run


@hostile(
    22,
    rule="the-planned-build-answered",
    about=(FIRST, RECORD),
    also=("no-critical-promise-is-in-doubt", "promises-are-verified"),
    answer="no-go",
)
def it_failed_on_another_build(folder: Path) -> Verdict:
    run = good(folder, answers={FIRST: "failed"})
    return recorded(run, FIRST, *run.attempt(FIRST, 1, "failed", builds=[OTHER_BUILD])).judge()


@hostile(22, rule="the-planned-build-answered", about=(FIRST, RESULT))
def another_build_answered(folder: Path) -> Verdict:
    return labelled(good(folder), "build", OTHER_BUILD).judge()


@hostile(22, rule="the-planned-build-answered", about=(FIRST, RECORD))
def two_builds_answered_one_scenario(folder: Path) -> Verdict:
    run = good(folder)
    return recorded(run, FIRST, *run.attempt(FIRST, builds=[run.build, OTHER_BUILD])).judge()


@hostile(22, rule="the-planned-build-answered", about=(PLAN,))
def nobody_said_which_build_should_answer(folder: Path) -> Verdict:
    return good(folder, build=None).judge()


@hostile(23, rule="results-are-of-this-run", about=(FIRST, RESULT))
def a_result_of_another_environment(folder: Path) -> Verdict:
    return labelled(good(folder), "environment", "staging").judge()


@hostile(23, rule="every-record-is-closed", about=(RECORD,))
def a_record_of_another_environment(folder: Path) -> Verdict:
    run = good(folder)
    run.environment = "staging"
    run.put_record("1of1", [item.id for item in ITEMS])
    run.seal()
    return run.judge()


@hostile(23, rule="results-are-of-this-run", about=(FIRST, RESULT))
def through_another_door(folder: Path) -> Verdict:
    return labelled(good(folder), "door", "web").judge()


@hostile(23, rule="nothing-for-tests-is-switched-on", about=(RECORD,))
def production_with_a_clock_that_tests_may_set(folder: Path) -> Verdict:
    run = good(folder, '[environments]\nas_shipped = ["shop"]\n', environment="shop")
    run.put_record("1of1", [item.id for item in ITEMS], events=[{"event": "facts", "clock": "injectable"}])
    run.seal()
    return run.judge()


# 24–28: reports that say more than was seen


@hostile(24, rule="nothing-is-undecided", about=(FIRST, RESULT))
def passed_without_a_sentence(folder: Path) -> Verdict:
    run = good(folder)
    run.edit(steps=[])
    return run.judge()


@hostile(24, rule="promises-are-verified", about=("CH-02", REGISTER))
def a_promise_for_which_no_scenario_speaks(folder: Path) -> Verdict:
    return good(folder, inputs={"requirements.toml": entry("CH-01") + entry("CH-02")}).judge()


@hostile(
    26,
    rule="record-result-and-exit-code-agree",
    about=(FIRST, RESULT),
    also=("nothing-is-undecided", "promises-are-verified"),
    times=2,
)
def failures_rewritten_in_the_record_alone(folder: Path) -> Verdict:
    run = good(folder, answers={FIRST: "broken"})
    return recorded(run, FIRST, *run.attempt(FIRST, 1, "passed")).judge()


@hostile(
    26,
    rule="record-result-and-exit-code-agree",
    about=(FIRST, RESULT),
    also=("nothing-is-undecided", "promises-are-verified"),
)
def skipped_in_the_record_and_broken_in_its_result(folder: Path) -> Verdict:
    run = good(folder, answers={FIRST: "skipped"})
    run.edit(status="broken")
    return run.judge()


@hostile(
    26, rule="files-are-as-the-run-left-them", about=(RESULT,), also=("record-result-and-exit-code-agree",), times=2
)
def failures_rewritten_after_the_run(folder: Path) -> Verdict:
    failed = good(folder / "failed", answers={FIRST: "failed"})
    run = good(folder)
    seen = (failed.folder / "observed-1of1.json").read_bytes()
    (run.folder / "observed-1of1.json").write_bytes(seen)
    return run.judge()


@hostile(26, rule="files-are-as-the-run-left-them", about=("environment.properties",))
def a_file_was_laid_beside_the_results(folder: Path) -> Verdict:
    run = good(folder)
    (run.folder / "environment.properties").write_text("a=b")
    return run.judge()


@hostile(26, rule="every-record-is-closed", about=(RECORD,))
def a_line_of_the_record_was_rewritten(folder: Path) -> Verdict:
    run = good(folder)
    rewritten(run.folder / "run-1of1.jsonl", '"seconds": 0.1', '"seconds": 0.2')
    run.seal()
    return run.judge()


@hostile(26, rule="the-sentinels-were-seen", about=(SENTINEL,), times=2)
def what_must_fail_passed(folder: Path) -> Verdict:
    run = good(folder)
    passed = {"record": "passed", "result": "passed"}
    skipped = {"record": "skipped", "result": "skipped"}
    run.put_sentinel("1of1", outcomes={"must-fail": passed, "must-be-skipped": skipped})
    run.seal()
    return run.judge()


@hostile(26, rule="the-sentinels-were-seen", about=(SENTINEL,))
def what_must_fail_failed_and_pytest_ended_with_0(folder: Path) -> Verdict:
    run = good(folder)
    run.put_sentinel("1of1", exit_code=0)
    run.seal()
    return run.judge()


@hostile(26, rule="the-sentinels-were-seen", about=(SENTINEL,))
def nothing_shows_that_a_failure_would_have_been_seen(folder: Path) -> Verdict:
    run = good(folder)
    (run.folder / "sentinel-1of1.json").unlink()
    run.seal()
    return run.judge()


@hostile(28, rule="nothing-is-undecided", about=(FIRST, RESULT))
def passed_and_a_sentence_inside_that_failed(folder: Path) -> Verdict:
    run = good(folder)
    run.edit(steps=[{"name": "もし 送信する", "status": "failed"}, {"name": "ならば 届く", "status": "passed"}])
    return run.judge()


@hostile(28, rule="every-record-is-closed", about=(RECORD,))
def counts_that_are_not_those_of_the_lines(folder: Path) -> Verdict:
    run = good(folder)
    rewritten(run.folder / "run-1of1.jsonl", '"passed": 3', '"passed": 4')
    run.seal()
    return run.judge()


# 29–35: what it is judged by


@hostile(29, rule="nothing-that-held-fails-now", about=(BASELINE,))
def a_release_with_nothing_before_it(folder: Path) -> Verdict:
    return good(folder, RELEASING, environment="shop", items=NAMELESS).judge()


@hostile(29, rule="nothing-that-held-fails-now", about=(BASELINE,))
def held_against_a_release_that_was_never_accepted(folder: Path) -> Verdict:
    run = release(folder)
    return baseline(run, former(run), verdict="no-go").judge()


@hostile(29, rule="nothing-that-held-fails-now", about=(BASELINE,))
def held_against_a_release_of_another_environment(folder: Path) -> Verdict:
    run = release(folder)
    return baseline(run, former(run), environment="playground").judge()


@hostile(
    29,
    rule="evidence-is-readable",
    about=("baseline.json",),
    also=("nothing-that-held-fails-now", "product-has-accepted"),
)
def held_against_something_that_cannot_be_read(folder: Path) -> Verdict:
    run = release(folder)
    (folder / "baseline.json").write_text("{")
    return run.judge()


@hostile(29, rule="waivers-are-in-order", about=(WAIVERS,), also=("nothing-that-held-fails-now",))
def a_first_release_excused_by_who_asked_for_it(folder: Path) -> Verdict:
    bootstrap = {"waivers.toml": BOOTSTRAP.replace("佐藤 PO", "山本 QA")}
    return good(folder, RELEASING, environment="shop", items=NAMELESS, inputs=bootstrap).judge()


@hostile(29, rule="waivers-are-in-order", about=(WAIVERS,))
def the_first_release_for_the_second_time(folder: Path) -> Verdict:
    return release(folder, inputs={"waivers.toml": BOOTSTRAP}).judge()


@hostile(30, rule="the-policy-is-the-planned-one", about=(POLICY,))
def there_is_no_policy(folder: Path) -> Verdict:
    run = good(folder)
    (folder / "gate.toml").unlink()
    return run.judge()


@hostile(30, rule="the-policy-is-the-planned-one", about=("gate.toml",))
def the_policy_was_eased_after_the_run(folder: Path) -> Verdict:
    run = good(folder)
    (folder / "gate.toml").write_text(STRICTEST + HALF)
    return run.judge()


@hostile(30, rule="the-policy-is-the-planned-one", about=(PLAN,))
def the_register_was_taken_away_after_the_run(folder: Path) -> Verdict:
    run = good(folder, inputs={"requirements.toml": entry("CH-01")})
    (folder / "requirements.toml").unlink()
    return run.judge()


@hostile(30, rule="evidence-is-readable", about=("gate.toml",))
def a_key_of_the_policy_is_misspelt(folder: Path) -> Verdict:
    return good(folder, "[severity.minro]\npass_rate = 1.0\n").judge()


@hostile(30, rule=None)
def there_are_no_rules(folder: Path) -> Verdict:
    return judge(good(folder).case(), rules=())


@hostile(
    31,
    rule="no-critical-promise-is-in-doubt",
    about=("features/chat/受付.feature::命に関わる[api]", "CH-01", RECORD),
    also=("promises-are-verified",),
    answer="no-go",
)
def ninety_nine_passed_and_one_critical_failed(folder: Path) -> Verdict:
    items = *(item_of(f"場面{number}", severity="minor") for number in range(99)), item_of("命に関わる")
    policy = "[severity.minor]\npass_rate = 0.0\n[severity.major]\npass_rate = 0.0\n"
    return good(folder, policy, items=items, answers={items[99].id: "failed"}).judge()


@hostile(
    31,
    rule="no-critical-promise-is-in-doubt",
    about=(SLOW, "CH-01", RECORD),
    also=("promises-are-verified",),
    answer="no-go",
)
def a_critical_promise_in_a_scenario_that_is_tagged_minor(folder: Path) -> Verdict:
    items = item_of("遅い", severity="minor"), *MINOR
    register = {"requirements.toml": entry("CH-01")}
    return good(
        folder, "[severity.minor]\npass_rate = 0.0\n", items=items, answers={items[0].id: "failed"}, inputs=register
    ).judge()


@hostile(31, rule="no-critical-promise-is-in-doubt", about=(NAMELESS[0].id,), answer="no-go")
def a_failure_by_another_exception_than_an_assertion(folder: Path) -> Verdict:
    run = good(folder, items=NAMELESS, answers={NAMELESS[0].id: "failed"})
    run.edit(status="broken")
    return run.judge()


@hostile(
    31,
    rule="no-critical-promise-is-in-doubt",
    about=("features/x[api]", RECORD),
    also=("record-result-and-exit-code-agree", "nothing-else-answered"),
    answer="no-go",
)
def a_failure_of_something_that_is_not_planned_any_more(folder: Path) -> Verdict:
    run = good(folder)
    run.put_record("1of1", [item.id for item in ITEMS], events=run.attempt("features/x[api]", 1, "failed", why=WHY))
    run.seal()
    return run.judge()


@hostile(31, 35, rule="enough-promises-hold", about=(PLAN,))
def everything_is_excused(folder: Path) -> Verdict:
    items = MINOR[:1]
    return good(folder, "[severity.minor]\npass_rate = 0.0\n", items=items, answers={items[0].id: "failed"}).judge()


@hostile(31, rule="enough-promises-hold", about=(NAMELESS[0].id, RECORD), times=2, answer="no-go")
def more_failed_than_the_rate_allows(folder: Path) -> Verdict:
    return good(folder, HALF, items=MINOR, answers=dict.fromkeys((MINOR[0].id, MINOR[1].id), "failed")).judge()


@hostile(31, rule="enough-promises-hold", about=(NAMELESS[0].id, RECORD), answer="no-go")
def one_failed_where_all_must_hold(folder: Path) -> Verdict:
    return good(folder, items=MINOR, answers={MINOR[0].id: "failed"}).judge()


@hostile(31, rule="no-critical-promise-is-in-doubt", about=(NAMELESS[0].id, RECORD), answer="no-go")
def a_failure_that_speaks_for_no_requirement(folder: Path) -> Verdict:
    return good(folder, items=NAMELESS, answers={NAMELESS[0].id: "failed"}).judge()


@hostile(31, rule="nothing-that-held-fails-now", about=(NAMELESS[0].id, RECORD), answer="no-go")
def what_held_fails_now_within_the_rate(folder: Path) -> Verdict:
    return release(folder, HALF, items=MINOR, answers={MINOR[0].id: "failed"}).judge()


@hostile(31, rule="nothing-that-held-fails-now", about=(NAMELESS[0].id, RECORD), answer="no-go")
def what_held_is_flaky_now_within_the_budget(folder: Path) -> Verdict:
    return flaky(release(folder, "[severity.minor]\nflaky = 1\n", items=MINOR)).judge()


@hostile(32, rule="nothing-is-undecided", about=(FIRST, RECORD), also=("promises-are-verified",))
def a_scenario_ended_before_it_was_judged(folder: Path) -> Verdict:
    return good(folder, answers={FIRST: "incomplete"}).judge()


@hostile(33, rule="broken")
def a_rule_breaks(folder: Path) -> Verdict:
    def broken(case: object) -> Iterable[Any]:
        raise RecursionError

    return judge(good(folder).case(), rules=(*RULES, Rule("broken", Text("x", "x"), broken)))


@hostile(
    34,
    rule="no-critical-promise-is-in-doubt",
    about=(FIRST, "CH-01", RECORD),
    also=("promises-are-verified",),
    answer="no-go",
)
def one_item_in_all_and_it_failed(folder: Path) -> Verdict:
    return good(folder, items=ITEMS[:1], answers={FIRST: "failed"}).judge()


@hostile(35, rule="rules-are-switched-off-in-order", about=(POLICY,))
def a_rule_that_may_not_be_off_is_off(folder: Path) -> Verdict:
    return good(folder, off("the-sentinels-were-seen", "2027-01-01")).judge()


@hostile(
    35,
    rule="no-critical-promise-is-in-doubt",
    about=(NAMELESS[0].id,),
    also=("rules-are-switched-off-in-order",),
    answer="no-go",
)
def a_critical_failure_and_its_rule_is_off(folder: Path) -> Verdict:
    policy = off("no-critical-promise-is-in-doubt", "2027-01-01")
    return good(folder, policy, items=NAMELESS, answers={NAMELESS[0].id: "failed"}).judge()


@hostile(35, rule="rules-are-switched-off-in-order", about=(POLICY,))
def a_rule_was_to_be_off_until_yesterday(folder: Path) -> Verdict:
    return good(folder, off("evidence-is-fresh", "2026-01-01")).judge()


def off(rule: str, until: str) -> str:
    return f"[[off]]\nrule = '{rule}'\nreason = '移行中'\nuntil = {until}\n"


# 36–39: what was not reached, taken away, of another time, or never asked


@hostile(36, rule="nothing-is-undecided", about=(FIRST, RECORD), also=("promises-are-verified",))
def the_system_could_not_be_reached(folder: Path) -> Verdict:
    run = good(folder, answers={FIRST: "broken"})
    return recorded(run, FIRST, *run.attempt(FIRST, 1, "broken", builds=[], why="ConnectionRefusedError")).judge()


@hostile(36, rule="the-planned-build-answered", about=(FIRST, RECORD))
def passed_and_no_build_ever_answered(folder: Path) -> Verdict:
    run = good(folder)
    return recorded(run, FIRST, *run.attempt(FIRST, builds=[])).judge()


@hostile(36, rule="the-contract-is-kept-and-exercised", about=(POLICY,))
def a_contract_that_nobody_saw(folder: Path) -> Verdict:
    return good(folder, "[contract]\noperations = 0.1\n").judge()


@hostile(37, rule="files-are-as-the-run-left-them", also=("evidence-is-readable",))
def a_picture_was_taken_away(folder: Path) -> Verdict:
    run = good(folder)
    next(run.folder.glob("*-attachment.png")).unlink()
    return run.judge()


@hostile(37, rule="the-sentinels-were-seen", about=(SENTINEL,))
def the_sentinels_of_another_run(folder: Path) -> Verdict:
    run = good(folder)
    run.put_sentinel("1of1", run_id="yesterday")
    run.seal()
    return run.judge()


@hostile(37, rule="results-are-of-the-time-of-the-run", about=(SENTINEL,))
def the_sentinels_of_an_earlier_try_under_the_same_name(folder: Path) -> Verdict:
    run = good(folder)
    earlier = (BEGUN - timedelta(hours=1)).isoformat()
    run.put_sentinel("1of1", started=earlier, ended=earlier)
    run.seal()
    return run.judge()


@hostile(37, rule="record-result-and-exit-code-agree", about=(OBSERVED,))
def the_observation_of_another_run(folder: Path) -> Verdict:
    run = good(folder)
    run.seal(run_id="yesterday")
    return run.judge()


@hostile(38, rule="evidence-is-fresh", about=(FIRST, RECORD), times=6)
def evidence_of_a_day_to_come(folder: Path) -> Verdict:
    return good(folder).judge(PLANNED - timedelta(days=1))


@hostile(38, rule="evidence-is-fresh", about=(FIRST, RECORD))
def an_answer_without_a_time(folder: Path) -> Verdict:
    run = good(folder)
    return recorded(run, FIRST, *run.attempt(FIRST, at=None)).judge()


@hostile(38, rule="results-are-of-the-time-of-the-run", about=(FIRST, RECORD))
def an_answer_from_before_its_run_began(folder: Path) -> Verdict:
    run = good(folder)
    return recorded(run, FIRST, *run.attempt(FIRST, at=(BEGUN - timedelta(hours=1)).isoformat())).judge()


@hostile(38, rule="results-are-of-the-time-of-the-run", about=(RECORD,))
def a_record_that_does_not_say_when_it_ended_and_a_result_of_1970(folder: Path) -> Verdict:
    run = good(folder)
    rewritten(run.folder / "run-1of1.jsonl", f'"ended": "{ENDED.isoformat()}", ', "")
    run.edit(start=1000, stop=2000)
    return run.judge()


@hostile(38, rule="evidence-is-fresh", about=(RECORD,), also=("results-are-of-the-time-of-the-run",))
def a_record_that_ended_in_a_year_to_come(folder: Path) -> Verdict:
    run = good(folder)
    rewritten(run.folder / "run-1of1.jsonl", f'"ended": "{ENDED.isoformat()}"', '"ended": "2099-01-01T00:00:00+00:00"')
    run.seal()
    return run.judge()


@hostile(38, rule="results-are-of-the-time-of-the-run", about=(OBSERVED,))
def the_parent_saw_it_in_another_year(folder: Path) -> Verdict:
    run = good(folder)
    run.seal(started="2020-01-01T00:00:00+00:00", ended="2020-01-01T00:01:00+00:00")
    return run.judge()


@hostile(
    38,
    rule="waivers-are-in-order",
    about=(SLOW, "CH-01", WAIVERS),
    also=("enough-promises-hold", "promises-are-verified"),
    answer="no-go",
)
def a_waiver_of_a_day_to_come(folder: Path) -> Verdict:
    return waived(failing(folder), created="2026-01-03")


@hostile(39, rule="the-contract-is-kept-and-exercised", about=(POLICY,))
def the_contract_was_exercised_by_scenarios_that_did_not_pass(folder: Path) -> Verdict:
    run = good(folder, HALF + "[contract]\noperations = 1.0\n", items=MINOR, answers={MINOR[0].id: "failed"})
    documented = {"event": "contract", "documented": {"send": ["201"]}}
    seen = run.attempt(run.planned(), 1, "failed", contract=[["send", "201"]])
    return recorded(run, run.planned(), documented, *seen).judge()


@hostile(39, rule="the-contract-is-kept-and-exercised", about=(POLICY,))
def too_little_of_the_contract_was_exercised(folder: Path) -> Verdict:
    run = good(folder, "[contract]\nanswers = 1.0\n")
    documented = {"event": "contract", "documented": {"send": ["201", "401"]}}
    return recorded(run, FIRST, documented, *run.attempt(FIRST, contract=[["send", "201"]])).judge()


@hostile(39, rule="the-contract-is-kept-and-exercised", about=(FIRST, RECORD), answer="no-go")
def an_answer_that_the_contract_does_not_have(folder: Path) -> Verdict:
    run = good(folder)
    documented = {"event": "contract", "documented": {"send": ["201"]}}
    return recorded(run, FIRST, documented, *run.attempt(FIRST, contract=[["send", "500"]])).judge()


# Beyond the list


@hostile(rule="product-has-accepted", about=("CH-01", ACCEPTANCE), answer="no-go")
def product_said_no(folder: Path) -> Verdict:
    return said(good(folder), "CH-01", "rejected").judge()


@hostile(rule="product-has-accepted", about=("CH-09", ACCEPTANCE))
def a_promise_changed_and_product_has_not_said_its_word(folder: Path) -> Verdict:
    run = release(folder, items=(*ITEMS, item_of("新しい", criterion="CH-09")))
    return baseline(run, document(good(folder / "earlier", environment="shop").judge())).judge()


@hostile(rule="measures-are-within-budget", about=(FIRST, RECORD), times=3, answer="no-go")
def slower_than_its_budget(folder: Path) -> Verdict:
    return good(folder, "[budgets]\nseconds = 0.05\n").judge()
