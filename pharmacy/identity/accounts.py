"""Accounts as the identity providers tell of them: who was let in, and who must not be let in any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.identity.tables import Account


def let_in(session: Session, kind: str, issuer: str, subject: str, branch: str) -> bool:
    """Remember who comes in, in the branch in which they are now.

    False when the provider has told that their account is closed, and nothing else since.
    """
    account = _account(session, kind, issuer, subject)
    if account.disabled_at is not None:
        return False
    account.branch = branch
    return True


def set_disabled(session: Session, kind: str, issuer: str, subject: str, at: datetime | None) -> None:
    """Closed since then, or, with None, open again. An account that nobody has used yet is closed as well."""
    _account(session, kind, issuer, subject).disabled_at = at


def _account(session: Session, kind: str, issuer: str, subject: str) -> Account:
    """The one that is known, or a new one."""
    account = session.get(Account, (kind, issuer, subject))
    if account is None:
        account = Account(kind=kind, issuer=issuer, subject=subject, branch="")
        session.add(account)
    return account


def branch_of(session: Session, kind: str, subject: str) -> str:
    """Where this person works or is a patient; empty when they never came in."""
    found = session.scalar(select(Account.branch).where(Account.kind == kind, Account.subject == subject).limit(1))
    return found or ""


def leavers(session: Session) -> frozenset[str]:
    """The subjects of all staff whose account is closed."""
    wanted = select(Account.subject).where(Account.kind == "staff", Account.disabled_at.is_not(None))
    return frozenset(session.scalars(wanted))
