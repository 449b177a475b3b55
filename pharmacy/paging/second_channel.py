"""When the on-call service does not take a page, the same page goes by e-mail: an outage of others loses no alert.

The service is tried on all the same; whoever is called twice reads the same case id twice. The console shows the call
from the first moment on, whatever becomes of service and mail.
"""

from __future__ import annotations

import logging
import smtplib
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.data import DATA
from pharmacy.core.database import Database
from pharmacy.core.tables import Base, OutboxItem
from pharmacy.core.worker import LOOK_SECONDS, Worker
from pharmacy.paging.outbox import words_of

log = logging.getLogger("pharmacy.second_channel")

SECOND_CHANNEL_FILE: Final = DATA / "second_channel.toml"
SMTP_SECONDS: Final = 5.0
UNUSABLE_SECONDS: Final = 2.0


class MailedPage(Base):
    """A page that was mailed because the service would not take it. `item_id` is its row of the outbox."""

    __tablename__ = "mailed_pages"
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mailed_at: Mapped[datetime]


@dataclass(frozen=True)
class SecondChannel:
    """After how many failures a page is mailed, from whom, and to whom for each role."""

    after_failures: int
    sender: str
    to: dict[str, str]


@cache
def load_second_channel(path: Path = SECOND_CHANNEL_FILE) -> SecondChannel:
    """Read it once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return SecondChannel(content["after_failures"], content["from"], content["to"])


class SecondMailer(Worker):
    """Looks for pages that the service has refused too often."""

    name = "second_channel"

    def __init__(self, database: Database, smtp_url: str, public_url: str) -> None:
        """`smtp_url`: smtp://host:port, or smtps:// where the line leaves the machine; empty: no second channel."""
        self._database = database
        self._smtp = urlsplit(smtp_url) if smtp_url else None
        self._public_url = public_url
        super().__init__()

    def look(self) -> float:
        """Mail each page that waits too long."""
        if self._smtp is None:
            return LOOK_SECONDS
        plan = load_second_channel()
        mailed = select(MailedPage.item_id)
        wanted = select(OutboxItem).where(
            OutboxItem.delivered_at.is_(None),
            OutboxItem.attempts >= plan.after_failures,
            OutboxItem.id.not_in(mailed),
        )
        with self._database.read() as session:
            waiting = session.scalars(wanted.order_by(OutboxItem.id)).all()
        for item in waiting:
            if not self._mail(item, plan):
                return UNUSABLE_SECONDS
            with self._database.write() as session:
                session.merge(MailedPage(item_id=item.id, mailed_at=datetime.now(UTC)))
        return LOOK_SECONDS

    def _mail(self, item: OutboxItem, plan: SecondChannel) -> bool:
        message = EmailMessage()
        message["From"], message["To"] = plan.sender, plan.to.get(item.recipient, plan.to["supervisor"])
        message["Subject"] = f"[{item.urgency}] {item.thread_id}"
        message["Message-ID"] = f"<{item.key}@{plan.sender.rpartition('@')[2]}>"  # a repetition can be recognised
        message.set_content(words_of(item, self._public_url))
        assert self._smtp is not None
        kind = smtplib.SMTP_SSL if self._smtp.scheme == "smtps" else smtplib.SMTP
        try:
            with kind(self._smtp.hostname or "", self._smtp.port or 0, timeout=SMTP_SECONDS) as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            log.error("page %s: not mailed either (%s)", item.id, type(error).__name__)
            return False
        log.warning("page %s: mailed after %d failures of the service", item.id, item.attempts)
        return True
