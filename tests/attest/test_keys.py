"""`nameraka keys new`: two files, one of which nobody else may read and neither of which is ever overwritten."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hand_made import fresh
from signed_release import Release, sign

from nameraka.attest.keys import PASSPHRASE, load_private, load_public
from nameraka.cli import main
from nameraka.findings import UsageError


def new(folder: Path, name: str = "gate", *more: str) -> int:
    return main(["keys", "new", name, "--out", str(folder), "--lang", "en", *more])


def test_the_private_key_is_for_its_owner_only_and_the_public_one_names_itself(tmp_path: Path) -> None:
    assert new(tmp_path / "keys") == 0
    private, public = tmp_path / "keys" / "gate.pem", tmp_path / "keys" / "gate.pub.json"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert private.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    content = json.loads(public.read_text())
    assert sorted(content) == ["keyid", "keytype", "keyval", "scheme"]
    assert content["keyid"] == load_public(public).keyid == load_private(private).public_key.keyid


def test_it_says_what_each_file_is_for_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path / "en")
    said = capsys.readouterr().out
    assert "gate.pem: the private key" in said
    assert "gate.pub.json: the public key" in said
    assert "It has no pass phrase" in said
    main(["keys", "new", "gate", "--out", str(tmp_path / "ja"), "--lang", "ja"])
    assert "gate.pem: 秘密鍵" in capsys.readouterr().out


@pytest.mark.parametrize("there", ["gate.pem", "gate.pub.json"])
def test_a_key_is_never_overwritten(tmp_path: Path, there: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / there).write_text("what was there")
    assert new(tmp_path) == 3
    assert "never overwritten" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "what was there"


def test_not_through_a_link_either(tmp_path: Path) -> None:
    (tmp_path / "gate.pem").symlink_to(tmp_path / "elsewhere")
    assert new(tmp_path) == 3
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["../gate", "a/b", ".", "..", "", "-", "a b", "x" * 65])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    assert new(tmp_path, name) == 3
    assert list(tmp_path.iterdir()) == []


def test_never_where_results_or_reports_are_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = fresh(tmp_path / "elsewhere" / "results")
    (tmp_path / "project" / "reports" / "results").mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").write_text("")
    for folder in (run.folder, run.folder / "below", tmp_path / "project" / "reports" / "results" / "keys"):
        assert new(folder) == 3
        assert "keys must not be" in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.pem"))


def test_a_pass_phrase_protects_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSPHRASE, "correct horse")
    assert new(tmp_path) == 0
    assert f"Its pass phrase is that in {PASSPHRASE}." in capsys.readouterr().out
    assert (tmp_path / "gate.pem").read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    load_private(tmp_path / "gate.pem")
    monkeypatch.setenv(PASSPHRASE, "another")
    with pytest.raises(UsageError, match="another pass phrase"):
        load_private(tmp_path / "gate.pem")
    monkeypatch.delenv(PASSPHRASE)
    with pytest.raises(UsageError, match="do not fit"):
        load_private(tmp_path / "gate.pem")


def test_a_pass_phrase_that_a_pipeline_did_not_fill_in_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSPHRASE, "")
    assert new(tmp_path) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_pass_phrase_for_a_key_without_one_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new(tmp_path)
    monkeypatch.setenv(PASSPHRASE, "correct horse")
    with pytest.raises(UsageError, match="do not fit"):
        load_private(tmp_path / "gate.pem")


def test_what_is_no_key_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "secret.pem"
    path.write_text("-----BEGIN PRIVATE KEY-----\nnot-a-key-but-secret\n-----END PRIVATE KEY-----\n")
    with pytest.raises(UsageError) as error:
        load_private(path)
    assert "not-a-key-but-secret" not in str(error.value)
    with pytest.raises(UsageError, match="cannot be read"):
        load_private(tmp_path / "absent.pem")


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    key = generate_private_key(SECP256R1())
    (tmp_path / "ec.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(UsageError, match="not an Ed25519 key"):
        load_private(tmp_path / "ec.pem")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return sign(fresh(tmp_path / "run" / "results"), tmp_path / "out")


def test_a_public_key_cannot_borrow_the_id_of_another(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads(release.public("stranger").read_text())
    content["keyid"] = json.loads(release.public("gate").read_text())["keyid"]
    release.public("stranger").write_text(json.dumps(content))
    assert release.verify(key=release.public("stranger")) == 3
    assert "the key id is not that of the key" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        {"keytype": "rsa"},
        {"scheme": "ed25519ph"},
        {"keyval": {"public": "AB" * 32}},
        {"keyval": {"public": "ab" * 31}},
        {"keyval": {}},
        {"keyval": "ab" * 32},
        {"keyid": 1},
    ],
)
def test_a_public_key_of_another_shape_is_a_usage_error(release: Release, change: dict[str, object]) -> None:
    path = release.public("gate")
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert release.verify() == 3


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 60_000, b"x" * 70_000])
def test_a_public_key_that_is_none_is_a_usage_error(release: Release, content: bytes) -> None:
    release.public("gate").write_bytes(content)
    assert release.verify() == 3
