"""The pharmacy with a small world around it, for a person to try: nothing in it is real, nothing is kept.

An identity provider, an AI that answers by script and a pager that prints, all on loopback and in this process.
"""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

from pharmacy.serve import serve
from pharmacy.settings import IdentityClient, Settings, SettingsError

BRANCH: Final = "架空町店"

PATIENTS: Final[tuple[dict[str, Any], ...]] = (
    {"sub": "hanako", "name": "見本花子", "birthdate": "1984-05-06", "phone_number": "00-0000-0001"},
    {"sub": "taro", "name": "見本太郎", "birthdate": "1951-12-24", "phone_number": "00-0000-0002"},
)
STAFF: Final[tuple[dict[str, Any], ...]] = (
    {"sub": "suzuki", "name": "架空薬子", "roles": ["pharmacist"], "licence": "第000001号"},
    {"sub": "tanaka", "name": "架空薬太", "roles": ["pharmacist"], "licence": "第000002号"},
    {"sub": "ueno", "name": "架空長子", "roles": ["supervisor"]},
    {"sub": "kato", "name": "架空事夫", "roles": ["clerk"]},
    {"sub": "abe", "name": "架空監子", "roles": ["auditor"]},
    {"sub": "without-mfa", "name": "架空要子", "roles": ["pharmacist"], "amr": ["pwd"]},
)
NOTES: Final = {
    "hanako": {"ja": "患者", "en": "patient"},
    "taro": {"ja": "患者", "en": "patient"},
    "suzuki": {"ja": "薬剤師", "en": "pharmacist"},
    "tanaka": {"ja": "薬剤師", "en": "pharmacist"},
    "ueno": {"ja": "管理者。見ることはできるが、返信はできない", "en": "supervisor: may look, not answer"},
    "kato": {"ja": "事務。順番だけが見える", "en": "clerk: sees the queue only"},
    "abe": {"ja": "監査。記録だけが見える", "en": "auditor: sees the trail only"},
    "without-mfa": {"ja": "多要素認証のない薬剤師。入れない", "en": "pharmacist without MFA: kept out"},
}

SCRIPT: Final = (
    (
        "飲み忘",
        "次の服用時間が近いときは忘れた分をとばし、次の時間に1回分だけ飲んでください。2回分を一度に飲まないでください。",
    ),
    ("頭痛", "アセトアミノフェンを1回500mg、6時間以上あけて飲めます。痛みが続くときは受診してください。"),
    ("抗生", "以前と同じアモキシシリン250mgを1日3回飲んでください。"),
)
OTHERWISE: Final = (
    "ご質問ありがとうございます。詳しく確認してお答えします。ほかに飲んでいるお薬があれば教えてください。"
)


def demonstrate(port: int) -> None:
    """Run until Ctrl-C. Raises SettingsError when the port is taken or the provider's package is missing."""
    with (
        tempfile.TemporaryDirectory(prefix="pharmacy-demo-") as folder,
        _identity_provider() as issuer,
        _companies() as companies,
    ):
        settings = Settings(
            patient=IdentityClient(issuer, "pharmacy-patient", "demo"),
            staff=IdentityClient(issuer, "pharmacy-staff", "demo"),
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            database_url=f"sqlite:///{Path(folder) / 'pharmacy.db'}",
            ai_url=f"{companies}/v1",
            pager_url=f"{companies}/pager",
        )
        _explain(settings.public_url)
        serve(settings, [*_people("patient", PATIENTS), *_people("staff", STAFF)])


@contextmanager
def _identity_provider() -> Iterator[str]:
    """The address of a provider that lets anybody be anybody of the seeded people."""
    for noisy in ("werkzeug", "oidc_provider_mock"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(record=True):  # of libraries about each other; nothing for who tries this
            from oidc_provider_mock import User, run_server_in_thread
    except ImportError as error:
        raise SettingsError("the demonstration needs the package oidc-provider-mock") from error
    staff = ({"amr": ["pwd", "mfa"], "device_compliant": True} | person for person in STAFF)
    people = [{"branch": BRANCH} | dict(person) for person in (*PATIENTS, *staff)]
    users = [User(sub=str(person.pop("sub")), claims=person) for person in people]
    with run_server_in_thread(user_claims=users) as server:
        yield f"http://127.0.0.1:{server.server_port}"


class _Companies(BaseHTTPRequestHandler):
    """The AI provider at /v1 and the on-call pager at /pager."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/pager":
            print(f"pager: {body['text']}", flush=True)
            self._answer({"ok": True})
        else:
            self._answer(_completion(body))

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the pages are printed above, the rest does not matter here."""

    def _answer(self, content: dict[str, Any]) -> None:
        data = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _completion(request: dict[str, Any]) -> dict[str, Any]:
    conversation = json.loads(request["messages"][-1]["content"])["conversation"]
    asked = next((turn["text"] for turn in reversed(conversation) if turn["speaker"] == "patient"), "")
    text = next((answer for word, answer in SCRIPT if word in asked), OTHERWISE)
    message = {"role": "assistant", "content": text}
    return {"model": "demo-script-1", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


@contextmanager
def _companies() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Companies)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _people(kind: str, people: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """As the start page lists them."""
    return [
        {"kind": kind, "name": person["name"], "sign_in": person["sub"], "note": NOTES[person["sub"]]}
        for person in people
    ]


def _explain(url: str) -> None:
    print("A remote pharmacy to try. Everybody in it is made up, and everything is gone when it ends (Ctrl-C).")
    print(f"  patients: {url}/sign-in/patient  as " + ", ".join(str(person["sub"]) for person in PATIENTS))
    print(f"  staff:    {url}/sign-in/staff    as " + ", ".join(str(person["sub"]) for person in STAFF))
    print("  Use two browser profiles to be a patient and a pharmacist at once.", flush=True)
