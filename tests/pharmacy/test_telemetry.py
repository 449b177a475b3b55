"""What leaves the pharmacy for the collector: ids, versions and codes; and nobody waits for it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pharmacy_world import ROOT, StartPharmacy

from pharmacy.telemetry.notes import WITHHELD, note


def test_a_word_is_withheld_and_an_id_is_not() -> None:
    told = note("ab" * 16, "draft", 0, thread="0f3c9a5e", model="胸が痛い 佐藤", outcome="a b").attributes
    assert told == {"thread": "0f3c9a5e", "model": WITHHELD, "outcome": WITHHELD}


def test_what_no_step_may_say_is_an_error() -> None:
    with pytest.raises(ValueError, match="patient_name"):
        note("ab" * 16, "draft", 0, patient_name="x")


def test_the_sdk_is_not_loaded_with_the_application() -> None:
    code = "import sys, pharmacy.app; print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_collector_that_is_away_makes_nobody_ill(start_pharmacy: StartPharmacy) -> None:
    import requests

    pharmacy = start_pharmacy("--otlp-url=http://127.0.0.1:9", "--otlp-seconds=0.2")
    assert requests.get(f"{pharmacy.url}/health", timeout=5).json()["checks"]["workers"]["telemetry"] == "ok"
    assert pharmacy.stop() == 0
