"""One Allure result for each scenario and door, every sentence a step in its own words."""

from __future__ import annotations

import json

import pytest

JA = "# language: ja\n@critical\n機能: 財布\n  夕方の店の話。\n"


@pytest.fixture
def run(project):
    def go(text, *arguments, **environ):
        project.feature(text)
        project.pytest("-q", "--alluredir", "results", *arguments, **environ)
        return project.results()

    return go


def steps(result):
    return [(step["name"], step["status"]) for step in result["steps"]]


def labels(result, name):
    return [label["value"] for label in result["labels"] if label["name"] == name]


def test_a_scenario_gives_exactly_one_file_a_door(project, run):
    results = run(
        JA
        + "  シナリオ: 払う\n    前提 客の花子が3枚を持つ\n    もし 客の花子が2枚を払う\n    ならば 客の花子は2枚を払っている\n"
    )
    assert [result["fullName"] for result in results] == [
        "features/shop/purse.feature::払う[api]",
        "features/shop/purse.feature::払う[web]",
    ]
    assert len(list((project.root / "results").iterdir())) == 2
    assert steps(results[0]) == [
        ("前提 客の花子が3枚を持つ", "passed"),
        ("もし 客の花子が2枚を払う", "passed"),
        ("ならば 客の花子は2枚を払っている", "passed"),
    ]


def test_names_labels_and_links_come_from_the_feature_and_its_tags(project, run):
    project.write(
        "features/requirements.toml",
        '["CH-01"]\nja = "失われない"\nen = "never lost"\nseverity = "critical"\nsource = "s"\n'
        'hazard = { ja = "失う", en = "a loss" }\n',
    )
    api, web = run(JA + "  ルール: 減る\n    @CH-01\n    シナリオ: 払う\n      ならば 色は赤である\n")
    assert (api["name"], web["name"]) == ("払う · API", "払う · 画面")
    assert api["testCaseId"] == web["testCaseId"]
    assert api["historyId"] != web["historyId"]
    assert api["titlePath"] == ["shop", "財布", "減る"]
    for name, value in {
        "severity": "critical",
        "epic": "shop",
        "feature": "財布",
        "story": "減る",
        "criterion": "CH-01",
        "door": "api",
    }.items():
        assert labels(api, name) == [value], name
    assert [link["name"] for link in api["links"]] == ["CH-01"]
    assert "**CH-01** 失われない" in api["description"]
    assert "Then the colour is red" in api["description"]


def test_an_outlines_row_is_shown_by_its_columns(run):
    api, _ = run(
        JA + "  シナリオアウトライン: 色は<色>\n    ならば 色は<色>である\n    例:\n      | 色 |\n      | 赤 |\n"
    )
    assert api["name"] == "色は赤 · API"
    assert [(one["name"], one["value"]) for one in api["parameters"]] == [("色", "赤"), ("door", "api")]


def test_a_failure_marks_its_sentence_and_those_after_it_as_not_said(run):
    api, _ = run(
        JA + "  シナリオ: 払う\n    もし 客の花子が2枚を払う\n    ならば 必ず失敗する\n    かつ 色は赤である\n"
    )
    assert steps(api) == [
        ("もし 客の花子が2枚を払う", "passed"),
        ("ならば 必ず失敗する", "failed"),
        ("かつ 色は赤である", "skipped"),
    ]
    assert api["status"] == "failed"
    assert "assert 1 == 2" in api["statusDetails"]["message"]


def test_rows_whose_columns_are_not_in_the_name_are_told_apart(run):
    text = (
        JA
        + "  シナリオアウトライン: 色\n    ならば 色は<色>である\n    例:\n      | 色 |\n      | 赤 |\n      | 青い色 |\n"
    )
    assert [result["name"] for result in run(text, "--through", "api")] == ["色 [赤] · API", "色 [青い色] · API"]


def test_what_a_step_prints_is_kept_without_its_secrets(project, run):
    project.steps(
        """
        @then(ja="印字する", en="it prints")
        def prints():
            print("Authorization: Bearer abcdef0123456789abcdef")
        """
    )
    run("Feature: f\n  Scenario: s\n    Then it prints\n", "--through", "api")
    [printed] = (project.root / "results").glob("*-attachment.txt")
    assert "abcdef0123456789" not in printed.read_text()
    assert "masked" in printed.read_text()


@pytest.mark.parametrize(
    ("body", "status", "step"),
    [
        ("raise RuntimeError('x')", "broken", "broken"),
        ("import pytest; pytest.skip('not today')", "skipped", "skipped"),
        ("import pytest; pytest.fail('no')", "failed", "failed"),
        ("raise KeyboardInterrupt", "broken", "broken"),
        ("import pytest; pytest.exit('enough', returncode=0)", "broken", "broken"),
    ],
)
def test_however_a_sentence_ends_it_is_never_shown_as_passed(project, run, body, status, step):
    project.steps(f'@then(ja="終わる", en="it ends")\ndef ends():\n    {body}\n')
    results = run("Feature: f\n  Scenario: s\n    Then it ends\n    And the colour is red\n", "--through", "api")
    assert [result["status"] for result in results] == [status]
    assert steps(results[0])[0] == ("Then it ends", step)
    assert steps(results[0])[1][1] == "skipped"


