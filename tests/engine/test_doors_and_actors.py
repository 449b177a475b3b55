"""A scenario says what a person does; through which door is chosen outside it."""

from __future__ import annotations

JA = "# language: ja\n機能: 財布\n"


def test_an_untagged_scenario_goes_through_both_doors_and_givens_always_by_api(project):
    project.feature(
        JA + "  シナリオ: 払う\n    前提 客の花子が3枚を持つ\n    もし 客の花子が2枚を払う\n"
        "    ならば 客の花子は2枚を払っている\n    かつ 前提はapiで、行為はwebで行われた\n"
    )
    run = project.pytest("-q")
    assert run.says("1 failed, 1 passed", "FAILED features/shop/purse.feature::払う[api]")


def test_a_refusal_that_is_read_is_part_of_the_story(project):
    project.feature(
        JA + "  シナリオ: 払う\n    もし 客の花子が10枚を払う\n    ならば 客の花子は「too much」と断られる\n"
    )
    assert project.pytest("-q").says("2 passed")


def test_a_refusal_that_nobody_reads_fails_the_scenario(project):
    project.feature(JA + "  シナリオ: 払う\n    もし 客の花子が10枚を払う\n    ならば 色は赤である\n")
    run = project.pytest("-q")
    assert run.says(
        "2 failed", "花子 was refused, and no sentence says so: too much", "refused in: もし 客の花子が10枚を払う"
    )


def test_a_refusal_taken_for_done_fails_with_its_reason(project):
    project.feature(JA + "  シナリオ: 払う\n    もし 客の花子が10枚を払う\n    ならば 客の花子は10枚を払っている\n")
    assert project.pytest("-q").says("2 failed", "AssertionError: refused: too much")


def test_a_failure_shows_the_scenario_with_the_sentence_at_which_it_ended(project):
    project.feature(
        JA + "  シナリオ: 払う\n    もし 客の花子が2枚を払う\n    ならば 必ず失敗する\n    かつ 色は赤である\n"
    )
    assert project.pytest("-q").says(
        "✓ features/shop/purse.feature:4  もし 客の花子が2枚を払う",
        "✗ features/shop/purse.feature:5  ならば 必ず失敗する",
        "- features/shop/purse.feature:6  かつ 色は赤である",
    )


def test_a_refusal_between_two_acts_is_not_forgotten(project):
    project.feature(
        JA
        + "  シナリオ: 払う\n    もし 客の花子が10枚を払う\n    かつ 客の花子が2枚を払う\n    ならば 客の花子は2枚を払っている\n"
    )
    assert project.pytest("-q").says("2 failed", "no sentence says so: too much")


def test_a_proposed_scenario_is_shown_and_not_run_and_may_say_new_things(project):
    project.feature(JA + "  @proposed\n  シナリオ: 贈る\n    もし 花を贈る\n    ならば 必ず失敗する\n")
    run = project.pytest("-q", "-rs")
    assert run.code == 0
    assert run.says("2 skipped", "proposed: promised, not made yet")
    assert project.nameraka("check").code == 0


def test_a_proposed_scenario_still_has_to_speak_properly(project):
    project.feature(JA + "  @proposed\n  シナリオ: 贈る\n    もし 泥棒の花子が2枚を払う\n    ならば 色は赤である\n")
    assert project.nameraka("check").says("'泥棒の花子' is not a known person")


def test_what_an_environment_cannot_do_is_not_run_there(project):
    project.feature(
        JA + "  シナリオ: 倒れる\n    もし 店が倒れる\n    ならば 色は赤である\n"
        "  シナリオ: 進む\n    もし 時計が進む\n    ならば 色は赤である\n"
    )
    run = project.pytest("-q", "-rs")
    assert run.says("2 passed, 2 skipped", "not run here: environment 'embedded' cannot clock")


def test_the_seed_stands_in_the_header_and_replays_the_data(project):
    project.steps(
        """
        import pathlib
        @then(ja="種を書き留める", en="the seed is noted")
        def noted(seed, request):
            with pathlib.Path("seeds.txt").open("a") as file:
                file.write(f"{request.node.name} {seed}\\n")
        """
    )
    project.feature(
        "Feature: f\n  Scenario: a\n    Then the seed is noted\n  Scenario: b\n    Then the seed is noted\n"
    )
    seeds = project.root / "seeds.txt"

    def run(*arguments):
        seeds.unlink(missing_ok=True)
        assert project.pytest("-q", *arguments).says("4 passed")
        return dict(line.split() for line in seeds.read_text().splitlines())

    first = run("--seed", "7")
    assert first["a[web]"] == first["a[api]"] != first["b[api]"]
    assert run("--seed", "7", "-n", "2") == first
    assert run("--seed", "8") != first
    assert project.pytest("--seed", "7").says("nameraka: seed 7 (replay with --seed 7)")


def test_eventually_waits_for_what_comes_and_tells_what_it_saw_last(project):
    project.steps(
        """
        from hamcrest import equal_to, has_item
        from nameraka import eventually
        @then(ja="やがて来る", en="it comes")
        def comes():
            seen = iter(range(100))
            assert eventually(lambda: next(seen), equal_to(3)) == 3
        @then(ja="来ない", en="it never comes")
        def never():
            eventually(lambda: ["a"], has_item("b"), within=0.1)
        """
    )
    project.feature("Feature: f\n  Scenario: a\n    Then it comes\n  Scenario: b\n    Then it never comes\n")
    assert project.pytest("-q").says(
        "2 failed, 2 passed", "within 0.1 s expected a sequence containing 'b'", "but last seen was <['a']>"
    )
