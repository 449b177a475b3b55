"""The OpenAPI document: what FastAPI says of the routes, completed by what holds for all of them."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from pharmacy.core.problems import Problem
from pharmacy.identity.access import SAFE_METHODS


class Application(FastAPI):
    """The pharmacy as FastAPI serves it, with its contract completed."""

    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1 of everything that serves JSON, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            components = document.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs", {}) | {"Problem": problem}
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            components["securitySchemes"] = {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-session",
                    "description": "Set by the sign-in at /sign-in/patient or /sign-in/staff (OpenID Connect)",
                },
                "zoom": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Zm-Signature",
                    "description": "HMAC-SHA256 over `v0:`, the time of X-Zm-Request-Timestamp, `:` and the body",
                },
                "carrier": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Carrier-Signature",
                    "description": "HMAC-SHA256 of the body by the secret that the carrier shares with us, in hexadecimal",
                },
            }
            components["parameters"] = {
                "PharmacyRequest": {
                    "name": "X-Pharmacy-Request",
                    "in": "header",
                    "required": True,
                    "description": "Says that our own page asks; another site cannot send it",
                    "schema": {"type": "string", "const": "1"},
                }
            }
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    if path.startswith("/api/") and method.upper() not in SAFE_METHODS:
                        reference = {"$ref": "#/components/parameters/PharmacyRequest"}
                        operation.setdefault("parameters", []).append(reference)
            self.openapi_schema = document
        return self.openapi_schema
