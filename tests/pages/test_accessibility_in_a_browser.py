"""Every page with data on it, in both languages, on a phone and on a desk: what axe-core finds against WCAG 2.2 AA."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from furniture import begin, buy, consult, oversee, prescribe
from playwright.sync_api import Browser, Page, expect
from pytest_httpserver import HTTPServer
from visitors import DESKTOP, NOON, PHONE, address, entrance, set_clock

from nameraka.process import SystemProcess
from pharmacy.pages.router import SHELLS

AXE = (Path(__file__).parents[2] / "reports/node_modules/axe-core/axe.min.js").read_text("utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIOLATIONS = """async levels => (await axe.run({ runOnly: levels, resultTypes: ["violations"] })).violations.flatMap(
    ({ id, help, nodes }) => nodes.map(({ target, html }) => `${id}: ${help}: ${target.join(" ")}: ${html.slice(0, 120)}`))"""
# What axe-core does not look at: no page scrolls sideways, and nothing to press is smaller than 24 pixels, spaced or not.
UNHANDY = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const small = [...document.querySelectorAll("a, button, input, select, textarea")]
        .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".skip"))
        .filter(one => {
            const { width, height } = (one.closest(".choice") ?? one).getBoundingClientRect();
            return width < 24 || height < 24;
        }).map(one => `smaller than 24 pixels: ${one.outerHTML.slice(0, 120)}`);
    return scrollWidth > clientWidth ? [`${scrollWidth} pixels wide`, ...small] : small;
}"""
READY = """() => document.querySelector("main h1")?.checkVisibility()
    && [...document.querySelectorAll("[aria-busy=true]")].every(one => !one.checkVisibility())"""

STAFF = [
    ("first", "/console"),
    ("supervisor", "/console"),
    ("first", "/console/{thread}"),
    ("first", "/console/{thread}/record"),
    ("supervisor", "/console/{thread}/record"),
    ("first", "/console/{thread}/attachments"),
    ("first", "/console/{thread}/exports"),
    ("first", "/console/{thread}/guidance"),
    ("elsewhere", "/console/{thread}/emergency"),
    ("first", "/console/orders"),
    ("supervisor", "/console/orders"),
    ("first", "/console/prescriptions"),
    ("first", "/console/prescriptions/{found}"),
    ("first", "/console/prescriptions/{asked}"),
    ("second", "/console/prescriptions/{dispensed}/delivery"),
    ("second", "/console/prescriptions/{shipped}/delivery"),
    ("first", "/oversight"),
    ("supervisor", "/oversight"),
    ("supervisor", "/protection"),
    ("supervisor", "/console/emergencies"),
    ("supervisor", "/chat"),  # refused
]
PATIENT = ["/chat", "/shop", "/privacy", "/attachments", "/prescriptions", "/parcels", "/guidance", "/console"]


class Places(NamedTuple):
    """Who has signed in, and the ids that stand in addresses."""

    url: str
    people: dict[str, Page]
    ids: dict[str, str]

    def open(self, who: str, path: str, language: str = "ja") -> Page:
        page = self.people[who]
        page.context.add_cookies([{"name": "language", "value": language, "url": self.url}])
        page.goto(self.url + path.format(**self.ids))
        page.wait_for_function(READY)
        return page


@pytest.fixture(scope="module")
def places(browser: Browser, shared_pharmacy: SystemProcess, provider: str, outside: HTTPServer) -> Iterator[Places]:
    set_clock(shared_pharmacy, NOON)
    with entrance(browser, shared_pharmacy, provider) as open_page:
        branch = begin(open_page, shared_pharmacy)
        buy(branch)
        consult(branch)
        ids = prescribe(branch)
        supervisor, elsewhere = open_page("/oversight", "supervisor"), open_page("/console", "elsewhere")
        oversee(branch, supervisor, elsewhere)
        people = {
            "patient": branch.patient,
            "first": branch.first,
            "second": branch.second,
            "supervisor": supervisor,
            "elsewhere": elsewhere,
            "nobody": open_page("/"),
        }
        yield Places(address(shared_pharmacy), people, {**ids, "thread": branch.thread_id})


def faults(page: Page, where: str) -> list[str]:
    page.evaluate(AXE)
    return [f"{where}: {fault}" for fault in page.evaluate(VIOLATIONS, LEVELS) + page.evaluate(UNHANDY)]


@pytest.mark.parametrize(
    ("who", "path"),
    [("nobody", "/"), ("nobody", "/denied?reason=mfa_required"), *(("patient", path) for path in PATIENT), *STAFF],
)
def test_a_page_has_no_fault_in_either_language_on_either_screen(places: Places, who: str, path: str) -> None:
    found = []
    for language in ("ja", "en"):
        page = places.open(who, path, language)
        for screen in (PHONE, DESKTOP):
            page.set_viewport_size(screen)
            found += faults(page, f"{language}, {screen['width']} pixels")
    assert found == [], "\n" + "\n".join(found)


def test_every_page_is_looked_at() -> None:
    looked_at = {re.sub(r"\{(?!thread)\w+\}", "{prescription_id}", path) for _, path in STAFF} | set(PATIENT)
    assert {address.replace("{thread_id}", "{thread}") for address in SHELLS} - looked_at == set()


def change_urgency(page: Page) -> None:
    page.get_by_role("button", name="緊急度を変更").click()
    page.get_by_role("dialog").get_by_role("button", name="変更する").click()


def refuse_in_vain(page: Page) -> None:
    page.get_by_role("button", name="調剤しないで終える").click()


# What opens or is said only when somebody does something: who, where, what they do, what is seen then.
OPENED: dict[str, tuple[str, str, Callable[[Page], None], str]] = {
    "the patient's chart": (
        "patient",
        "/chat",
        lambda page: page.get_by_role("button", name="わたしのカルテ").click(),
        "dialog",
    ),
    "an order of nothing": (
        "patient",
        "/shop",
        lambda page: page.get_by_role("button", name="注文する").click(),
        "alert",
    ),
    "an urgency without reason": ("first", "/console/{thread}", change_urgency, "alert"),
    "a correction": (
        "first",
        "/console/{thread}",
        lambda page: page.get_by_role("button", name="訂正する").last.click(),
        "dialog",
    ),
    "a version of a record": (
        "first",
        "/console/{thread}/record",
        lambda page: page.get_by_role("button", name="修正の版を書く").click(),
        "dialog",
    ),
    "a refusal without reason": ("first", "/console/prescriptions/{received}", refuse_in_vain, "alert"),
}


@pytest.mark.parametrize("opened", OPENED)
def test_what_opens_on_a_page_and_what_it_refuses_has_no_fault_either(places: Places, opened: str) -> None:
    who, path, act, role = OPENED[opened]
    page = places.open(who, path)
    page.set_viewport_size(PHONE)
    act(page)
    expect(page.get_by_role(role).last).to_be_visible()  # type: ignore[arg-type]  # a role by name
    found = faults(page, opened)
    assert found == [], "\n" + "\n".join(found)
