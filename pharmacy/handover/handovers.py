"""Handing a patient over (申し送り): nothing open is lost, and the colleague is in charge only after accepting all of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, announce, find_thread
from pharmacy.console.replies import check_charge
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.core.texts import WrittenText
from pharmacy.handover.matters import MatterView, open_matters
from pharmacy.handover.states import HandoverState, advance, open_handover
from pharmacy.handover.tables import Handover
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.paging.states import acknowledge_if_calling

router = APIRouter(route_class=GuardedRoute, tags=["handover"])

BASE = "/api/threads/{thread_id}/handover"


class NewHandover(BaseModel):
    """What the colleague must know besides what is noted as open anyway."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "夕方に電話の約束があります。お願いします。"}]}
    )

    note: WrittenText


class Acceptance(BaseModel):
    """Each open matter that the colleague has read, by its id: all of them, or it is not accepted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"acknowledged": ["red_flag"]}]})

    acknowledged: list[Annotated[str, StringConstraints(max_length=40)]] = Field(max_length=200)


class HandoverView(BaseModel):
    """What is open for the patient, and the handover that waits for a colleague, if one does."""

    thread_id: str
    state: HandoverState
    matters: list[MatterView]
    note: str | None = None
    offered_by: str | None = Field(default=None, examples=["鈴木薬子"])
    offered_by_me: bool = False


def _view(session: Session, person: Person, thread: Thread, handover: Handover | None) -> HandoverView:
    view = HandoverView(thread_id=thread.id, state="none", matters=open_matters(session, thread))
    if handover is None:
        return view
    by_me = handover.giver_subject == person.subject
    told = {"note": handover.note, "offered_by": handover.giver_name, "offered_by_me": by_me, "state": handover.state}
    return view.model_copy(update=told)


@router.get(BASE, **guarded("getHandover", "not_found", "invalid"))
def get_handover(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> HandoverView:
    """What is open, and whether somebody is to take over. The look is recorded."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id)
        record(session, here.clock, person, role, Action.MATTERS_VIEWED, f"thread:{thread.id}", thread=thread)
        return _view(session, person, thread, open_handover(session, thread.id))


@router.post(
    BASE,
    status_code=201,
    **guarded("offerHandover", "not_found", "not_claimed", "claimed", "handover_open", "invalid", "too_large"),
)
def offer_handover(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, new: NewHandover
) -> HandoverView:
    """Offer the thread to the colleagues. Until one of them accepts, who offers it stays in charge."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        check_charge(person, thread)
        handover = Handover(
            thread_id=thread.id,
            state=advance(open_handover(session, thread.id), "offer"),
            note=new.note,
            giver_subject=person.subject,
            giver_name=person.name,
            offered_at=here.clock.now(),
        )
        session.add(handover)
        session.flush()
        thread.version += 1
        view = _view(session, person, thread, handover)
        record(
            session,
            here.clock,
            person,
            role,
            Action.HANDOVER_OFFERED,
            f"handover:{handover.id}",
            thread=thread,
            matters=[matter.id for matter in view.matters],
        )
    announce(here.hub, thread)
    return view


@router.post(
    BASE + "/accept",
    **guarded("acceptHandover", "not_found", "no_handover", "own_handover", "not_acknowledged", "invalid", "too_large"),
)
def accept_handover(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, acceptance: Acceptance
) -> HandoverView:
    """Be in charge from now on, having read all that is open, what came after the offer included."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        handover = open_handover(session, thread.id)
        state = advance(handover, "accept")
        assert handover is not None  # else there is no such transition
        if handover.giver_subject == person.subject:
            raise ProblemError("own_handover")
        open_ids = [matter.id for matter in open_matters(session, thread)]
        if not set(open_ids) <= set(acceptance.acknowledged):
            raise ProblemError("not_acknowledged")
        handover.state, handover.receiver_name, handover.ended_at = state, person.name, here.clock.now()
        thread.claimed_subject, thread.claimed_name = person.subject, person.name
        thread.claimed_at = here.clock.now()
        thread.version += 1
        record(
            session,
            here.clock,
            person,
            role,
            Action.HANDOVER_ACCEPTED,
            f"handover:{handover.id}",
            thread=thread,
            given_by=handover.giver_subject,
            matters=open_ids,
        )
        acknowledge_if_calling(session, here.clock, person, role, thread)
        view = _view(session, person, thread, None)
    announce(here.hub, thread)
    return view


@router.post(BASE + "/withdraw", **guarded("withdrawHandover", "not_found", "no_handover", "claimed", "invalid"))
def withdraw_handover(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> HandoverView:
    """Take the offer back, as who made it."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        handover = open_handover(session, thread.id)
        state = advance(handover, "withdraw")
        assert handover is not None  # else there is no such transition
        if handover.giver_subject != person.subject:
            raise ProblemError("claimed")
        handover.state, handover.ended_at = state, here.clock.now()
        thread.version += 1
        target = f"handover:{handover.id}"
        record(session, here.clock, person, role, Action.HANDOVER_WITHDRAWN, target, thread=thread)
        view = _view(session, person, thread, None)
    announce(here.hub, thread)
    return view
