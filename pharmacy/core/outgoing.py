"""One HTTP client for all that the pharmacy asks of others: making one costs more than most requests."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


@cache
def client() -> httpx.Client:
    """Shared by all threads, made at the first request: the pharmacy starts faster without it. No proxy, no redirects."""
    import httpx

    return httpx.Client(trust_env=False)