def test_a_scenario_that_could_not_be_set_up_is_broken(project, run):
    project.write(
        "conftest.py",
        'import pytest\npytest_plugins = ["steps.shop"]\n@pytest.fixture(autouse=True)\ndef broken(): raise RuntimeError("no")',
    )
    assert {result["status"] for result in run(JA + "  シナリオ: 払う\n    ならば 色は赤である\n")} == {"broken"}


def test_the_allure_api_works_in_steps_as_its_users_know_it(project, run):
    project.steps(
        """
        import allure
        @then(ja="書き添える", en="more is said")
        def more():
            with allure.step("inside"):
                allure.attach("text", "note", allure.attachment_type.TEXT)
            allure.dynamic.label("owner", "qa")
        """
    )
    [result] = run("Feature: f\n  Scenario: s\n    Then more is said\n", "--through", "api")
    inside = result["steps"][0]["steps"][0]
    assert inside["name"] == "inside"
    assert [one["name"] for one in inside["attachments"]] == ["note"]
    assert labels(result, "owner") == ["qa"]


def test_tables_and_letters_stand_with_their_sentence(project, run):
    api, _ = run(
        JA
        + "  シナリオ: 読む\n    前提 棚に次の品がある\n      | 品 | 数 |\n      | 茶 | ２ |\n    もし 次の手紙を読む\n"
        '      """\n      拝啓\n      """\n    ならば 色は赤である\n'
    )
    kept = [one for step in api["steps"] for one in step.get("attachments", [])]
    assert [(one["name"], one["type"]) for one in kept] == [("table", "text/csv"), ("text", "text/plain")]
    assert (project.root / "results" / kept[0]["source"]).read_text("utf-8").split() == ["品,数", "茶,２"]


def test_plain_tests_beside_features_keep_allures_own_results(project, run):
    project.write("test_plain.py", "def test_one(tmp_path): pass")
    results = run(JA + "  シナリオ: 払う\n    ならば 色は赤である\n", "test_plain.py", "features")
    assert [result["name"] for result in results] == ["払う · API", "払う · 画面", "test_one"]
    assert not list((project.root / "results").glob("*-container.json"))


def test_each_result_names_the_run_the_plan_and_the_build_that_answered(project, run):
    project.steps(
        """
        from nameraka.witness import system_answered
        @given(ja="系が起きている", en="the system is up")
        def up():
            system_answered(build="sha256:abc", environment="embedded", browser="none")
        """
    )
    [result] = run(
        "Feature: f\n  Scenario: s\n    Given the system is up\n    Then the colour is red\n",
        "--through",
        "api",
        NAMERAKA_RUN="r1",
        NAMERAKA_PLAN_DIGEST="sha256:123",
    )
    for name, value in {"build": "sha256:abc", "environment": "embedded", "run": "r1", "plan": "sha256:123"}.items():
        assert labels(result, name) == [value], name


def test_a_run_on_two_workers_writes_the_same_results(project, run):
    text = JA + "".join(f"  シナリオ: 払う{number}\n    ならば 色は赤である\n" for number in range(6))
    results = run(text, "-n", "2", NAMERAKA_PLAN_DIGEST="sha256:123")
    names = [result["fullName"] for result in results]
    assert len(names) == len(set(names)) == 12
    assert all(labels(result, "plan") == ["sha256:123"] for result in results)


def test_bare_pytest_keeps_nothing_and_fails_as_usual(project):
    project.feature(JA + "  シナリオ: 払う\n    ならば 必ず失敗する\n")
    assert project.pytest("-q").code == 1
    assert not list(project.root.rglob("*-result.json"))
    assert json.loads((project.root / ".pytest_cache/v/cache/lastfailed").read_text())


def test_no_secret_that_an_error_tells_gets_into_the_result(project, run):
    project.steps(
        """
        from nameraka.masking import register_secret
        @then(ja="漏れる", en="it leaks")
        def leaks():
            register_secret("kz81-QWERTY_77")
            raise RuntimeError("cookie: __Host-session=abcdefgh-123456 and kz81-QWERTY_77")
        """
    )
    (result,) = run("Feature: f\n  Scenario: a\n    Then it leaks\n", "--through", "api")
    assert result["statusDetails"]["message"].endswith("cookie: __Host-session=[masked]")
    assert "abcdefgh-123456" not in json.dumps(result)
    assert "kz81-QWERTY_77" not in json.dumps(result)
