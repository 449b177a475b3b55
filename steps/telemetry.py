"""Traces and metrics, as they reach the collector."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_inanyorder, empty, equal_to, has_entries, has_key, has_length

from nameraka import eventually, slot, then
from steps.matchers import with_only

STEP = slot(
    "step",
    terms={
        "patient message": ("患者のメッセージ", "the patient's message"),
        "rules": ("規則", "the rules"),
        "model": ("AI", "the AI"),
        "draft": ("下書き", "the draft"),
        "approval": ("承認", "the approval"),
        "delivery": ("配信", "the delivery"),
    },
)


@then(
    ja="運用の記録では、{patient:person}への返信が一つのトレースで次の段階にたどれる",
    en="in the operator's traces one trace links these steps of the reply to {patient:person}",
    table={"step": ("段階", "step", "step")},
    needs=("outside",),
)
def one_trace_links(patient: Any, rows: list[dict[str, str]], collector: Any) -> None:
    spans = eventually(lambda: collector.trace_about(patient.thread_id, "delivery"), has_length(len(rows)), within=10)
    assert_that([span.name for span in spans], contains_inanyorder(*(row["step"] for row in rows)))
    assert_that([span.parent for span in spans if span.parent], with_only(_root(spans).id))


@then(
    ja="そのトレースの番号は、{patient:person}の相談の{order:number}番目のメッセージの番号である",
    en="that trace has the id of message {order:number} of {patient:person}'s consultation",
    needs=("outside",),
)
def the_trace_is_the_messages(patient: Any, order: int, collector: Any) -> None:
    messages = patient.session.read("listMessages", thread_id=patient.thread_id)
    assert_that(collector.trace_about(patient.thread_id, "delivery")[0].trace, equal_to(messages[order - 1]["id"]))


@then(
    ja="運用の記録には{patient:person}の名前も言葉も一つも届いていない",
    en="nothing that reached the operator's collector says a name or a word of {patient:person}",
    needs=("outside",),
)
def the_collector_knows_nobody(patient: Any, people: Any, collector: Any) -> None:
    heard = [message.text for message in patient.conversation.afresh(patient)]
    assert_that(collector.heard(*patient.private, *heard, people.of_role("pharmacist").real_name), empty())


@then(
    ja="運用の記録に{alert:alert}の値が{value:number}以上で届いている",
    en="the operator's metrics say at least {value:number} for {alert:alert}",
    needs=("outside",),
)
def the_metric_says(alert: str, value: int, collector: Any) -> None:
    eventually(lambda: collector.metrics, has_key(f"pharmacy.{alert}"), within=10)
    eventually(lambda: collector.metrics[f"pharmacy.{alert}"] >= value, equal_to(True), within=10)


def _root(spans: list[Any]) -> Any:
    (root,) = [span for span in spans if not span.parent]
    assert_that(root.attributes, has_entries(message=root.trace))
    return root
