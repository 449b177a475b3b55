"""The rules: each a name, a statement, and a pure function from a case to what speaks against a release.

A rule finds nothing only where it looked at something: that there is a plan, that items are planned and that each is
answered are rules of their own. To add a rule, write its function into the file of its subject and a line here.
"""

from __future__ import annotations

from nameraka.gate.rules import (
    change,
    completeness,
    exceptions,
    freshness,
    identity,
    outcomes,
    processes,
    requirements,
)
from nameraka.gate.rules.rule import Rule
from nameraka.gate.text import Text

RULES: tuple[Rule, ...] = (
    Rule(
        "no-critical-promise-is-in-doubt",
        Text(
            "Every critical promise holds: none failed, was flaky, was skipped or could not run.",
            "重大（critical）な約束がすべて守られている（失敗・不安定・スキップ・実行不可が1つもない）。",
        ),
        outcomes.no_critical_promise_is_in_doubt,
    ),
    Rule(
        "enough-promises-hold",
        Text(
            "Of the other promises as many hold as the policy asks for.",
            "その他の約束が、ポリシーの求める割合で守られている。",
        ),
        outcomes.enough_promises_hold,
    ),
    Rule(
        "flaky-scenarios-are-within-budget",
        Text(
            "No more scenarios passed only at a further attempt than the policy allows.",
            "再試行で成功したシナリオが、ポリシーの許容数以内である。",
        ),
        outcomes.flaky_scenarios_are_within_budget,
    ),
    Rule(
        "what-was-not-run-is-accounted-for",
        Text(
            "What was skipped or cannot run here is excused by name.",
            "スキップや、この環境で実行できないものは、名指しで認められている。",
        ),
        outcomes.what_was_not_run_is_accounted_for,
    ),
    Rule(
        "nothing-that-held-fails-now",
        Text(
            "What held in the last accepted release holds now.",
            "前回受け入れたリリースで守られていたものが、今回も守られている。",
        ),
        change.nothing_that_held_fails_now,
    ),
    Rule(
        "the-contract-is-kept-and-exercised",
        Text(
            "Every answer is in the contract, and enough of the contract was exercised.",
            "すべての応答が契約（OpenAPI）にあり、契約が十分に試されている。",
        ),
        requirements.the_contract_is_kept_and_exercised,
    ),
    Rule(
        "measures-are-within-budget",
        Text(
            "No measure is over its budget.",
            "どの測定値も上限を超えていない。",
        ),
        requirements.measures_are_within_budget,
    ),
    Rule(
        "plan-is-present",
        Text(
            "A plan says what had to be proven.",
            "何を証明すべきかを計画が示している。",
        ),
        completeness.plan_is_present,
    ),
    Rule(
        "every-item-is-answered-once",
        Text(
            "Every planned item has exactly one answer, and every attempt is kept.",
            "計画のすべての項目に結果がちょうど1つあり、すべての試行が残っている。",
        ),
        completeness.every_item_is_answered_once,
    ),
    Rule(
        "nothing-is-undecided",
        Text(
            "Every answer is clean: only passed is passed.",
            "すべての結果が明確である（成功だけが成功）。",
        ),
        outcomes.nothing_is_undecided,
    ),
    Rule(
        "promises-are-verified",
        Text(
            "The promises of the register are verified on this build: every critical one, of the others as many as the policy asks for.",
            "台帳の約束がこのビルドで検証されている（重大なものはすべて、その他はポリシーの割合で）。",
        ),
        requirements.promises_are_verified,
    ),
    Rule(
        "every-requirement-is-known",
        Text(
            "Every requirement that scenarios speak for is in the register.",
            "シナリオが示す要件が、すべて台帳にある。",
        ),
        requirements.every_requirement_is_known,
    ),
    Rule(
        "promises-are-not-taken-back",
        Text(
            "What an accepted release promised is still promised.",
            "受け入れたリリースの約束が、取り下げられていない。",
        ),
        requirements.promises_are_not_taken_back,
    ),
    Rule(
        "product-has-accepted",
        Text(
            "Product has accepted every promise that changed.",
            "変わった約束のすべてを、製品責任者が受け入れている。",
        ),
        change.product_has_accepted,
    ),
    Rule(
        "every-record-is-closed",
        Text(
            "Every run record is closed by a normal end and complete.",
            "すべての実行記録が正常に閉じられ、欠けがない。",
        ),
        processes.every_record_is_closed,
    ),
    Rule(
        "record-result-and-exit-code-agree",
        Text(
            "Results, run record and the exit code that the parent saw tell one story.",
            "結果・実行記録・親プロセスが見た終了コードが一致している。",
        ),
        processes.record_result_and_exit_code_agree,
    ),
    Rule(
        "the-sentinels-were-seen",
        Text(
            "What must fail was seen to fail, and what must be skipped to be skipped.",
            "必ず失敗・スキップするシナリオが、そのとおりに見えている。",
        ),
        processes.the_sentinels_were_seen,
    ),
    Rule(
        "the-planned-build-answered",
        Text(
            "The build that answered is the build that was planned.",
            "答えたビルドが、計画したビルドである。",
        ),
        identity.the_planned_build_answered,
    ),
    Rule(
        "the-policy-is-the-planned-one",
        Text(
            "Policy and register are those that the run was planned under.",
            "ポリシーと台帳が、計画したときのものである。",
        ),
        identity.the_policy_is_the_planned_one,
    ),
    Rule(
        "what-is-released-is-committed",
        Text(
            "What is released was run from a commit.",
            "リリースするものは、コミットから実行されている。",
        ),
        identity.what_is_released_is_committed,
    ),
    Rule(
        "nothing-for-tests-is-switched-on",
        Text(
            "Where the policy asks for it, nothing that exists for tests is switched on.",
            "ポリシーが求める環境では、テスト用の仕掛けが動いていない。",
        ),
        identity.nothing_for_tests_is_switched_on,
    ),
    Rule(
        "results-are-of-this-run",
        Text(
            "Every result is of this run, plan, environment and door.",
            "すべての結果が、この実行・計画・環境・入口のものである。",
        ),
        identity.results_are_of_this_run,
    ),
    Rule(
        "results-are-of-the-time-of-the-run",
        Text(
            "Every result was made while the run went on.",
            "すべての結果が、実行中に作られている。",
        ),
        freshness.results_are_of_the_time_of_the_run,
    ),
    Rule(
        "evidence-is-fresh",
        Text(
            "No answer is older than the policy allows, and none is of a time to come.",
            "どの結果もポリシーの期限内で、未来の時刻のものがない。",
        ),
        freshness.evidence_is_fresh,
    ),
    Rule(
        "nothing-else-answered",
        Text(
            "Nothing answered that was not planned.",
            "計画にないものの結果がない。",
        ),
        completeness.nothing_else_answered,
    ),
    Rule(
        "evidence-is-readable",
        Text(
            "Every file of the evidence, the policy and the waivers is whole and understood.",
            "証拠・ポリシー・免除のすべてのファイルが完全で、読み取れる。",
        ),
        identity.evidence_is_readable,
    ),
    Rule(
        "files-are-as-the-run-left-them",
        Text(
            "No file came, went or changed since the run ended.",
            "実行の終了後、ファイルの追加・削除・変更がない。",
        ),
        identity.files_are_as_the_run_left_them,
    ),
    Rule(
        "waivers-are-in-order",
        Text(
            "Every waiver is in force, narrow, approved by another, and used.",
            "すべての免除が有効・限定的で、本人以外が承認し、使われている。",
        ),
        exceptions.waivers_are_in_order,
    ),
    Rule(
        "rules-are-switched-off-in-order",
        Text(
            "A rule is off only where it may be, and for as long as was said.",
            "ルールは、外してよいものだけが、決めた期間だけ外されている。",
        ),
        exceptions.rules_are_switched_off_in_order,
    ),
)
