"""Enters this harness in the rig's list of contenders; leaves out peers that are not installed here."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

FLOORS = ("a raw python", "a raw requests", "raw python 2 processes")
PEERS = ("c pytest-bdd+allure-pytest", "d behave+allure", "c pytest-bdd+allure 2w (xdist)")
PYTEST = "$NAMERAKA_PY -m pytest -q --rootdir . features/{features} {options}"
RESULTS = "--alluredir=$RIG_BASE/out/nameraka"
QUIET = f"{RESULTS} --pictures off --exchanges off"

OURS = {
    "ui": {
        "nameraka": ("ui", f"--through web {RESULTS}"),
        "nameraka, pictures and exchanges off": ("ui", f"--through web {QUIET}"),
    },
    "ui2": {
        "nameraka 2w": ("ui", f"--through web -n 2 {RESULTS}"),
        "nameraka 2w, pictures and exchanges off": ("ui", f"--through web -n 2 {QUIET}"),
    },
    "api": {
        "nameraka": ("api", RESULTS),
        "nameraka, exchanges off": ("api", QUIET),
        "nameraka, nothing kept": ("api", ""),
    },
}


def main(path: Path) -> None:
    groups = json.loads(path.read_text())
    kept = FLOORS + (PEERS if os.environ.get("RIG_PEERS") else ())
    for group, ours in OURS.items():
        contenders = {name: one for name, one in groups[group]["contenders"].items() if name in kept}
        for name, (features, options) in ours.items():
            contenders[name] = {
                "cmd": PYTEST.format(features=features, options=options),
                "cwd": "contenders/nameraka",
                "pre": "rm -rf $RIG_BASE/out/nameraka features && cp -r $RIG/features .",
            }
        groups[group]["contenders"] = contenders
    path.write_text(json.dumps(groups, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
