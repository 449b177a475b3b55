"""What the router serves: complete documents under a strict policy, and files that may be kept for good."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pharmacy.pages import assets, router

DOCUMENTS = {
    "/": 200,
    "/chat": 200,
    "/shop": 200,
    "/console": 200,
    "/console/orders": 200,
    "/console/0f3c": 200,
    "/console/0f3c/record": 200,
    "/privacy": 200,
    "/protection": 200,
    "/denied?reason=mfa_required": 403,
}


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    return app


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(("path", "status"), DOCUMENTS.items())
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_document_is_complete_and_strict(visitor: TestClient, path: str, status: int, language: str) -> None:
    answer = visitor.get(path, headers={"Cookie": f"language={language}"})

    assert answer.status_code == status
    assert f'<html lang="{language}" ' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(re.findall(r"<main\b", answer.text)) == 1


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_holds_no_inline_script_or_style_and_asks_no_other_host(visitor: TestClient, path: str) -> None:
    text = visitor.get(path).text

    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", text) == []
    assert re.findall(r"""(?:src|href)=["'](?!/|#|tel:)[^"']*""", text) == []


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_file_that_a_document_names_is_served_and_may_be_kept(visitor: TestClient, path: str) -> None:
    files = set(re.findall(r"""["'](/static/[^"']+)""", visitor.get(path).text))

    assert {name.rsplit("/", 1)[1] for name in files} >= {"style.css", "icon.svg", "texts.js"}
    for file in files:
        answer = visitor.get(file)
        assert answer.status_code == 200, file
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_is_open_over_a_deployment_still_finds_its_files(visitor: TestClient) -> None:
    answer = visitor.get("/static/000000000000/ja/chat.js")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["router.py", "..%2Frouter.py", "nothing.js"])
def test_nothing_but_the_files_of_the_pages_is_served(visitor: TestClient, name: str) -> None:
    assert visitor.get(f"/static/{assets.VERSION}/ja/{name}").status_code == 404


def test_a_page_is_one_script_and_the_words_of_its_language_asked_for_at_once(visitor: TestClient) -> None:
    text = visitor.get("/chat").text
    asked_for = re.findall(r'rel="modulepreload" href="([^"]+)"|<script type="module" src="([^"]+)"', text)
    assert [path.rsplit("/", 1)[1] for pair in asked_for for path in pair if path] == ["texts.js", "chat.js"]
    assert re.findall(r'^import .*"\./([\w.]+)";$', visitor.get(asked_for[1][1]).text, re.MULTILINE) == ["texts.js"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("mfa_required", "二要素認証が必要です"),
        ("device_not_compliant", "この端末では利用できません"),
        ("role_denied", "この画面を使う権限がありません"),
        ("<script>", "サインインできませんでした"),
    ],
)
def test_a_refused_sign_in_says_why_in_plain_words(visitor: TestClient, reason: str, words: str) -> None:
    text = visitor.get("/denied", params={"reason": reason}).text
    assert f"<h1>{words}</h1>" in text
    assert "<script>" not in text


def test_the_people_of_a_demonstration_are_explained_only_there(app: FastAPI, visitor: TestClient) -> None:
    assert "お試しの人" not in visitor.get("/").text
    note = {"ja": "卵アレルギー", "en": "allergic to eggs"}
    app.state.demo_people = [SimpleNamespace(kind="patient", name="見本 <b>", sign_in="mihon", note=note)]
    shown = visitor.get("/").text
    assert "お試しの人" in shown
    assert "見本 &lt;b&gt;" in shown
    assert "allergic to eggs" in visitor.get("/", headers={"Cookie": "language=en"}).text


def test_pages_are_no_part_of_the_contract(app: FastAPI) -> None:
    assert app.openapi()["paths"] == {}
