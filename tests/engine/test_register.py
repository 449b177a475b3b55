"""The register of acceptance criteria: what is not right in it, or between it and the scenarios, has a line and a remedy."""

from __future__ import annotations

import textwrap

import pytest

from nameraka.findings import Findings
from nameraka.register import MAX_BYTES, Criterion, parse_register

JA = "# language: ja\n機能: 財布\n"
SCENARIO = "  シナリオ: 払う\n    ならば 色は赤である\n"
REGISTER = "features/requirements.toml"


def entry(id: str = "CH-01", **changes: str | None) -> str:
    """An entry as TOML; each of ``changes`` is a value as TOML, or None to leave the key out."""
    keys: dict[str, str | None] = {
        "ja": '"失われない"',
        "en": '"Nothing is lost"',
        "severity": '"critical"',
        "hazard": '{ ja = "待ち続ける", en = "Somebody waits for nothing" }',
        "source": '"Proposal"',
        **changes,
    }
    lines = [f"{key} = {value}\n" for key, value in keys.items() if value is not None]
    return f"[{id}]\n" + "".join(lines)


def found(content: str | bytes) -> list[str]:
    """The findings in a register, first line of each."""
    with pytest.raises(Findings) as refused:
        parse_register(content.encode() if isinstance(content, str) else content, REGISTER)
    return [str(finding).partition("\n")[0].removeprefix(REGISTER) for finding in refused.value.findings]


# What an entry says


def test_an_entry_is_a_criterion_with_all_that_was_written():
    register = parse_register((entry() + entry("CH-02", promised="false")).encode(), REGISTER)
    assert list(register) == ["CH-01", "CH-02"]
    first = register["CH-01"]
    assert (first.ja, first.en, first.severity, first.source) == (
        "失われない",
        "Nothing is lost",
        "critical",
        "Proposal",
    )
    assert (first.hazard.ja, first.hazard.en) == ("待ち続ける", "Somebody waits for nothing")
    assert (first.line, register["CH-02"].line) == (1, 7)


def test_a_criterion_is_promised_unless_the_register_says_that_it_is_not_yet():
    register = parse_register(
        (entry() + entry("CH-02", promised="false") + entry("CH-03", promised="true")).encode(), REGISTER
    )
    assert [criterion.promised for criterion in register.values()] == [True, False, True]


def test_where_a_criterion_stands_does_not_make_it_another():
    moved = parse_register(b"\n\n" + entry().encode(), REGISTER)
    assert moved == parse_register(entry().encode(), REGISTER)
    assert isinstance(moved["CH-01"], Criterion)


def test_a_register_may_say_what_the_letters_of_its_ids_stand_for():
    named = '[capabilities]\nCH = { ja = "財布", en = "Purse" }\n' + entry()
    capability = parse_register(named.encode(), REGISTER)["CH-01"].capability
    assert capability is not None
    assert (capability.ja, capability.en) == ("財布", "Purse")
    assert parse_register(entry().encode(), REGISTER)["CH-01"].capability is None


def test_editors_may_save_it_in_their_own_way():
    saved = ("\ufeff" + entry() + entry("CH-02")).replace("\n", "\r\n")
    assert parse_register(saved.encode(), REGISTER)["CH-02"].line == 7


def test_a_project_without_a_register_has_no_criteria(project):
    project.feature(JA + SCENARIO)
    assert project.nameraka("check").code == 0


# What is not right in it

