"""The worker that takes exports away: when their time is over, and from colleagues whose account is closed."""

from __future__ import annotations

import logging
from typing import Final

from sqlalchemy import select

from pharmacy.audit import automatic
from pharmacy.audit.trail import Action, record
from pharmacy.core.clock import Clock
from pharmacy.core.database import Database
from pharmacy.core.tables import Thread
from pharmacy.core.worker import LOOK_SECONDS, Worker
from pharmacy.exports.drive import Drive, DriveError
from pharmacy.exports.states import advance
from pharmacy.exports.tables import Export, Share
from pharmacy.identity.accounts import leavers

log = logging.getLogger("pharmacy.withdrawals")

UNUSABLE_SECONDS: Final = 5.0


class Withdrawals(Worker):
    """Tries until Drive has done it: what is not taken away there is not written down as taken away here."""

    name = "withdrawals"

    def __init__(self, database: Database, clock: Clock, drive: Drive) -> None:
        self._database = database
        self._clock = clock
        self._drive = drive
        super().__init__()

    def look(self) -> float:
        """Withdraw what is over."""
        over = select(Export).where(Export.state == "shared", Export.until <= self._clock.now())
        still = select(Share, Export).join(Export).where(Export.state == "shared", Share.withdrawn_at.is_(None))
        with self._database.read() as session:
            exports = session.scalars(over).all()
            gone = leavers(session)
            shares = session.execute(still.where(Share.subject.in_(gone))).tuples().all() if gone else []
        try:
            for share, export in shares:
                self._drive.let_read_no_more(export.file_id, share.permission_id)
                self._note_left(share, export)
            for export in exports:
                self._drive.delete(export.file_id)
                self._note_over(export)
        except DriveError as error:
            log.warning("an export is still on Drive (%s)", error)
            return UNUSABLE_SECONDS
        return LOOK_SECONDS

    def _note_left(self, share: Share, export: Export) -> None:
        with self._database.write() as session:
            row = session.get_one(Share, (share.export_id, share.subject))
            row.withdrawn_at = self._clock.now()
            thread = session.get_one(Thread, export.thread_id)
            itself = automatic.pharmacy_itself(thread.branch)
            told = {"subject": share.subject, "cause": "account_disabled"}
            record(session, self._clock, itself, automatic.ROLE, Action.EXPORT_WITHDRAWN, f"export:{export.id}",
                   thread=thread, **told)  # fmt: skip

    def _note_over(self, export: Export) -> None:
        with self._database.write() as session:
            row = session.get_one(Export, export.id)
            advance(row, "withdraw")
            thread = session.get_one(Thread, export.thread_id)
            itself = automatic.pharmacy_itself(thread.branch)
            record(session, self._clock, itself, automatic.ROLE, Action.EXPORT_WITHDRAWN, f"export:{export.id}",
                   thread=thread, cause="expired")  # fmt: skip
