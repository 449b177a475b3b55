"""The longest files first: a run on several workers lasts as long as whoever has the last long one."""

from __future__ import annotations

from typing import Final

import pytest

LONGEST: Final = (
    "test_pipeline",
    "test_pipeline_played",
    "test_contract_fuzz_staff",
    "test_contract_fuzz_staff_too",
    "test_contract_fuzz_patient",
    "test_chat_in_a_browser",
    "test_console_in_a_browser",
    "test_durability",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
