"""What git knows of a commit."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

_GIT_SECONDS = 10


def checked_out(root: Path) -> str | None:
    """The commit that is checked out; None outside git."""
    return _git(root, "rev-parse", "--verify", "HEAD")


def committed_at(root: Path, commit: str) -> datetime | None:
    """When the commit came into version control; None where this repository does not have it (a shallow clone)."""
    told = _git(root, "show", "--no-patch", "--format=%cI", f"{commit}^{{commit}}", "--")
    try:
        return datetime.fromisoformat(told) if told else None
    except ValueError:
        return None


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, timeout=_GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):  # no git here, or none that answers
        return None
    return done.stdout.strip() if done.returncode == 0 else None
