"""What can go wrong with a report."""

from __future__ import annotations

from nameraka.findings import UsageError


class ReportError(UsageError):
    """The report cannot be built; says what is missing or wrong and what to do. Exit code 3, no traceback."""


class SecretsLeft(ReportError):
    """Something that would be published still holds a secret; nothing was published."""
