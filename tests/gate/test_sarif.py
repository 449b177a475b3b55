"""The verdict as SARIF, for code scanning."""

from __future__ import annotations

import json
from typing import Any

import documents
import pytest
from documents import finding, rule, text
from rendered import BOTH, EVERY, scanned

from nameraka.gate.formats.sarif import sarif


@EVERY
@BOTH
def test_sarif_is_valid_and_has_each_finding_once(name: str, language: str) -> None:
    document = documents.ALL[name]()
    run = scanned(document, language)
    told = [(result["ruleId"], {"error": "no-go", "warning": "unknown"}[result["level"]]) for result in run["results"]]
    assert sorted(told) == sorted(
        (one["name"], found["effect"]) for one in document["rules"] for found in one["findings"]
    )
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def place(location: dict[str, Any]) -> tuple[str, bool]:
    """Where a location points to, and whether that is in the evidence."""
    artifact = location["physicalLocation"]["artifactLocation"]
    return artifact["uri"], artifact.get("uriBaseId") == "RESULTS"


def test_sarif_points_to_the_feature_and_to_the_file_of_evidence() -> None:
    results = {one["message"]["text"].split(" ")[0]: one for one in scanned(documents.no_go())["results"]}
    broken = results[f"{documents.FEATURE}::送信[web]:"]
    assert [place(one) for one in broken["locations"]] == [("features/chat/%E5%8F%97%E4%BB%98.feature", False)]
    assert [place(one) for one in broken["relatedLocations"]] == [("run-1of1.jsonl", True)]
    assert broken["partialFingerprints"]["cause/v1"] == "0123456789abcdef"
    assert [place(one) for one in results["CH-09:"]["locations"]] == [("reports/waivers.toml", False)]


def test_sarif_puts_what_is_about_no_file_to_the_verdict() -> None:
    [result] = scanned(documents.document("unknown", [], rules=[rule("one", finding("unknown"))]))["results"]
    assert place(result["locations"][0]) == ("verdict.json", True)


def test_sarif_tells_the_same_finding_of_two_runs_by_the_same_hash_and_others_by_others() -> None:
    def hashes(**changes: Any) -> list[str]:
        run = scanned({**documents.no_go(), **changes})
        return [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]

    assert hashes() == hashes(run_id="another", created="2026-02-02T00:00:00+00:00")
    assert len(set(hashes())) == len(hashes())


def test_sarif_explains_each_rule_in_both_languages_and_says_which_are_off() -> None:
    rules = {one["id"]: one for one in scanned(documents.no_go(), "ja")["tool"]["driver"]["rules"]}
    assert rules["identity"]["help"]["text"] == (
        "No promise was seen broken, in any attempt.\nどの試行でも、破られた約束がない。"
    )
    assert rules["identity"]["shortDescription"]["text"] == "どの試行でも、破られた約束がない。"
    assert [name for name, one in rules.items() if not one["defaultConfiguration"]["enabled"]] == ["accessibility"]


def test_sarif_tells_what_is_excused() -> None:
    [invocation] = scanned(documents.excused())["invocations"]
    told = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert "CH-02: the duty manager waived CH-02" in told


def test_sarif_of_too_many_findings_keeps_the_broken_promises_and_says_what_it_leaves_out() -> None:
    lost = [finding("unknown", file=f"{number}.json") for number in range(25_010)]
    document = documents.document("no-go", [], rules=[rule("one", *lost, finding("no-go"))])
    [run] = json.loads(sarif(document))["runs"]
    assert len(run["results"]) == 25_000
    assert run["results"][0]["level"] == "error"
    assert (
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
        == "11 further findings are left out here"
    )


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "//evil/x", "https://evil/x", "a b.json", "..", "", "?#"]
)
def test_sarif_points_to_nothing_outside(name: str) -> None:
    scanned(documents.document("unknown", [], rules=[rule("one", finding("unknown", file=name))]))


def test_sarif_makes_no_link_and_no_placeholder_of_what_evidence_says() -> None:
    hostile = text("see [here](https://evil.example) and {0}", "")
    [result] = scanned(documents.document("no-go", [], rules=[rule("one", finding(what=hostile))]))["results"]
    assert "see [here] (https://evil.example) and {{0}}" in result["message"]["text"]
