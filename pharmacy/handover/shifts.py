"""A pharmacist's shift: being there, and ending it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pharmacy.chat.threads import announce
from pharmacy.core.context import Here
from pharmacy.handover.returns import give_back, say_present
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["shift"])


class ShiftEnd(BaseModel):
    """What the end of the shift has put back into the queue."""

    returned: list[str] = Field(description="Ids of threads", examples=[["0f3c9a5e7b1d4c2680aa51e2f7c4d9b3"]])


@router.post("/api/me/presence", status_code=204, **guarded("sayPresent"))
def say_i_am_present(here: Here, person: CurrentPerson) -> None:
    """The console is open. Who has said so once and then falls silent loses what they are in charge of."""
    with here.database.write() as session:
        say_present(session, person.subject, here.clock.now())


@router.post("/api/me/shift/end", **guarded("endShift"))
def end_shift(here: Here, person: CurrentPerson, role: ActingRole) -> ShiftEnd:
    """Put all that I am in charge of back into the queue, with the waiting time that it had."""
    with here.database.write() as session:
        threads = give_back(session, here.clock, person, role, person.subject, "shift_ended")
    for thread in threads:
        announce(here.hub, thread)
    return ShiftEnd(returned=[thread.id for thread in threads])
