"""What a reader of feature files, sentences or settings is told when something is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend: where it stands, what is wrong, and what to do.

    ``path`` is relative to the project, ``line`` counts from 1 (0: the file as a whole), ``rule`` is a short stable name
    such as ``undefined-sentence``.
    """

    path: str
    line: int
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        remedy = self.remedy.replace("\n", "\n    ")
        return f"{place}: {self.message} [{self.rule}]\n    {remedy}"


class Findings(Exception):
    """Raised by whatever cannot go on; carries every finding, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join(map(str, self.findings)))


class UsageError(Exception):
    """A mistake of the person at the keyboard or in the settings: said in a sentence, exit code 3, no traceback."""
