"""Running the pharmacy as one process: bind, serve, stop quickly."""

from __future__ import annotations

import gc
import signal
import socket
from dataclasses import replace
from types import FrameType

import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from pharmacy.app import create_app
from pharmacy.core.hub import Hub
from pharmacy.core.logs import begin_logging
from pharmacy.settings import Settings, SettingsError

STREAM_SECONDS = 5
"""How long open requests may take to end after SIGTERM."""


class Server(uvicorn.Server):
    """Ends the event streams as soon as it is told to stop, so that stopping takes no time."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._hub.close()
        super().handle_exit(sig, frame)


def bind(host: str, port: int) -> socket.socket:
    """Listen on the address. Raises SettingsError when somebody else does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol by name: only then does asyncio send at once (TCP_NODELAY), and no answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)  # whoever connects from now on waits instead of being refused
    except OSError as error:
        listener.close()
        raise SettingsError(f"cannot listen on {host}:{port} ({error.strerror}): choose another --port") from error
    return listener


def serve(settings: Settings, people: object = ()) -> None:
    """Serve until SIGTERM or SIGINT. `people` are shown on the start page of a demonstration.

    Raises SettingsError when the port is taken or the database cannot be used.
    """
    begin_logging()
    listener = bind(settings.host, settings.port)
    if settings.port == 0:
        port = listener.getsockname()[1]
        settings = replace(settings, port=port, public_url=f"http://{settings.host}:{port}")
    try:
        app = create_app(settings)
    except SQLAlchemyError as error:
        listener.close()
        raise SettingsError(f"cannot use the database: {error.__class__.__name__}; check --database-url") from error
    app.state.demo_people = people
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=STREAM_SECONDS,
        lifespan="on",
    )
    server = Server(config, app.state.pharmacy.hub)
    for number in (signal.SIGTERM, signal.SIGINT):
        # Being told to stop is no failure: uvicorn raises the signal again when it has stopped, and finds this.
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    print(f"pharmacy: {settings.public_url}", flush=True)
    gc.freeze()  # what serves stays: no search for cycles goes through it
    gc.enable()
    server.run(sockets=[listener])
