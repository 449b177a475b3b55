"""What pytest-bdd lets pass is an error at collection, with the line and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

JA = "# language: ja\n機能: 財布\n"

WRONG = {
    "an undefined sentence": (
        JA + "  シナリオ: 払う\n    もし 客の花子が2枚を贈る\n    ならば 色は赤である\n",
        [
            "purse.feature:4: no step says '客の花子が2枚を贈る' [undefined-sentence]",
            "@when(",
            "{person:person}",
            "{count:number}",
        ],
    ),
    "a sentence of another kind": (
        JA + "  シナリオ: 払う\n    もし 色は赤である\n    ならば 色は赤である\n",
        ["purse.feature:4: no step says '色は赤である'", "It is defined as then in ja at steps/shop.py"],
    ),
    "a sentence in the other language": (
        JA + "  シナリオ: 払う\n    もし the buyer Hanako pays 2 coins\n    ならば 色は赤である\n",
        ["It is defined as when in en at steps/shop.py"],
    ),
    "an unknown role": (
        JA + "  シナリオ: 払う\n    もし 泥棒の花子が2枚を払う\n    ならば 色は赤である\n",
        ["purse.feature:4:", "'泥棒の花子' is not a known person; known: 客, 店主 [unknown-word]"],
    ),
    "a sentence whose end would stand where a word is expected": (
        JA + "  シナリオ: 払う\n    もし 客の花子が2枚を払う\n    ならば 色は棚にあるどの品よりもずっと鮮やかである\n",
        [
            "purse.feature:5: no step says '色は棚にあるどの品よりもずっと鮮やかである' [undefined-sentence]",
            "would be it, but '棚にあるどの品よりもずっと鮮やか' is not a known colour",
        ],
    ),
    "an unknown word": (
        JA + "  シナリオ: 払う\n    もし 客の花子が2枚を払う\n    ならば 色は緑である\n",
        ["purse.feature:5:", "'緑' is not a known colour; known: 赤, 青い色"],
    ),
    "a repeated scenario name": (
        JA + "  シナリオ: 払う\n    ならば 色は赤である\n  シナリオ: 払う\n    ならば 色は赤である\n",
        ["purse.feature:5: scenario name '払う' already stands in line 3 [repeated-name]"],
    ),
    "a name repeated in another rule": (
        JA
        + "  ルール: 一\n    シナリオ: 払う\n      ならば 色は赤である\n  ルール: 二\n    シナリオ: 払う\n      ならば 色は赤である\n",
        ["purse.feature:7: scenario name '払う' already stands in line 4 [repeated-name]"],
    ),
    "a scenario without Then": (
        JA + "  シナリオ: 払う\n    もし 客の花子が2枚を払う\n",
        ["purse.feature:3: scenario '払う' promises nothing: it has no Then [no-then]"],
    ),
    "a scenario without sentences": (
        JA + "  シナリオ: 払う\n",
        ["purse.feature:3: scenario '払う' has no sentence [empty-scenario]"],
    ),
    "an outline without rows": (
        JA + "  シナリオアウトライン: 払う\n    ならば 色は<色>である\n    例:\n      | 色 |\n",
        ["purse.feature:3: outline '払う' has no example row [empty-outline]"],
    ),
    "an outline without examples": (
        JA + "  シナリオアウトライン: 払う\n    ならば 色は<色>である\n",
        ["[empty-outline]"],
    ),
    "a row that stands twice": (
        JA
        + "  シナリオアウトライン: 払う\n    ならば 色は<色>である\n    例:\n      | 色 |\n      | 赤 |\n      | 赤 |\n",
        ["purse.feature:8: the same row already stands in line 7 [repeated-row]"],
    ),
    "a column that is not there": (
        JA + "  シナリオアウトライン: 払う\n    ならば 色は<色>である\n    例:\n      | 色合い |\n      | 赤 |\n",
        [
            "<色> is not a column of the examples [unknown-column]",
            "no sentence uses the column <色合い> [unused-column]",
        ],
    ),
    "an unknown tag": (
        JA + "  @critcal\n  シナリオ: 払う\n    ならば 色は赤である\n",
        ["purse.feature:4: @critcal is not a known tag [unknown-tag]"],
    ),
    "a criterion that no register has": (
        JA + "  @CH-99\n  シナリオ: 払う\n    ならば 色は赤である\n",
        ["@CH-99 is not a known tag [unknown-tag]"],
    ),
    "a rule without scenarios": (
        JA + "  ルール: 一\n  ルール: 二\n    シナリオ: 払う\n      ならば 色は赤である\n",
        ["purse.feature:3: rule '一' has no scenario [empty-rule]"],
    ),
    "a lost table": (
        JA + "  シナリオ: 払う\n    前提 棚に次の品がある\n    ならば 色は赤である\n",
        ["purse.feature:4:", "a table must follow this sentence [table]"],
    ),
    "a table that nobody reads": (
        JA + "  シナリオ: 払う\n    ならば 色は赤である\n      | a |\n      | b |\n",
        ["purse.feature:4:", "this sentence takes no table [table]"],
    ),
    "a table with an unknown column": (
        JA
        + "  シナリオ: 払う\n    前提 棚に次の品がある\n      | 品 | 値 |\n      | 茶 | 1 |\n    ならば 色は赤である\n",
        ["purse.feature:4: the table's columns are 品, 値 [unknown-column]", "Its columns are: 品, 数"],
    ),
    "a broken line": (
        JA + "  シナリオ: 払う\n    ならば 色は赤である\n    払ってください\n",
        ["purse.feature:5: expected:", "got '払ってください' [syntax]"],
    ),
    "a first sentence with a mistyped keyword": (
        JA + "  シナリオ: 払う\n    前堤 客の花子が9枚を持つ\n    もし 客の花子が2枚を払う\n    ならば 色は赤である\n",
        [
            "purse.feature:4: '前堤 客の花子が9枚を持つ' is read as a description: nothing runs it [swallowed-line]",
            "It is the sentence at steps/shop.py:",
        ],
    ),
    "a first sentence with a mistyped keyword, from which the next one goes on": (
        JA
        + "  シナリオ: 払う\n    前堤 客の花子が9枚を持つ\n    # 足りる\n    かつ 客の花子が2枚を払う\n    ならば 色は赤である\n",
        [
            "purse.feature:4: '前堤 客の花子が9枚を持つ' is read as a description: nothing runs it, and the first sentence"
            " begins with 'かつ' [swallowed-line]",
            "Mend its keyword",
        ],
    ),
    "a first sentence that goes on from none": (
        JA + "  シナリオ: 払う\n    財布の話\n\n    かつ 客の花子が2枚を払う\n    ならば 色は赤である\n",
        ["purse.feature:6: the first sentence begins with 'かつ' [no-kind]", "Begin with 前提/もし/ならば"],
    ),
    "a mistyped keyword with an empty line below": (
        JA + "  シナリオ: 払う\n    前堤客の花子が9枚を持つ\n\n    ならば 色は赤である\n",
        ["purse.feature:4: '前堤客の花子が9枚を持つ' is read as a description: nothing runs it [swallowed-line]"],
    ),
    "a mistyped keyword in front of a sentence that nobody knows": (
        JA + "  シナリオ: 払う\n    # 前の月から\n    前堤 雨が降る\n    # 九枚あれば足りる\n    ならば 色は赤である\n",
        [
            "purse.feature:5: '前堤 雨が降る' is read as a description: nothing runs it [swallowed-line]",
            "Mend its keyword if it is a sentence; put an empty line below it if it is a description.",
        ],
    ),
    "a mistyped English keyword": (
        "Feature: Purse\n  Scenario: Paying\n    given the buyer Hanako has 9 coins\n    Then the colour is red\n",
        ["purse.feature:3: 'given the buyer Hanako has 9 coins' is read as a description: nothing runs it"],
    ),
    "a background with a wide colon": (
        JA + "  背景：\n    前提 客の花子が9枚を持つ\n  シナリオ: 払う\n    ならば 色は赤である\n",
        [
            "purse.feature:3: '背景：' is read as a description: nothing runs it [swallowed-line]",
            "If `背景:` is meant, write it so, with a plain colon",
            "purse.feature:4: '前提 客の花子が9枚を持つ' is read as a description",
        ],
    ),
    "a scenario whose heading is mistyped": (
        "Feature: Purse\n  Rule: One\n    Scenari: Paying\n      Given it rains\n      Then it is wet\n"
        "    Scenario: Seeing\n      Then the colour is red\n",
        [
            "purse.feature:3: 'Scenari: Paying' is read as a description: nothing runs it [swallowed-line]",
            "If `Scenario:` is meant",
            "purse.feature:4: 'Given it rains' is read as a description: nothing runs it [swallowed-line]",
            "purse.feature:5: 'Then it is wet' is read as a description: nothing runs it [swallowed-line]",
        ],
    ),
    "tags with a wide sign": (
        JA + "  ルール: 一\n    ＠critical\n    シナリオ: 払う\n      ならば 色は赤である\n",
        [
            "purse.feature:4: '＠critical' is read as a description: nothing runs it [swallowed-line]",
            "If tags are meant: each begins with a plain @",
        ],
    ),
    "tags without a sign": (
        JA + "  ルール: 一\n    critical slow\n    シナリオ: 払う\n      ならば 色は赤である\n",
        ["purse.feature:4: 'critical slow' is read as a description: nothing runs it [swallowed-line]"],
    ),
    "a rule without its colon": (
        JA + "  ルール 色は見える\n\n  シナリオ: 払う\n    ならば 色は赤である\n",
        ["purse.feature:3: 'ルール 色は見える' is read as a description: nothing runs it [swallowed-line]"],
    ),
    "Japanese without its language line": (
        "機能: 財布\n  シナリオ: 払う\n    ならば 色は赤である\n",
        ["purse.feature:1:", "Put `# language: ja` in the file's first line"],
    ),
    "an empty file": ("", ["purse.feature: the file holds no feature [empty-file]"]),
    "a feature without scenarios": (JA, ["feature '財布' has no scenario [no-scenario]"]),
    "a language that nobody here speaks": (
        "# language: fr\nFonctionnalité: porte-monnaie\n  Scénario: payer\n    Alors la couleur est rouge\n",
        ["purse.feature:1: language 'fr' [language]", "Write in ja or en."],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_is_an_error_at_collection_with_its_line(project, what):
    text, said = WRONG[what]
    project.feature(text)
    run = project.pytest()
    assert run.code == 2, run.text
    assert run.says(*said)
    assert "passed" not in run.text


@pytest.mark.parametrize("what", WRONG)
def test_check_finds_it_without_running_anything(project, what):
    text, said = WRONG[what]
    project.feature(text)
    run = project.nameraka("check")
    assert run.code == 1, run.text
    assert run.says(*said)


def test_a_sentence_that_two_steps_mean_is_ambiguous_and_both_are_named(project):
    project.steps(
        """
        @then(ja="色は{any}", en="the colour {any}")
        def other(any): pass
        """
    )
    project.feature("# language: ja\n機能: 財布\n  シナリオ: 払う\n    ならば 色は赤である\n")
    run = project.pytest()
    assert run.code == 2
    assert run.says("'色は赤である' could mean 2 things [ambiguous-sentence]", "steps/shop.py:", "steps/more.py:")


def test_the_same_sentence_over_two_functions_is_refused(project):
    project.steps(
        """
        @then(ja="必ず失敗する", en="it fails for sure")
        def again(): pass
        """
    )
    project.feature("# language: ja\n機能: 財布\n  シナリオ: 払う\n    ならば 色は赤である\n")
    run = project.nameraka("check")
    assert run.code == 1 or run.code == 3
    assert run.says("the sentence '必ず失敗する' already stands at steps/shop.py")


def test_all_findings_of_all_files_are_told_at_once(project):
    project.feature(WRONG["a scenario without Then"][0], "features/a.feature")
    project.feature(WRONG["an unknown tag"][0], "features/b.feature")
    run = project.nameraka("check")
    assert run.says("features/a.feature:3", "features/b.feature:4", "2 findings in 2 feature files")


def test_a_clean_project_is_clean(project):
    project.feature("# language: ja\n機能: 財布\n  シナリオ: 払う\n    ならば 色は赤である\n")
    assert project.nameraka("check").code == 0
    assert project.pytest().code == 0


def test_what_is_nothing_but_prose_may_stand_below_every_heading(project):
    project.feature(
        """\
        Feature: Purse
          When a buyer pays, somebody has to know it.
          Doors: both

          * a list may begin with a star
          Sources: none; an example follows.

          Background:
            Everybody is rich here.

            Given the buyer Hanako has 9 coins

          Rule: Colours
            Then and now, colours are seen.

            Scenario Outline: Seeing
              The shop is lit.

              Then the colour is <colour>

              Examples: the two that there are
                Blue is the rarer one.
                | colour |
                | red    |
        """
    )
    assert project.nameraka("check").code == 0
    run = project.pytest()
    assert run.code == 0, run.text


WHOLE = {
    "ja": [
        "# language: ja",
        "機能: 財布",
        "  背景:",
        "    前提 客の花子が9枚を持つ",
        "  @minor",
        "  ルール: 色は見える",
        "    シナリオ: 払う",
        "      もし 客の花子が2枚を払う",
        "      ならば 色は赤である",
        "      かつ 色は赤である",
        "    シナリオアウトライン: 見る",
        "      ならば 色は<色>である",
        "      例:",
        "        | 色 |",
        "        | 赤 |",
    ],
    "en": [
        "Feature: Purse",
        "  Background:",
        "    Given the buyer Hanako has 9 coins",
        "  @minor",
        "  Rule: Colours are seen",
        "    Scenario: Paying",
        "      When the buyer Hanako pays 2 coins",
        "      Then the colour is red",
        "      And the colour is red",
        "    Scenario Outline: Seeing",
        "      Then the colour is <colour>",
        "      Examples:",
        "        | colour |",
        "        | red |",
    ],
}


def one_character_lost(lines: list[str]) -> Iterator[str]:
    """The file again and again, each time with one character of one keyword left out."""
    for number, line in enumerate(lines):
        keyword = re.match(r"\s*(@|\w[\w ]*:|\w+(?= ))", line)
        start = len(line) - len(line.lstrip())
        for at in range(start, keyword.end() if keyword else 0):
            yield "\n".join([*lines[:number], line[:at] + line[at + 1 :], *lines[number + 1 :], ""])


@pytest.mark.parametrize("language", WHOLE)
def test_a_character_lost_from_any_keyword_is_found(project, language):
    project.feature("\n".join([*WHOLE[language], ""]))
    assert project.nameraka("check").code == 0, "whole, it is clean"
    broken = dict(enumerate(one_character_lost(WHOLE[language])))
    for number, text in broken.items():
        project.feature(text, f"features/broken/{number}.feature")
    run = project.nameraka("check")
    unnoticed = [text for number, text in broken.items() if f"features/broken/{number}.feature" not in run.text]
    assert unnoticed == []


def test_one_broken_file_stops_the_run_before_its_first_scenario(project):
    project.feature("# language: ja\n機能: 財布\n  シナリオ: 払う\n    ならば 必ず失敗する\n", "features/a.feature")
    project.feature("機能", "features/b.feature")
    run = project.pytest()
    assert run.says("features/b.feature:1", "Interrupted: 1 error during collection")
    assert "failed" not in run.text


def test_a_file_that_is_not_utf8_is_told_with_its_line(project):
    project.feature("x")
    path = project.root / "features/shop/purse.feature"
    path.write_bytes("# language: ja\n機能: 財布\n".encode("shift_jis"))
    run = project.nameraka("check")
    assert run.code == 1
    assert run.says("purse.feature:2: this line is not UTF-8 text [not-utf-8]")


def test_a_bomb_of_rows_is_refused_quickly(project):
    rows = "".join(f"      | 赤{number} |\n" for number in range(600))
    project.feature(
        "# language: ja\n機能: 財布\n  シナリオアウトライン: 払う\n    ならば 色は<色>である\n    例:\n      | 色 |\n"
        + rows
    )
    assert project.nameraka("check").says("outline '払う' has 600 rows [too-many-rows]")
