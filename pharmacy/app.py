"""The application: capabilities put together, every error a problem, the contract completed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.util import find_spec

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from pharmacy import __version__
from pharmacy.ai import acknowledgement, drafts
from pharmacy.ai.master import load_master
from pharmacy.ai.versions import load_versions
from pharmacy.attachments import attachments, inspection
from pharmacy.audit import check as audit_check
from pharmacy.audit import trail as audit
from pharmacy.autonomy import mode
from pharmacy.autonomy.gate import load_gate
from pharmacy.autonomy.sending import AutoReplies
from pharmacy.chat import contacts, live, messages, thread_view
from pharmacy.console import charts, claims, corrections, queue, quick_replies, replies
from pharmacy.contract import Application
from pharmacy.core import health
from pharmacy.core.body_limit import BodyLimit
from pharmacy.core.clock import Clock, InjectableClock
from pharmacy.core.context import Pharmacy
from pharmacy.core.database import Database
from pharmacy.core.headers import Headers
from pharmacy.core.hub import Hub
from pharmacy.core.problems import InvalidField, ProblemError, answer
from pharmacy.delivery import (
    addresses,
    dispensing_record,
    final_check,
    order_shipping,
    receipt,
    replacement,
    reports,
    shipping,
)
from pharmacy.delivery import limits as delivery_limits
from pharmacy.delivery import products as delivery_products
from pharmacy.delivery import view as delivery_view
from pharmacy.delivery.bookings import Bookings
from pharmacy.delivery.receipts import Receipts
from pharmacy.emergency import break_glass
from pharmacy.emergency.grants import how_long
from pharmacy.evaluation import versions as ai_versions
from pharmacy.evaluation.golden import load_ai_golden
from pharmacy.exports import exports
from pharmacy.exports import states as export_limits
from pharmacy.exports.drive import Drive
from pharmacy.exports.withdrawals import Withdrawals
from pharmacy.guidance import calls, consent, guardians, in_person, visits, zoom_events
from pharmacy.guidance import rules as guidance_rules
from pharmacy.handover import handovers, matters, shifts
from pharmacy.handover.returns import Returns, longest_absence
from pharmacy.identity import holds, me, sign_in, signals
from pharmacy.identity import states as sessions
from pharmacy.identity.access import ALLOWED
from pharmacy.identity.openid import Provider
from pharmacy.oversight import views as oversight
from pharmacy.oversight.canary import CanaryRuns
from pharmacy.oversight.limits import load_limits as load_oversight_limits
from pharmacy.oversight.watch import Watch
from pharmacy.paging import on_call
from pharmacy.paging import states as paging
from pharmacy.paging.escalation import Escalation
from pharmacy.paging.outbox import Outbox
from pharmacy.paging.second_channel import SecondMailer, load_second_channel
from pharmacy.prescriptions import backgrounds, inquiries, prescriptions, reading, review
from pharmacy.prescriptions.drugs import load_prescribing
from pharmacy.privacy import consents, leaks
from pharmacy.privacy import requests as data_requests
from pharmacy.privacy.standing import load_purposes
from pharmacy.records import follow_ups, keeping, merging, soap
from pharmacy.records.backup import Backups
from pharmacy.records.backup import load_plan as load_backup_plan
from pharmacy.records.clock_watch import ClockWatch, load_tolerance
from pharmacy.records.retention import load_retention
from pharmacy.sales import claims as product_claims
from pharmacy.sales import kampo, orders, selling, shop, subscriptions
from pharmacy.sales import records as sales_records
from pharmacy.sales import rules as sale_rules
from pharmacy.sales.subscriptions import Renewals
from pharmacy.settings import Settings
from pharmacy.tables import TABLES
from pharmacy.telemetry.exporting import Telemetry
from pharmacy.telemetry.tracker import Tracker
from pharmacy.triage import golden, reply_times, tasks
from pharmacy.triage import rules as triage
from pharmacy.version import this_build

log = logging.getLogger("pharmacy")

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}

CAPABILITIES = (
    me,
    holds,
    signals,
    break_glass,
    attachments,
    exports,
    thread_view,
    charts,
    messages,
    live,
    queue,
    claims,
    on_call,
    tasks,
    replies,
    acknowledgement,
    quick_replies,
    corrections,
    matters,
    visits,
    consent,
    calls,
    in_person,
    guardians,
    zoom_events,
    handovers,
    shifts,
    drafts,
    mode,
    ai_versions,
    oversight,
    prescriptions,
    reading,
    review,
    inquiries,
    backgrounds,
    shop,
    orders,
    selling,
    sales_records,
    subscriptions,
    final_check,
    addresses,
    shipping,
    order_shipping,
    receipt,
    replacement,
    delivery_view,
    dispensing_record,
    reports,
    audit,
    audit_check,
    soap,
    merging,
    keeping,
    follow_ups,
    consents,
    data_requests,
    leaks,
)
DATA_FILES = (
    sessions.load_limits,
    inspection.load_rules,
    export_limits.load_limits,
    load_second_channel,
    how_long,
    contacts.load_contacts,
    paging.load_plan,
    reply_times.load_reply_times,
    longest_absence,
    tasks.load_limits,
    load_master,
    load_prescribing,
    load_gate,
    load_versions,
    load_ai_golden,
    load_oversight_limits,
    guidance_rules.load_rules,
    guidance_rules.load_notice,
    quick_replies.load_quick_replies,
    delivery_limits.load_limits,
    delivery_products.load_products,
    load_retention,
    load_backup_plan,
    load_tolerance,
    load_purposes,
    leaks.load_clocks,
    delivery_limits.load_limits,
    delivery_products.load_products,
    sale_rules.load_rules,
    kampo.load_kampo,
    product_claims.load_claims,
)
"""Read before the first request: a pharmacy whose limits or clinical data cannot be read does not start."""


def create_app(settings: Settings) -> FastAPI:
    """A pharmacy ready to serve. Raises sqlalchemy.exc.SQLAlchemyError when its database cannot be used."""
    clock: Clock = InjectableClock(timedelta(seconds=settings.clock_ahead)) if settings.injectable_clock else Clock()
    database = Database(settings.database_url, settings.audit_key)
    database.prepare(TABLES)
    golden.require_all_caught(triage.load_rules())
    for load in DATA_FILES:
        load()
    hub, outbox = Hub(), Outbox(database, settings.pager_url, settings.pager_timeout, settings.public_url)
    returns = Returns(database, clock, hub)
    watch = Watch(database, clock, outbox)
    telemetry = Telemetry(settings.otlp_url, settings.otlp_seconds, this_build(), lambda: watch.latest)
    pharmacy = Pharmacy(
        settings=settings,
        clock=clock,
        database=database,
        hub=hub,
        outbox=outbox,
        returns=returns,
        telemetry=telemetry,
        workers=(
            outbox,
            Withdrawals(database, clock, Drive(settings.drive_url, settings.drive_token)),
            Tracker(settings.errors_url, this_build()),
            SecondMailer(database, settings.smtp_url, settings.public_url),
            Escalation(database, clock, hub, outbox),
            returns,
            AutoReplies(database, clock, hub, settings),
            CanaryRuns(database, clock, outbox),
            watch,
            telemetry,
            Bookings(database, clock, settings.carrier_url),
            Receipts(database, clock, hub),
            Renewals(database, clock),
            Backups(settings.database_url, clock, settings.backup_folder),
            ClockWatch(clock, settings.time_server, settings.time_check, settings.pager_url),
        ),
        build=this_build(),
    )
    app = Application(
        title="Remote pharmacy",
        version=__version__,
        summary="Patients write, pharmacists answer; an AI may suggest, a named pharmacist decides.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        servers=[{"url": settings.public_url}],
    )
    app.state.pharmacy = pharmacy
    callback = settings.public_url + sign_in.CALLBACK
    app.state.providers = sign_in.Providers(Provider(settings.patient, callback), Provider(settings.staff, callback))
    _mount(app, settings)
    _handle_errors(app)
    app.add_middleware(BodyLimit, larger={attachments.UPLOADS: inspection.load_rules().largest})
    app.add_middleware(Headers, https=settings.public_url.startswith("https:"))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    pharmacy: Pharmacy = app.state.pharmacy
    for worker in pharmacy.workers:
        worker.start()
    yield
    for worker in reversed(pharmacy.workers):
        worker.close()
    pharmacy.database.close()


def _mount(app: FastAPI, settings: Settings) -> None:
    routers = [capability.router for capability in CAPABILITIES]
    routers += [health.router, contacts.router, sign_in.router, sign_in.sign_out_router]
    if settings.injectable_clock:
        routers.append(health.clock_router)
    if find_spec("pharmacy.pages") and find_spec("pharmacy.pages.router"):
        from pharmacy.pages.router import router as pages

        routers.append(pages)
    # One flat list: FastAPI's `include_router` asks each router in turn at every request, a tenth of its time.
    app.router.routes.extend(route for router in routers for route in router.routes)


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(ProblemError)
    async def refused(_request: Request, error: ProblemError) -> Response:
        return answer(error.code, error.detail, error.errors)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> Response:
        # Never what was sent: it may be a patient's words, and need not even be encodable.
        errors = [
            InvalidField(where=".".join(str(part) for part in item["loc"])[:200], message=str(item["msg"])[:300])
            for item in error.errors()
        ]
        extra = any(item["type"] == "extra_forbidden" for item in error.errors())
        return answer("not_yours_to_say" if extra else "invalid", errors=[_encodable(item) for item in errors])

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> Response:
        response = answer(_HTTP_CODES.get(error.status_code, "invalid"))
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        return response

    @app.exception_handler(SQLAlchemyError)
    async def not_stored(_request: Request, error: SQLAlchemyError) -> Response:
        log.error("the database refused: %s", type(error).__name__)
        return answer("storage_unavailable")


def _encodable(item: InvalidField) -> InvalidField:
    return InvalidField(
        where=item.where.encode("utf-8", "replace").decode(), message=item.message.encode("utf-8", "replace").decode()
    )


def unguarded(app: FastAPI) -> set[str]:
    """Operations under /api that the access table does not know: there must be none."""
    document = app.openapi()
    return {
        operation["operationId"]
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if path.startswith("/api/") and operation["operationId"] not in ALLOWED
    }
