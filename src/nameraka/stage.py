"""What one scenario has while it runs: the people on it, the door of the moment, and what they said to the system."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from nameraka.answers import Done, Refused
from nameraka.features import Sentence

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from nameraka.api_session import ApiSession
    from nameraka.browser import Browser, BrowserPerson
    from nameraka.contract import Contract
    from nameraka.exchanges import Exchange


class System(Protocol):
    """The system under test, as the project's session fixture ``system`` gives it.

    One whose clock can be set also has ``ahead``, a ``timedelta``: how far it is from this machine's. Pages follow it.
    """

    base_url: str
    contract: Contract
    origins: tuple[str, ...]
    """Further origins, ``scheme://host:port``, that people may be sent to: the identity provider, for one."""


class Person(Protocol):
    """Somebody on the stage, as the stage needs to know them."""

    name: str
    mobile: bool
    answers: list[tuple[str, Done[Any] | Refused]]


class Stage:
    """One scenario on its way through one door.

    ``seed`` is the same for both doors of a scenario and for every repetition under the same run seed. ``door`` is the
    door of the moment: ``api`` in a Given, else the scenario's. ``answered`` are the operations that somebody called, each
    with a status that was answered and held to ``contract``, which is None as long as nobody has called any.
    """

    def __init__(self, request: pytest.FixtureRequest, scenario_door: str, seed: int) -> None:
        self._request = request
        self._scenario_door = scenario_door
        self.seed = seed
        self.door = "api"
        self.sentence = ""
        self.actors: list[Person] = []
        self.on_exchange: Callable[[Exchange], None] = lambda exchange: None
        self.contract: Contract | None = None
        self.answered: set[tuple[str, str]] = set()
        self._sessions: dict[Person, ApiSession] = {}
        self._browsing: dict[Person, BrowserPerson] = {}

    def begin(self, sentence: Sentence) -> None:
        """A sentence's turn has come."""
        self.sentence = str(sentence)
        self.door = "api" if sentence.kind == "given" else self._scenario_door
        for person in self._browsing.values():
            person.set_clock(self._ahead)

    def enter(self, actor: Person) -> None:
        """A person comes on."""
        self.actors.append(actor)

    @property
    def system(self) -> System:
        """The system under test; started by the project's fixture at first use."""
        system: System = self._request.getfixturevalue("system")
        return system

    @property
    def now(self) -> datetime:
        """What time it is where the scenario takes place: at the system and on people's pages."""
        return datetime.now(UTC) + self._ahead

    @property
    def _ahead(self) -> timedelta:
        return getattr(self.system, "ahead", timedelta())

    def api(self, actor: Person) -> ApiSession:
        """The person's session at the API."""
        if actor not in self._sessions:
            from nameraka.api_session import ApiSession

            system = self.system
            self.contract = system.contract
            self._sessions[actor] = ApiSession(
                system.contract, system.base_url, actor.name, self._hear, origins=system.origins
            )
        return self._sessions[actor]

    def page(self, actor: Person) -> Page:
        """The person's page, in a context that has the cookies of the person's API session."""
        if actor not in self._browsing:
            browser: Browser = self._request.getfixturevalue("browser")
            self._browsing[actor] = browser.person(
                actor.name,
                base_url=self.system.base_url,
                contract=self.system.contract,
                cookies=self.api(actor).cookies,
                on_exchange=self._hear,
                origins=self.system.origins,
                mobile=actor.mobile,
                ahead=self._ahead,
                trace=self._request.config.getoption("trace_policy") != "off",
            )
        return self._browsing[actor].page

    def _hear(self, exchange: Exchange) -> None:
        wholly_judged = exchange.note is None
        if exchange.operation is not None and exchange.status is not None and wholly_judged:
            self.answered.add((exchange.operation, str(exchange.status)))
        self.on_exchange(exchange)

    def settle(self) -> None:
        """Read what the pages have exchanged since the last sentence. Raises ``ContractViolation``."""
        for person in self._browsing.values():
            person.settle()

    def plain(self, error: Exception) -> Exception | None:
        """The error in plain words when it comes of a page or browser that is gone; None for any other."""
        if not self._browsing:
            return None
        browser: Browser = self._request.getfixturevalue("browser")
        return browser.plain(error)

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """A picture of every person's page; a page that cannot be pictured is left out, it is never the reason to fail."""
        for actor, person in self._browsing.items():
            if picture := person.screenshot():
                yield actor.name, picture

    def conclude(self) -> None:
        """The last sentence is said. Raises ``AssertionError`` for a refusal that no sentence read."""
        for actor in self.actors:
            for sentence, answer in actor.answers:
                if isinstance(answer, Refused) and not answer.read:
                    raise AssertionError(
                        f"{actor.name} was refused, and no sentence says so: {answer.reason} {answer.explanation}".rstrip()
                        + f"\n  refused in: {sentence}\n  Let a later sentence read the refusal, or find out why it came."
                    )

    def close(self, traces: Path | None) -> None:
        """Everybody leaves; ``traces`` is the private folder for their browser traces, None to keep none.

        Raises ``ContractViolation`` for what a page exchanged after the last sentence.
        """
        late: list[Exchange] = []
        self.on_exchange = late.append
        for actor, person in self._browsing.items():
            person.close(traces / f"{actor.name}.zip" if traces else None)
        for session in self._sessions.values():
            session.close()
        self._browsing.clear()
        self._sessions.clear()
        for exchange in late:
            if exchange.problems:
                from nameraka.exchanges import ContractViolation

                raise ContractViolation(exchange)


