"""The metrics by hand-computed examples, and what must be true of them whatever happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import START, Story, commit, hours

from nameraka.gate.text import Text
from nameraka.ledger.calibration import escapes, false_blocks
from nameraka.ledger.chain import NOTHING, Head
from nameraka.ledger.dora import Dora, measure
from nameraka.ledger.figures import LEAST_FOR_P90, Share, Spread
from nameraka.ledger.history import History, history_of
from nameraka.ledger.summary import figures
from nameraka.ledger.trend import trend

DAY = timedelta(days=1)
END = START + 28 * DAY


def measured(story: Story, environment: str = "production") -> Dora:
    """Over the four weeks from START."""
    return measure(story.history, environment, START, END)


def shown(story: Story) -> dict[str, str | None]:
    """Each figure's value in English, by its name."""
    told = trend(Head(0, NOTHING), story.history, "production", START, END)
    return {one.name.en: one.value.en if one.value else None for one in figures(told)}


def four_weeks() -> Story:
    """Deployments b to e, one a week; d fails, is rolled back, and e repairs it.

    Lead times: 2 h, 6 h, 4 h, 10 h; the rollback brings nothing new. d's incident lasts from 1 h to 4 h after it.
    """
    story = Story()
    story.verdict(at=hours(0))
    story.deploy("b", 1 * DAY, before=hours(2))
    story.deploy("c", 8 * DAY, before=hours(6))
    failing = story.deploy("d", 15 * DAY, before=hours(4))
    story.incident("INC-1", failing, 15 * DAY + hours(1), "CH-01")
    story.deploy("c", 15 * DAY + hours(3), takes_back=failing, unplanned=True, incident="INC-1")
    story.restore("INC-1", 15 * DAY + hours(4))
    story.deploy("e", 16 * DAY, before=hours(10), unplanned=True, incident="INC-1")
    return story


def test_the_five_metrics_of_four_weeks() -> None:
    dora = measured(four_weeks())
    assert sorted(dora.lead_time.seconds) == [2 * 3600, 4 * 3600, 6 * 3600, 10 * 3600]
    assert (dora.lead_time.median, dora.lead_time.p90) == (5 * 3600, None)
    assert (dora.again, dora.without_commit) == (1, 0)
    assert (len(dora.deployments), dora.rollbacks, dora.per_week) == (5, 1, 1.25)
    assert (dora.change_fail_rate, dora.change_fail_rate.value) == (Share(1, 5), 0.2)
    assert (dora.rework_rate, dora.rework_rate.value) == (Share(2, 5), 0.4)
    assert (dora.recovery.median, dora.lasting, dora.without_incident) == (3 * 3600, 0, 0)


def test_they_are_said_in_words_with_their_counts() -> None:
    told = trend(Head(0, NOTHING), four_weeks().history, "production", START, END)
    said = [(one.name.en, one.value and one.value.en, one.counts.en) for one in figures(told)]
    assert said[:5] == [
        ("Change lead time", "5.0 h", "median of 4; p90 from 10 on; 1 brought nothing new"),
        ("Deployment frequency", "1.2 a week", "5 deployments in 28 days, 1 of them rollbacks"),
        ("Failed deployment recovery time", "3.0 h", "median of 1; p90 from 10 on"),
        ("Change fail rate", "20%", "1 of 5 deployments failed"),
        ("Deployment rework rate", "40%", "2 of 5 deployments were unplanned repairs"),
    ]
    assert figures(told)[0].value == Text("5.0 h", "5.0時間")


def test_from_nothing_come_no_numbers() -> None:
    assert set(shown(Story()).values()) == {None}
    only_a_verdict = Story()
    only_a_verdict.verdict()
    assert set(shown(only_a_verdict).values()) == {None}


def test_a_frequency_is_over_what_was_observed_and_not_of_less_than_a_week() -> None:
    story = Story()
    story.deploy("b", 14 * DAY)
    story.deploy("c", 15 * DAY)
    assert measured(story).per_week == 1.0  # two in the last two weeks; before, nobody wrote anything down
    late = Story()
    late.deploy("b", 22 * DAY)
    assert measured(late).per_week is None
    assert measured(late).change_fail_rate == Share(0, 1)


