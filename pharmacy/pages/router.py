"""Documents and static files of the pharmacy; none of it is part of the API contract."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Cookie, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pharmacy.chat.contacts import load_contacts
from pharmacy.pages import assets
from pharmacy.pages.catalogue import language_of, texts
from pharmacy.version import this_build

router = APIRouter(include_in_schema=False)

_DOCUMENT_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    # A document that is kept could be shown again after sign-out on a shared phone.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "none",
}
_DENIALS: Final = frozenset(
    {
        "device_not_compliant",
        "mfa_required",
        "not_found",
        "not_signed_in",
        "role_denied",
        "sign_in_failed",
    }
)
SHELLS: Final = {
    "/chat": "chat",
    "/shop": "shop",
    "/console": "queue",
    "/oversight": "oversight",
    "/console/orders": "orders",
    "/privacy": "privacy",
    "/protection": "protection",
    "/console/{thread_id}/record": "record",
    "/console/emergencies": "emergencies",
    "/attachments": "attachments",
    "/console/{thread_id}/attachments": "attachments",
    "/console/{thread_id}/exports": "exports",
    "/console/{thread_id}/emergency": "break_glass",
    "/prescriptions": "my_prescriptions",
    "/console/prescriptions": "prescriptions",
    "/console/prescriptions/{prescription_id}": "prescription",
    "/console/{thread_id}": "thread",
    "/console/prescriptions/{prescription_id}/delivery": "delivery",
    "/parcels": "parcels",
    "/guidance": "guidance",
    "/console/{thread_id}/guidance": "guiding",
}
"""Where each page without a datum of its own is served: address -> template and script of that name."""
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

LanguageCookie = Annotated[str | None, Cookie(alias="language")]


def _render(page: str, language: str, **values: Any) -> str:
    words = texts(language)
    return _TEMPLATES.get_template(f"{page}.html").render(
        page=page,
        language=language,
        t=lambda key, **names: words[key].format(**names) if names else words[key],
        asset=lambda name: assets.url(language, name),
        build=this_build(),
        contacts=load_contacts(),
        **values,
    )


@cache
def _shell(page: str, language: str) -> str:
    """A document without one datum of a person, hence made once per language."""
    return _render(page, language)


def _document(content: str, status_code: int = 200) -> HTMLResponse:
    return HTMLResponse(content, status_code, headers=_DOCUMENT_HEADERS)


@router.get("/")
async def start(request: Request, language: LanguageCookie = None) -> Response:
    """What this is, and the two ways to sign in; in a demonstration also the people who can."""
    people = getattr(request.app.state, "demo_people", None) or ()
    return _document(_render("start", language_of(language), demo_people=list(people)))


def _serve(address: str, page: str) -> None:
    """Serve the page at the address. Its script reads ids from the address; the API decides who may see what."""

    async def document(language: LanguageCookie = None) -> Response:
        return _document(_shell(page, language_of(language)))

    router.add_api_route(address, document, methods=["GET"])


for _address, _page in SHELLS.items():
    _serve(_address, _page)


@router.get("/denied")
async def denied(reason: str = "sign_in_failed", language: LanguageCookie = None) -> Response:
    """Why a sign-in came to nothing, in plain words."""
    known = reason if reason in _DENIALS else "sign_in_failed"
    return _document(_render("denied", language_of(language), reason=known), 403)


@router.get("/static/{version}/{language}/{name}")
async def static(version: str, language: str, name: str) -> Response:
    """One file. An older version is answered with the current one, so that an open page survives a deployment."""
    asset = assets.find(language, name)
    if asset is None:
        return PlainTextResponse("no such file\n", 404, headers={"Cache-Control": "no-store"})
    caching = "public, max-age=31536000, immutable" if version == assets.VERSION else "no-cache"
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    return Response(asset.content, media_type=asset.media_type, headers=headers)


@router.get("/favicon.ico")
async def favicon() -> Response:
    """The icon for whoever asks without having read the document."""
    icon = assets.find("ja", "icon.svg")
    return Response(icon.content if icon else b"", media_type="image/svg+xml")
