"""The products as the shop shows them, and what their pages may say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from pharmacy.audit.trail import Action, record
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.texts import WrittenText, digest_of
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.sales import claims
from pharmacy.sales.products import Product, ProductClass, load_products
from pharmacy.sales.rules import HERE, is_designated, load_rules, may_be_subscribed
from pharmacy.sales.tables import ProductText

router = APIRouter(route_class=GuardedRoute, tags=["shop"])

ProductId = Annotated[str, Path(max_length=64, description="Id of a product", examples=["kakkonto"])]


class ProductView(BaseModel):
    """A product. `sold_here`: false when it is handed over at a counter only."""

    id: str = Field(examples=["kakkonto"])
    name: str = Field(examples=["みほん葛根湯"])
    name_en: str = Field(examples=["Mihon Kakkonto"])
    legal_class: ProductClass
    designated: bool = Field(description="A designated abuse-prevention drug (指定濫用防止医薬品)")
    text: str = Field(examples=["かぜのひき始め、肩こりに。"])
    text_en: str | None = Field(description="Null where staff have rewritten the text")
    sold_here: bool
    subscribable: bool


class NewText(BaseModel):
    """What the product's page is to say."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "かぜのひき始めに。"}]})

    text: WrittenText


@router.get("/api/products", **guarded("listProducts"))
def list_products(here: Here, person: CurrentPerson, role: ActingRole) -> list[ProductView]:
    """All that the shop has, as the pages of this branch describe it."""
    with here.database.read() as session:
        texts = session.scalars(select(ProductText).where(ProductText.branch == person.branch))
        rewritten = {row.product: row.text for row in texts}
    return [_view(product, rewritten.get(product.id)) for product in load_products().values()]


@router.put(
    "/api/products/{product_id}/text",
    **guarded("describeProduct", "not_found", "claim_refused", "invalid", "too_large"),
)
def describe_product(
    here: Here, person: CurrentPerson, role: ActingRole, product_id: ProductId, new: NewText
) -> ProductView:
    """Rewrite what a product's page says. What goes beyond the approved effects, or guarantees one, is refused."""
    product = load_products().get(product_id)
    if product is None:
        raise ProblemError("not_found")
    if too_far := claims.of_product(new.text, product):
        raise ProblemError("claim_refused", detail="、".join(too_far)[:200])
    with here.database.write() as session:
        row = ProductText(
            branch=person.branch, product=product.id, text=new.text, written_by=person.name, written_at=here.clock.now()
        )
        session.merge(row)
        digest = digest_of(new.text)
        record(session, here.clock, person, role, Action.PRODUCT_DESCRIBED, f"product:{product.id}", digest=digest)
    return _view(product, new.text)


def _view(product: Product, rewritten: str | None) -> ProductView:
    return ProductView(
        id=product.id,
        name=product.name,
        name_en=product.name_en,
        legal_class=product.legal_class,
        designated=is_designated(product),
        text=rewritten or product.text,
        text_en=None if rewritten else product.text_en,
        sold_here=bool(load_rules().classes[product.legal_class].channels & HERE),
        subscribable=may_be_subscribed(product),
    )
