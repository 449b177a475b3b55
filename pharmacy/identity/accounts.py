"""Accounts as the identity providers tell of them: who was let in, and who must not be let in any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.identity.tables import Account


def is_disabled(session: Session, kind: str, issuer: str, subject: str) -> bool:
    """Whether the provider has told that this account is closed, and nothing else since."""
    account = session.get(Account, (kind, issuer, subject))
    return account is not None and account.disabled_at is not None


def remember(session: Session, kind: str, issuer: str, subject: str, branch: str) -> Account:
    """The account of somebody who is let in, in the branch in which they are now."""
    account = session.get(Account, (kind, issuer, subject))
    if account is None:
        account = Account(kind=kind, issuer=issuer, subject=subject, branch=branch)
        session.add(account)
    account.branch = branch
    return account


def set_disabled(session: Session, kind: str, issuer: str, subject: str, at: datetime | None) -> None:
    """Closed since then, or, with None, open again. An account that nobody has used yet is closed as well."""
    account = session.get(Account, (kind, issuer, subject)) or remember(session, kind, issuer, subject, "")
    account.disabled_at = at


def branch_of(session: Session, kind: str, subject: str) -> str:
    """Where this person works or is a patient; empty when they never came in."""
    found = session.scalar(select(Account.branch).where(Account.kind == kind, Account.subject == subject).limit(1))
    return found or ""


def leavers(session: Session) -> frozenset[str]:
    """The subjects of all staff whose account is closed."""
    wanted = select(Account.subject).where(Account.kind == "staff", Account.disabled_at.is_not(None))
    return frozenset(session.scalars(wanted))
