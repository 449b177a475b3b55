"""Whether the ledger knows a verdict, and knows of no later one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nameraka.attest.refused import Refused
from nameraka.attest.statements import verdict_digest
from nameraka.findings import UsageError
from nameraka.gate.text import printable
from nameraka.ledger.position import position_of


def check_place(document: Mapping[str, Any], ledger: str, kept_head: str | None, *, rollback: bool) -> int:
    """The sequence number of the verdict ``document`` in the ledger at that URL.

    Raises ``Refused`` when the chain does not hold (or does not go on from the head that was kept), when it has no such
    entry, and when a later verdict is on the same environment; for a ``rollback``, on the same build there.
    """
    try:
        place = position_of(ledger, verdict_digest(document), kept_head)
    except UsageError as error:
        said = printable(str(error), 1_000)
        raise Refused(f"the ledger: {said}", f"台帳: {said}") from None
    if not place.newest_for_environment and not (rollback and place.newest_for_build):
        raise Refused(
            f"the ledger has a later verdict than this one, entry {place.sequence}",
            f"台帳には、この判定（{place.sequence} 番）より新しい判定があります",
        )
    return place.sequence
