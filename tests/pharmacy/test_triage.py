"""Red flags: found in every way of writing, acted on at once, never lowered by a machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from pharmacy_world import Caller, World
from pytest_httpserver import HTTPServer

from pharmacy.settings import SettingsError
from pharmacy.triage.golden import load_golden_set, require_all_caught
from pharmacy.triage.rules import RULES_FILE, assess, load_rules

GOLDEN = load_golden_set().phrases

HARMLESS = [
    "薬を飲み忘れました。どうすればいいですか", "お願いいたします", "その旨いたしました", "いきなり咳が止まらない", "胸やけがします", "湿疹が出ました", "私に対して",
    "わたしにたいして", "定期便を終わりにしたい", "喉が痛くて鼻がつまっています", "意識していないと忘れます", "明日が晴れなら行きます", "Can I take this with food?", "水なしでは飲めませんか", "40錠ください", "肌にやさしい黄色い軟膏はありますか", "熱はありません。39歳です",
]  # fmt: skip
DOUBTFUL = [
    "胸痛はありません",
    "胸の痛みはないです",
    "胸は痛くない",
    "母が胸が痛いと言っています",
    "死にたくない",
    "no chest pain",
    "My father has chest pain",
    "My chest does not hurt",
    "母は胸が痛いそうです",
    "母が心配するほど胸が痛いそうです",
]


@pytest.mark.parametrize("text", GOLDEN["red"])
def test_every_way_of_writing_a_red_flag_is_found(text: str) -> None:
    assert assess(text).level == "red"


@pytest.mark.parametrize("text", GOLDEN["crisis"])
def test_every_way_of_writing_a_crisis_is_found(text: str) -> None:
    assert assess(text).level == "crisis"


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_words_raise_no_flag(text: str) -> None:
    assert assess(text).level == "none"


@pytest.mark.parametrize("text", DOUBTFUL)
def test_denied_or_about_somebody_else_goes_to_a_human_check(text: str) -> None:
    assert assess(text).level == "check"


@pytest.mark.parametrize("flag", ["胸が痛い", "死にたい", "息ができません", "chest pain"])
def test_a_flag_is_found_wherever_it_is_split_over_two_messages(flag: str) -> None:
    for cut in range(1, len(flag)):
        first, second = flag[:cut], flag[cut:]
        assert assess(first).fired or assess(second, [first]).fired, first


@pytest.mark.parametrize(
    "text",
    [
        "胸痛はありませんが、息ができません",
        "母は元気です。私は胸が痛いです",
        "No fever. I have chest pain",
        "熱はないが胸が痛い",
        "胸痛はないけど、息ができません",
        "母が心配していますが私は胸が痛い",
        "息子は元気だが、胸が痛い",
        "My chest doesn't hurt but I can't breathe",
        "My wife is out and I can't breathe",
    ],
)
def test_a_denial_never_cancels_another_flag(text: str) -> None:
    assert assess(text).level == "red"


def test_a_flag_of_an_earlier_message_does_not_fire_again() -> None:
    assert assess("よろしくお願いします", ["胸が痛い"]).level == "none"


def test_rules_that_miss_a_phrase_of_the_golden_set_are_refused(tmp_path: Path) -> None:
    require_all_caught(load_rules())
    weaker = tmp_path / "weaker.toml"
    weaker.write_text(
        RULES_FILE.read_text("utf-8").replace('"とけつ"', '"とけけ"').replace('"ちをはい", ', ""), "utf-8"
    )
    with pytest.raises(SettingsError, match="血を吐いた"):
        require_all_caught(load_rules(weaker))


def test_every_rule_names_its_source_and_the_rules_have_a_version() -> None:
    rules = load_rules()
    assert rules.version
    assert all(rule.source for rule in rules.rules)


def automatic(patient: Caller) -> list[str]:
    return [message["text"] for message in patient.get(f"{patient.thread}/messages").json() if message["automatic"]]


def test_a_red_flag_is_answered_at_once_and_jumps_the_queue(world: World) -> None:
    early, urgent, pharmacist = world.patient("先の患者"), world.patient("急ぐ患者"), world.staff()
    early.send("定期便について")
    urgent.send("胸が痛いです")
    assert "119" in automatic(urgent)[0]
    queue = pharmacist.get("/api/queue").json()
    assert [(entry["patient_name"], entry["urgency"], entry["red_flag"]) for entry in queue] == [
        ("急ぐ患者", "red", True),
        ("先の患者", "green", False),
    ]
    triage = pharmacist.get(f"{urgent.thread}/messages").json()[0]["triage"]
    assert (triage["rules"], triage["rules_version"]) == (["chest-pain"], load_rules().version)
    assert urgent.get(f"{urgent.thread}/messages").json()[0]["triage"] is None


def test_the_on_call_pharmacist_is_paged_with_case_and_urgency_only(world: World, outside: HTTPServer) -> None:
    patient = world.patient("頁花子")
    with outside.wait(timeout=10) as paged:
        outside.expect_oneshot_request("/pager", method="POST").respond_with_data("ok")
        patient.send("息ができません")
    assert paged.result
    pages = [request for request, _ in outside.log if request.path == "/pager"]
    thread_id = patient.thread.rsplit("/", 1)[1]
    text = next(page.get_json()["text"] for page in pages if thread_id in page.get_json()["text"])
    assert "red" in text
    assert "頁花子" not in text
    assert "息" not in text


def test_a_refused_page_is_repeated_with_the_same_key_until_accepted(world: World, outside: HTTPServer) -> None:
    patient = world.patient()
    outside.clear()
    outside.expect_ordered_request("/pager", method="POST").respond_with_data("busy", status=503)
    with outside.wait(timeout=10) as accepted:
        outside.expect_ordered_request("/pager", method="POST").respond_with_data("ok")
        patient.send("胸が痛い")
    assert accepted.result
    pages = [
        request for request, _ in outside.log if patient.thread.rsplit("/", 1)[1] in request.get_data(as_text=True)
    ]
    assert len(pages) == 2
    assert len({page.headers["Idempotency-Key"] for page in pages}) == 1


def test_a_crisis_brings_contacts_and_turns_suggestions_off_for_good(world: World, outside: HTTPServer) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("もう死にたい")
    assert "0120-783-556" in automatic(patient)[0]
    pharmacist.put(f"{patient.thread}/urgency", {"urgency": "green", "reason": "電話で話した"})
    refused = pharmacist.post(f"{patient.thread}/drafts")
    assert (refused.status_code, refused.json()["code"]) == (409, "suggestions_off")
    assert pharmacist.get(patient.thread).json()["suggestions"] == {"allowed": False, "reason": "crisis"}
    assert not [request for request, _ in outside.log if request.path.startswith("/ai")]


def test_a_denied_flag_waits_for_a_human_check_without_a_red_alarm(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("胸痛はありません")
    entry = pharmacist.get("/api/queue").json()[0]
    assert (entry["urgency"], entry["needs_check"], entry["red_flag"]) == ("yellow", True, False)
    assert "薬剤師が内容を確認します" in automatic(patient)[0]


def test_only_a_pharmacist_s_judgement_ends_the_human_check(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("胸痛はありません。息ができません")
    patient.send("確認は不要です")
    assert pharmacist.get(patient.thread).json()["needs_check"] is True
    pharmacist.put(f"{patient.thread}/urgency", {"urgency": "red", "reason": "電話で確認した"})
    assert pharmacist.get(patient.thread).json()["needs_check"] is False


def test_only_a_pharmacist_with_a_reason_lowers_the_urgency(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff("下げる薬子")
    patient.send("胸が痛い")
    path = f"{patient.thread}/urgency"
    assert patient.put(path, {"urgency": "green", "reason": "治った"}).status_code == 403
    assert world.staff("事務", ("clerk",)).put(path, {"urgency": "green", "reason": "治った"}).status_code == 403
    for reason in ("", "  "):
        assert pharmacist.put(path, {"urgency": "green", "reason": reason}).status_code == 422
    patient.send("治りました。緊急度を下げてください")
    assert pharmacist.get(patient.thread).json()["urgency"] == "red"
    assert pharmacist.put(path, {"urgency": "yellow", "reason": "電話で確認した"}).status_code == 200
    trail = world.staff("監査", ("auditor",)).get("/api/audit", params={"thread_id": path.split("/")[3]}).json()
    change = next(entry for entry in trail if entry["action"] == "urgency_changed")
    assert (change["actor"], change["detail"]) == (
        "下げる薬子",
        {"before": "red", "after": "yellow", "reason": "電話で確認した"},
    )
