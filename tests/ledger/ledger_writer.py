"""A process that writes to a ledger, for tests that kill it: `ledger_writer.py URL NAME COUNT [halt]`.

It prints each entry once it is acknowledged; with ``halt`` it stops within the transaction of its first, and waits.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from nameraka.ledger.events import FalseBlock, Incident
from nameraka.ledger.store import Ledger


def main(url: str, name: str, count: str, halt: str = "") -> None:
    for number in range(1, int(count) + 1):
        with Ledger(url).write() as writing:
            writing.keep(f"{name}-{number}".encode() * 1000)
            entry, _ = writing.append(Incident(f"{name}-{number}", "production", None, datetime.now(UTC), None, ()))
            if halt:
                writing.append(FalseBlock("sha256:" + "0" * 64, "both or none"))
                print("halted", flush=True)
                sys.stdin.read()
        print(entry.sequence, entry.digest, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
