"""Tasks: what has to be done for a patient by a time, and what came of it. Only a pharmacist ends one, with an outcome."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from fastapi import APIRouter
from fastapi import Path as PathParameter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit import automatic
from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, announce, find_thread, is_id
from pharmacy.core.clock import Clock
from pharmacy.core.context import Here
from pharmacy.core.data import DATA
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import WRITTEN
from pharmacy.delivery.unreplaced import is_waiting
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.triage.task_tables import Task

router = APIRouter(route_class=GuardedRoute, tags=["tasks"])

TaskKind = Literal[
    "physician",
    "check_back",
    "replace_medicine",
    "confirm_receipt",
    "contact_prescriber",
    "contact_patient",
    "face_to_face",
]
TaskState = Literal["open", "done"]

LIMITS_FILE: Final = DATA / "tasks.toml"

TRANSITIONS: Final[dict[tuple[str, str], TaskState]] = {("open", "complete"): "done"}

TaskId = Annotated[str, PathParameter(description="Id of a task of this thread", examples=["7c1e" * 8])]


@dataclass(frozen=True)
class Limits:
    """How long each kind of task may take."""

    version: str
    within: dict[str, timedelta]


@cache
def load_limits(path: Path = LIMITS_FILE) -> Limits:
    """Read the limits once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = {kind: timedelta(minutes=content[kind]["minutes"]) for kind in get_args(TaskKind)}
    return Limits(content["version"], kinds)


class TaskView(BaseModel):
    """A task. `overdue` is by the pharmacy's clock."""

    id: str
    thread_id: str
    patient_name: str = Field(examples=["佐藤花子"])
    kind: TaskKind
    state: TaskState
    due_at: datetime
    overdue: bool
    done_by: str | None = Field(examples=["鈴木薬子"])
    outcome: str | None = Field(description="What came of it, in the pharmacist's words")


class Completion(BaseModel):
    """What came of it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"outcome": "かかりつけ医に電話し、今日の受診を決めた"}]}
    )

    outcome: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=WRITTEN)]


def open_task(session: Session, clock: Clock, thread: Thread, kind: TaskKind) -> None:
    """Have it done, in the caller's transaction. One that is open already stays as it is, with its time."""
    if is_open(session, thread, kind):
        return
    limits, now = load_limits(), clock.now()
    task = Task(
        thread_id=thread.id,
        branch=thread.branch,
        kind=kind,
        state="open",
        limits_version=limits.version,
        opened_at=now,
        due_at=now + limits.within[kind],
    )
    session.add(task)
    session.flush()
    thread.version += 1
    record(
        session,
        clock,
        automatic.pharmacy_itself(thread.branch),
        automatic.ROLE,
        Action.TASK_OPENED,
        f"task:{task.id}",
        thread=thread,
        kind=kind,
        limits_version=limits.version,
    )


def is_open(session: Session, thread: Thread, kind: TaskKind) -> bool:
    """Whether this still has to be done for the patient."""
    same = select(Task.id).where(Task.thread_id == thread.id, Task.kind == kind, Task.state == "open")
    return session.scalar(same.limit(1)) is not None


def views_of_tasks(session: Session, now: datetime, thread: Thread) -> list[TaskView]:
    """All tasks of a thread, the newest first, for staff."""
    wanted = select(Task).where(Task.thread_id == thread.id).order_by(Task.opened_at.desc(), Task.kind)
    name = session.get_one(Patient, thread.patient_id).name
    return [_view(task, name, now) for task in session.scalars(wanted)]


def _view(task: Task, patient_name: str, now: datetime) -> TaskView:
    return TaskView.model_validate(
        {
            "id": task.id,
            "thread_id": task.thread_id,
            "patient_name": patient_name,
            "kind": task.kind,
            "state": task.state,
            "due_at": task.due_at,
            "overdue": task.state == "open" and task.due_at < now,
            "done_by": task.done_by,
            "outcome": task.outcome,
        }
    )


@router.get("/api/tasks", **guarded("listTasks"))
def list_tasks(here: Here, person: CurrentPerson, role: ActingRole) -> Sequence[TaskView]:
    """All open tasks of the branch, the most pressing first."""
    wanted = (
        select(Task, Patient.name)
        .join(Thread, Thread.id == Task.thread_id)
        .join(Patient, Patient.id == Thread.patient_id)
        .where(Task.branch == person.branch, Task.state == "open")
        .order_by(Task.due_at, Task.id)
    )
    with here.database.write() as session:
        found = [_view(task, name, here.clock.now()) for task, name in session.execute(wanted).tuples()]
        record(session, here.clock, person, role, Action.TASKS_VIEWED, f"tasks:{person.branch}", entries=len(found))
    return found


@router.post(
    "/api/threads/{thread_id}/tasks/{task_id}/completion",
    **guarded("completeTask", "not_found", "task_done", "replacement_missing", "invalid", "too_large"),
)
def complete_task(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, task_id: TaskId, completion: Completion
) -> TaskView:
    """Say that it is done and what came of it, with one's name. A replacement is done once its parcel is on its way."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        task = session.get(Task, task_id) if is_id(task_id) else None
        if task is None or task.thread_id != thread.id:
            raise ProblemError("not_found")
        state = TRANSITIONS.get((task.state, "complete"))
        if state is None:
            raise ProblemError("task_done")
        if task.kind == "replace_medicine" and is_waiting(session, thread.patient_id):
            raise ProblemError("replacement_missing")
        task.state, task.outcome = state, completion.outcome
        task.done_at, task.done_by, task.done_subject = here.clock.now(), person.name, person.subject
        thread.version += 1
        record(session, here.clock, person, role, Action.TASK_DONE, f"task:{task.id}", thread=thread, kind=task.kind)
        done = _view(task, session.get_one(Patient, thread.patient_id).name, here.clock.now())
    announce(here.hub, thread)
    return done
