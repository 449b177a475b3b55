"""What an operator decides: from flags first, then from ``PHARMACY_*`` variables, then the defaults here."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

HTTP: Final = frozenset({"http", "https"})

Number = TypeVar("Number", int, float)


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message says which one and what to do."""


@dataclass(frozen=True)
class IdentityClient:
    """One confidential OpenID Connect client: who vouches for these people, and how we introduce ourselves."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Settings:
    """All durations are in seconds."""

    patient: IdentityClient
    staff: IdentityClient
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    database_url: str = "sqlite:///pharmacy.db"
    ai_url: str = ""
    ai_key: str = ""
    ai_model: str = "pharmacy-suggest"
    ai_timeout: float = 10.0
    pager_url: str = ""
    smtp_url: str = ""
    errors_url: str = ""
    drive_url: str = ""
    drive_token: str = ""
    zoom_url: str = ""
    zoom_token: str = ""
    zoom_secret: str = ""
    carrier_url: str = ""
    carrier_secret: str = ""
    pager_timeout: float = 5.0
    otlp_url: str = ""
    otlp_seconds: float = 10.0
    audit_key: str = ""
    backup_folder: str = ""
    time_server: str = ""
    time_check: float = 20.0
    injectable_clock: bool = False
    clock_ahead: float = 0.0
    session_lifetime: float = 12 * 3600.0
    live_poll: float = 2.0
    live_heartbeat: float = 15.0

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser names them in ``Origin``."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def read_settings(values: Mapping[str, str]) -> Settings:
    """Settings from plain names (``database_url``, ``staff_issuer``…), as flags and variables both give them.

    Raises SettingsError naming the flag to set.
    """
    host = values.get("host", "127.0.0.1")
    port = _number(values, "port", 8000, int)
    return Settings(
        patient=_client(values, "patient"),
        staff=_client(values, "staff"),
        host=host,
        port=port,
        public_url=_url(values, "public_url", f"http://{host}:{port}"),
        database_url=values.get("database_url", "sqlite:///pharmacy.db"),
        ai_url=_url(values, "ai_url", ""),
        ai_key=values.get("ai_key", ""),
        ai_model=values.get("ai_model", "pharmacy-suggest"),
        ai_timeout=_number(values, "ai_timeout", 10.0, float),
        pager_url=_url(values, "pager_url", ""),
        errors_url=_url(values, "errors_url", ""),
        drive_url=_url(values, "drive_url", ""),
        drive_token=values.get("drive_token", ""),
        smtp_url=_url(values, "smtp_url", "", {"smtp", "smtps"}),
        zoom_url=_url(values, "zoom_url", ""),
        zoom_token=values.get("zoom_token", ""),
        zoom_secret=values.get("zoom_secret", ""),
        carrier_url=_url(values, "carrier_url", ""),
        carrier_secret=values.get("carrier_secret", ""),
        pager_timeout=_number(values, "pager_timeout", 5.0, float),
        otlp_url=_url(values, "otlp_url", ""),
        otlp_seconds=_number(values, "otlp_seconds", 10.0, float),
        audit_key=values.get("audit_key", ""),
        backup_folder=_folder(values, "backup_folder"),
        time_server=_server(values, "time_server"),
        time_check=_number(values, "time_check", 20.0, float),
        injectable_clock=values.get("injectable_clock", "").lower() in {"1", "true", "yes"},
        clock_ahead=_number(values, "clock_ahead", 0.0, float),
    )


def _client(values: Mapping[str, str], who: str) -> IdentityClient:
    issuer = _url(values, f"{who}_issuer", "") or _url(values, "issuer", "")
    if not issuer:
        raise SettingsError(f"no identity provider: set --issuer (or --{who}-issuer, PHARMACY_ISSUER)")
    secret = values.get(f"{who}_secret", "")
    if not secret:
        raise SettingsError(f"the {who} client has no secret: set PHARMACY_{who.upper()}_SECRET or --{who}-secret")
    return IdentityClient(issuer, values.get(f"{who}_client", f"pharmacy-{who}"), secret)


def _url(values: Mapping[str, str], name: str, default: str, schemes: Set[str] = HTTP) -> str:
    value = values.get(name, default).rstrip("/")
    if value and urlsplit(value).scheme not in schemes:
        raise SettingsError(f"--{name.replace('_', '-')} must be an {' or '.join(sorted(schemes))} URL, not {value!r}")
    return value


def _folder(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    if value and not Path(value).is_dir():
        raise SettingsError(f"--{name.replace('_', '-')} must be a folder that exists, not {value!r}")
    return value


def _server(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdigit()):
        raise SettingsError(f"--{name.replace('_', '-')} must be host:port, not {value!r}")
    return value


def _number(values: Mapping[str, str], name: str, default: Number, kind: type[Number]) -> Number:
    try:
        return kind(values.get(name, default))
    except ValueError as error:
        raise SettingsError(f"--{name.replace('_', '-')} must be a number, not {values[name]!r}") from error
