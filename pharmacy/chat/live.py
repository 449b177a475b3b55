"""Live updates as server-sent events. A stream reads the database each time it wakes, so it can never skip a row.

The thread's stream numbers its `message` events with the message's seq: a browser that comes back says the last one in
`Last-Event-ID` and gets all that came after, over any restart. Changes without a number of their own (a claim, an
urgency, a draft) are a `thread` event that says: read again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from pharmacy.audit.trail import Action, record
from pharmacy.chat.messages import messages_after, view
from pharmacy.chat.standing import Standing
from pharmacy.chat.threads import ThreadId, find_thread
from pharmacy.console.queue import waiting
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.hub import queue_topic, thread_topic
from pharmacy.core.problems import ProblemError
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded, in_emergency, permit
from pharmacy.identity.sessions import Person, find_by_hash

router = APIRouter(route_class=GuardedRoute, tags=["live"])

RETRY_MILLISECONDS = 500


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


def _stream_documentation(operation: str, description: str, *problems: str) -> dict[str, Any]:
    documentation = guarded(operation, *problems)
    documentation["responses"][200] = {
        "description": description,
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
    return documentation


LastEventId = Annotated[
    str | None, Header(alias="Last-Event-ID", max_length=100, description="Where the browser left off")
]

OfBuild = Annotated[
    str | None,
    Query(
        alias="build",
        max_length=100,
        description="The build that the page is of: when another one answers, an event `renewed` says so",
    ),
]


@router.get(
    "/api/threads/{thread_id}/events",
    response_class=EventStream,
    **_stream_documentation(
        "streamThread",
        "`event: message` with `id: seq` and a MessageView, `event: thread` when anything else changed; `event: service` "
        "when the pharmacy cannot be relied upon, and when it can again; `event: renewed`",
        "not_found",
        "invalid",
    ),
)
def stream_thread(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    thread_id: ThreadId,
    last_event_id: LastEventId = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Start after this seq; Last-Event-ID wins")] = 0,
    build: OfBuild = None,
) -> EventStream:
    """Follow a thread from any message on, for as long as one is signed in. A look by staff is recorded."""
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
    seen_seq = int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else after
    if not person.is_patient:
        with here.database.write() as session:
            target = f"thread:{thread.id}"
            record(
                session,
                here.clock,
                person,
                role,
                Action.MESSAGES_VIEWED,
                target,
                thread=thread,
                after=seen_seq,
                live=True,
            )
    seen_version = -1

    def news() -> str:
        nonlocal seen_seq, seen_version
        with here.database.read() as session:
            still = in_emergency(session, here, _still(here, session, person), "streamThread")
            permit(still, "streamThread")
            now = find_thread(session, still, thread.id)
            fresh = messages_after(session, thread.id, min(seen_seq, 2**31 - 1))
        text = ""
        for message in fresh:
            text += _event("message", view(message, person).model_dump_json(), str(message.seq))
            seen_seq = message.seq
        if now.version != seen_version:
            seen_version = now.version
            text += _event("thread", json.dumps({"thread_id": thread.id, "version": now.version}))
        return text

    return EventStream(_follow(here, person, thread_topic(thread.id), Standing(here, build), news))


@router.get(
    "/api/queue/events",
    response_class=EventStream,
    **_stream_documentation(
        "streamQueue", "`event: queue` with the whole queue as an array of QueueEntry, at each change", "invalid"
    ),
)
def stream_queue(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    last_event_id: LastEventId = None,
    build: OfBuild = None,
) -> EventStream:
    """Follow the queue of the branch. The id of an event is a digest of the queue: what one has seen is not repeated."""
    with here.database.write() as session:
        record(session, here.clock, person, role, Action.QUEUE_VIEWED, f"queue:{person.branch}", live=True)
    seen = last_event_id

    def news() -> str:
        nonlocal seen
        with here.database.read() as session:
            permit(_still(here, session, person), "streamQueue")
            entries = waiting(session, person, here.clock.now())
        data = "[" + ",".join(entry.model_dump_json() for entry in entries) + "]"
        digest = hashlib.sha256(data.encode()).hexdigest()[:32]
        if digest == seen:
            return ""
        seen = digest
        return _event("queue", data, digest)

    return EventStream(_follow(here, person, queue_topic(person.branch), Standing(here, build), news))


def _still(here: Pharmacy, session: Any, person: Person) -> Person:
    """The same person, if still signed in. Raises ProblemError else."""
    now = find_by_hash(session, person.session_hash, here.clock.sessions_now())
    if now is None:
        raise ProblemError("not_signed_in")
    return now


async def _follow(
    here: Pharmacy, person: Person, topic: str, standing: Standing, news: Callable[[], str]
) -> AsyncIterator[str]:
    """Send news as they come, until the person goes, may no longer look, or the pharmacy closes."""
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    last_sent = monotonic()
    there = nullcontext() if person.is_patient else here.returns.watching(person.subject)
    with there, here.hub.subscription(topic) as wake:
        while not here.hub.closing:
            wake.clear()
            try:
                text = await run_in_threadpool(lambda: standing.news() + news())
            except ProblemError:
                return
            if not text and monotonic() - last_sent >= here.settings.live_heartbeat:
                text = ": still here\n\n"
            if text:
                last_sent = monotonic()
                yield text
            try:
                # The time limit finds what another process of the same pharmacy has written.
                await asyncio.wait_for(wake.wait(), here.settings.live_poll)
            except TimeoutError:
                continue


def _event(name: str, data: str, event_id: str | None = None) -> str:
    number = f"id: {event_id}\n" if event_id is not None else ""
    return f"{number}event: {name}\ndata: {data}\n\n"
