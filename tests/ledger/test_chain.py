"""A ledger that somebody changed behind our back is found out, each way of changing it; and what a chain cannot show."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import build, document, nameraka, put

from nameraka.findings import UsageError
from nameraka.ledger.chain import NOTHING, BrokenChain, Entry, Head, check, head_of, next_entry
from nameraka.ledger.store import Ledger
from nameraka.plan import canonical, sha256

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
Spoil = Callable[[sqlite3.Connection], object]


@pytest.fixture
def ledger(project: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A ledger of six entries: a verdict, a deployment, and what came of it."""
    put(project / "reports/verdict.json", document())
    assert nameraka("record", "verdict") == 0
    deployed = ("--environment", "production", "--build", build("b"), "--commit-time", "2026-01-01T00:00:00Z")
    assert nameraka("record", "deploy", *deployed) == 0
    assert nameraka("record", "incident", "--id", "INC-1", "--cause-deploy", "latest") == 0
    assert nameraka("record", "restore", "--incident", "INC-1") == 0
    assert nameraka("record", "incident", "--id", "INC-2", "--cause-deploy", "none") == 0
    assert nameraka("record", "restore", "--incident", "INC-2") == 0
    capsys.readouterr()
    return project / "reports/ledger.db"


def spoil(ledger: Path, how: Spoil) -> None:
    with sqlite3.connect(ledger) as connection:
        how(connection)
    connection.close()


def rewrite(connection: sqlite3.Connection, keep: Callable[[Entry], Entry | None] = lambda one: one) -> None:
    """Forge the chain: write all entries anew, as ``keep`` makes them, each with a digest that is right."""
    rows = connection.execute(
        "SELECT sequence, kind, at, body, former, digest FROM nameraka_entries ORDER BY sequence"
    ).fetchall()
    connection.execute("DELETE FROM nameraka_entries")
    former, number = NOTHING, 0
    for row in rows:
        if entry := keep(Entry(*row)):
            number += 1
            content = {"sequence": number, "kind": entry.kind, "at": entry.at, "body": entry.body, "former": former}
            digest = sha256(canonical(content))
            connection.execute(
                "INSERT INTO nameraka_entries VALUES (?, ?, ?, ?, ?, ?)",
                (number, entry.kind, entry.at, entry.body, former, digest),
            )
            former = digest


