"""Writers that meet, and writers that die: nothing is lost that was acknowledged, nothing is half there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ledger_samples import document, nameraka, put
from postgres_server import Server, programs

from nameraka.findings import UsageError
from nameraka.ledger.store import Book, Ledger

WRITER = Path(__file__).parent / "ledger_writer.py"


def write(url: str, name: str, count: int, *more: str) -> subprocess.Popen[str]:
    """Start a writer."""
    command = [sys.executable, str(WRITER), url, name, str(count), *more]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def finish(writer: subprocess.Popen[str]) -> list[str]:
    said, _ = writer.communicate(timeout=120)
    assert writer.returncode == 0
    return said.splitlines()


def kill(writer: subprocess.Popen[str]) -> list[str]:
    """Kill it and return what it still said."""
    writer.kill()
    said, _ = writer.communicate(timeout=60)
    return said.splitlines()


def lines(book: Book) -> set[str]:
    return {f"{entry.sequence} {entry.digest}" for entry in book.entries}


def test_two_writers_at_once_make_one_chain(url: str) -> None:
    writers = [write(url, name, 40) for name in ("a", "b")]
    acknowledged = [line for writer in writers for line in finish(writer)]
    book = Ledger(url).book()
    assert [entry.sequence for entry in book.entries] == list(range(1, 81))
    assert sorted(acknowledged) == sorted(lines(book))
    told = [one.body.id for one in book.recorded]
    assert [id for id in told if id.startswith("a")] == [f"a-{number}" for number in range(1, 41)]
    assert [id for id in told if id.startswith("b")] == [f"b-{number}" for number in range(1, 41)]


def test_a_writer_waits_for_the_other_to_end(url: str) -> None:
    first = write(url, "first", 1, "halt")
    assert first.stdout is not None
    assert first.stdout.readline() == "halted\n"
    second = write(url, "second", 1)
    said, _ = first.communicate("go on", timeout=60)
    assert said.startswith("1 ")
    assert finish(second)[0].startswith("3 ")
    assert [entry.kind for entry in Ledger(url).book().entries] == ["incident", "false-block", "incident"]


def test_killed_writers_leave_nothing_half_written_and_lose_nothing_acknowledged(url: str) -> None:
    acknowledged: list[str] = []
    for turn in range(8):
        writer = write(url, f"turn{turn}", 100_000)
        assert writer.stdout is not None
        acknowledged += [writer.stdout.readline().rstrip("\n") for _ in range(turn % 4 + 1)]
        acknowledged += [line for line in kill(writer) if len(line.split()) == 2 and len(line.split()[1]) == 71]
    book = Ledger(url).book()
    assert set(acknowledged) <= lines(book)
    # At most one entry a turn was committed and not yet told of.
    assert len(acknowledged) <= len(book.entries) <= len(acknowledged) + 8
    assert finish(write(url, "after", 1))[0].startswith(f"{len(book.entries) + 1} ")


def test_a_writer_that_dies_within_its_transaction_was_never_there(url: str) -> None:
    finish(write(url, "before", 2))
    head = Ledger(url).book().entries[-1]
    dying = write(url, "dying", 1, "halt")
    assert dying.stdout is not None
    assert dying.stdout.readline() == "halted\n"
    assert kill(dying) == []
    assert Ledger(url).book().entries[-1] == head
    assert finish(write(url, "after", 1))[0].startswith("3 ")


def test_what_was_acknowledged_survives_the_crash_of_the_server(server: Server) -> None:
    """The server is set to acknowledge before it is sure; the ledger's writer asks it not to."""
    url = server.database()
    writer = write(url, "crash", 100_000)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().rstrip("\n") for _ in range(5)]
    server.stop("immediate")
    rest, _ = writer.communicate(timeout=60)
    acknowledged += rest.splitlines()
    with pytest.raises(UsageError, match="the ledger cannot be used"):
        Ledger(url).book()
    server.start()
    assert set(acknowledged) <= lines(Ledger(url).book())


def test_a_role_that_may_only_add_is_enough_for_a_writer(server: Server, project: Path) -> None:
    url = server.database()
    database = url.partition("@/")[2].partition("?")[0]
    put(project / "reports/verdict.json", document())
    assert nameraka("record", "verdict", "--ledger", url) == 0
    server.execute(
        database,
        "DROP ROLE IF EXISTS adder",
        "CREATE ROLE adder LOGIN",
        "GRANT SELECT, INSERT ON nameraka_entries, nameraka_documents TO adder",
    )
    adder = server.url(database, "adder")
    deployed = nameraka("record", "undeploy", "--environment", "production", "--ledger", adder)
    assert deployed == 3  # nothing is there, and that is all that is wrong
    put(project / "reports/verdict.json", document(of="c"))
    assert nameraka("record", "verdict", "--ledger", adder) == 0
    assert nameraka("record", "check", "--ledger", adder) == 0
    import psycopg

    with (
        psycopg.connect(host=str(server.folder), user="adder", dbname=database) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("DELETE FROM nameraka_entries")
    server.execute(database, "DROP OWNED BY adder", "DROP ROLE adder")


def test_without_the_package_the_test_is_skipped_with_its_name_but_fails_in_a_pipeline(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="apt-get install postgresql"):
        programs(tmp_path, {})
    with pytest.raises(pytest.fail.Exception, match="apt-get install postgresql"):
        programs(tmp_path, {"CI": "true"})
