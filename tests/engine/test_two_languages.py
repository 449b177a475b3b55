"""One step, two languages: parity is a property, not a translation project."""

from __future__ import annotations

import re

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from nameraka import language
from nameraka.features import Sentence
from nameraka.findings import Findings
from nameraka.language import LanguageError, Step
from nameraka.vocabulary import Vocabulary


@pytest.fixture
def words(monkeypatch):
    """An empty language, so that each test defines its own."""
    monkeypatch.setattr(language, "STEPS", [])
    monkeypatch.setattr("nameraka.vocabulary.STEPS", language.STEPS)
    slots = {name: language.SLOTS[name] for name in ("text", "number")}
    language.SLOTS.clear()
    language.SLOTS.update(slots)
    return language


def sentence(kind, text, keyword="もし", **more):
    return Sentence(keyword, kind, text, 1, **more)


REFUSED = {
    "a slot in one language only": ({"ja": "{who}が払う", "en": "somebody pays"}, "unequal slots: {who:text}"),
    "a slot of two types": ({"ja": "{n}枚", "en": "{n:number} coins"}, "unequal slots"),
    "a slot without a parameter": ({"ja": "{m}枚", "en": "{m} coins"}, "has no parameter for the slot {m}"),
    "a slot that stands twice": ({"ja": "{n}と{n}", "en": "{n} and {n}"}, "a slot stands twice"),
    "an empty sentence": ({"ja": "", "en": "{n}"}, "the ja sentence is empty"),
    "a lost brace": ({"ja": "{n}枚}", "en": "{n} coins"}, "a brace without a slot"),
    "slots side by side": ({"ja": "{n}{who}", "en": "{n} {who}"}, "two slots stand side by side"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_sentence_that_cannot_be_does_not_import(words, what):
    phrases, said = REFUSED[what]
    with pytest.raises(LanguageError, match=re.escape(said)) as refused:

        @words.when(**phrases)
        def step(n, who): ...

    assert re.search(r"test_two_languages\.py:\d+", str(refused.value))


def test_the_order_of_slots_may_differ(words):
    @words.when(ja="{who}が「{text}」と言う", en='"{text}" says {who}')
    def step(who, text): ...

    match = Vocabulary().bind(sentence("when", "花子が「はい」と言う"), "ja", "x")
    assert match.arguments() == {"who": "花子", "text": "はい"}
    assert match.render("en") == '"はい" says 花子'


@forall(
    text=st.text(st.characters(exclude_characters='「」"\r\n', exclude_categories=["Cs"]), max_size=60),
    n=st.integers(0, 10**9),
)
def test_any_scenario_comes_back_from_the_other_language_as_it_was(text, n):
    steps = [
        Step(
            "when",
            {
                "ja": language.Phrase("{who:role}が「{text}」を{n:number}回言う", "ja"),
                "en": language.Phrase('{who:role} says "{text}" {n:number} times', "en"),
            },
            lambda who, text, n: None,
        )
    ]
    language.SLOTS["role"] = language.Slot(
        "role",
        (language.Term("p", "患者", "the patient"), language.Term("q", "患者の母", "the patient's mother")),
        named=True,
    )
    vocabulary = Vocabulary(steps)
    for role in ("患者の花子", "患者の母の良子"):
        written = f"{role}が「{text}」を{n}回言う"
        english = vocabulary.bind(sentence("when", written), "ja", "x").render("en")
        assert vocabulary.bind(sentence("when", english), "en", "x").render("ja") == written


def test_full_width_digits_and_empty_text_are_understood(words):
    @words.when(ja="「{text}」を{n:number}回言う", en='"{text}" is said {n:number} times')
    def step(text, n): ...

    match = Vocabulary().bind(sentence("when", "「」を１２回言う"), "ja", "x")
    assert match.arguments() == {"text": "", "n": 12}


def test_quoted_speech_may_nest(words):
    @words.when(ja="「{text}」と「{other}」を言う", en='"{text}" and "{other}" are said')
    def step(text, other): ...

    match = Vocabulary().bind(sentence("when", "「彼は「痛い」と言った」と「はい」を言う"), "ja", "x")
    assert match.words == {"text": "彼は「痛い」と言った", "other": "はい"}


def test_a_table_is_shown_with_the_other_languages_headings_and_words(words):
    words.slot("colour", terms={"red": ("赤", "red")})

    @words.given(
        ja="次の花がある", en="there are flowers", table={"name": ("名", "name"), "colour": ("色", "colour", "colour")}
    )
    def step(rows): ...

    vocabulary = Vocabulary()
    table = (("色", "名"), ("赤", "薔薇"))
    said = sentence("given", "次の花がある", "前提", table=table)
    assert vocabulary.bind(said, "ja", "x").rows(table) == [{"colour": "red", "name": "薔薇"}]
    assert vocabulary.render(said, "ja", "en") == ("Given", "there are flowers", (("colour", "name"), ("red", "薔薇")))


def test_an_unknown_slot_type_is_told_where_it_is_used(words):
    @words.when(ja="{n:moon}", en="{n:moon}")
    def step(n): ...

    with pytest.raises(Findings, match=r"test_two_languages\.py:\d+: \{n:moon\} has an unknown type"):
        Vocabulary()


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({"name": "number"}, "defined twice"),
        ({"name": "役"}, "not a plain lower-case name"),
        ({"name": "a", "pattern": "(x)"}, "without groups"),
        ({"name": "a", "terms": {"x": ("赤", "red"), "y": ("赤", "pink")}}, "each ja word must stand once"),
        ({"name": "a", "named": True}, "a name needs terms"),
    ],
)
def test_a_slot_type_that_cannot_be_is_refused(words, definition, said):
    with pytest.raises(LanguageError, match=said):
        words.slot(**definition)