def sql(*statements: str) -> Spoil:
    def run(connection: sqlite3.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return run


def edited_and_sealed_again(connection: sqlite3.Connection) -> None:
    """An edit with a digest of its own that is right; the next entry does not know it."""
    row = connection.execute("SELECT * FROM nameraka_entries WHERE sequence = 3").fetchone()
    body = row[3].replace("INC-1", "INC-9")
    content = {"sequence": 3, "kind": row[1], "at": row[2], "body": body, "former": row[4]}
    connection.execute(
        "UPDATE nameraka_entries SET body = ?, digest = ? WHERE sequence = 3", (body, sha256(canonical(content)))
    )


SWAP = (
    "UPDATE nameraka_entries SET sequence = 99 WHERE sequence = 3",
    "UPDATE nameraka_entries SET sequence = 3 WHERE sequence = 4",
    "UPDATE nameraka_entries SET sequence = 4 WHERE sequence = 99",
)
CHANGES: dict[str, tuple[Spoil, str]] = {
    "an edited body": (
        sql("UPDATE nameraka_entries SET body = replace(body, 'INC-1', 'INC-9') WHERE sequence = 3"),
        "entry 3 has another content",
    ),
    "an edited kind": (sql("UPDATE nameraka_entries SET kind = 'restore' WHERE sequence = 5"), "entry 5 has another"),
    "an edited time": (
        sql("UPDATE nameraka_entries SET at = '2001-01-01T00:00:00.000000+00:00' WHERE sequence = 1"),
        "entry 1 has another content",
    ),
    "an edit with a digest that is right": (edited_and_sealed_again, "entry 4 does not follow"),
    "a row deleted in the middle": (sql("DELETE FROM nameraka_entries WHERE sequence = 3"), "where entry 3 should be"),
    "a row deleted and the gap closed": (
        sql("DELETE FROM nameraka_entries WHERE sequence = 3", *(
            f"UPDATE nameraka_entries SET sequence = {one - 1} WHERE sequence = {one}" for one in (4, 5, 6)
        )),
        "entry 3 does not follow",
    ),
    "the first row deleted": (sql("DELETE FROM nameraka_entries WHERE sequence = 1"), "where entry 1 should be"),
    "two rows in each other's place": (sql(*SWAP), "entry 3 does not follow"),
    "a row that is added": (
        sql("INSERT INTO nameraka_entries SELECT 7, kind, at, body, 'sha256:x', 'sha256:y' FROM nameraka_entries WHERE sequence = 6"),
        "entry 7 does not follow",
    ),
    "something that is no text": (
        sql("UPDATE nameraka_entries SET body = x'00ff' WHERE sequence = 2"), "entry 2 holds something that is no text"
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_found_by_every_command_and_nothing_is_added_to_it(
    ledger: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    how, seen = CHANGES[change]
    assert nameraka("record", "check") == 0
    spoil(ledger, how)
    capsys.readouterr()
    assert nameraka("record", "check") == 1
    assert seen in capsys.readouterr().err
    before = ledger.read_bytes()
    put(ledger.parent / "verdict.json", document(of="c"))
    for command in (
        ("record", "verdict"),
        ("record", "head"),
        ("matrix", "--environment", "production", "--requirement", "CH-01"),
        ("trend", "--json", "-"),
        ("baseline", "--environment", "production"),
    ):
        assert nameraka(*command) == 3
        said = capsys.readouterr()
        assert (said.out, seen in said.err) == ("", True)
        assert "Traceback" not in said.err
    assert ledger.read_bytes() == before


def test_a_cut_tail_shows_against_a_head_that_was_kept_and_only_so(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nameraka("record", "head") == 0
    head = capsys.readouterr().out.strip()
    assert head.startswith("6:sha256:")
    spoil(ledger, sql("DELETE FROM nameraka_entries WHERE sequence >= 5"))
    assert nameraka("record", "check") == 0
    assert "cannot show by itself" in capsys.readouterr().out
    assert nameraka("record", "check", "--head", head) == 1
    assert "it ends at 4" in capsys.readouterr().err


def test_a_forged_chain_shows_against_a_head_that_was_kept_and_only_so(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nameraka("record", "head")
    head = capsys.readouterr().out.strip()
    spoil(ledger, lambda connection: rewrite(connection, lambda one: None if one.sequence in (3, 4) else one))
    assert nameraka("record", "check") == 0
    assert nameraka("record", "check", "--head", head) == 1
    assert "it ends at 4" in capsys.readouterr().err
    for id in ("INC-3", "INC-4"):
        assert nameraka("record", "incident", "--id", id, "--cause-deploy", "none") == 0
    assert nameraka("record", "check", "--head", head) == 1
    assert "entry 6 is another" in capsys.readouterr().err


def test_a_ledger_that_went_on_holds_against_an_older_head(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nameraka("record", "head")
    head = capsys.readouterr().out.strip()
    assert nameraka("record", "incident", "--id", "INC-3", "--cause-deploy", "none") == 0
    assert nameraka("record", "check", "--head", head) == 0


@pytest.mark.parametrize(
    "head", ["6", "x:sha256:" + "0" * 64, "06:sha256:" + "0" * 64, "1:sha256:abc", "-1:sha256:" + "0" * 64]
)
def test_a_head_that_is_none_is_refused(ledger: Path, capsys: pytest.CaptureFixture[str], head: str) -> None:
    assert nameraka("record", "check", f"--head={head}") == 3
    assert "is no head" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("DELETE FROM nameraka_documents", "is gone"),
        ("UPDATE nameraka_documents SET content = x'00'", "was changed"),
        ("UPDATE nameraka_documents SET content = 'text'", "was changed"),
        ("UPDATE nameraka_documents SET content = CAST(content || x'00' AS BLOB)", "was changed"),
    ],
)
def test_a_verdict_document_that_was_changed_is_found(
    ledger: Path, capsys: pytest.CaptureFixture[str], statement: str, seen: str
) -> None:
    spoil(ledger, sql(statement))
    assert nameraka("record", "check") == 1
    assert seen in capsys.readouterr().err
    assert nameraka("baseline", "--environment", "production") == 3
    assert seen in capsys.readouterr().err


def test_an_entry_that_says_otherwise_than_its_document_is_found(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody may write everything, and forged the chain with its digests: the document still tells."""
    turned = lambda one: Entry(one.sequence, one.kind, one.at, one.body.replace('"failed":0', '"failed":7'), "", "")  # noqa: E731
    spoil(ledger, lambda connection: rewrite(connection, turned))
    assert nameraka("record", "check") == 1
    assert "entry 1 does not say what its verdict document says" in capsys.readouterr().err


def test_an_entry_of_a_newer_version_is_not_guessed_at(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Ledger(f"sqlite:///{ledger}").write() as writing:
        entry = next_entry(writing.book.entries[-1], "approval", {"by": "x"}, NOW)
    spoil(
        ledger,
        lambda connection: connection.execute(
            "INSERT INTO nameraka_entries VALUES (?, ?, ?, ?, ?, ?)",
            tuple(getattr(entry, name) for name in Entry.__slots__),
        ),
    )
    assert nameraka("matrix") == 3
    assert "unknown kind, 'approval'" in capsys.readouterr().err


def chain(*bodies: object, now: datetime = NOW) -> list[Entry]:
    entries: list[Entry] = []
    for body in bodies:
        entries.append(next_entry(entries[-1] if entries else None, "note", body, now))
    return entries


def test_sequences_count_from_1_and_each_entry_names_the_digest_of_the_one_before() -> None:
    entries = chain("a", "b", "c")
    assert [one.sequence for one in entries] == [1, 2, 3]
    assert [one.former for one in entries] == [NOTHING, entries[0].digest, entries[1].digest]
    check(entries)
    assert head_of(entries) == Head.parse(str(head_of(entries)))


def test_time_never_runs_back_where_a_clock_does() -> None:
    first = next_entry(None, "note", {}, NOW)
    second = next_entry(first, "note", {}, NOW - timedelta(hours=1))
    assert (first.at, second.at) == ("2026-01-05T12:00:00.000000+00:00",) * 2
    check([first, second])


def test_an_entry_earlier_than_the_one_before_it_is_found_though_its_digest_is_right() -> None:
    first = next_entry(None, "note", {}, NOW)
    content = {
        "sequence": 2,
        "kind": "note",
        "at": "2025-01-01T00:00:00.000000+00:00",
        "body": "{}",
        "former": first.digest,
    }
    with pytest.raises(BrokenChain, match="entry 2 is earlier"):
        check([first, Entry(**content, digest=sha256(canonical(content)))])


@pytest.mark.parametrize("at", ["", "yesterday", "2026-01-05T12:00:00", "2026-01-05T21:00:00.000000+09:00"])
def test_a_time_that_is_not_spelled_as_ours_is_found(at: str) -> None:
    content = {"sequence": 1, "kind": "note", "at": at, "body": "{}", "former": NOTHING}
    with pytest.raises(BrokenChain, match="the time of entry 1"):
        check([Entry(**content, digest=sha256(canonical(content)))])


def test_half_a_character_is_refused_before_a_database_would() -> None:
    with pytest.raises(UsageError, match="cannot be entered"):
        next_entry(None, "note", {"reason": "\ud800"}, NOW)


@given(
    bodies=st.lists(st.dictionaries(st.text(max_size=4), st.integers()), min_size=1, max_size=6),
    data=st.data(),
)
def test_no_single_change_of_a_chain_holds_against_its_head(bodies: list[object], data: st.DataObject) -> None:
    entries = chain(*bodies)
    head = head_of(entries)
    check(entries, head)
    number = data.draw(st.integers(0, len(entries) - 1))
    one = entries[number]
    field = data.draw(st.sampled_from(["sequence", "kind", "at", "body", "former", "digest", "removed", "doubled"]))
    if field == "removed":
        changed = entries[:number] + entries[number + 1 :]
    elif field == "doubled":
        changed = [*entries[: number + 1], *entries[number:]]
    else:
        values = {name: getattr(one, name) for name in Entry.__slots__}
        values[field] = one.sequence + 1 if field == "sequence" else values[field] + "x"
        changed = [*entries[:number], Entry(**values), *entries[number + 1 :]]
    with pytest.raises(BrokenChain):
        check(changed, head)


def test_a_body_is_kept_as_it_was_said_in_any_script(ledger: Path) -> None:
    body = json.loads(Ledger(f"sqlite:///{ledger}").book().entries[2].body)
    assert body["id"] == "INC-1"
    reason = "薬局 – \x00 \u202e 🩹"
    put(ledger.parent / "verdict.json", document("no-go", of="d"))
    assert nameraka("record", "verdict") == 0
    assert nameraka("record", "false-block", "--verdict", "reports/verdict.json", "--reason", reason) == 0
    assert json.loads(Ledger(f"sqlite:///{ledger}").book().entries[-1].body)["reason"] == reason
