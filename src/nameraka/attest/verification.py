"""What a deployment checks before it believes a verdict. It needs the bundle, the evidence archive and what it pins.

First the signatures, then what was signed, then the archive, whose digest was signed; nothing is opened before the step
that vouches for it. At the end the evidence is judged again, and both statements are made again and compared.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

from nameraka.attest.approval import Approval, moment, read_approval, subject_digest
from nameraka.attest.archive import INPUTS, RESULTS
from nameraka.attest.bundle import read_bundle
from nameraka.attest.contents import members_of
from nameraka.attest.envelope import Sealed, encode
from nameraka.attest.keys import PublicKey
from nameraka.attest.recomputation import difference, recompute
from nameraka.attest.refused import Refused
from nameraka.attest.statements import (
    APPROVAL,
    EVIDENCE,
    LEVEL,
    SUMMARY,
    TEST_RESULT,
    VERDICT,
    Statement,
    resource,
    summary,
    test_result,
)
from nameraka.attest.unpacking import unpack
from nameraka.gate.inputs import InputPaths, read_inputs
from nameraka.gate.policy import Policy
from nameraka.gate.text import Text, printable
from nameraka.shapes import Fields, Malformed

SKEW: Final = timedelta(minutes=5)
"""How far two machines' clocks may be apart."""

_RESULT: Final = Text("test result", "試験結果")
_DECISION: Final = Text("summary", "要約")
_APPROVAL: Final = Text("approval", "承認")


@dataclass(frozen=True)
class Pins:
    """What the deployment vouches for by itself: digests are ``sha256:…``, ``max_age`` is counted from the judgement.

    ``gates`` and ``approvers`` have no key in common.
    """

    artifact: str
    environment: str
    policy: str
    gates: Sequence[PublicKey]
    approvers: Sequence[PublicKey]
    max_age: timedelta


@dataclass(frozen=True)
class Confirmed:
    """A ``go`` that holds: the verdict document, and who approved it."""

    document: Mapping[str, Any]
    approvals: tuple[Approval, ...]


def verify(bundle: Path, evidence: Path, pins: Pins, now: datetime) -> Confirmed:
    """The verdict in ``bundle``, if it is ``go`` and everything about it holds at ``now``. Raises ``Refused``."""
    try:
        return _verify(bundle, evidence, pins, now)
    except ValueError as error:  # Malformed, or a number that is none
        said = printable(str(error))
        raise Refused(f"what was signed is not understood: {said}", f"署名された内容を解釈できません: {said}") from None


def _verify(bundle: Path, evidence: Path, pins: Pins, now: datetime) -> Confirmed:
    with _opened(bundle) as file:
        sealed, sealed_summary, sealed_approvals = read_bundle(file)
    result = _statement(sealed, pins.gates, _RESULT, TEST_RESULT)
    decision = _statement(sealed_summary, pins.gates, _DECISION, SUMMARY)
    said = [(one.keyid, _statement(one, pins.approvers, _APPROVAL, APPROVAL)) for one in sealed_approvals]

    document = Fields(result, "the test result").fields("predicate").fields(VERDICT)
    created = _check_decision(decision, document)
    _check_subject(result, decision, document, pins)
    _check_time(created, pins.max_age, now)
    policy = _judge_again(evidence, document.value, decision, created)
    _check_statements(result, decision, document.value, sealed.digest, policy)
    approvals = tuple(
        read_approval(statement, keyid, artifact=pins.artifact, test_result=sealed.digest) for keyid, statement in said
    )
    _check_approvals(approvals, policy.approvers, created, now)
    return Confirmed(document.value, approvals)


def _statement(sealed: Sealed, keys: Sequence[PublicKey], role: Text, kind: str) -> Statement:
    statement = sealed.opened(keys, role)
    if statement.get("predicateType") != kind:
        raise Refused(f"the {role.en} is not of the type {kind}", f"{role.ja}の種類が {kind} ではありません")
    return statement


def _check_decision(decision: Statement, document: Fields) -> datetime:
    """Raises ``Refused`` unless the gate said go, in every place where it says so. Returns when it did."""
    answer = document.text("verdict")
    if answer != "go":
        shown = printable(answer)
        raise Refused(f"the verdict is {shown}", f"判定は {shown} です")
    predicate = Fields(decision, "the summary").fields("predicate")
    if predicate.text("verificationResult") != "PASSED" or predicate.texts("verifiedLevels") != (LEVEL,):
        raise Refused(f"the summary does not say PASSED for {LEVEL}", f"要約が {LEVEL} の PASSED ではありません")
    if predicate.text("timeVerified") != document.text("created"):
        raise Refused("summary and verdict are of different times", "要約と判定の時刻が異なります")
    return moment(document.text("created"))


