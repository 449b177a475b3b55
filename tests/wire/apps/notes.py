"""A small service with what a wire can meet: good answers, answers that break the contract, streams, pages that hang.

Run: python notes.py PORT [OTHER_ORIGIN]
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Header, Request
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from pydantic import BaseModel

OTHER = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:9"


class Note(BaseModel):
    id: str
    text: str


class NewNote(BaseModel):
    text: str


class Problem(BaseModel):
    code: str


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem} for status in statuses}


app = FastAPI(title="notes", docs_url=None, redoc_url=None)
NOTES: dict[str, Note] = {}


@app.get("/health", operation_id="getHealth", responses=documented(503))
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/notes", operation_id="addNote", status_code=201, response_model=Note, responses=documented(401, 409))
def add_note(new: NewNote, request: Request, idempotency_key: Annotated[str | None, Header()] = None) -> Response:
    if new.text == "twice":
        return JSONResponse({"code": "again"}, 409)
    if new.text == "who":
        return JSONResponse({"id": "cookie", "text": request.headers.get("cookie", "")}, 201)
    note = Note(id=idempotency_key or str(len(NOTES) + 1), text=new.text)
    NOTES[note.id] = note
    return JSONResponse(note.model_dump(), 201)


@app.get("/api/notes", operation_id="listNotes")
def list_notes(after: int = 0) -> list[Note]:
    return list(NOTES.values())[after:]


@app.get("/api/notes/latest", operation_id="latestNote")
def latest_note() -> Note:
    return Note(id="latest", text="the literal path")


@app.get("/api/notes/{note_id}", operation_id="getNote", response_model=Note, responses=documented(404, 503))
def get_note(note_id: str) -> Response:
    if note_id == "closed":
        return JSONResponse({"code": "closed"}, 503)
    if note_id not in NOTES:
        return JSONResponse({"code": "not_found"}, 404)
    return JSONResponse(NOTES[note_id].model_dump())


@app.delete("/api/notes/{note_id}", operation_id="dropNote", status_code=204)
def drop_note(note_id: str) -> Response:
    NOTES.pop(note_id, None)
    return Response(status_code=204)


@app.get("/api/wrong/schema", operation_id="wrongSchema", response_model=Note)
def wrong_schema() -> JSONResponse:
    return JSONResponse({"id": 7, "password": "correct-horse"})


@app.get("/api/wrong/status", operation_id="wrongStatus")
def wrong_status() -> JSONResponse:
    return JSONResponse({"code": "teapot"}, 418)


@app.get("/api/wrong/type", operation_id="wrongType", response_model=Note)
def wrong_type() -> PlainTextResponse:
    return PlainTextResponse("hello")


@app.get(
    "/api/wrong/header",
    operation_id="wrongHeader",
    responses={200: {"headers": {"X-Page": {"required": True, "schema": {"type": "integer"}}}}},
)
def wrong_header() -> dict[str, str]:
    return {}


@app.get("/api/slow", operation_id="slow")
async def slow() -> dict[str, str]:
    await asyncio.Event().wait()
    return {}


@app.get("/api/die", operation_id="die")
def die() -> dict[str, str]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


@app.get("/api/broken-off", operation_id="brokenOff")
def broken_off() -> StreamingResponse:
    async def half() -> AsyncIterator[bytes]:
        yield b'{"half":'
        os.kill(os.getpid(), signal.SIGKILL)

    return StreamingResponse(half(), media_type="application/json")


@app.get("/api/hidden", include_in_schema=False)
def hidden() -> dict[str, str]:
    return {"not": "documented"}


@app.get("/api/stream", operation_id="stream", response_class=StreamingResponse)
async def stream(request: Request, silent: bool = False) -> StreamingResponse:
    start = int(request.headers.get("last-event-id", 0)) + 1

    async def events() -> AsyncIterator[str]:
        yield "retry: 500\n\n: hello\n\n"
        if not silent:
            for number in (start, start + 1):
                yield f'id: {number}\nevent: note\ndata: {{"text":\ndata: "第{number}"}}\r\n\r\n'
        if request.query_params.get("end"):
            return
        await asyncio.Event().wait()

    return StreamingResponse(events(), media_type="text/event-stream")


# --- documents ------------------------------------------------------------------------------------------------------


@app.get("/sign-in", include_in_schema=False)
def sign_in(back: str = "/home") -> RedirectResponse:
    answer = RedirectResponse(f"/callback?code=one-time-code-4711&state=xyz-state-0815&back={back}", 303)
    answer.set_cookie("sign-in", "half-way-0123456789", path="/")
    return answer


@app.get("/callback", include_in_schema=False)
def callback(back: str) -> RedirectResponse:
    answer = RedirectResponse(back, 303)
    answer.headers.append(
        "set-cookie", "__Host-session=s3cr3t-session-value-42; Path=/; Secure; HttpOnly; SameSite=Lax"
    )
    answer.delete_cookie("sign-in", path="/")
    return answer


@app.get("/away", include_in_schema=False)
def away() -> RedirectResponse:
    return RedirectResponse(f"{OTHER}/stolen", 302)


@app.get("/circle", include_in_schema=False)
def circle() -> RedirectResponse:
    return RedirectResponse("/circle", 302)


@app.get("/home", include_in_schema=False)
def home(request: Request) -> HTMLResponse:
    known = "session" in request.headers.get("cookie", "")
    return page(f"<h1>{'ようこそ' if known else 'はじめまして'}</h1>")


def page(body: str, script: str = "") -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="ja"><head><title>notes</title><link rel="icon" href="data:,">'
        f'<meta name="viewport" content="width=device-width"></head>'
        f"<body>{body}<script>{script}</script></body></html>"
    )


SAY = "const say = t => { document.querySelector('output').textContent = t };"
SEND = """
const send = (path, method, body) => fetch(path, {method, headers: {'Content-Type': 'application/json'},
  body: body && JSON.stringify(body)});
"""


@app.get("/page", include_in_schema=False)
def form() -> HTMLResponse:
    return page(
        '<label>本文 <input id="t"></label><button>送信</button><output></output>',
        SAY + SEND + "document.querySelector('button').onclick = async () => {"
        "const r = await send('/api/notes', 'POST', {text: document.querySelector('#t').value});"
        "say(r.status + ' ' + (await r.json()).text) };",
    )


@app.get("/page/fetches", include_in_schema=False)
def fetches(path: str, then: str = "", read: bool = True) -> HTMLResponse:
    leave = f"location.href = {json.dumps(then)};" if then else ""
    reading = "const t = await r.text(); say(r.status + ' ' + t.length);" if read else "say(String(r.status));"
    return page(
        "<output></output>",
        SAY + f"(async () => {{ try {{ const r = await fetch({json.dumps(path)}); {reading} {leave} }}"
        " catch (e) { say('failed') } })();",
    )


@app.get("/page/stream", include_in_schema=False)
def stream_page() -> HTMLResponse:
    return page(
        "<output></output>",
        SAY + "new EventSource('/api/stream').addEventListener('note', e => say(JSON.parse(e.data).text));",
    )


@app.get("/page/hung", include_in_schema=False)
def hung_page() -> HTMLResponse:
    return page("<button>止める</button>", "document.querySelector('button').onclick = () => { while (true) {} };")


@app.get("/page/popup", include_in_schema=False)
def popup_page() -> HTMLResponse:
    return page(
        "<button>開く</button>",
        "document.querySelector('button').onclick = () => window.open('/page/fetches?path=/api/hidden');",
    )


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", timeout_graceful_shutdown=1)
