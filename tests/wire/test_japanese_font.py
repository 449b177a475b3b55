"""Whether pictures can show Japanese, and by which font: as fontconfig says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nameraka.chromium import japanese_font


def fontconfig(folder: Path, monkeypatch: pytest.MonkeyPatch, *, able: list[str], preferred: str) -> None:
    for command, fonts in (("fc-list", able), ("fc-match", [preferred])):
        script = folder / command
        script.write_text("#!/bin/sh\n" + "".join(f"echo '{font}'\n" for font in fonts))
        script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_the_font_that_pages_get_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fontconfig(tmp_path, monkeypatch, able=["Noto Sans CJK HK", "Noto Sans CJK JP"], preferred="Noto Sans CJK JP")
    assert japanese_font() == "Noto Sans CJK JP"


def test_a_preferred_font_without_japanese_is_not_taken_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fontconfig(tmp_path, monkeypatch, able=["VL Gothic"], preferred="DejaVu Sans")
    assert japanese_font() == "VL Gothic"


def test_without_any_font_or_without_fontconfig_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fontconfig(tmp_path, monkeypatch, able=[], preferred="DejaVu Sans")
    assert japanese_font() is None
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert japanese_font() is None