def test_another_environment_and_another_time_do_not_count() -> None:
    story = four_weeks()
    before = measured(story)
    story.deploy("f", 20 * DAY, environment="staging")
    story.incident("INC-9", None, 20 * DAY, "CH-01", environment="staging")
    story.deploy("9", 40 * DAY)
    assert measured(story) == before
    assert len(measured(story, "staging").deployments) == 1


def test_lead_time_leaves_out_what_has_no_time_and_what_was_there_before() -> None:
    story = Story()
    story.deploy("b", 1 * DAY, before=hours(1))
    story.deploy("b", 2 * DAY, before=hours(25))  # the same build again
    story.deploy("c", 3 * DAY, commit=commit("b"), before=hours(49))  # the same commit, built again
    story.deploy("d", 4 * DAY, before=None)
    dora = measured(story)
    assert (dora.lead_time, dora.again, dora.without_commit) == (Spread((3600.0,)), 2, 1)


def test_what_came_before_the_period_is_still_known_in_it() -> None:
    story = Story()
    story.deploy("b", -3 * DAY)
    story.deploy("b", 1 * DAY)
    assert (measured(story).again, measured(story).lead_time) == (1, Spread())


def test_recovery_lasts_until_the_last_incident_of_a_deployment_has_ended() -> None:
    story = Story()
    failing = story.deploy("b", 1 * DAY)
    story.incident("A", failing, 1 * DAY + hours(2))
    story.incident("B", failing, 1 * DAY + hours(1))
    story.restore("A", 1 * DAY + hours(9))
    assert (measured(story).recovery, measured(story).lasting) == (Spread(), 1)
    story.restore("B", 1 * DAY + hours(3))
    assert (measured(story).recovery, measured(story).lasting) == (Spread((8 * 3600.0,)), 0)


def test_a_deployment_that_was_taken_back_failed_also_without_an_incident() -> None:
    story = Story()
    story.deploy("b", 1 * DAY)
    failing = story.deploy("c", 2 * DAY)
    story.deploy("b", 3 * DAY, takes_back=failing)
    dora = measured(story)
    assert [one.sequence for one in dora.failed] == [failing]
    assert (dora.recovery, dora.without_incident, dora.rework_rate) == (Spread(), 1, Share(1, 3))


def test_an_incident_that_no_deployment_caused_is_no_failed_deployment() -> None:
    story = Story()
    story.deploy("b", 1 * DAY)
    story.incident("A", None, 2 * DAY)
    assert (measured(story).failed, measured(story).recovery) == ((), Spread())


@pytest.mark.parametrize(
    ("seconds", "p90"),
    [(range(1, 10), None), (range(1, 11), 9), (range(1, 21), 18), ([5] * 10, 5), ([1] * 10 + [100], 1)],
)
def test_the_90th_percentile_is_a_duration_that_was_seen(seconds: Any, p90: float | None) -> None:
    assert Spread(tuple(seconds)).p90 == p90


def test_escaped_defects_are_those_of_requirements_that_the_verdict_called_verified() -> None:
    story = Story()
    states = {"CH-01": "verified", "CH-02": "waived", "CH-03": "verified"}
    for of in "bc":
        judged = story.told[story.verdict(of=of, requirements=states) - 1].body
        story.deploy(of, 1 * DAY, verdict=judged.document)
    story.incident("A", 2, 2 * DAY, "CH-01", "CH-02")
    story.incident("B", 2, 3 * DAY, "CH-01")  # the same deployment again
    story.incident("C", 4, 3 * DAY, "CH-02")
    story.incident("D", 4, 3 * DAY)
    story.incident("E", None, 3 * DAY, "CH-03")
    unjudged = story.deploy("d", 4 * DAY)
    story.incident("F", unjudged, 5 * DAY, "CH-01")
    story.incident("G", 4, 3 * DAY, "CH-01", environment="staging")
    found = escapes(story.history, "production", START, END)
    assert found.by_requirement == {"CH-01": Share(1, 2), "CH-03": Share(0, 2)}
    assert (found.incidents, found.escaped, found.known, found.unnamed, found.unjudged) == (6, 2, 1, 1, 2)


def test_an_incident_counts_with_the_deployment_that_caused_it() -> None:
    story = Story()
    judged = story.told[story.verdict() - 1].body
    story.deploy("b", 27 * DAY, verdict=judged.document)
    story.incident("A", 2, 30 * DAY, "CH-01")
    assert escapes(story.history, "production", START, END).by_requirement == {"CH-01": Share(1, 1)}
    assert escapes(story.history, "production", START + 28 * DAY, END + 28 * DAY).incidents == 0


