"""Looking after the pharmacy: limits that are held, alerts that open and clear, a canary whose absence is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pharmacy_world import World

from pharmacy.core.clock import InjectableClock
from pharmacy.core.database import Database
from pharmacy.core.tables import OutboxItem
from pharmacy.oversight import alerts, observing
from pharmacy.oversight.alerts import Measured, changes, open_alert
from pharmacy.oversight.canary import CanaryRuns
from pharmacy.oversight.limits import load_limits
from pharmacy.oversight.measuring import measure
from pharmacy.oversight.tables import Alert, Canary
from pharmacy.paging.outbox import Outbox
from pharmacy.tables import TABLES

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
BRANCH = "試験店"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'pharmacy.db'}", "a key")
    database.prepare(TABLES)
    yield database
    database.close()


def values(database: Database, now: datetime = NOW) -> dict[str, float]:
    with database.read() as session:
        return {one.name: one.value for one in measure(session, now, [])}


def test_of_too_few_no_share_is_taken(database: Database) -> None:
    at_least = load_limits().alerts["llm_failure"].at_least
    for number in range(at_least):
        assert "llm_failure" not in values(database)
        with database.write() as session:
            observing.observe_model(session, BRANCH, NOW - timedelta(seconds=number), failed=number > 0)
    assert values(database)["llm_failure"] == pytest.approx((at_least - 1) / at_least)
    assert "llm_failure" not in values(database, NOW + timedelta(days=1)), "what is long past counts no more"


def test_an_alert_opens_once_and_clears_once(database: Database) -> None:
    too_much = Measured(BRANCH, "queue_depth", load_limits().alerts["queue_depth"].above + 1)
    just_enough = Measured(BRANCH, "queue_depth", load_limits().alerts["queue_depth"].above)
    with database.write() as session:
        assert changes(session, [just_enough]) == ([], [])
        assert changes(session, [too_much]) == ([too_much], [])
        open_alert(session, NOW, too_much)
    with database.write() as session:
        assert changes(session, [too_much]) == ([], [])
        alert = session.query(Alert).one()
        assert changes(session, [just_enough]) == ([], [alert.id])
        alerts.clear(alert, NOW)
        with pytest.raises(KeyError):
            alerts.clear(alert, NOW)
        assert session.query(OutboxItem).count() == 0, "this kind calls nobody"


def test_a_page_about_an_alert_names_it_and_nothing_else(database: Database) -> None:
    with database.write() as session:
        open_alert(session, NOW, Measured(BRANCH, "canary_absent", 99.0))
        alert, item = session.query(Alert).one(), session.query(OutboxItem).one()
        assert (item.thread_id, item.recipient, item.urgency) == (alert.id, "operator", "alert")


def test_a_canary_is_absent_from_its_start_on_until_one_came_through(database: Database) -> None:
    with database.write() as session:
        session.add(Canary(branch=BRANCH, running=True, since=NOW - timedelta(minutes=30)))
    assert values(database)["canary_absent"] == 30
    with database.write() as session:
        session.get_one(Canary, BRANCH).arrived_at = NOW
    assert values(database)["canary_absent"] == 0


def test_the_next_canary_is_sent_when_the_call_of_the_last_one_came_through_and_not_before(database: Database) -> None:
    clock = InjectableClock()
    runs = CanaryRuns(database, clock, Outbox(database, "", 1.0, ""))

    def look(minutes: int) -> list[str]:
        """The calls there are after a look at this time."""
        clock.set(NOW + timedelta(minutes=minutes), timedelta())
        runs.look()
        with database.read() as session:
            return [item.key for item in session.query(OutboxItem)]

    with database.write() as session:
        session.add(Canary(branch=BRANCH, running=True, since=NOW))
    assert len(look(0)) == 1
    assert len(look(20)) == 1, "due, but the first one is still on its way"
    with database.write() as session:
        session.query(OutboxItem).one().delivered_at = NOW
    assert len(look(20)) == 1, "it is noted"
    with database.read() as session:
        assert session.get_one(Canary, BRANCH).arrived_at == pytest.approx(NOW, abs=timedelta(seconds=5))
    assert len(set(look(20))) == 2


def test_who_may_look_and_who_may_not(world: World) -> None:
    pharmacist, supervisor, clerk = world.staff(), world.staff("管理", ("supervisor",)), world.staff("事務", ("clerk",))
    assert pharmacist.get("/api/oversight/use").status_code == 403
    assert supervisor.get("/api/oversight/use").json() == []
    assert pharmacist.get("/api/oversight/alerts").json() == []
    assert clerk.get("/api/oversight/alerts").status_code == 403
    order = {"running": True, "reason": "点検"}
    assert pharmacist.put("/api/oversight/canary", order).status_code == 403
    assert supervisor.put("/api/oversight/canary", order).json()["running"] is True
    assert pharmacist.get("/api/oversight/canary").json()["running"] is True
