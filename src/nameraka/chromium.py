"""Which browser is used: found in a fixed order, tried before it is believed, and named in the header of a run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from nameraka.exchanges import WireError

_VERSION_WITHIN = 20.0  # seconds


class MissingBrowser(WireError):
    """No browser, or one that does not start."""

    unjudged = True


@dataclass(frozen=True, slots=True)
class BrowserChoice:
    """The browser that pages are opened in."""

    path: Path
    kind: str
    version: str

    def __str__(self) -> str:
        return f"{self.version}, {self.kind} ({self.path})"


def find_browser(setting: str | None = None) -> BrowserChoice:
    """The browser to use: `setting`, else $NAMERAKA_BROWSER, else the first that is installed.

    Headless shells go first, Playwright's own before the system's: a full browser costs three times the CPU.
    Raises MissingBrowser, with what to do, when there is none or the first found does not start.
    """
    asked = setting or os.environ.get("NAMERAKA_BROWSER")
    if asked:
        if not os.access(asked, os.X_OK) or Path(asked).is_dir():
            raise MissingBrowser(f"the browser that was asked for, {asked}, is no program that can be run.\n{_REMEDY}")
        return BrowserChoice(Path(asked), "as asked for", _version(Path(asked)))
    for path, kind in _candidates():
        if os.access(path, os.X_OK):
            return BrowserChoice(path, kind, _version(path))
    raise MissingBrowser(f"there is no Chromium that pages could be opened in.\n{_REMEDY}")


_REMEDY = (
    "  Remedy, one of:\n"
    f"    {Path(sys.executable).name} -m playwright install --only-shell chromium   (no root needed)\n"
    "    apt-get install chromium-headless-shell   (Debian)\n"
    "    NAMERAKA_BROWSER=/path/to/chromium, when one is installed elsewhere\n"
    "  Without a browser the API door still works: --through api"
)


def _candidates() -> Iterator[tuple[Path, str]]:
    downloads = _playwright_downloads()
    for name in ("chromium-headless-shell", "chromium"):
        for folder in sorted(downloads.get(name, ())):
            for path in sorted([*folder.glob("*/chrome-headless-shell"), *folder.glob("*/headless_shell")]):
                yield path, "headless shell of Playwright"
    # Debian's /usr/bin/chromium-headless-shell is a script around the first of these.
    for program in ("/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium-headless-shell"):
        yield Path(program), "headless shell of the system"
    for folder in sorted(downloads.get("chromium", ())):
        for path in sorted(folder.glob("chrome-linux*/chrome")):
            yield path, "full browser of Playwright"
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            yield Path(found), "full browser of the system: three times the CPU of a headless shell"


def _playwright_downloads() -> dict[str, list[Path]]:
    """Folders of the complete downloads that the installed Playwright asks for, by name; it need not be imported."""
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        return {}
    package = Path(spec.origin).parent / "driver" / "package"
    wanted = json.loads((package / "browsers.json").read_text(encoding="utf-8"))["browsers"]
    place = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    root = package / ".local-browsers" if place == "0" else Path(place or Path.home() / ".cache" / "ms-playwright")
    folders: dict[str, list[Path]] = {}
    for browser in wanted:
        folder = root / f"{browser['name'].replace('-', '_')}-{browser['revision']}"
        if (folder / "INSTALLATION_COMPLETE").exists():
            folders.setdefault(browser["name"], []).append(folder)
    return folders


def _version(path: Path) -> str:
    """What the browser says it is. Asking is the test that it starts at all: a library may be missing."""
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=_VERSION_WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingBrowser(f"{path} does not start: {error}\n{_REMEDY}") from None
    if told.returncode != 0 or not told.stdout.strip():
        reason = (told.stderr.strip() or f"exit status {told.returncode}").splitlines()[-1]
        raise MissingBrowser(f"{path} does not start: {reason}\n{_REMEDY}")
    return told.stdout.strip()


def japanese_font() -> str | None:
    """The font that writes Japanese on this machine's pages, or None: then every picture shows boxes."""
    if shutil.which("fc-list") is None:
        return None
    able = sorted(set(_fonts("fc-list", ":lang=ja")))
    preferred = _fonts("fc-match", "sans-serif:lang=ja")  # always some font, whether it has Japanese or not
    return next((font for font in (*preferred, *able) if font in able), None)


def _fonts(command: str, pattern: str) -> list[str]:
    """The family of each font that fontconfig names."""
    asked = [command, "--format", "%{family[0]}\n", pattern]
    told = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)
    return told.stdout.split("\n")[:-1]