@pytest.fixture
def stage(request: pytest.FixtureRequest, seed: int) -> Iterator[Stage]:
    """The scenario that is running."""
    item: Any = request.node
    stage = Stage(request, getattr(item, "door", "api"), seed)
    item.stage = stage
    yield stage
    policy = request.config.getoption("trace_policy")
    keep = policy == "on" or (policy == "failure" and getattr(item, "failed", False))
    folder = item.config.rootpath / "reports" / "private" / hashlib.sha256(item.nodeid.encode()).hexdigest()[:16]
    stage.close(folder if keep else None)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this scenario: the run's seed (``--seed``) and the scenario's identity, whatever the door."""
    item: Any = request.node
    scenario = getattr(item, "scenario", None)
    story = f"{scenario.feature.path}::{scenario.template}[{scenario.row_id}]" if scenario else item.nodeid
    return int.from_bytes(hashlib.sha256(f"{run_seed(request.config)}\x1f{story}".encode()).digest()[:8])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The process's one browser, started when the first person opens a page."""
    from nameraka.browser import Browser

    browser = Browser()
    yield browser
    browser.close()


_SEED = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("nameraka")
    group.addoption(
        "--seed", type=int, default=None, metavar="N", help="replay the people and data of the run with this seed"
    )
    group.addoption("--shuffle", action="store_true", help="run the scenarios in an order made from the seed")
    group.addoption(
        "--trace-pages",
        dest="trace_policy",
        choices=("on", "failure", "off"),
        default="off",
        help="keep Playwright traces in reports/private/ (they hold secrets); default off",
    )


def run_seed(config: pytest.Config) -> int:
    """The run's seed: ``--seed``, the one that pytest-xdist's controller chose, or a new one."""
    if _SEED not in config.stash:
        given = config.getoption("--seed")
        worker: dict[str, Any] = getattr(config, "workerinput", {})
        config.stash[_SEED] = (
            worker["nameraka_seed"]
            if "nameraka_seed" in worker
            else given
            if given is not None
            else random.SystemRandom().randrange(10**6)
        )
    return config.stash[_SEED]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist: all workers share the controller's seed."""
    node.workerinput["nameraka_seed"] = run_seed(node.config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``--shuffle`` in an order that is as good as any other, and the same again with the same seed."""
    if config.getoption("--shuffle"):
        random.Random(run_seed(config)).shuffle(items)


def pytest_report_header(config: pytest.Config) -> str:
    """The seed, so that a run can be replayed exactly."""
    return f"nameraka: seed {run_seed(config)} (replay with --seed {run_seed(config)})"
