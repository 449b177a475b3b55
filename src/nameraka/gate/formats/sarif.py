"""SARIF 2.1.0: findings as code scanning shows them, each at the feature or the evidence file that it is about.

GitHub refuses a whole file for one result without a location, takes no more than 25,000 results, and tells results apart
by ``primaryLocationLineHash`` alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from nameraka.gate.formats.document import Document, facts, findings, plain, say
from nameraka.gate.text import Text

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST: Final = 25_000
_LEVELS: Final = {"no-go": "error", "unknown": "warning"}
_RESULTS: Final = "RESULTS"
_RESULTS_ARE: Final = Text("the folder of evidence that was judged", "判定した証拠のフォルダ")
_FACTS: Final = ("verdict", "environment", "build", "commit", "run_id", "plan")


def sarif(document: Document, language: str = "en") -> bytes:
    """Each rule with its help in both languages, and each finding as a result; what was excused as notifications."""
    rules = {rule["name"]: place for place, rule in enumerate(document["rules"])}
    found = sorted(findings(document), key=lambda one: one[1]["effect"] != "no-go")
    features = {item["id"]: item["feature"] for item in document["items"]}
    seen: Counter[str] = Counter()
    results = [
        {**_result(rule, finding, features, seen, language), "ruleIndex": rules[rule["name"]]}
        for rule, finding in found[:MOST]
    ]
    driver = {
        "name": "nameraka",
        "language": "ja" if language == "ja" else "en",
        "rules": [_rule(rule, language) for rule in document["rules"]],
    }
    if document["gate"] is not None:
        driver["version"] = plain(document["gate"])
    known = facts(document, *_FACTS)
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"nameraka/{known.get('environment', '-')}/{known.get('run_id', '')}"},
        "invocations": [_invocation(document, len(found), language)],
        "originalUriBaseIds": {_RESULTS: {"description": {"text": _RESULTS_ARE.say(language)}}},
        "results": results,
        "properties": known,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1).encode() + b"\n"


def _rule(rule: Mapping[str, Any], language: str) -> dict[str, Any]:
    statement = say(rule["statement"], language)
    both = f"{say(rule['statement'], 'en')}\n{say(rule['statement'], 'ja')}"
    return {
        "id": plain(rule["name"]),
        "shortDescription": {"text": statement},
        "fullDescription": {"text": statement},
        "help": {"text": both},
        "defaultConfiguration": {"enabled": rule["selected"], "level": "error"},
    }


def _result(
    rule: Mapping[str, Any],
    finding: Mapping[str, Any],
    features: Mapping[str, str],
    seen: Counter[str],
    language: str,
) -> dict[str, Any]:
    feature = features.get(finding["item"] or "")
    places = [_place(name) for name in (feature, finding["file"]) if name] or [_place("verdict.json")]
    about = f"{plain(name)}: " if (name := finding["item"] or finding["requirement"]) else ""
    result = {
        "ruleId": plain(rule["name"]),
        "level": _LEVELS.get(finding["effect"], "warning"),
        "message": _message(f"{about}{say(finding['what'], language)} → {say(finding['remedy'], language)}"),
        "locations": places[:1],
        "partialFingerprints": _fingerprints(rule, finding, seen),
        "properties": facts(finding, "item", "requirement", "severity"),
    }
    if places[1:]:
        result["relatedLocations"] = places[1:]
    return result


def _message(text: str) -> dict[str, str]:
    """A message that holds no placeholder and no link, whatever stands in it."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _place(name: str) -> dict[str, Any]:
    """A file of the project as a path, one of the evidence, whose folder is flat, below ``RESULTS``.

    It is about the file as a whole, which is told by its first line: GitHub wants one.
    """
    parts = [quote(part, safe="", errors="backslashreplace") for part in name.split("/") if part not in ("", ".", "..")]
    artifact = {"uri": "/".join(parts) or "-"}
    if "/" not in name:
        artifact["uriBaseId"] = _RESULTS
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": 1}}}


def _fingerprints(rule: Mapping[str, Any], finding: Mapping[str, Any], seen: Counter[str]) -> dict[str, str]:
    """The finding's identity, the same in the next run, and its cause. The number tells apart what is otherwise alike."""
    identity = json.dumps([rule["name"], finding["item"], finding["file"], finding["fingerprint"]])
    digest = hashlib.sha256(identity.encode()).hexdigest()[:16]
    seen[digest] += 1
    known = {"primaryLocationLineHash": f"{digest}:{seen[digest]}"}
    return {**known, "cause/v1": plain(finding["fingerprint"])} if finding["fingerprint"] else known


def _invocation(document: Document, found: int, language: str) -> dict[str, Any]:
    told = [
        ": ".join((*facts(note, "requirement", "item").values(), say(note["text"], language)))
        for note in document["notes"]
    ]
    if found > MOST:
        left = found - MOST
        told.append(
            Text(f"{left} further findings are left out here", f"ほかの指摘{left}件は省略しました").say(language)
        )
    return {
        "executionSuccessful": True,
        "exitCode": document["exit_code"],
        "toolExecutionNotifications": [{"level": "note", "message": _message(text)} for text in told],
    }
