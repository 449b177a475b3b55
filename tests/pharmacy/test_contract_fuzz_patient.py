"""Whatever a patient sends, the pharmacy answers as its contract says."""

from __future__ import annotations

from contract_fuzz import hold_to_contract, operations_of
from pharmacy_world import World
from pytest_httpserver import HTTPServer


def test_every_answer_to_every_input_of_patients_is_in_the_contract(world: World, outside: HTTPServer) -> None:
    hold_to_contract(world, outside, "patient", operations_of("patient"))
