"""The results folder of one run: taken by one run at a time, and emptied of a former run's files and of nothing else."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from pathlib import Path
from typing import Any, Final

from nameraka.findings import UsageError
from nameraka.gate.reading import LOCK, is_evidence

# A run of a few hundred scenarios with pictures leaves about a tenth of this.
FREE_BYTES: Final = 256 * 1024 * 1024


class ResultsFolder:
    """A folder held for one run. The kernel frees it when the run's processes are gone, also after ``kill -9``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def __enter__(self) -> ResultsFolder:
        """Take the folder, making it if need be. Raises ``UsageError`` when another run has it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise UsageError(
                f"{self.path}: cannot be a results folder: {error.strerror}. Choose another folder (--results, --into)."
            ) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._descriptor, 200, 0).decode("utf-8", "replace").strip()
            self.release()
            raise UsageError(
                f"{self.path}: another run is using this folder ({holder or 'it has just begun'}). "
                "Wait for it, or choose another folder (--results, --into)."
            ) from None
        return self

    def __exit__(self, *unused: object) -> None:
        self.release()

    def release(self) -> None:
        """Let the folder go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def lock(self) -> int:
        """The descriptor of the lock: a process that inherits it holds the folder for as long as it lives."""
        if self._descriptor is None:
            raise RuntimeError("the results folder is not held")
        return self._descriptor

    def sign(self, who: str) -> None:
        """Leave word of who has the folder, for a second run to read."""
        os.ftruncate(self.lock, 0)
        os.pwrite(self.lock, who.encode(), 0)

    def require_space(self, wanted: int = FREE_BYTES) -> None:
        """Raises ``UsageError`` when less than ``wanted`` bytes are free: a run that fills the disk proves nothing."""
        free = shutil.disk_usage(self.path).free
        if free < wanted:
            raise UsageError(
                f"{self.path}: {free // 2**20} MiB are free, {wanted // 2**20} MiB are needed. "
                "Make room, or choose a folder on another disk (--results, --into)."
            )

    def make_fresh(self) -> None:
        """Delete what a former run left. Raises ``UsageError`` before anything is deleted when something else is there."""
        left = [entry for entry in os.scandir(self.path) if entry.name != LOCK]
        strangers = sorted(
            entry.name for entry in left if not (entry.is_file(follow_symlinks=False) and is_evidence(entry.name))
        )
        if strangers:
            raise UsageError(
                f"{self.path / strangers[0]}: no run has left this here ({len(strangers)} such in the folder), so it is not deleted. "
                "Move it away, or choose another folder (--results, --into)."
            )
        for entry in left:
            Path(entry.path).unlink()

    def digests(self) -> dict[str, str]:
        """Every file that is there now, by name, with its digest."""
        found = {}
        for entry in sorted(os.scandir(self.path), key=lambda one: one.name):
            if entry.name != LOCK and entry.is_file(follow_symlinks=False):
                with Path(entry.path).open("rb") as file:
                    digest: Any = hashlib.file_digest(file, "sha256")
                found[entry.name] = "sha256:" + digest.hexdigest()
        return found

    def write(self, name: str, content: bytes) -> Path:
        """Write a file whole or not at all. Raises ``OSError``."""
        path, half = self.path / name, self.path / f"{name}.tmp"
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        return path
