"""What Allure's files say: results, the containers around them, and what went wrong outside of both.

A ``_Read`` names what the rules ask for; what else Allure writes is named too, so that nothing is read twice to know that
nothing was left out (see ``Shape``).
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from nameraka.gate.evidence import Container, Pool, Result
from nameraka.shapes import Malformed, Shape, Words

DEEPEST_STEP: Final = 64
_LABELS: Final = ("run", "plan", "build", "environment", "door")
_Milliseconds = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]  # to the end of the year 9999


class _Read(Struct, omit_defaults=True, gc=False):
    pass


class _Attachment(_Read):
    source: Words
    # not asked for:
    name: Any = None
    type: Any = None


class _Details(_Read):
    message: str | None = None
    known: bool | None = None
    muted: bool | None = None
    flaky: bool | None = None
    # not asked for:
    trace: Any = None
    actual: Any = None
    expected: Any = None


class _Step(_Read, kw_only=True):
    name: str | None = None
    status: str | None = None
    statusDetails: _Details | None = None
    steps: list[_Step] = []
    attachments: list[_Attachment] = []
    start: _Milliseconds | None = None
    stop: _Milliseconds | None = None
    # not asked for:
    id: Any = None
    parameters: Any = None
    description: Any = None
    descriptionHtml: Any = None
    stage: str | None = None


class _Label(_Read):
    name: Words
    value: str | None = None


class _Result(_Step):
    uuid: Words
    fullName: str | None = None
    labels: list[_Label] = []
    # not asked for:
    historyId: Any = None
    testCaseId: Any = None
    testCaseName: Any = None
    titlePath: Any = None
    links: Any = None


class _Container(_Read):
    children: tuple[str, ...] = ()
    befores: list[_Step] = []
    afters: list[_Step] = []
    # not asked for:
    uuid: Any = None
    name: Any = None
    description: Any = None
    descriptionHtml: Any = None
    links: Any = None
    start: Any = None
    stop: Any = None


class _Error(_Read):
    message: str | None = None
    trace: Any = None


class _Globals(_Read):
    errors: list[_Error] = []
    attachments: list[_Attachment] = []


_RESULT: Final = Shape[_Result](_Result)
_CONTAINER: Final = Shape[_Container](_Container)
_GLOBALS: Final = Shape[_Globals](_Globals)


def result_of(name: str, content: bytes, pool: Pool) -> Result:
    """The result that the file ``name`` holds. Raises ``Malformed``."""
    said = _RESULT.read(content)
    labels: dict[str, tuple[str, ...]] = dict.fromkeys(_LABELS, ())
    for label in said.labels:
        if label.name in labels and (label.value or "") not in labels[label.name]:
            labels[label.name] += (label.value or "",)
    runs, plans, builds, environments, doors = pool.one(tuple(labels.values()))
    inside = _Inside()
    inside.look(said.steps, said.attachments)
    amiss = [step for step in said.steps if step.status != "passed"]
    details = said.statusDetails or _Details()
    return Result(
        file=name,
        uuid=said.uuid,
        item=pool.one(said.fullName) or None,
        status=pool.one(said.status) or None,
        runs=runs,
        plans=plans,
        builds=builds,
        environments=environments,
        doors=doors,
        attachments=tuple(inside.attachments),
        sentences=len(said.steps),
        troubles=tuple(inside.troubles),
        excused=bool(details.muted or details.known or details.flaky),
        unfinished=said.stage not in (None, "", "finished"),
        message=details.message or None,
        start=said.start,
        stop=said.stop,
        failed_at=_name(amiss[0]) if amiss else None,
    )


def container_of(name: str, content: bytes) -> Container:
    """The container that the file ``name`` holds. Raises ``Malformed``."""
    said = _CONTAINER.read(content)
    inside = _Inside()
    inside.look([*said.befores, *said.afters], [])
    return Container(name, said.children, tuple(inside.attachments), tuple(inside.troubles))


def globals_of(name: str, content: bytes) -> tuple[Container, list[str]]:
    """Attachments and first lines of the errors outside every item, such as at collection. Raises ``Malformed``."""
    said = _GLOBALS.read(content)
    attachments = tuple(one.source for one in said.attachments)
    errors = [(error.message or "").strip().partition("\n")[0] for error in said.errors]
    return Container(name, (), attachments, ()), errors


class _Inside:
    """What the steps of one result or container say: attachments, and steps that did not pass."""

    def __init__(self) -> None:
        self.attachments: list[str] = []
        self.troubles: list[str] = []

    def look(self, steps: list[_Step], attachments: list[_Attachment], depth: int = 0) -> None:
        if steps and depth >= DEEPEST_STEP:
            raise Malformed(f"its steps are nested more than {DEEPEST_STEP} deep")
        for attachment in attachments:
            self.attachments.append(attachment.source)
        for step in steps:
            if step.status != "passed":
                self.troubles.append(f"{_name(step)}: {step.status or 'no status'}")
            if step.steps or step.attachments:
                self.look(step.steps, step.attachments, depth + 1)


def _name(step: _Step) -> str:
    return step.name or "a step"