def test_false_blocks_are_shares_of_all_blocks_and_of_those_of_each_rule() -> None:
    story = Story()
    story.verdict()
    false = story.verdict("no-go", of="c", broken=("freshness", "agreement"))
    story.verdict("unknown", of="d", broken=("freshness",), environment="staging")
    story.verdict("no-go", of="e", at=40 * DAY)
    story.false_block(false)
    found = false_blocks(story.history, START, END)
    assert found.share == Share(1, 2)
    assert found.by_rule == {"agreement": Share(1, 1), "freshness": Share(1, 2)}


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Anything that may happen to two environments in five weeks."""
    story = Story()
    deployed: list[int] = []
    opened: list[tuple[str, timedelta]] = []
    for number in range(draw(st.integers(0, 12))):
        at = timedelta(minutes=draw(st.integers(-5 * 1440, 35 * 1440)))
        match draw(st.sampled_from(["deploy", "deploy", "incident", "restore", "verdict"])):
            case "deploy":
                unplanned = bool(opened) and draw(st.booleans())
                deployed.append(
                    story.deploy(
                        draw(st.sampled_from("bcdef")),
                        at,
                        draw(st.sampled_from(["production", "staging"])),
                        before=draw(st.none() | st.builds(hours, st.integers(0, 500))),
                        takes_back=draw(st.none() | st.sampled_from(deployed)) if deployed else None,
                        unplanned=unplanned,
                        incident=opened[0][0] if unplanned else None,
                    )
                )
            case "incident":
                cause = draw(st.none() | st.sampled_from(deployed)) if deployed else None
                story.incident(f"I{number}", cause, at, *draw(st.sets(st.sampled_from(["CH-01", "CH-02"]))))
                opened.append((f"I{number}", at))
            case "restore" if opened:
                id, begun = opened[-1]
                if story.history.restoration(id) is None:
                    story.restore(id, begun + hours(draw(st.integers(0, 100))))
            case _:
                story.verdict(draw(st.sampled_from(["go", "no-go", "unknown"])), draw(st.sampled_from("bcdef")), at)
    return story


@settings(max_examples=150, deadline=None)
@given(stories())
def test_rates_are_rates_and_every_deployment_is_accounted_for(story: Story) -> None:
    dora = measured(story)
    count = len(dora.deployments)
    for share in (dora.change_fail_rate, dora.rework_rate):
        assert 0 <= share.part <= share.whole == count
        assert (share.value is None) == (count == 0)
    assert len(dora.lead_time.seconds) + dora.without_commit + dora.again == count
    assert len(dora.recovery.seconds) + dora.lasting + dora.without_incident == len(dora.failed)
    for spread in (dora.lead_time, dora.recovery):
        assert all(one >= 0 for one in spread.seconds)
        assert (spread.median is None) == (not spread.seconds)
        assert (spread.p90 is None) == (len(spread.seconds) < LEAST_FOR_P90)
    assert START <= dora.observed_since <= END


@settings(max_examples=80, deadline=None)
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_told_changes_nothing_but_ties(story: Story, random: Any) -> None:
    told = list(story.told)
    random.shuffle(told)
    assert measure(history_of(told), "production", START, END) == measured(story)


@settings(max_examples=80, deadline=None)
@given(stories(), st.integers(0, 28))
def test_two_parts_of_a_period_have_together_what_the_whole_has(story: Story, day: int) -> None:
    history: History = story.history
    middle = START + day * DAY
    first = measure(history, "production", START, middle - timedelta(microseconds=1))
    second = measure(history, "production", middle, END)
    whole = measured(story)
    assert len(first.deployments) + len(second.deployments) == len(whole.deployments)
    assert len(first.failed) + len(second.failed) == len(whole.failed)
    assert sorted(first.lead_time.seconds + second.lead_time.seconds) == sorted(whole.lead_time.seconds)


@settings(max_examples=80, deadline=None)
@given(stories())
def test_escapes_never_exceed_what_was_shown_and_every_incident_is_accounted_for(story: Story) -> None:
    found = escapes(story.history, "production", START, END)
    assert all(share.part <= share.whole for share in found.by_requirement.values())
    assert found.escaped + found.known + found.unnamed + found.unjudged == found.incidents
    assert found.escaped == 0 or any(share.part for share in found.by_requirement.values())
