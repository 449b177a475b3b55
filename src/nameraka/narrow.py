"""requests, narrowed: to declared origins, to one hop, to one attempt, and to plain words when no answer comes."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from nameraka.exchanges import NoAnswer, Origins, SystemUnreachable, WireError
from nameraka.masking import mask_text, mask_url

_CONNECT_WITHIN = 3.0  # seconds
_IDLE_CONNECTION = 2.0  # seconds; servers close idle connections, and a request must never meet one being closed

# One pool of connections for every session of this process: a new actor does not pay for new connections.
_ADAPTER = HTTPAdapter(pool_connections=16, pool_maxsize=16, max_retries=0)


class NarrowSession(requests.Session):
    """A requests session that talks to declared origins only, follows nothing, keeps no cookies, reads no environment.

    Schemathesis sends through it, so its limits hold for every call. It never sends a request twice, not even one that met
    a closing connection: what a lost answer means is for the scenario to judge.
    """

    last_used = 0.0  # shared by all sessions, as the connections are

    def __init__(self, origins: Origins, timeout: float) -> None:
        super().__init__()
        self.trust_env = False
        self.adapters.clear()
        self.adapters.update({"https://": _ADAPTER, "http://": _ADAPTER})
        self.origins = origins
        self.timeout = (min(_CONNECT_WITHIN, timeout), timeout)
        self.answer = requests.Response()
        """The last one: Schemathesis hands on an answer of its own making."""
        self.expects_stream = False

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """The request and, beneath its headers, those of the session: all there is to merge, at a fraction of its cost."""
        prepared = requests.PreparedRequest()
        prepared.prepare(
            method=request.method,
            url=request.url,
            files=request.files,
            data=request.data,
            json=request.json,
            headers={**self.headers, **request.headers},
            params=request.params,
            auth=request.auth,
            cookies=request.cookies or self.cookies,
        )
        return prepared

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        url = request.url or ""
        self.origins.check(url)
        started = time.perf_counter()
        if started - NarrowSession.last_used > _IDLE_CONNECTION:
            _ADAPTER.close()  # drops idle connections; the adapter stays usable
        try:
            response = _ADAPTER.send(request, stream=True, timeout=self.timeout, verify=True, cert=None, proxies=None)
            if response.headers.get("Content-Type", "").startswith("text/event-stream"):
                self._meet_stream(request, response)
            else:
                _ = response.content  # read here, so that a broken answer is told as plainly as a broken request
        except requests.RequestException as error:
            raise unreachable(request.method or "", url, self.timeout[1], error) from None
        finally:
            NarrowSession.last_used = time.perf_counter()
        response.elapsed = timedelta(seconds=NarrowSession.last_used - started)
        self.answer = response
        return response

    def _meet_stream(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        """Reading an event stream as if it were a body would never end."""
        if not self.expects_stream:
            response.close()
            raise WireError(
                f"{request.method} {mask_url(request.url or '')} answered with an event stream, which never ends.\n"
                "  Remedy: listen to it with events(path)."
            )
        connection: Any = response.raw.connection
        connection.sock.settimeout(None)  # silence does not end a stream

    def close(self) -> None:
        """Nothing: the connections belong to the process."""


def plain_reason(error: BaseException) -> str:
    """The innermost reason of a connection error, in a few words."""
    seen: list[BaseException] = [error]
    while True:
        inner = seen[-1]
        causes = [getattr(inner, "reason", None), inner.__cause__, inner.__context__, *inner.args]
        cause = next((cause for cause in causes if isinstance(cause, BaseException) and cause not in seen), None)
        if cause is None:
            break
        seen.append(cause)
    for found in reversed(seen):
        if isinstance(found, OSError) and found.strerror:
            return found.strerror.lower()
    return mask_text(str(seen[-1])) or type(seen[-1]).__name__


def unreachable(method: str, url: str, seconds: float, error: requests.RequestException) -> SystemUnreachable:
    """The plain error for a request without an answer; `seconds` was its time limit."""
    where = f"{method} {mask_url(url)}"
    if isinstance(error, requests.Timeout) or "timed out" in str(error).lower():
        return NoAnswer(
            f"{where}: no answer within {seconds:g} s.\n"
            "  Remedy: look into the log of the system; raise the session's timeout if it may take longer."
        )
    return SystemUnreachable(
        f"{where}: no answer, {plain_reason(error)}.\n"
        "  Remedy: is the system running on this port? Its log says why when it died."
    )
