"""The acceptance report: Allure 3, built offline from a folder of results into pages that open from disk.

Only this package knows Node, the pinned generator in the project's ``reports/`` folder and what may be published. It
judges nothing: what it could not show it says in ``Report.notes``, and the gate decides.
"""

from __future__ import annotations

from nameraka.report.build import Report, build
from nameraka.report.errors import ReportError, SecretsLeft

__all__ = ["Report", "ReportError", "SecretsLeft", "build"]
