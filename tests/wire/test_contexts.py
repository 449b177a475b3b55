"""Whoever comes next: a browser context serves one person after another, and nobody finds anything of the one before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from nameraka.browser import BrowserPerson

Visit = Callable[..., BrowserPerson]

LEAVE = """async () => {
    document.cookie = 'told=secret';
    localStorage.told = sessionStorage.told = 'secret';
    await new Promise(done => { indexedDB.open('told').onsuccess = done });
    await (await caches.open('told')).put('/told', new Response('secret'));
}"""
FIND = """async () => ({
    cookies: document.cookie,
    local: localStorage.length, session: sessionStorage.length,
    databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
})"""
NOTHING = {"cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0}


def test_the_next_person_finds_nothing_of_whoever_was_there_before(visit: Visit) -> None:
    before = visit("/home", ahead=timedelta(days=1))
    before.page.evaluate(LEAVE)
    left = before.page.evaluate(FIND)
    assert left == {"cookies": "told=secret", "local": 1, "session": 1, "databases": 1, "caches": 1}
    before.close()
    after = visit("/home")
    assert after.context == before.context, "or this would prove nothing"
    assert after.page.evaluate(FIND) == NOTHING
    told = datetime.fromisoformat(after.page.evaluate("new Date().toISOString()"))
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1), "nor their time"


@pytest.mark.parametrize(
    "change",
    [
        lambda person: person.page.context.route("**/*", lambda route: route.abort()),
        lambda person: person.page.context.add_init_script("window.left = 1"),
        lambda person: person.page.context.set_extra_http_headers({"X-Left": "1"}),
        lambda person: person.page.context.set_offline(True),
        lambda person: person.page.context.grant_permissions(["geolocation"]),
        lambda person: person.page.context.expose_function("left", lambda: 1),
        lambda person: person.page.context.on("page", lambda page: None),
        lambda person: person.page.context.on("request", lambda request: None),
        lambda person: person.page.clock.pause_at(datetime(2030, 1, 1, tzinfo=UTC)),
        lambda person: person.page.context.tracing.start(),
    ],
    ids=["route", "script", "headers", "offline", "permission", "function", "pages", "requests", "clock", "trace"],
)
def test_a_context_that_somebody_changed_is_nobody_elses(visit: Visit, change: Callable[[BrowserPerson], None]) -> None:
    before = visit("/home")
    change(before)
    before.close()
    assert visit("/home").context != before.context


def test_two_people_never_have_one_context_at_once(visit: Visit) -> None:
    one, other = visit("/home"), visit("/home")
    one.close()
    third, fourth = visit("/home"), visit("/home")
    assert len({other.context, third.context, fourth.context}) == 3


def test_a_phone_is_no_desktop_for_the_next_person(visit: Visit) -> None:
    visit("/home", mobile=True).close()
    assert visit("/home").page.evaluate("innerWidth") == 1280
