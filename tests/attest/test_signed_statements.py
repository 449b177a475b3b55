"""What the gate signs: in-toto's and SLSA's shapes, an answer that follows from its own lists, the exact artifact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hand_made import BUILD, ITEMS, OTHER_BUILD, Run, fresh, item_of
from securesystemslib.dsse import Envelope
from signed_release import Release, digest, sign, verdict_of

from nameraka.attest.keys import load_public
from nameraka.attest.signing import sign_verdict
from nameraka.findings import UsageError
from nameraka.gate.verdict import document
from nameraka.plan import sha256

DOCS = Path(__file__).parents[2] / "docs"
EXCUSING = "schema = 1\n[severity.minor]\npass_rate = 0.5\ncoverage = 0.0\n"


def schema(name: str) -> jsonschema.Draft202012Validator:
    content = json.loads((DOCS / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


TEST_RESULT, SUMMARY, APPROVAL = (schema(name) for name in ("test-result", "verification-summary", "approval"))


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return sign(fresh(tmp_path / "run" / "results"), tmp_path / "out")


def predicate(release: Release, number: int) -> dict[str, Any]:
    found: dict[str, Any] = release.statement(number)["predicate"]
    return found


def test_each_statement_fits_its_published_schema(release: Release) -> None:
    assert release.approve(meaning="reviewed", name="山田 花子") == 0
    assert release.approve("second", "released", "John Smith", "--comment", "見ました") == 0
    TEST_RESULT.validate(release.statement(0))
    SUMMARY.validate(release.statement(1))
    APPROVAL.validate(release.statement(2))
    APPROVAL.validate(release.statement(3))


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (0, {"result": "BANANA"}),
        (0, {"result": "WARNED"}),
        (0, {"failedTests": ["x"]}),
        (0, {"passedTests": []}),
        (0, {"configuration": []}),
        (0, {"nameraka:verdict/v1": {"verdict": "no-go"}}),
        (1, {"verifiedLevels": "NAMERAKA_RELEASE_GATE"}),
        (1, {"verifiedLevels": ["SLSA_BUILD_LEVEL_3"]}),
        (1, {"verificationResult": "FAILED"}),
        (1, {"inputAttestations": []}),
        (1, {"policy": {"uri": "reports/gate.toml"}}),
        (1, {"resourceUri": BUILD}),
        (1, {"timeVerified": None}),
        (1, {"dependencyLevels": {}}),
    ],
)
def test_the_schemas_refuse_what_libraries_let_pass(release: Release, number: int, change: dict[str, Any]) -> None:
    statement = release.statement(number)
    statement["predicate"] |= change
    assert not [TEST_RESULT, SUMMARY][number].is_valid(statement)


def test_any_dsse_reader_can_check_the_signatures(release: Release) -> None:
    for line in release.lines:
        envelope = Envelope.from_dict(json.loads(line))
        assert list(envelope.verify([load_public(release.public("gate"))], 1))
        assert envelope.payload_type == "application/vnd.in-toto+json"


def test_the_test_result_names_what_decided_and_holds_the_whole_verdict(release: Release) -> None:
    said = predicate(release, 0)
    verdict = verdict_of(release)
    assert release.statement(0)["subject"] == [{"name": "artifact", "digest": {"sha256": "b" * 64}}]
    assert said["result"] == "PASSED"
    assert {item.id for item in ITEMS} <= set(said["passedTests"])
    assert said["warnedTests"] == said["failedTests"] == []
    plan, policy = said["configuration"]
    assert plan["digest"]["sha256"] == verdict["plan"].removeprefix("sha256:")
    assert plan["annotations"] == {"gitCommit": "0" * 40, "uncommitted": False}
    assert (policy["name"], "sha256:" + policy["digest"]["sha256"]) == ("gate.toml", digest(release.policy()))
    assert {one["name"]: one["digest"] for one in verdict["files"]} == {
        path.name: digest(path) for path in release.run.folder.iterdir()
    }


def test_the_summary_names_what_it_may_be_used_for_and_all_that_it_rests_on(release: Release) -> None:
    said, verdict = predicate(release, 1), verdict_of(release)
    assert said["verifier"]["id"] == "nameraka:gate/v1"
    assert said["timeVerified"] == verdict["created"]
    assert said["resourceUri"] == f"{BUILD}#env=embedded"
    assert (said["verificationResult"], said["verifiedLevels"]) == ("PASSED", ["NAMERAKA_RELEASE_GATE"])
    rests_on = {one["uri"]: "sha256:" + one["digest"]["sha256"] for one in said["inputAttestations"]}
    assert rests_on == {
        "https://in-toto.io/attestation/test-result/v0.1": sha256(release.lines[0]),
        "nameraka:verdict/v1": sha256(_canonical(verdict)),
        "nameraka:evidence/v1": digest(release.archive),
        "gate.toml": digest(release.policy()),
    }


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_what_was_excused_is_warned_and_never_passed(tmp_path: Path) -> None:
    items = (item_of("送信", severity="minor"), item_of("受付", severity="minor"))
    run = fresh(
        tmp_path / "run" / "results",
        items=items,
        answers={items[0].id: "failed"},
        exit_code=1,
        inputs={"gate.toml": EXCUSING},
    )
    release = sign(run, tmp_path / "out")
    said = predicate(release, 0)
    assert verdict_of(release)["verdict"] == "go"
    assert (said["result"], said["warnedTests"], said["failedTests"]) == ("WARNED", [items[0].id], [])
    TEST_RESULT.validate(release.statement(0))
    assert release.verify() == 0


def test_a_rule_that_was_not_asked_is_warned_too(tmp_path: Path) -> None:
    off = 'schema = 1\n[[off]]\nrule = "evidence-is-fresh"\nreason = "the clock is being moved"\nuntil = 9999-12-31\n'
    release = sign(fresh(tmp_path / "run" / "results", inputs={"gate.toml": off}), tmp_path / "out")
    said = predicate(release, 0)
    assert (said["result"], said["warnedTests"], said["failedTests"]) == ("WARNED", ["rule:evidence-is-fresh"], [])
    assert release.verify() == 0


def test_a_verdict_that_is_not_go_is_signed_as_failed_and_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = fresh(tmp_path / "run" / "results", answers={ITEMS[0].id: "failed"})
    release = sign(run, tmp_path / "out")
    said = predicate(release, 0)
    assert said["result"] == "FAILED"
    assert ITEMS[0].id in said["failedTests"]
    assert [test for test in said["failedTests"] if test.startswith("rule:")]
    assert predicate(release, 1)["verifiedLevels"] == ["FAILED"]
    TEST_RESULT.validate(release.statement(0))
    SUMMARY.validate(release.statement(1))
    assert release.verify() == 1
    assert capsys.readouterr().out == "refused: the verdict is no-go\n"


def signing(run: Run, folder: Path, **changes: Any) -> None:
    case = run.case()
    options: dict[str, Any] = {
        "results": run.folder,
        "sources": case.inputs.sources,
        "artifact": BUILD,
        "verifier": "nameraka:gate/v1",
        "key": folder / "keys" / "gate.pem",
        "archive": folder / "evidence.tar.gz",
        "bundle": folder / "verdict.intoto.jsonl",
        **changes,
    }
    sign_verdict(document(run.judge()), **options)


def test_what_was_not_tested_is_not_signed_and_the_former_bundle_is_gone(release: Release) -> None:
    with pytest.raises(UsageError, match="this is not what was tested"):
        signing(release.run, release.bundle.parent, artifact=OTHER_BUILD)
    assert not release.bundle.exists()


def test_an_artifact_may_be_given_as_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    artifact = tmp_path / "release-1.2.tar"
    artifact.write_bytes(b"what is shipped")
    run = fresh(tmp_path / "run" / "results", build=digest(artifact))
    sign(fresh(tmp_path / "other" / "results"), tmp_path / "out")
    release = Release(run, tmp_path / "out" / "keys", tmp_path / "verdict.intoto.jsonl", tmp_path / "evidence.tar.gz")
    signing(run, tmp_path / "out", artifact=str(artifact), bundle=release.bundle, archive=release.archive)
    assert release.statement(0)["subject"][0]["name"] == "release-1.2.tar"
    assert release.verify(artifact=artifact) == 0
    artifact.write_bytes(b"what is shipped, rebuilt")
    assert release.verify(artifact=artifact) == 1
    assert "another artifact" in capsys.readouterr().out


def test_without_a_build_or_a_policy_nothing_is_signed(release: Release, tmp_path: Path) -> None:
    folder = release.bundle.parent
    with pytest.raises(UsageError, match="names no build"):
        signing(fresh(tmp_path / "a" / "results", build=None), folder)
    run = fresh(tmp_path / "b" / "results")
    (run.folder.parent / "gate.toml").unlink()
    with pytest.raises(UsageError, match="There is no policy"):
        signing(run, folder)


def test_evidence_that_changed_after_it_was_judged_is_not_signed(release: Release) -> None:
    run, folder = release.run, release.bundle.parent
    content = document(run.judge())
    for change in (b"", b"{}", run.result_file().read_bytes() + b" "):
        run.result_file().write_bytes(change)
        with pytest.raises(UsageError, match="changed since it was judged"):
            release.sign_again(content)
        assert not release.bundle.exists()
        assert sorted(path.name for path in folder.iterdir()) == ["evidence.tar.gz", "keys"]


def test_nothing_is_signed_into_the_evidence_itself(release: Release) -> None:
    for name in ("archive", "bundle"):
        with pytest.raises(UsageError, match="does not belong among the evidence"):
            signing(release.run, release.bundle.parent, **{name: release.run.folder / "x"})


@pytest.mark.parametrize("name", ["evidence.tar.gz", "evidence.zip"])
def test_the_same_evidence_gives_the_same_archive(tmp_path: Path, name: str) -> None:
    run = fresh(tmp_path / "run" / "results")
    first = sign(run, tmp_path / "first", archive=name)
    for path in run.folder.iterdir():
        path.touch()
    second = sign(run, tmp_path / "second", archive=name)
    assert first.archive.read_bytes() == second.archive.read_bytes()
    assert first.verify() == second.verify() == 0
