"""A person's word on a signed verdict: who, when, with which meaning, bound to that verdict and to no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from nameraka.attest.bundle import append_to_bundle, lock, read_bundle
from nameraka.attest.envelope import seal
from nameraka.attest.keys import load_private
from nameraka.attest.refused import Refused
from nameraka.attest.statements import APPROVAL, MEANINGS, SUMMARY, Meaning, approval
from nameraka.findings import UsageError
from nameraka.shapes import Fields, Malformed

LONGEST_NAME: Final = 200  # characters
LONGEST_COMMENT: Final = 4_000  # characters


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval; ``time`` is aware, ``comment`` None where nothing was said."""

    keyid: str
    person: str
    meaning: Meaning
    time: datetime
    comment: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What an approval was asked for: the artifact (``sha256:…``), what it may be used for, and what the gate said."""

    artifact: str
    resource: str
    result: str
    judged: str


def approve(path: Path, *, key: Path, person: str, meaning: Meaning, comment: str | None, now: datetime) -> Subject:
    """Append an approval to the bundle at ``path`` and return what was approved.

    The bundle's own signatures are not checked here: an approval names the exact test result by digest and is worth
    nothing for another one. Raises ``UsageError``.
    """
    _require(person.strip() and len(person) <= LONGEST_NAME, "a name of 1 to 200 characters is needed: --name")
    _require(comment is None or len(comment) <= LONGEST_COMMENT, f"a comment has at most {LONGEST_COMMENT} characters")
    private = load_private(key)
    try:
        with path.open("r+b") as file:
            lock(file)
            test_result, summary, others = read_bundle(file)
            subject = _subject(summary.statement())
            _require(
                private.public_key.keyid not in (test_result.keyid, summary.keyid),
                f"{key}: this is the gate's own key. A person approves with a key of their own",
            )
            _require(
                meaning != "released" or subject.result == "PASSED",
                f"{path}: the verdict is not go, so it cannot be released. Choose --meaning reviewed or rejected",
            )
            statement = approval(
                subject.artifact,
                test_result=test_result.digest,
                person=person,
                meaning=meaning,
                time=now.isoformat(timespec="seconds"),
                comment=comment,
            )
            sealed = seal(statement, private)
            _require(sealed.line not in [one.line for one in others], f"{path}: this approval is there already")
            append_to_bundle(file, sealed)
    except (Refused, Malformed) as error:
        raise UsageError(f"{path}: {error}. Give the {path.name} that the gate signed.") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}. Give the bundle that `nameraka gate --key` wrote.") from None
    return subject


def _require(holds: object, message: str) -> None:
    if not holds:
        raise UsageError(f"{message}.")


def _subject(statement: Mapping[str, Any]) -> Subject:
    data = Fields(statement, "the summary")
    if data.text("predicateType") != SUMMARY:
        raise Malformed("its second line is not the gate's summary")
    said = data.fields("predicate")
    return Subject(
        artifact=subject_digest(data),
        resource=said.text("resourceUri"),
        result=said.text("verificationResult"),
        judged=said.text("timeVerified"),
    )


def subject_digest(statement: Fields) -> str:
    """The one artifact that a statement speaks of. Raises ``Malformed``."""
    subjects = list(statement.objects("subject"))
    if len(subjects) != 1:
        raise Malformed(f"it speaks of {len(subjects)} artifacts; it should be one")
    return "sha256:" + subjects[0].fields("digest").text("sha256")


def read_approval(statement: Mapping[str, Any], keyid: str, *, artifact: str, test_result: str) -> Approval:
    """The approval that a statement is, of ``artifact`` and of the test result of that digest.

    Raises ``Malformed`` for one that is not written as ``approve`` writes it, or of something else.
    """
    said = Fields(statement, "the approval").fields("predicate")
    meaning, time = said.text("meaning"), said.text("time")
    if meaning not in MEANINGS:
        raise Malformed(f"{meaning!r} is no meaning of an approval")
    found = Approval(keyid, said.text("name"), meaning, moment(time), said.optional_text("comment"))
    expected = approval(
        artifact,
        test_result=test_result,
        person=found.person,
        meaning=found.meaning,
        time=time,
        comment=found.comment,
    )
    if statement != expected:
        raise Malformed(f"it is no {APPROVAL} of this artifact and this verdict")
    return found


def moment(text: str) -> datetime:
    """The aware time that ``text`` is. Raises ``Malformed``."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(f"{text!r} is no time") from None
    if time.tzinfo is None:
        raise Malformed(f"{text!r} has no time zone")
    return time
