"""Asking the model for a draft, over the OpenAI-compatible protocol, and believing nothing it says about itself.

Patients' words go to the model as data in one JSON document. Names, birthdates, addresses, the numbers of telephones and
insurances and mail addresses stay here. Whatever is not one complete text is no draft at all.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from pharmacy.ai.versions import AiVersion
from pharmacy.core.outgoing import client
from pharmacy.core.tables import Message, Patient
from pharmacy.core.texts import LONGEST, WRITTEN
from pharmacy.settings import Settings

log = logging.getLogger("pharmacy.suggest")

TURNS: Final = 20

_PREFECTURE: Final = "東京都|北海道|(?:京都|大阪)府|[一-龥]{2,3}県"
_BUILDING: Final = "マンション|アパート|ハイツ|コーポ|コート|パレス|ハウス|メゾン|シティ|タワー|レジデンス|クレスト|パーク|アーバン|シャルム|ヒルズ|ビル|荘"
_INSURED: Final = "保険者(?:証)?番号|被保険者(?:証)?(?:等)?(?:の)?(?:記号|番号)|保険証(?:の)?(?:記号|番号)|資格確認書|記号|枝番|マイナンバー|個人番号"
_PRIVATE: Final = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[メール]"),
    # Before all other numbers: of the insurance, whatever stands between its name and its digits, and any long number.
    (
        re.compile(rf"(?:{_INSURED})[^\d\n、。]{{0,8}}\d[\d\s・‐‑‒–—―−ー-]*(?:番号?[^\d\n、。]{{0,3}}\d+)?"),
        "[保険の番号]",
    ),
    (re.compile(r"(?<!\d)\d{8}(?!\d)|(?<!\d)\d{12}(?!\d)"), "[番号]"),
    (re.compile(r"〒?\s*\d{3}\s*[-‐‑‒–—―−ー]\s*\d{4}(?!\s*[-‐‑‒–—―−ー]?\s*\d)"), "[郵便番号]"),
    (re.compile(r"(?<!\d)(?:\+81[-‐–—−ー\s]?|0)\d{1,4}[-‐–—−ー\s(]*\d{1,4}[-‐–—−ー\s)]*\d{3,4}(?!\d)"), "[電話番号]"),
    (
        re.compile(
            rf"(?:(?:{_PREFECTURE})\S{{0,12}}?)?[一-龥ぁ-んァ-ヶ]{{1,8}}[市区町村郡]\S{{0,20}}?\d+(?:(?:丁目|番地?|号|[-‐–—−ー])\s*\d*)*"
            rf"(?:\s*[^\s、。\d]{{0,12}}(?:{_BUILDING})[^\s、。\d]{{0,12}}\d{{1,4}}(?:号室|号|階)?)?"
        ),
        "[住所]",
    ),
    (re.compile(rf"(?:{_PREFECTURE})[一-龥ぁ-んァ-ヶ]{{1,8}}[市区町村郡][一-龥ぁ-んァ-ヶ]{{0,10}}"), "[住所]"),
)


class AiUnavailableError(Exception):
    """No usable answer; the text is a category for the log and the trail, never what the provider said."""


@dataclass(frozen=True)
class Suggestion:
    text: str
    model: str


def redact(text: str, patient: Patient) -> str:
    """The text without what would tell who the patient is, as far as rules can know it."""
    text = unicodedata.normalize("NFKC", text)
    known = [patient.name, *re.split(r"\s+", unicodedata.normalize("NFKC", patient.name))]
    for name in sorted({unicodedata.normalize("NFKC", name) for name in known if len(name) > 1}, key=len, reverse=True):
        spaced = r"\s*".join(re.escape(letter) for letter in name if not letter.isspace())
        text = re.sub(spaced, "[氏名]", text, flags=re.IGNORECASE)
    if patient.phone:
        digits = [digit for digit in patient.phone if digit.isdigit()]
        text = re.sub(r"[-‐–—−ー\s()]*".join(digits), "[電話番号]", text)
    text = text.replace(patient.birthdate, "[生年月日]")
    for pattern, instead in _PRIVATE:
        text = pattern.sub(instead, text)
    return text


def prompt(patient: Patient, messages: Sequence[Message], year: int, version: AiVersion) -> list[dict[str, str]]:
    """What the model gets: the instructions of this version, then one JSON document with this patient's needed data."""
    speakers = {"patient": "patient", "reply": "pharmacist", "correction": "pharmacist"}
    data = {
        "chart": {
            "age": max(0, year - int(patient.birthdate[:4])) if patient.birthdate[:4].isdigit() else None,
            "allergies": [redact(entry, patient) for entry in patient.allergies],
            "medicines": [redact(entry, patient) for entry in patient.medicines],
            "pregnancy": patient.pregnancy,
        },
        "conversation": [
            {"speaker": speakers[message.kind], "text": redact(message.text, patient)}
            for message in messages
            if message.kind in speakers and message.corrected_by is None
        ][-TURNS:],
    }
    return [
        {"role": "system", "content": version.instructions},
        {"role": "user", "content": json.dumps(data, ensure_ascii=False)},
    ]


def ask(settings: Settings, messages: list[dict[str, str]], version: AiVersion) -> Suggestion:
    """One complete text from the model. Raises AiUnavailableError for anything else, and never tries twice."""
    began, outcome = monotonic(), "answered"
    try:
        return _ask(settings, messages, version)
    except AiUnavailableError as error:
        outcome = error.args[0]
        raise
    finally:
        told = {"outcome": outcome, "milliseconds": round((monotonic() - began) * 1000)}
        log.info("the AI was asked", extra={"ai_call": told})


def _ask(settings: Settings, messages: list[dict[str, str]], version: AiVersion) -> Suggestion:
    if not settings.ai_url:
        raise AiUnavailableError("not_configured")
    import httpx  # only now: the pharmacy starts faster without it

    body = {"model": version.model or settings.ai_model, "messages": messages, "temperature": 0.2, "store": False}
    headers = {"Authorization": f"Bearer {settings.ai_key}"} if settings.ai_key else {}
    try:
        address = f"{settings.ai_url}/chat/completions"
        answer = client().post(address, json=body, headers=headers, timeout=settings.ai_timeout)
    except httpx.TimeoutException as error:
        raise AiUnavailableError("timeout") from error
    except httpx.HTTPError as error:
        raise AiUnavailableError("unreachable") from error
    if answer.status_code != httpx.codes.OK:
        raise AiUnavailableError("quota" if answer.status_code == httpx.codes.TOO_MANY_REQUESTS else "refused")
    try:
        return _understand(answer.json())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise AiUnavailableError("garbage") from error


def _understand(answer: Any) -> Suggestion:
    choice = answer["choices"][0]
    message = choice["message"]
    text = message["content"]
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise AiUnavailableError("refusal")
    if message.get("tool_calls") or message.get("function_call"):
        raise AiUnavailableError("tool_call")
    if choice.get("finish_reason") != "stop":
        raise AiUnavailableError("incomplete")
    if not isinstance(text, str) or len(text) > LONGEST or not re.search(WRITTEN, text):
        raise AiUnavailableError("garbage")
    text.encode()  # a lone surrogate is not a text
    return Suggestion(text.strip(), str(answer.get("model", "unknown"))[:100])
