"""What is signed, as in-toto statements: pure functions, so that whoever verifies makes them again and compares.

Sources: in-toto attestation spec (Statement v1, test-result v0.1), SLSA 1.2 (Verification Summary Attestation, whose
predicate type stays ``v1``), 21 CFR 11.50 and 11.70 (who signed, when, with which meaning, bound to the record).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal
from urllib.parse import quote

from nameraka.attest.envelope import STATEMENT
from nameraka.plan import canonical, sha256

TEST_RESULT: Final = "https://in-toto.io/attestation/test-result/v0.1"
SUMMARY: Final = "https://slsa.dev/verification_summary/v1"
APPROVAL: Final = "nameraka:approval/v1"
VERDICT: Final = "nameraka:verdict/v1"
"""The field of the test result that holds the whole verdict document."""

EVIDENCE: Final = "nameraka:evidence/v1"
LEVEL: Final = "NAMERAKA_RELEASE_GATE"
SLSA: Final = "1.2"

Meaning = Literal["released", "reviewed", "rejected"]
MEANINGS: Final[tuple[Meaning, ...]] = ("released", "reviewed", "rejected")

Document = Mapping[str, Any]
Statement = dict[str, Any]


def verdict_digest(document: Document) -> str:
    """``sha256:…`` of a verdict document: of its one canonical spelling, not of how a file is laid out."""
    return sha256(canonical(document))


def resource(artifact: str, environment: str) -> str:
    """What a verdict may be used for: the artifact (``sha256:…``) in one environment."""
    return f"{artifact}#env={quote(environment, safe='')}"


def test_result(document: Document, artifact: str, name: str) -> Statement:
    """What the tests said, with the whole verdict document.

    ``PASSED`` only when everything was asked and passed. What did not pass and was excused on a ``go`` (a waiver, the
    policy's own limits) is a warned test, as is a rule that the policy has switched off, and the result ``WARNED``: a
    reader who knows nothing of waivers must not take it for passed. Whatever is not ``go`` is ``FAILED``. A rule of the
    gate counts as a test, named ``rule:…``.
    """
    tests: dict[str, list[str]] = {"passed": [], "warned": [], "failed": []}
    for test, kind in _tests(document):
        tests[kind].append(test)
    predicate = {
        "result": _result(document, tests),
        "configuration": _configuration(document),
        **{f"{kind}Tests": names for kind, names in tests.items()},
        VERDICT: document,
    }
    return _statement(TEST_RESULT, artifact, name, predicate)


def _tests(document: Document) -> Iterator[tuple[str, str]]:
    """Each test with the list that it belongs into."""
    amiss = "warned" if document["verdict"] == "go" else "failed"
    for item in document["items"]:
        yield item["id"], "passed" if item["state"] == "passed" else amiss
    for rule in document["rules"]:
        yield f"rule:{rule['name']}", "warned" if not rule["selected"] else "passed" if rule["holds"] else "failed"


def _result(document: Document, tests: Mapping[str, list[str]]) -> str:
    if document["verdict"] != "go" or tests["failed"] or not tests["passed"]:
        return "FAILED"
    return "WARNED" if tests["warned"] else "PASSED"


def _configuration(document: Document) -> list[Statement]:
    origin = {"gitCommit": document["commit"] or "", "uncommitted": document["uncommitted"] is True}
    plan = {"name": "plan.json", "digest": _digest(document["plan"]), "annotations": origin}
    return [plan, *(_described(source) for _, source in sorted(document["inputs"].items()))]


def _described(source: Mapping[str, str]) -> Statement:
    return {"name": source["name"], "digest": _digest(source["digest"])}


def summary(
    document: Document, artifact: str, name: str, *, verifier: str, test_result: str, evidence: str
) -> Statement:
    """What the gate decided, for what, when, by which policy, and on what it rests (SLSA VSA).

    ``test_result`` is the digest of the test result's envelope, ``evidence`` that of the evidence archive.
    """
    go = document["verdict"] == "go"
    policy = document["inputs"]["policy"]
    rests_on = {TEST_RESULT: test_result, VERDICT: verdict_digest(document), EVIDENCE: evidence}
    rests_on |= {_uri(source["name"]): source["digest"] for _, source in sorted(document["inputs"].items())}
    predicate = {
        "verifier": {"id": verifier, "version": {"nameraka": document["gate"] or ""}},
        "timeVerified": document["created"],
        "resourceUri": resource(artifact, document["environment"]),
        "policy": {"uri": _uri(policy["name"]), "digest": _digest(policy["digest"])},
        "inputAttestations": [{"uri": uri, "digest": _digest(digest)} for uri, digest in rests_on.items()],
        "verificationResult": "PASSED" if go else "FAILED",
        "verifiedLevels": [LEVEL if go else "FAILED"],
        "slsaVersion": SLSA,
    }
    return _statement(SUMMARY, artifact, name, predicate)


def approval(
    artifact: str, *, test_result: str, person: str, meaning: Meaning, time: str, comment: str | None
) -> Statement:
    """A person's word on a verdict, bound to it by the digest of the test result's envelope."""
    predicate = {
        "verdict": {"uri": TEST_RESULT, "digest": _digest(test_result)},
        "name": person,
        "meaning": meaning,
        "time": time,
        **({"comment": comment} if comment else {}),
    }
    return _statement(APPROVAL, artifact, "artifact", predicate)


def _statement(kind: str, artifact: str, name: str, predicate: Statement) -> Statement:
    subject = {"name": name, "digest": _digest(artifact)}
    return {"_type": STATEMENT, "subject": [subject], "predicateType": kind, "predicate": predicate}


def _uri(name: str) -> str:
    """A file's name in the project as a relative URI."""
    return quote(name, errors="backslashreplace")


def _digest(digest: str) -> dict[str, str]:
    """``sha256:…`` in in-toto's shape."""
    return {"sha256": digest.removeprefix("sha256:")}
