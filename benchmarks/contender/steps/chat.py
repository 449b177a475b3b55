"""The workload that all contenders of the rig run: sign in, post a message, see it."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest

from nameraka import Actor, given, then, when
from nameraka.contract import Contract


@dataclass
class Site:
    base_url: str
    contract: Contract
    origins: tuple[str, ...] = ()


@pytest.fixture(scope="session")
def system() -> Site:
    url = os.environ["BASE_URL"]
    return Site(url, Contract.load(url + "/openapi.json"))


@pytest.fixture
def visitor(stage) -> Actor:
    return Actor(stage, "visitor")


@given(ja="サインインのページを開いている", en="I open the login page")
def opens(visitor):
    visitor.page.goto("/")


@when(ja="サインインの欄に「{user}」と書く", en='I fill in the login form as "{user}"')
def fills(visitor, user):
    visitor.page.get_by_label("User").fill(user)
    visitor.page.get_by_label("Password").fill("pw")


@when(ja="サインインする", en="I submit the login form")
def submits(visitor):
    visitor.page.get_by_role("button", name="Sign in").click()


@when(ja="「{text}」と投稿する", en='I post the message "{text}"')
def posts(visitor, text):
    visitor.page.get_by_label("Message").fill(text)
    visitor.page.get_by_role("button", name="Send").click()


@then(ja="「{text}」が見える", en='the message "{text}" is shown')
def shown(visitor, text):
    from playwright.sync_api import expect

    expect(visitor.page.locator("#list li", has_text=text)).to_be_visible()


@then(ja="投稿は{n:number}件である", en="the message count is {n:number}")
def count(visitor, n):
    from playwright.sync_api import expect

    expect(visitor.page.locator("#count")).to_have_text(str(n))


@given(ja="「{user}」のセッションがある", en='an API session for "{user}"')
def session(visitor, user):
    token = visitor.api.call("login", body={"user": user, "password": "pw"}).json()["token"]
    visitor.remember(headers={"authorization": f"Bearer {token}"})


@when(ja="「{text}」と送る", en='I send the message "{text}"')
def sends(visitor, text):
    visitor.api.call("post", body={"text": text}, headers=visitor.recall("headers"))


@then(ja="「{text}」が読み返せる", en='the message "{text}" can be read back')
def read_back(visitor, text):
    assert any(
        message["text"] == text for message in visitor.api.call("list", headers=visitor.recall("headers")).json()
    )


@then(ja="{n:number}件が残っている", en="{n:number} messages are stored")
def stored(visitor, n):
    assert len(visitor.api.call("list", headers=visitor.recall("headers")).json()) == n