WRONG = {
    "no severity": (entry(severity=None), [":1: CH-01: severity is missing [register]"]),
    "no hazard and no source": (
        entry(hazard=None, source=None),
        [":1: CH-01: hazard is missing [register]", ":1: CH-01: source is missing [register]"],
    ),
    "an unknown key": (entry(serverity='"major"'), [":7: CH-01: the key 'serverity' is not known [register]"]),
    "a severity that nobody knows": (
        entry(severity='"grave"'),
        [":4: CH-01: severity 'grave' is none of critical, major, minor [register]"],
    ),
    "a severity that is no text": (
        entry(severity="[1]"),
        [":4: CH-01: severity [1] is none of critical, major, minor [register]"],
    ),
    "an empty text": (entry(ja='" 　"'), [":2: CH-01: ja is no text, or is empty [register]"]),
    "a number for a text": (entry(source="7"), [":6: CH-01: source is no text, or is empty [register]"]),
    "a hazard in one language": (
        entry(hazard='{ ja = "待つ" }'),
        [":5: CH-01: hazard is not a text in ja and in en [register]"],
    ),
    "a hazard in no language": (
        entry(hazard='"Somebody waits"'),
        [":5: CH-01: hazard is not a text in ja and in en [register]"],
    ),
    "an empty hazard": (
        entry(hazard='{ ja = "", en = "Somebody waits" }'),
        [":5: CH-01: hazard is not a text in ja and in en [register]"],
    ),
    "a promise that is neither": (
        entry(promised='"no"'),
        [":7: CH-01: promised is neither true nor false [register]"],
    ),
    "an id that is none": (
        entry('"ch-1"'),
        [":1: ch-1: an id is capital letters, a dash and a number [register]"],
    ),
    "an entry that is no table": (
        'CH-01 = "Nothing is lost"',
        [": CH-01: it is no table [register]"],
    ),
    "letters without a name": (
        '[capabilities]\nCH = { ja = "財布", en = "Purse" }\n' + entry() + entry("TR-01"),
        [":1: capabilities: TR has no name [register]"],
    ),
    "a name for letters that no id has": (
        '[capabilities]\nCH = { ja = "財布", en = "Purse" }\nTR = { ja = "列", en = "Queue" }\n' + entry(),
        [":3: capabilities: no id begins with TR [register]"],
    ),
    "a name in one language": (
        '[capabilities]\nCH = "Purse"\n' + entry(),
        [":2: capabilities: CH is not a text in ja and in en [register]"],
    ),
    "names that are no table": (
        'capabilities = "Purse"\n' + entry(),
        [": capabilities: it is no table [register]"],
    ),
    "an id that stands twice": (
        entry("CH-01") + entry("CH-02") + entry("CH-01"),
        [":13: CH-01 already stands in line 1 [register]"],
    ),
    "two ids that stand twice, one of them in quotes": (
        entry("CH-01") + entry("CH-02") + entry('"CH-01"') + entry("CH-02"),
        [":13: CH-01 already stands in line 1 [register]", ":19: CH-02 already stands in line 7 [register]"],
    ),
    "a key that stands twice": (
        entry() + 'ja = "x"\n',
        [":7: not valid TOML: Cannot overwrite a value"],
    ),
    "no TOML": ("[CH-01\n", [":1: not valid TOML: Expected ']' at the end of a table declaration"]),
    "no UTF-8": (
        b"[CH-01]\nja = " + '"失われない"'.encode("shift_jis"),
        [":2: this line is not UTF-8 text [register]"],
    ),
    "nesting without end": ("a = " + "[\n" * 100_000, [": it is nested too deeply [register]"]),
    "a line without end": ("a." * 200_000 + "a = 1", [":1: this line has more than 2,000 characters [register]"]),
    "a file without end": ("# nothing\n" * MAX_BYTES, [": it is larger than 1024 KiB [register]"]),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_is_a_finding_with_its_line(what):
    content, said = WRONG[what]
    findings = found(content)
    assert len(findings) == len(said)
    for finding, start in zip(findings, said, strict=True):
        assert finding.startswith(start)


def test_everything_that_is_not_right_is_told_at_once():
    assert len(found(entry(ja='""', severity='"grave"') + entry("CH-02", hazard=None))) == 3


def test_check_tells_it_with_a_remedy_and_pytest_does_not_begin(project):
    project.feature(JA + SCENARIO)
    project.write(REGISTER, entry(severity='"grave"'))
    for run, code in ((project.nameraka("check"), 1), (project.pytest(), 4)):
        assert run.code == code
        assert run.says(
            "features/requirements.toml:4: CH-01: severity 'grave' is none of critical, major, minor",
            "Choose one of critical, major, minor.",
        )
        assert "Traceback" not in run.text


# Between register and scenarios


def check(project, register: str, feature: str):
    project.write(REGISTER, register)
    project.feature(JA + textwrap.dedent(feature))
    return project.nameraka("check")


def test_a_scenario_that_answers_its_criterion_is_clean(project):
    assert check(project, entry(), "  @CH-01 @critical\n" + SCENARIO).code == 0


def test_a_tag_that_the_register_lacks_is_told_with_the_one_that_was_perhaps_meant(project):
    run = check(project, entry(), "  @CH-O1 @critical\n" + SCENARIO)
    assert run.code == 1
    assert run.says("purse.feature:4: @CH-O1 is not a known tag [unknown-tag]", "Did you mean @CH-01?")


@pytest.mark.parametrize(("tag", "meant"), [("ch-01", "CH-01"), ("critcal", "critical"), ("Slow", "slow")])
def test_a_slip_of_the_hand_is_understood_in_any_tag(project, tag, meant):
    assert check(project, entry(), f"  @{tag}\n{SCENARIO}").says(
        f"@{tag} is not a known tag", f"Did you mean @{meant}?"
    )


def test_a_tag_that_is_near_to_none_is_told_without_a_guess(project):
    run = check(project, entry(), "  @CH-01 @critical @花見\n" + SCENARIO)
    assert run.says("@花見 is not a known tag")
    assert "Did you mean" not in run.text


def test_a_scenario_less_grave_than_its_criterion_is_a_finding(project):
    run = check(project, entry(), "  @CH-01\n" + SCENARIO)
    assert run.says("purse.feature:4: the scenario is major, its criterion critical [severity]")


def test_a_promise_that_no_scenario_proves_is_uncovered(project):
    run = check(project, entry() + entry("CH-02"), "  @CH-01 @critical\n" + SCENARIO)
    assert run.code == 1
    assert run.says("features/requirements.toml:7: CH-02 is promised, and no scenario proves it [uncovered]")
    assert "1 finding in" in run.text


def test_a_proposed_scenario_proves_no_promise(project):
    run = check(project, entry(), "  @CH-01 @critical @proposed\n" + SCENARIO)
    assert run.says("features/requirements.toml:1: CH-01 is promised, and no scenario proves it [uncovered]")


@pytest.mark.parametrize("tags", ["", "  @CH-02 @critical @proposed\n  シナリオ: 待つ\n    ならば 色は赤である\n"])
def test_what_is_not_promised_yet_needs_no_scenario_and_may_have_a_proposed_one(project, tags):
    register = entry() + entry("CH-02", promised="false")
    assert check(project, register, f"{tags}  @CH-01 @critical\n{SCENARIO}").code == 0


def test_a_scenario_of_what_is_not_promised_yet_makes_the_promise(project):
    run = check(project, entry(promised="false"), "  @CH-01 @critical\n" + SCENARIO)
    assert run.code == 1
    assert run.says(
        "features/requirements.toml:1: CH-01 is not promised yet, and features/shop/purse.feature:4 proves it [promised]",
        "Take the line `promised = false` away",
    )


def test_nothing_is_called_uncovered_while_a_feature_file_cannot_be_read(project):
    run = check(project, entry(), "払ってください\n")
    assert run.code == 1
    assert "uncovered" not in run.text
