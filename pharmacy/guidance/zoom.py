"""Zoom as the pharmacy uses it: a meeting of its own for each visit, and who is in it right now.

Spoken to by Zoom's REST API v2 (developers.zoom.us): users/me/meetings, registrants, metrics, status. Zoom is told
nothing that says who is guided or why: topics, names and addresses are made up for the visit.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any, Final

from pharmacy.core.outgoing import client
from pharmacy.core.problems import ProblemError
from pharmacy.guidance.rules import load_rules
from pharmacy.settings import Settings

log = logging.getLogger("pharmacy.zoom")

REQUEST_SECONDS: Final = 5.0
TOPIC: Final = "オンライン面談"

SCHEDULED: Final = 2
MANUALLY_APPROVED: Final = 1

# Every door that Zoom has is shut here and not left to the account's defaults.
MEETING_SETTINGS: Final[dict[str, Any]] = {
    "use_pmi": False,
    "waiting_room": True,
    "join_before_host": False,
    "approval_type": MANUALLY_APPROVED,
    "registrants_email_notification": False,
    "registrants_confirmation_email": False,
    "auto_recording": "none",
    "host_video": True,
    "participant_video": True,
    "audio": "voip",
    "allow_multiple_devices": False,
}


@dataclass(frozen=True)
class Meeting:
    """A meeting that waits for its host. Whoever has `start_url` is the host: it is handed out and not kept."""

    id: str
    host: str
    passcode: str
    start_url: str


@dataclass(frozen=True)
class Registrant:
    """Somebody on the list: Zoom's id for them, and their own way in."""

    id: str
    join_url: str


@dataclass(frozen=True)
class Present:
    """Somebody who is in the meeting now; `live`: both picture and sound of theirs flow, as Zoom measures it."""

    host: bool
    registrant_id: str
    live: bool


class Zoom:
    """The client. Every method raises ProblemError `video_unavailable` when Zoom gives no usable answer."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.zoom_url
        self._token = settings.zoom_token

    def create(self) -> Meeting:
        """A meeting for one visit, with an id and a passcode that no other visit has."""
        rules = load_rules()
        passcode = "".join(secrets.choice("0123456789") for _ in range(rules.passcode_digits))
        body = {
            "topic": TOPIC,
            "type": SCHEDULED,
            "duration": rules.minutes,
            "password": passcode,
            "settings": MEETING_SETTINGS,
        }
        return _meeting(self._call("POST", "/users/me/meetings", body))

    def find(self, meeting_id: str) -> Meeting:
        """The same meeting again, with a fresh address for the host."""
        return _meeting(self._call("GET", f"/meetings/{meeting_id}"))

    def register(self, meeting_id: str, party: str) -> Registrant:
        """Put one person on the list. Zoom learns the party and an address that leads nowhere."""
        address = f"{secrets.token_hex(8)}@visit.invalid"
        body = {"email": address, "first_name": party, "auto_approve": True}
        answer = self._call("POST", f"/meetings/{meeting_id}/registrants", body)
        try:
            return Registrant(str(answer["registrant_id"]), str(answer["join_url"]))
        except KeyError as error:
            raise ProblemError("video_unavailable") from error

    def present(self, meeting_id: str, host: str) -> list[Present]:
        """Who is in the meeting at this moment; who waits outside is not."""
        query = "type=live&include_fields=registrant_id"
        answer = self._call("GET", f"/metrics/meetings/{meeting_id}/participants?{query}")
        return [
            Present(
                host=person.get("id") == host,
                registrant_id=str(person.get("registrant_id", "")),
                live=bool(person.get("video_quality")) and bool(person.get("audio_quality")),
            )
            for person in answer.get("participants", [])
            if person.get("status") == "in_meeting"
        ]

    def end(self, meeting_id: str) -> None:
        """Close the meeting for everybody. That Zoom does not answer is logged: the visit is over for us either way."""
        try:
            self._call("PUT", f"/meetings/{meeting_id}/status", {"action": "end"})
        except ProblemError:
            log.error("meeting %s could not be ended", meeting_id)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        import httpx  # only now: the pharmacy starts faster without it

        if not self._url:
            raise ProblemError("video_unavailable")
        try:
            answer = client().request(
                method,
                f"{self._url}/v2{path}",
                json=body,
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=REQUEST_SECONDS,
            )
            answer.raise_for_status()
            content = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as error:
            log.warning("no usable answer from Zoom (%s)", type(error).__name__)
            raise ProblemError("video_unavailable") from error
        return content if isinstance(content, dict) else {}


def _meeting(answer: dict[str, Any]) -> Meeting:
    try:
        return Meeting(*(str(answer[name]) for name in ("id", "host_id", "password", "start_url")))
    except KeyError as error:
        raise ProblemError("video_unavailable") from error
