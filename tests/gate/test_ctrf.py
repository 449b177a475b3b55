"""The verdict as CTRF, for dashboards of tests."""

from __future__ import annotations

from collections import Counter

import documents
import pytest
from documents import item
from rendered import BOTH, EVERY, cases, reported

from nameraka.gate.formats.junit import junit


@EVERY
@BOTH
def test_ctrf_is_valid_counts_what_it_holds_and_fails_only_where_the_verdict_is_not_go(
    name: str, language: str
) -> None:
    document = documents.ALL[name]()
    results = reported(document, language)
    found = Counter(test["status"] for test in results["tests"])
    summary = results["summary"]
    assert {status: summary[status] for status in ("passed", "failed", "skipped", "pending", "other")} == {
        status: found[status] for status in ("passed", "failed", "skipped", "pending", "other")
    }
    assert summary["tests"] == len(results["tests"])
    assert (found["failed"] + found["pending"] + found["other"] == 0) == (document["verdict"] == "go")
    assert results["environment"]["healthy"] == (document["verdict"] == "go")


def test_ctrf_tells_each_state_as_itself() -> None:
    known = {test["name"]: test for test in reported(documents.no_go())["tests"] if test["suite"] != ["gate"]}
    assert {name: (test["status"], test["rawStatus"]) for name, test in known.items()} == {
        "送信[api]": ("passed", "passed"),
        "送信[web]": ("failed", "failed"),
        "受付[api]": ("failed", "flaky"),
        "未読[api]": ("other", "skipped"),
        "削除[api]": ("pending", "unanswered"),
        "検索[api]": ("other", "undecided"),
        "古い[api]": ("other", "passed"),
    }
    assert known["受付[api]"]["retryAttempts"] == [
        {"attempt": 1, "status": "failed"},
        {"attempt": 2, "status": "passed"},
    ]
    assert known["送信[web]"]["tags"] == ["critical", "CH-01"]


def test_ctrf_says_when_it_ran_and_falls_back_to_when_it_was_judged() -> None:
    summary = reported(documents.go())["summary"]
    assert (summary["start"], summary["stop"]) == (1767322800000, 1767322980000)
    for nonsense in (None, "yesterday", "2026-01-02T03:00:00"):
        summary = reported({**documents.go(), "planned_at": nonsense, "ended_at": nonsense})["summary"]
        assert (summary["start"], summary["stop"]) == (1767323045000, 1767323045000)


@pytest.mark.parametrize("seconds", [1e308, float("inf"), None])
def test_a_duration_that_is_none_is_left_out(seconds: float | None) -> None:
    document = documents.document("go", [item("送信", seconds=seconds)])
    assert [test["duration"] for test in reported(document)["tests"]][-1] == 0
    assert "time" not in cases(junit(document))[documents.FEATURE, "送信[api]"].attrib
