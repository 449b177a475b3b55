"""What the pipeline runs: both parts always, and a failure of either is a failure of the whole."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def ci_run(tmp_path: Path, *, accept: int, test: int) -> tuple[int, list[str]]:
    """The exit code of the real script and what it asked of `make`, whose answers are given."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    make = tmp_path / "make"
    make.write_text(
        f"""#!/bin/bash
echo "$2 CI=$CI ${{PYTHONDONTWRITEBYTECODE-unset}}" >>asked
case "$2" in accept) exit {accept} ;; test) echo "== 3 passed in 0.1s =="; exit {test} ;; esac
"""
    )
    make.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.defpath}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([tmp_path / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "== 3 passed in 0.1s =="
    return done.returncode, (tmp_path / "asked").read_text().splitlines()


@pytest.mark.parametrize(
    ("accept", "test", "outcome"),
    [(0, 0, 0), (2, 0, 2), (0, 2, 2), (2, 2, 2)],
    ids=["both", "no go", "no tests", "none"],
)
def test_both_parts_run_and_either_can_fail_it(tmp_path: Path, accept: int, test: int, outcome: int) -> None:
    code, asked = ci_run(tmp_path, accept=accept, test=test)
    assert code == outcome
    assert asked == ["accept CI=true unset", "test CI=true unset"]
