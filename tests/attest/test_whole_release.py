"""A release with everything that it can be judged by: all of it is sealed beside the evidence and judged by again."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from hand_made import JUDGED, Run, item_of
from signed_release import Release, digest, members, pack, sign, verdict_of

from nameraka.gate.acceptance import About, Acceptance, Decision
from nameraka.gate.verdict import document

POLICY = 'schema = 1\n[environments]\nrelease = ["shop"]\n'
REGISTER = """[CH-01]
ja = "送信したメッセージは届く"
en = "A message that was sent arrives"
severity = "major"
hazard = { ja = "返信が遅れる", en = "The answer comes late" }
source = "catalogue"
"""
WAIVER = """schema = 1
[[waiver]]
requirement = "CH-01"
scenario = "{scenario}"
fingerprint = "{fingerprint}"
owner = "山本 QA"
approver = "鈴木 PO"
reason = "業者の不具合。次の版で直る"
created = 2026-01-01
expires = 2026-01-12
"""
ITEMS = (item_of("遅い", severity="major"), item_of("着実", severity="major"))
INPUTS = ("gate.toml", "waivers.toml", "requirements.toml", "baseline.json", "acceptance.json")
LONG_AGO = {"max_age": "36500d"}


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Signed: one scenario failed and is waived, the rest is as in the accepted release, product has accepted."""
    folder = tmp_path / "run"
    before = Run(
        tmp_path / "before" / "results", items=ITEMS, environment="shop", inputs={"requirements.toml": REGISTER}
    )
    former = json.dumps({**document(before.write().judge()), "verdict": "go"}, ensure_ascii=False)

    def run(**inputs: str) -> Run:
        known = {"gate.toml": POLICY, "requirements.toml": REGISTER, "baseline.json": former}
        return Run(
            folder / "results",
            items=ITEMS,
            environment="shop",
            answers={ITEMS[0].id: "failed"},
            inputs={**known, **{name.replace("_", "."): content for name, content in inputs.items()}},
        ).write()

    cause = next(one.fingerprint for one in run().case().standings if one.state == "failed")
    waived = run(waivers_toml=WAIVER.format(scenario=ITEMS[0].id, fingerprint=cause))
    about = About(
        plan=waived.plan.digest,
        run_id=waived.plan.run_id,
        build=waived.plan.build,
        environment="shop",
        baseline=digest(folder / "baseline.json"),
    )
    word = Acceptance(1, ()).adding(about, [Decision("CH-01", "accepted", "佐藤 PO", None, JUDGED)])
    (folder / "acceptance.json").write_bytes(word.to_json())
    return sign(waived, tmp_path / "out", JUDGED)


def test_every_input_is_in_the_verdict_and_in_the_archive(release: Release) -> None:
    told = verdict_of(release)
    assert told["verdict"] == "go"
    assert release.statement(0)["predicate"]["result"] == "WARNED"
    with tarfile.open(release.archive) as tar:
        packed = {name for name in tar.getnames() if name.startswith("inputs/")}
    assert packed == {f"inputs/{name}" for name in INPUTS}
    assert {one["digest"] for one in told["inputs"].values()} == {
        digest(release.run.folder.parent / name) for name in INPUTS
    }
    assert release.verify(**LONG_AGO) == 0


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("change", ["another byte", "taken out"])
def test_an_input_that_was_changed_afterwards_is_found(
    release: Release, capsys: pytest.CaptureFixture[str], name: str, change: str
) -> None:
    packed = [
        (header, content[:-1] + b" " if header.name == f"inputs/{name}" else content)
        for header, content in members(release)
        if header.name != f"inputs/{name}" or change == "another byte"
    ]
    pack(release, packed)
    assert release.verify(**LONG_AGO) == 1
    said = capsys.readouterr().out
    assert f"inputs/{name}" in said


def test_a_verdict_of_another_version_of_the_gate_holds_where_both_judge_alike(release: Release) -> None:
    told = verdict_of(release)
    release.sign_again({**told, "gate": "99.0"})
    assert release.verify(**LONG_AGO) == 0


def test_by_which_names_a_project_keeps_its_inputs_is_its_own_affair(release: Release) -> None:
    told = verdict_of(release)
    named = {role: {**source, "name": f"odd place/{role}"} for role, source in told["inputs"].items()}
    release.sign_again({**told, "inputs": named})
    assert release.verify(**LONG_AGO) == 0
