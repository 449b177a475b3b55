"""What has to be done for a patient after a message, and what came of it."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, equal_to, has_item, has_properties

from nameraka import eventually, slot, then, when
from steps.matchers import with_none

slot(
    "task",
    terms={
        "physician": ("医師と連携する", "involve a physician"),
        "check_back": ("その後の様子を確かめる", "check back"),
        "face_to_face": ("対面の服薬指導を手配する", "arrange guidance in person"),
        "replace_medicine": ("代わりの薬を手配する", "arrange a replacement"),
        "confirm_receipt": ("受け取ったかを確かめる", "make sure of the receipt"),
        "contact_prescriber": ("処方医に連絡する", "contact the prescriber"),
        "contact_patient": ("患者に連絡する", "contact the patient"),
    },
)


@then(
    ja="{who:person}には、{patient:person}について{task:task}課題が残っている",
    en="{who:person} still has to {task:task} for {patient:person}",
)
def task_is_open(who: Any, task: str, patient: Any) -> None:
    eventually(lambda: who.tasks.of(patient), has_item(has_properties(kind=task, outcome=None)))
    eventually(who.tasks.open, has_item((patient.real_name, task)))


@then(
    ja="{who:person}には、{patient:person}について{task:task}課題は残っていない",
    en="{who:person} need not {task:task} for {patient:person}",
)
def task_is_not_open(who: Any, task: str, patient: Any) -> None:
    eventually(who.tasks.open, with_none((patient.real_name, task)))
    assert_that(who.tasks.of(patient), with_none(has_properties(kind=task, outcome=None)))


@when(
    ja="{who:person}が{patient:person}について{task:task}課題を「{text}」として完了する",
    en='{who:person} closes the task to {task:task} for {patient:person} with the result "{text}"',
)
def completes(who: Any, patient: Any, task: str, text: str) -> None:
    who.tasks.complete(patient, task, text)


@when(
    ja="{who:person}が{patient:person}について{task:task}課題を、結果を書かずに完了する",
    en="{who:person} closes the task to {task:task} for {patient:person} without a result",
)
def completes_without_outcome(who: Any, patient: Any, task: str) -> None:
    who.tasks.complete(patient, task, "")


@then(
    ja="{who:person}には、{patient:person}について{task:task}課題の結果が「{text}」と見える",
    en='{who:person} sees the result of the task to {task:task} for {patient:person}: "{text}"',
)
def sees_the_outcome(who: Any, task: str, patient: Any, text: str) -> None:
    eventually(lambda: who.tasks.of(patient), has_item(has_properties(kind=task, outcome=text)))


@then(
    ja="{who:person}には、{patient:person}について{task:task}課題が期限を過ぎていると見える",
    en="{who:person} sees that it is past the time to {task:task} for {patient:person}",
)
def task_is_overdue(who: Any, task: str, patient: Any) -> None:
    assert_that(who.tasks.late(patient, task), equal_to(True))


@then(
    ja="{who:person}には、{patient:person}について{task:task}課題がまだ期限内と見える",
    en="{who:person} sees that there is still time to {task:task} for {patient:person}",
)
def task_is_in_time(who: Any, task: str, patient: Any) -> None:
    assert_that(who.tasks.late(patient, task), equal_to(False))
