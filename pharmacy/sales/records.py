"""Records of sales: written with the sale, read by those who answer for it, removed only after their period."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import is_id
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.sales.judging import channel_of
from pharmacy.sales.rules import lines_of, load_rules
from pharmacy.sales.tables import Order, SaleRecord

router = APIRouter(route_class=GuardedRoute, tags=["sales"])

SaleId = Annotated[str, Path(description="Id of a record of a sale", examples=["8d2e" * 8])]


class SaleView(BaseModel):
    """One line of a sale."""

    id: str
    order_id: str
    buyer: str = Field(examples=["佐藤花子"])
    buyer_identifier: str = Field(examples=["P-1A2B3C4D"])
    product: str = Field(examples=["pain-d"])
    product_name: str = Field(examples=["みほん痛み止めD"])
    quantity: int
    sold_at: datetime
    pharmacist: str = Field(examples=["鈴木薬子"])
    channel: str = Field(examples=["online"])
    understanding: str | None = Field(description="In the buyer's words, where the law asks for it")
    understanding_checked_by: str | None
    rules_version: str = Field(examples=["2026.11.1"])
    keep_until: datetime
    removable: bool = Field(description="Its period is over")


def keep_records(session: Session, order: Order, now: datetime) -> None:
    """Write down the sale of every line, in the transaction of the sale."""
    patient, rules = session.get_one(Patient, order.patient_id), load_rules()
    for product, quantity in lines_of(order.lines):
        session.add(
            SaleRecord(
                order_id=order.id,
                branch=order.branch,
                buyer=patient.name,
                buyer_identifier=patient.identifier,
                product=product.id,
                product_name=product.name,
                quantity=quantity,
                sold_at=now,
                pharmacist=order.decided_by,
                channel=channel_of(order),
                understanding=order.understood_words,
                understanding_checked_by=order.understood_by,
                rules_version=rules.version,
                keep_until=now + rules.record_period,
            )
        )


@router.get("/api/sales", **guarded("listSales"))
def list_sales(here: Here, person: CurrentPerson, role: ActingRole) -> list[SaleView]:
    """Every sale of the branch that is still on record, the oldest first: whom to tell of a recall."""
    with here.database.write() as session:
        wanted = (
            select(SaleRecord).where(SaleRecord.branch == person.branch).order_by(SaleRecord.sold_at, SaleRecord.id)
        )
        found = [_view(row, here.clock.now()) for row in session.scalars(wanted)]
        record(session, here.clock, person, role, Action.SALES_VIEWED, f"sales:{person.branch}", entries=len(found))
    return found


@router.delete("/api/sales/{sale_id}", status_code=204, **guarded("removeSale", "not_found", "retained", "invalid"))
def remove_sale(here: Here, person: CurrentPerson, role: ActingRole, sale_id: SaleId) -> None:
    """Remove a record whose period is over. Earlier nobody can."""
    with here.database.write() as session:
        sale = session.get(SaleRecord, sale_id) if is_id(sale_id) else None
        if sale is None or sale.branch != person.branch:
            raise ProblemError("not_found")
        if not _is_over(sale, here.clock.now()):
            raise ProblemError("retained")
        session.delete(sale)
        record(session, here.clock, person, role, Action.SALE_REMOVED, f"sale:{sale.id}", product=sale.product)


def _is_over(sale: SaleRecord, now: datetime) -> bool:
    return now >= sale.keep_until


def _view(sale: SaleRecord, now: datetime) -> SaleView:
    kept = {name: getattr(sale, name) for name in SaleView.model_fields if name != "removable"}
    return SaleView.model_validate(kept | {"removable": _is_over(sale, now)})