def test_a_module_with_unequal_slots_stops_everything_and_says_where(project):
    project.steps(
        """
        @when(ja="{n:number}枚", en="coins")
        def bad(n): pass
        """
    )
    project.feature("# language: ja\n機能: 財布\n  シナリオ: 払う\n    ならば 色は赤である\n")
    for run in (project.pytest(), project.nameraka("check")):
        assert run.code not in (0, 1)
        assert run.says("unequal slots: {n:number} stands in one language only", "steps/more.py:3")


def test_phrases_lists_every_sentence_in_both_languages(project):
    run = project.nameraka("phrases")
    assert run.code == 0
    assert run.says(
        "steps/shop.py", "{who:person}が{n:number}枚を払う", "{who:person} pays {n:number} coins", "客/the buyer"
    )


def test_phrases_finds_by_words_and_tells_unused_ones(project):
    project.feature("# language: ja\n機能: 財布\n  シナリオ: 払う\n    ならば 色は赤である\n")
    found = project.nameraka("phrases", "pays").text
    assert "払う" in found
    assert "colour" not in found
    unused = project.nameraka("phrases", "--unused").text
    assert "pays" in unused
    assert "the colour is" not in unused


def test_phrases_shows_a_scenario_in_the_other_language_which_collects_as_it_stands(project):
    project.feature(
        "# language: ja\n機能: 財布\n  シナリオ: 払う\n    もし 客の花子が2枚を払う\n    ならば 客の花子は2枚を払っている\n"
    )
    shown = project.nameraka("phrases", "--translate", "features/shop/purse.feature:4")
    assert shown.says("When the buyer 花子 pays 2 coins", "Then the buyer 花子 has paid 2 coins")
    project.feature(shown.text)
    assert project.pytest("-q").says("2 passed")


def test_phrases_says_where_scenarios_begin_when_none_stands_there(project):
    project.feature("# language: ja\n機能: 財布\n  シナリオ: 払う\n    ならば 色は赤である\n")
    run = project.nameraka("phrases", "--translate", "features/shop/purse.feature:40")
    assert run.code == 3
    assert run.says("no scenario stands there; they begin at 3")
