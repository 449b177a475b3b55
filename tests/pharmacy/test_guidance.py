"""Guidance by video: the tables of steps, who may take them, what Zoom is asked, and what is believed of what it says."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import datetime
from itertools import product
from typing import get_args

import pytest
import requests
from pharmacy_world import JSON, Caller, World, paper_of

from fixtures.companies.zoom import HOST, SECRET, Attendee, ZoomCompany
from pharmacy.core.clock import JST
from pharmacy.core.problems import ProblemError
from pharmacy.guidance.rules import devices_among, is_minor
from pharmacy.guidance.states import GUARDIANSHIP_TRANSITIONS, TRANSITIONS, GuidanceState, next_state
from pharmacy.guidance.tables import Guidance

LICENCE = "第000001号"
PAPERS = {"method": "photo_id", "name": "試験 花子", "birthdate": "1980-04-01"}
EVENTS = sorted({event for _, event in TRANSITIONS})


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class Visit:
    """A patient, a pharmacist and their visit; each step by its operation."""

    def __init__(self, world: World, medicines: tuple[str, ...] = ()) -> None:
        self.world = world
        self.patient, self.pharmacist = world.patient(), world.staff(licence=LICENCE)
        thread_id = self.patient.thread.rsplit("/", 1)[1]
        body = {"subject_kind": "consultation", "subject_id": thread_id, "medicines": list(medicines)}
        self.planned = self.pharmacist.post(f"{self.patient.thread}/guidances", body).json()
        self.path = f"/api/guidances/{self.planned['id']}"

    def accept(self, accepted: bool = True) -> requests.Response:
        body = {"version": self.planned["notice"]["version"], "accepted": accepted}
        return self.patient.post(f"{self.path}/notice", body)

    def identify(self, papers: JSON = PAPERS) -> requests.Response:
        return self.pharmacist.post(f"{self.path}/identity", papers)

    def judge(self, appropriate: bool = True) -> requests.Response:
        return self.pharmacist.put(f"{self.path}/judgement", {"appropriate": appropriate, "reason": "症状は安定"})

    def start(self) -> requests.Response:
        return self.pharmacist.post(f"{self.path}/call")

    def join(self, licence: str = LICENCE) -> requests.Response:
        return self.patient.post(f"{self.path}/join", {"pharmacist_licence": licence})

    def complete(self) -> requests.Response:
        return self.pharmacist.post(f"{self.path}/completion", {"gist": "飲み方を説明した"})

    @property
    def now(self) -> JSON:
        view: JSON = self.pharmacist.get(f"{self.patient.thread}/guidances").json()[0]
        return view

    def in_call(self, zoom: ZoomCompany) -> str:
        """Up to the call, with both in the meeting; returns its id."""
        self.accept()
        self.identify()
        self.judge()
        zoom.start(self.start().json()["start_url"])
        way = self.join().json()
        zoom.come_in("patient", way["join_url"], way["passcode"])
        zoom.admit("patient", way["meeting_id"])
        meeting_id: str = way["meeting_id"]
        return meeting_id


@pytest.mark.parametrize(("state", "event"), sorted(product(get_args(GuidanceState), EVENTS)))
def test_only_what_the_table_names_can_happen(state: str, event: str) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(Guidance(state=state), event) == TRANSITIONS[state, event]
    else:
        with pytest.raises(ProblemError):
            next_state(Guidance(state=state), event)


def test_an_ended_guardianship_comes_back_by_consent_only() -> None:
    assert {event for (state, event) in GUARDIANSHIP_TRANSITIONS if state == "ended"} == {"consent"}


def test_a_visit_goes_through_and_is_closed_at_zoom(world: World, zoom: ZoomCompany) -> None:
    visit = Visit(world)
    meeting_id = visit.in_call(zoom)
    done = visit.complete()
    assert (done.status_code, done.json()["state"]) == (200, "completed")
    assert zoom.meetings[meeting_id].ended
    assert visit.now["gist"] == "飲み方を説明した"


@pytest.mark.parametrize(("user", "stream"), list(product((HOST, "patient"), ("video", "audio"))))
def test_without_picture_and_sound_of_both_nothing_is_completed(
    world: World, zoom: ZoomCompany, user: str, stream: str
) -> None:
    visit = Visit(world)
    meeting_id = visit.in_call(zoom)
    zoom.switch(user, meeting_id, **{stream: False})
    assert code(visit.complete()) == (409, "no_live_video")
    assert visit.now["state"] == "in_call"


def test_who_only_waits_outside_is_not_in_the_call(world: World, zoom: ZoomCompany) -> None:
    visit = Visit(world)
    meeting_id = visit.in_call(zoom)
    zoom.leave("patient", meeting_id)
    way = visit.join().json()
    zoom.come_in("patient", way["join_url"], way["passcode"])
    assert code(visit.complete()) == (409, "no_live_video")


def test_nothing_is_completed_while_a_stranger_is_there_of_whom_zoom_said_nothing(
    world: World, zoom: ZoomCompany
) -> None:
    visit = Visit(world)
    meeting_id = visit.in_call(zoom)
    zoom.meetings[meeting_id].attendees["stranger"] = Attendee("stranger", admitted=True)
    assert code(visit.complete()) == (409, "third_party_present")


def test_steps_before_their_time_say_what_is_missing(world: World, zoom: ZoomCompany) -> None:
    visit = Visit(world)
    assert code(visit.start()) == (409, "not_consented")
    visit.accept()
    assert code(visit.accept()) == (409, "guidance_step_done")
    assert code(visit.start()) == (409, "not_identified")
    visit.identify()
    assert code(visit.join()) == (409, "call_not_started")
    visit.start()
    assert code(visit.join("第999999号")) == (409, "other_pharmacist")
    assert code(visit.complete()) == (409, "pharmacist_unconfirmed")
    visit.join()
    assert code(visit.complete()) == (409, "not_judged")
    visit.judge(False)
    assert code(visit.complete()) == (409, "guidance_ended")


@pytest.mark.parametrize("wrong", [{"name": "別の人"}, {"birthdate": "1980-04-02"}])
def test_papers_that_do_not_match_break_the_visit_off(world: World, wrong: JSON) -> None:
    visit = Visit(world)
    visit.accept()
    assert code(visit.identify(PAPERS | wrong)) == (409, "identity_mismatch")
    assert visit.now["state"] == "broken_off"
    assert code(visit.identify()) == (409, "guidance_ended")


def test_a_colleague_may_only_break_off_and_others_find_nothing(world: World) -> None:
    visit = Visit(world)
    visit.accept()
    colleague, stranger = world.staff("別の薬剤師", licence="第000002号"), world.patient("別の患者")
    assert code(colleague.post(f"{visit.path}/identity", PAPERS)) == (409, "claimed")
    for outsider in (stranger, world.other_branch().staff(licence=LICENCE)):
        path = f"{visit.path}/{'notice' if outsider is stranger else 'break-off'}"
        body = {"version": "1", "accepted": True} if outsider is stranger else {"reason": "理由"}
        assert code(outsider.post(path, body)) == (404, "not_found")
    assert colleague.post(f"{visit.path}/break-off", {"reason": "担当者が不在"}).json()["state"] == "broken_off"


def test_the_licence_number_must_be_known(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    body = {"subject_kind": "consultation", "subject_id": patient.thread.rsplit("/", 1)[1]}
    assert code(pharmacist.post(f"{patient.thread}/guidances", body)) == (403, "no_licence")


def test_guidance_on_another_patients_subject_is_not_found(world: World) -> None:
    visit, other = Visit(world), world.patient("別の患者")
    body = {"subject_kind": "consultation", "subject_id": other.thread.rsplit("/", 1)[1]}
    assert code(visit.pharmacist.post(f"{visit.patient.thread}/guidances", body)) == (404, "not_found")


def test_every_door_of_a_meeting_is_asked_to_be_shut(world: World, zoom: ZoomCompany) -> None:
    visit = Visit(world)
    settings = zoom.meetings[visit.in_call(zoom)].asked["settings"]
    shut = {"waiting_room": True, "join_before_host": False, "approval_type": 1, "auto_recording": "none"}
    assert {name: settings[name] for name in shut} == shut
    assert settings["use_pmi"] is False


def test_starting_again_shows_the_same_meeting(world: World, zoom: ZoomCompany) -> None:
    visit = Visit(world)
    meeting_id = visit.in_call(zoom)
    assert visit.start().json()["meeting_id"] == meeting_id
    assert list(zoom.meetings) == [meeting_id]


def test_a_zoom_that_fails_leaves_the_visit_where_it_was(world: World, zoom: ZoomCompany) -> None:
    visit = Visit(world)
    visit.accept()
    visit.identify()
    zoom.fail()
    assert code(visit.start()) == (503, "video_unavailable")
    assert visit.now["state"] == "identified"


def test_only_what_zoom_signed_is_believed(world: World, zoom: ZoomCompany) -> None:
    visit = Visit(world)
    meeting = zoom.meetings[visit.in_call(zoom)]
    assert zoom.tell("meeting.ended", meeting, secret="a guess") == 401
    assert visit.now["state"] == "in_call"
    assert zoom.tell("meeting.ended", meeting) == 200
    assert (visit.now["state"], visit.now["end_reason"]) == ("broken_off", "call_ended")


def test_zoom_is_proven_that_the_address_is_ours(world: World, zoom: ZoomCompany) -> None:
    """As Zoom asks before it sends anything: the token comes back with its HMAC."""
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signature}", "Content-Type": "application/json"}
    answer = requests.post(f"{world.url}/webhooks/zoom", data=body, headers=headers, timeout=5).json()
    assert answer["encryptedToken"] == hmac.new(SECRET.encode(), b"abc", hashlib.sha256).hexdigest()


def test_a_device_needs_its_technique(world: World, zoom: ZoomCompany) -> None:
    visit = Visit(world, ("架空ディスカス", "架空錠"))
    visit.in_call(zoom)
    assert code(visit.complete()) == (409, "technique_unchecked")
    check = {"medicine": "架空ディスカス", "how": "練習器で見た"}
    assert code(visit.pharmacist.put(f"{visit.path}/technique", check | {"medicine": "別の薬"})) == (404, "not_found")
    assert visit.pharmacist.put(f"{visit.path}/technique", check).json()["techniques_missing"] == []
    assert visit.complete().status_code == 200


def test_the_words_of_devices_are_found_however_they_are_written() -> None:
    names = ["シムビコートタービュヘイラー", "ｲﾝｽﾘﾝグラルギン注", "アムロジピン錠", "TEST INHALER"]
    assert devices_among(names) == [names[0], names[1], names[3]]


@pytest.mark.parametrize(
    ("born", "minor"),
    [("2008-06-01", False), ("2008-06-02", True), ("2008-02-29", False), ("不明", False)],
)
def test_one_comes_of_age_on_the_eighteenth_birthday_in_japan(born: str, minor: bool) -> None:
    assert is_minor(born, datetime(2026, 6, 1, 0, 1, tzinfo=JST)) is minor


def guardian_of(world: World, child: Caller, guardian: Caller, pharmacist: Caller, **shown: str) -> requests.Response:
    identifier = guardian.get(guardian.thread).json()["patient"]["identifier"]
    body = {"identifier": identifier, "relation": "parent", "method": "photo_id", "name": guardian.name}
    return pharmacist.post(f"{child.thread}/guardians", body | {"birthdate": "1980-04-01"} | shown)


def test_a_guardian_is_verified_for_a_minor_only_and_by_their_own_papers(world: World) -> None:
    pharmacist, guardian = world.staff(licence=LICENCE), world.patient("試験 親子")
    child, adult = world.patient("試験 子", birthdate="2015-04-01"), world.patient("試験 大人")
    assert code(guardian_of(world, adult, guardian, pharmacist)) == (409, "not_a_minor")
    assert code(guardian_of(world, child, guardian, pharmacist, name="別の人")) == (409, "identity_mismatch")
    assert code(guardian_of(world, child, child, pharmacist)) == (404, "not_found")
    assert guardian_of(world, child, guardian, pharmacist).status_code == 201
    assert code(guardian_of(world, child, guardian, pharmacist)) == (409, "guardian_known")


def test_a_child_answers_for_themselves_only_when_of_age(world: World) -> None:
    pharmacist, guardian = world.staff(licence=LICENCE), world.patient("試験 親子")
    child = world.patient("試験 子", birthdate="2015-04-01")
    found = guardian_of(world, child, guardian, pharmacist).json()["id"]
    assert code(child.put(f"/api/me/guardians/{found}", {"consented": True})) == (409, "still_a_minor")
    assert code(guardian.put(f"/api/me/guardians/{found}", {"consented": True})) == (404, "not_found")


def test_guidance_in_person_needs_a_referral_and_all_that_must_be_known(world: World) -> None:
    visit = Visit(world, ("架空吸入薬",))
    path, given = f"{visit.path}/in-person", {"gist": "店頭で説明した"}
    assert code(visit.pharmacist.post(path, given)) == (409, "not_referred")
    visit.judge(False)
    assert code(visit.patient.post(path, given)) == (403, "role_denied")
    assert world.staff().post(path, given).json()["code"] == "no_licence"
    assert visit.pharmacist.post(path, given).json()["code"] == "technique_unchecked"
    seen = [{"medicine": "架空吸入薬", "how": "練習器で見た"}]
    colleague = world.staff("対面薬子", licence="第000002号")
    done = colleague.post(path, given | {"techniques": seen}).json()
    assert (done["state"], done["pharmacist_name"], done["gist"]) == ("guided_in_person", "対面薬子", "店頭で説明した")
    assert code(colleague.post(path, given)) == (409, "guidance_ended")


@pytest.mark.parametrize(
    ("steps", "goes_on"),
    [
        ((), "under_review"),
        (("review",), "under_review"),
        (("review", "inquiry"), "inquiry_open"),
        (("review", "dispensing"), "dispensed"),
    ],
)
def test_after_guidance_in_person_a_prescription_goes_on_where_it_was(
    world: World, steps: tuple[str, ...], goes_on: str
) -> None:
    patient, pharmacist = world.patient(), world.staff(licence=LICENCE)
    paper = paper_of(pharmacist.get(patient.thread).json()["patient"]["identifier"])
    patient.put("/api/me/chart", {"allergies": [], "medicines": [], "pregnancy": "no"})
    prescription_id = pharmacist.post("/api/prescriptions", paper).json()["id"]
    prescription = f"/api/prescriptions/{prescription_id}"
    for step in steps:
        assert pharmacist.post(f"{prescription}/{step}", {"question": "用量は"} if step == "inquiry" else None).ok
    patient.put("/api/me/chart", {"allergies": [], "medicines": [], "pregnancy": "unknown"})
    about = {"subject_kind": "prescription", "subject_id": prescription_id}
    path = f"/api/guidances/{pharmacist.post(f'{patient.thread}/guidances', about).json()['id']}"
    pharmacist.put(f"{path}/judgement", {"appropriate": False, "reason": "対面で確かめたい"})
    assert pharmacist.post(f"{path}/in-person", {"gist": "説明"}).json()["code"] == "pregnancy_unknown"
    assert pharmacist.get(prescription).json()["state"] == "face_to_face"
    patient.put("/api/me/chart", {"allergies": [], "medicines": [], "pregnancy": "no"})
    assert pharmacist.post(f"{path}/in-person", {"gist": "説明"}).status_code == 200
    view = pharmacist.get(prescription).json()
    assert (view["state"], view["guided"]) == (goes_on, True)


def test_a_visit_about_an_order_that_was_called_off_is_still_seen_and_no_other_is_planned(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff(licence=LICENCE)
    lines = [{"product": "guidance-e", "quantity": 1}]
    order_id = patient.post("/api/orders", {"lines": lines, "for_age": None}).json()["id"]
    places, about = f"{patient.thread}/guidances", {"subject_kind": "order", "subject_id": order_id}
    planned = pharmacist.post(places, about).json()
    assert patient.post(f"/api/orders/{order_id}/cancellation", {}).status_code == 200
    seen = [pharmacist.get(places).json(), patient.get("/api/me/guidances").json()]
    assert [[one["medicines"] for one in views] for views in seen] == [[["みほん要指導薬E"]]] * 2
    pharmacist.post(f"/api/guidances/{planned['id']}/break-off", {"reason": "注文の取り消し"})
    assert code(pharmacist.post(places, about)) == (404, "not_found")
