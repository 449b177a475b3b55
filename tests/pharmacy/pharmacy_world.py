"""A real pharmacy process, a real identity provider, and people who sign in as a browser would."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from nameraka.process import free_port
from pharmacy.privacy.standing import load_purposes

ROOT = Path(__file__).resolve().parents[2]
JSON = dict[str, Any]


class PharmacyProcess:
    """`python -m pharmacy serve`, to be killed and started again on its port and file."""

    def __init__(self, folder: Path, issuer: str, *flags: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._arguments = [
            f"--database-url=sqlite:///{folder / 'pharmacy.db'}",
            f"--issuer={issuer}",
            "--patient-secret=patient-secret",
            "--staff-secret=staff-secret",
            *flags,
        ]
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "pharmacy.log").read_text(encoding="utf-8")

    def start(self) -> None:
        """Returns when the process accepts connections."""
        with (self.folder / "pharmacy.log").open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pharmacy", "serve", f"--port={self.port}", *self._arguments],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={name: value for name, value in os.environ.items() if not name.startswith("PHARMACY_")},
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the pharmacy did not start:\n{self.log}"

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(15)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code

    def close(self) -> None:
        if self.process is not None:
            self.kill()


StartPharmacy = Callable[..., PharmacyProcess]


class IdentityProvider:
    """The mock provider in a thread of this process; people are registered with their claims."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"

    def register(self, subject: str, claims: JSON) -> None:
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()


AMLODIPINE: JSON = {
    "drug": "アムロジピン",
    "strength_mg": 5,
    "quantity": 1,
    "unit": "tablet",
    "times": 1,
    "days": 28,
}


def paper_of(identifier: str, *items: JSON) -> JSON:
    """A prescription of these items for the patient of this number, as it is received; of amlodipine unless said."""
    return {
        "patient": identifier,
        "medium": "image",
        "institution": "みなと内科",
        "prescriber": "森医師",
        "visit": "in_person",
        "change": "unchanged",
        "issued_on": "2026-06-01",
        "items": list(items) or [AMLODIPINE],
    }


@dataclass
class Caller:
    """One signed-in person. Sends the cookie itself: requests keeps Secure cookies from plain http."""

    url: str
    cookie: str
    name: str
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, **request: Any) -> requests.Response:
        headers = {"Cookie": f"__Host-session={self.cookie}", "X-Pharmacy-Request": "1"} | request.pop("headers", {})
        return self.session.request(method, self.url + path, headers=headers, timeout=20, **request)

    def get(self, path: str, **request: Any) -> requests.Response:
        return self.call("GET", path, **request)

    def post(self, path: str, json: Any = None, **request: Any) -> requests.Response:
        return self.call("POST", path, json=json, **request)

    def put(self, path: str, json: Any = None, **request: Any) -> requests.Response:
        return self.call("PUT", path, json=json, **request)

    def delete(self, path: str) -> requests.Response:
        return self.call("DELETE", path)

    @property
    def thread(self) -> str:
        """Path of a patient's own thread."""
        return f"/api/threads/{self.get('/api/me').json()['thread_id']}"

    def send(self, text: str, key: str | None = None) -> requests.Response:
        return self.post(
            f"{self.thread}/messages", {"text": text}, headers={"Idempotency-Key": key or uuid.uuid4().hex}
        )

    def reply(self, thread: str, text: str, read_up_to: int, key: str | None = None) -> requests.Response:
        """As the page does: for the patient whose thread it is, as far as one may see it."""
        patient = self.get(thread).json().get("patient", {}).get("identifier", "P-unknown")
        body = {"patient": patient, "text": text, "read_up_to": read_up_to}
        return self.post(f"{thread}/replies", body, headers={"Idempotency-Key": key or uuid.uuid4().hex})


class SignIn:
    """Walks through the redirects by hand, one at a time, as a browser does."""

    def __init__(self, pharmacy_url: str) -> None:
        self.url = pharmacy_url

    def leave(self, kind: str) -> tuple[str, str]:
        """To the identity provider: where, and the cookie that binds the attempt to this browser."""
        answer = requests.get(f"{self.url}/sign-in/{kind}", allow_redirects=False, timeout=5)
        assert answer.status_code == 303
        return answer.headers["Location"], cookie_of(answer, "__Host-sign-in")

    def vouch(self, address: str, subject: str) -> str:
        """At the identity provider: choose who one is. Returns the address to come back to."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def come_back(self, address: str, attempt: str) -> requests.Response:
        headers = {"Cookie": f"__Host-sign-in={attempt}"} if attempt else {}
        return requests.get(address, headers=headers, allow_redirects=False, timeout=5)

    def __call__(self, kind: str, subject: str) -> requests.Response:
        address, attempt = self.leave(kind)
        return self.come_back(self.vouch(address, subject), attempt)


def cookie_of(answer: requests.Response, name: str) -> str:
    for header in answer.raw.headers.getlist("Set-Cookie"):
        found = re.match(rf"{name}=([^;]+);", header)
        if found:
            return found[1].strip('"')
    return ""


class World:
    """One branch of one pharmacy, with people in it."""

    def __init__(self, url: str, provider: IdentityProvider) -> None:
        self.url = url
        self.provider = provider
        self.branch = f"branch-{uuid.uuid4().hex[:8]}"
        self.sign_in = SignIn(url)

    def patient(self, name: str = "試験花子", **claims: Any) -> Caller:
        """A patient who has agreed to drafts by an AI."""
        everything = {"name": name, "birthdate": "1980-04-01", "branch": self.branch} | claims
        patient = self._person("patient", name, everything)
        patient.put("/api/me/consents/ai_drafts", {"version": load_purposes()["ai_drafts"].version})
        return patient

    def staff(self, name: str = "試験薬子", roles: Any = ("pharmacist",), **claims: Any) -> Caller:
        """A member of staff; `...` leaves a claim out."""
        usual = {
            "name": name,
            "roles": list(roles) if isinstance(roles, tuple) else roles,
            "branch": self.branch,
            "amr": ["pwd", "mfa"],
        }
        everything = usual | {"device_compliant": True} | claims
        return self._person("staff", name, {key: value for key, value in everything.items() if value is not ...})

    def other_branch(self) -> World:
        return World(self.url, self.provider)

    def _person(self, kind: str, name: str, claims: JSON) -> Caller:
        subject = f"{kind}-{uuid.uuid4().hex[:8]}"
        self.provider.register(subject, claims)
        answer = self.sign_in(kind, subject)
        assert answer.status_code == 303, answer.text
        cookie = cookie_of(answer, "__Host-session")
        assert cookie, answer.headers
        return Caller(self.url, cookie, name)
