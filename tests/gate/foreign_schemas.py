"""What of SARIF 2.1.0 and of CTRF 0.0.0 is written here, as schemas: strict subsets of the published ones.

What they allow, the published schemas allow; whatever else would be written, these refuse.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
TEXT: Json = {"type": "string", "minLength": 1}
COUNT: Json = {"type": "integer", "minimum": 0}


def shape(required: Json, optional: Json | None = None) -> Json:
    """An object with exactly these names."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def many(one: Json, **limits: int) -> Json:
    return {"type": "array", "items": one, **limits}


MESSAGE = shape({"text": TEXT})
# A reference below a root: no scheme, no leading slash, no way up; what is not plain is percent-encoded.
URI: Json = {"type": "string", "pattern": r"^(?!\.\.?(/|$))(?!.*/\.\.?(/|$))[A-Za-z0-9._~%-]+(/[A-Za-z0-9._~%-]+)*$"}
LOCATION = shape(
    {
        "physicalLocation": shape(
            {
                "artifactLocation": shape({"uri": URI}, {"uriBaseId": {"const": "RESULTS"}}),
                "region": shape({"startLine": {"const": 1}}),
            }
        )
    }
)
RESULT = shape(
    {
        "ruleId": TEXT,
        "ruleIndex": COUNT,
        "level": {"enum": ["error", "warning"]},
        "message": MESSAGE,
        "locations": many(LOCATION, minItems=1, maxItems=1),
        "partialFingerprints": shape(
            {"primaryLocationLineHash": {"type": "string", "pattern": "^[0-9a-f]{16}:[1-9][0-9]*$"}}, {"cause/v1": TEXT}
        ),
        "properties": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    {"relatedLocations": many(LOCATION, minItems=1)},
)
RULE = shape(
    {
        "id": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "defaultConfiguration": shape({"enabled": {"type": "boolean"}, "level": {"const": "error"}}),
    }
)
SARIF = shape(
    {
        "$schema": {
            "const": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
        },
        "version": {"const": "2.1.0"},
        "runs": many(
            shape(
                {
                    "tool": shape(
                        {
                            "driver": shape(
                                {"name": TEXT, "language": {"enum": ["en", "ja"]}, "rules": many(RULE)},
                                {"version": TEXT},
                            )
                        }
                    ),
                    "automationDetails": shape({"id": TEXT}),
                    "invocations": many(
                        shape(
                            {
                                "executionSuccessful": {"const": True},
                                "exitCode": {"enum": [0, 1, 2]},
                                "toolExecutionNotifications": many(
                                    shape({"level": {"const": "note"}, "message": MESSAGE})
                                ),
                            }
                        )
                    ),
                    "originalUriBaseIds": shape({"RESULTS": shape({"description": MESSAGE})}),
                    "results": many(RESULT, maxItems=25_000),
                    "properties": {"type": "object", "additionalProperties": {"type": "string"}},
                }
            ),
            minItems=1,
            maxItems=1,
        ),
    }
)

STATUS: Json = {"enum": ["passed", "failed", "skipped", "pending", "other"]}
TEST = shape(
    {"name": TEXT, "status": STATUS, "duration": COUNT, "suite": many(TEXT, minItems=1, maxItems=1), "rawStatus": TEXT},
    {
        "message": TEXT,
        "filePath": TEXT,
        "tags": many(TEXT, minItems=1),
        "retries": COUNT,
        "retryAttempts": many(shape({"attempt": {"type": "integer", "minimum": 1}, "status": STATUS})),
    },
)
CTRF = shape(
    {
        "reportFormat": {"const": "CTRF"},
        "specVersion": {"const": "0.0.0"},
        "timestamp": {"type": "string", "format": "date-time"},
        "generatedBy": TEXT,
        "results": shape(
            {
                "tool": shape({"name": TEXT}, {"version": TEXT}),
                "summary": shape(
                    dict.fromkeys(
                        ("tests", "passed", "failed", "pending", "skipped", "other", "suites", "start", "stop"), COUNT
                    )
                ),
                "tests": many(TEST),
                "environment": shape(
                    {"healthy": {"type": "boolean"}}, {"appVersion": TEXT, "commit": TEXT, "testEnvironment": TEXT}
                ),
                "extra": {"type": "object", "additionalProperties": {"type": "string"}},
            }
        ),
    }
)
