"""Feature files are collected as they stand, and everything that pytest can do with tests it can do with scenarios."""

from __future__ import annotations

import pytest

SHOP = """
# language: ja
機能: 財布
  背景:
    前提 客の花子が3枚を持つ

  ルール: 払った分だけ減る
    背景:
      もし 客の花子が1枚を払う

    @slow
    シナリオ: 払う
      もし 客の花子が2枚を払う
      ならば 客の花子は2枚を払っている

  @api
  シナリオアウトライン: 色
    ならば 色は<色>である
    例:
      | 色   |
      | 赤   |
      | 青い色 |

  シナリオ: 失敗
    ならば 必ず失敗する
"""

ALL = [
    "features/shop/purse.feature::払う[web]",
    "features/shop/purse.feature::払う[api]",
    "features/shop/purse.feature::色[赤|api]",
    "features/shop/purse.feature::色[青い色|api]",
    "features/shop/purse.feature::失敗[web]",
    "features/shop/purse.feature::失敗[api]",
]


@pytest.fixture
def shop(project):
    project.feature(SHOP)
    return project


def collected(run):
    return [line for line in run.text.splitlines() if line.startswith("features/") and "::" in line]


def test_ids_are_readable_and_do_not_depend_on_order(shop):
    assert collected(shop.pytest("--co", "-q")) == ALL
    reordered = SHOP.replace("      | 赤   |\n      | 青い色 |", "      | 青い色 |\n      | 赤   |")
    shop.feature(reordered)
    assert sorted(collected(shop.pytest("--co", "-q"))) == sorted(ALL)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["features/shop"], ALL),
        (["features/shop/purse.feature::払う"], ALL[:2]),
        (["features/shop/purse.feature::色[赤|api]"], [ALL[2]]),
        (["features/shop/purse.feature:12"], ALL[:2]),
        (["features/shop/purse.feature:10"], ALL[:2]),
        (["features/shop/purse.feature:15"], ALL[2:4]),
        (["features/shop/purse.feature:21"], [ALL[3]]),
        (["features/shop/purse.feature:1"], ALL),
        (["features/shop/purse.feature:21", "features/shop/purse.feature:24"], ALL[3:]),
        (["features/shop/purse.feature:20", "features/shop/purse.feature"], ALL),
        (["-k", "払う and not web"], [ALL[1]]),
        (["-m", "slow"], ALL[:2]),
        (["-m", "api"], ALL[2:4]),
        (["--through", "api"], [ALL[1], *ALL[2:4], ALL[5]]),
        (["--through", "web"], [ALL[0], ALL[4]]),
    ],
)
def test_scenarios_are_chosen_as_tests_are(shop, arguments, expected):
    assert collected(shop.pytest("--co", "-q", *arguments)) == expected


def test_shuffled_scenarios_are_the_same_ones_in_an_order_that_the_seed_replays(shop):
    orders = [collected(shop.pytest("--co", "-q", "--shuffle", "--seed", seed)) for seed in ("1", "1", "2")]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    assert [sorted(order) for order in orders] == [sorted(ALL)] * 3


def test_a_line_without_a_scenario_says_where_they_are(shop):
    run = shop.pytest("features/shop/purse.feature:99")
    assert run.code == 2
    assert run.says("no scenario stands at line 99", "Scenarios begin at: 11, 20, 21, 23.")


def test_an_unknown_door_is_a_usage_error(shop):
    run = shop.pytest("--through", "window")
    assert run.code == 4
    assert run.says("there is no door window; doors are web and api")


def test_backgrounds_run_and_the_rest_of_the_options_work(shop):
    assert shop.pytest("-q").says("2 failed, 4 passed")
    assert shop.pytest("-q", "-x").says("1 failed, 4 passed")
    assert shop.pytest("-q", "--lf").says("2 failed")
    assert "passed" not in shop.pytest("-q", "--lf").text


def test_two_workers_give_the_same_answers(shop):
    run = shop.pytest("-q", "-n", "2")
    assert run.says("2 failed, 4 passed")
    assert shop.pytest("-q", "-n", "2", "features/shop/purse.feature:12").says("2 passed")


def test_nothing_heavy_is_loaded_when_no_scenario_needs_it(shop):
    shop.steps(
        """
        import sys
        @then(ja="何も読み込まれていない", en="nothing heavy is loaded")
        def light():
            assert not {"playwright", "schemathesis", "hypothesis", "faker"} & set(sys.modules)
        """
    )
    shop.feature("Feature: f\n  Scenario: s\n    Then nothing heavy is loaded\n")
    assert shop.pytest("-q").says("2 passed")


def test_tests_of_the_usual_kind_run_beside_features(shop):
    shop.write("test_plain.py", "def test_one(tmp_path): pass")
    assert shop.pytest("-q", "test_plain.py", "features/shop/purse.feature:12").says("3 passed")


def test_features_of_plain_pytest_bdd_still_run(shop):
    shop.write(
        "test_bdd.py",
        "from pytest_bdd import scenarios, then\nscenarios('plain.txt')\n@then('it is plain')\ndef _(): pass\n",
    )
    shop.write("plain.txt", "Feature: plain\n  Scenario: s\n    Then it is plain\n")
    assert shop.pytest("-q", "test_bdd.py").says("1 passed")


def test_an_unknown_environment_is_told_with_the_known_ones(shop):
    run = shop.pytest("--env", "moon")
    assert run.code == 4
    assert run.says("there is no environment 'moon'; known: embedded")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            "[tool.nameraka]\nfeature = 'x'",
            "[tool.nameraka] does not know feature; known: environment, environments, features, tags",
        ),
        ("[tool.nameraka.environments.a]\nurl = 'ftp://x'", "'ftp://x' is not an http(s) origin"),
        ("[tool.nameraka.environments.a]\ncapabilities = 'kill'", "capabilities must be a list of texts"),
        ("[tool.nameraka", "pyproject.toml: not valid TOML"),
    ],
)
def test_settings_that_are_not_understood_are_told(project, settings, said):
    project.write("pyproject.toml", settings)
    run = project.nameraka("check")
    assert run.code == 3
    assert run.says(said)
    assert "Traceback" not in run.text


def test_leaving_out_a_door_needs_a_reason(project):
    project.feature("# language: ja\n機能: 財布\n  @web\n  シナリオ: 払う\n    ならば 色は赤である\n")
    assert project.nameraka("check").says("purse.feature:4: only the web door proves this, and nothing says why")
    project.feature(
        "# language: ja\n機能: 財布\n  @web\n  シナリオ: 払う\n    経路: 画面にしかない\n    ならば 色は赤である\n"
    )
    assert project.nameraka("check").code == 0


def test_shards_share_the_scenarios_out_without_knowing_each_other(shop):
    shards = [collected(shop.pytest("--co", "-q", NAMERAKA_SHARD=f"{number}of3")) for number in (1, 2, 3)]
    assert sorted(name for shard in shards for name in shard) == sorted(ALL)