def _check_subject(result: Statement, decision: Statement, document: Fields, pins: Pins) -> None:
    spoken_of = {subject_digest(Fields(one, "the statement")) for one in (result, decision)}
    if spoken_of != {pins.artifact} or document.optional_text("build") != pins.artifact:
        other = printable(min(spoken_of - {pins.artifact}, default=str(document.optional_text("build"))))
        raise Refused(f"the verdict is on another artifact, {other}", f"判定は別の成果物 {other} に対するものです")
    environment = document.optional_text("environment")
    used_for = Fields(decision, "the summary").fields("predicate").text("resourceUri")
    if environment != pins.environment or used_for != resource(pins.artifact, pins.environment):
        shown = printable(str(environment))
        raise Refused(f"the verdict is for the environment {shown}", f"判定は環境 {shown} に対するものです")
    if document.fields("inputs").fields("policy").text("digest") != pins.policy:
        raise Refused("the verdict was made by another policy", "判定に使われたポリシーが、指定されたものと違います")


def _check_time(created: datetime, max_age: timedelta, now: datetime) -> None:
    if created > now + SKEW:
        raise Refused(f"the verdict is of the future, {created}", f"判定の時刻 {created} が未来です")
    if now - created > max_age:
        raise Refused(f"the verdict is too old: it is of {created}", f"判定が古すぎます（{created}）")


def _judge_again(evidence: Path, document: Mapping[str, Any], decision: Statement, created: datetime) -> Policy:
    """Raises ``Refused`` unless the archive is the one that was signed, and judging it again gives ``document``.

    Returns the policy in it.
    """
    members = members_of(document)
    with tempfile.TemporaryDirectory(prefix="nameraka-verify-") as name, _opened(evidence) as file:
        if "sha256:" + hashlib.file_digest(file, "sha256").hexdigest() != _attested(decision, EVIDENCE):
            raise Refused(
                "the evidence archive is not the one that was signed", "証拠のアーカイブが、署名されたものと違います"
            )
        file.seek(0)
        folder = Path(name)
        unpack(file, members, folder)
        inputs = read_inputs(InputPaths.in_folder(folder / INPUTS))
        if inputs.policy is None:
            raise Refused("the policy in the evidence archive cannot be used", "証拠のアーカイブのポリシーを使えません")
        again = recompute(folder / RESULTS, inputs, created)
    if field := difference(document, again):
        raise Refused(
            f"judging the evidence again gives another verdict: {again['verdict']}, with other {field!r}",
            f"証拠を判定し直すと結果が異なります: {again['verdict']}（{field} が違います）",
        )
    return inputs.policy


def _attested(decision: Statement, uri: str) -> str:
    inputs = Fields(decision, "the summary").fields("predicate").objects("inputAttestations")
    found = [one.fields("digest").text("sha256") for one in inputs if one.text("uri") == uri]
    if len(found) != 1:
        raise Malformed(f"the summary names {uri} {len(found)} times")
    return f"sha256:{found[0]}"


def _check_statements(
    result: Statement, decision: Statement, document: Mapping[str, Any], envelope: str, policy: Policy
) -> None:
    """Raises ``Refused`` unless both statements say what follows from the verdict document, and nothing else."""
    subject = next(Fields(result, "the test result").objects("subject"))
    artifact, name = subject_digest(Fields(result, "the test result")), subject.text("name")
    expected = summary(
        document,
        artifact,
        name,
        verifier=policy.verifier.id,
        test_result=envelope,
        evidence=_attested(decision, EVIDENCE),
    )
    _compare(result, test_result(document, artifact, name), _RESULT)
    _compare(decision, expected, _DECISION)


def _compare(signed: Statement, expected: Statement, role: Text) -> None:
    if encode(signed) == encode(expected):
        return
    said, due = ({**one, **one["predicate"]} for one in (signed, expected))
    names = sorted((said.keys() | due.keys()) - {"predicate"})
    other = ", ".join(printable(name) for name in names if said.get(name) != due.get(name))
    raise Refused(
        f"the {role.en} does not follow from the verdict: it has another {other}",
        f"{role.ja}の {other} が判定と矛盾します",
    )


def _check_approvals(approvals: Sequence[Approval], needed: int, created: datetime, now: datetime) -> None:
    for one in approvals:
        person = printable(one.person)
        if one.meaning == "rejected":
            raise Refused(f"{person} has rejected it", f"{person} が却下しました")
        if not created - SKEW <= one.time <= now + SKEW:
            raise Refused(
                f"the approval by {person} is of {one.time}, before the verdict or in the future",
                f"{person} の承認の時刻 {one.time} が、判定より前か未来です",
            )
    released = len({one.keyid for one in approvals if one.meaning == "released"})
    if released < needed:
        raise Refused(
            f"the policy asks for {needed} to release it; {released} did",
            f"ポリシーは{needed}名のリリース承認を求めていますが、{released}名です",
        )


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """A plain file. Raises ``Refused`` for anything else: a pipe would be waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(0, "it is not a plain file")
            yield file
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(f"{path.name} cannot be read: {reason}", f"{path.name} を読めません: {reason}") from None
