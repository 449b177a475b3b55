"""Nothing may hang for ever."""

from __future__ import annotations


def test_a_scenario_that_hangs_is_stopped_and_the_others_go_on(project):
    project.steps(
        """
        import threading
        @then(ja="終わらない", en="it never ends")
        def hangs():
            threading.Event().wait()
        """
    )
    project.feature("Feature: f\n  Scenario: a\n    Then it never ends\n  Scenario: b\n    Then the colour is red\n")
    run = project.pytest("-q", "--limit", "1", "--alluredir", "results", "--through", "api")
    assert run.code == 1
    assert run.says("1 failed, 1 passed", "stopped: the scenario took longer than 1 s")
    hung, fine = project.results()
    assert (hung["status"], hung["steps"][0]["status"]) == ("broken", "broken")
    assert fine["status"] == "passed"


def test_a_scenario_that_swallows_everything_is_stopped_too(project):
    project.steps(
        """
        @then(ja="終わらない", en="it never ends")
        def hangs():
            while True:
                pass
        """
    )
    project.feature("Feature: f\n  Scenario: a\n    Then it never ends\n")
    assert project.pytest("-q", "--limit", "0.5").says("2 failed", "took longer than 0.5 s")
