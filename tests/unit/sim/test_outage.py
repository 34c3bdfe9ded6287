"""A bureau's line that is down is seen as that bureau's feed being late, and no other's."""

import msgspec
import pytest

from app.city import load_city
from app.core.catalog import DAY, HOUR, MINUTE
from app.core.clock import ManualClock
from app.sim.__main__ import build, moment
from app.sim.faults import Spell
from app.sim.server import WebSocketServer
from app.sim.weather import Scenario
from app.sim.world import SimulatedCity
from tests.helpers.ingesting import ingesting

SPRING = moment("2026-04-22T10:00:00+08:00", "Asia/Shanghai")
STEP = 5000


@pytest.fixture(scope="module")
def city() -> SimulatedCity:
    return build("huaian", 7, Scenario.CALM, SPRING)


def outage(city: SimulatedCity, bureau: str, other: str) -> Spell:
    """The next time that one bureau is silent and another is not."""
    for hour in range(0, 60 * 24):
        at = SPRING + hour * HOUR
        spell = city.faults.bureau(bureau, at)
        if spell is not None and all(
            city.faults.bureau(other, at) is None for at in (spell.since, spell.until)
        ):
            return spell
    raise AssertionError("no outage in sixty days")


async def test_the_feed_of_a_silent_bureau_turns_late_and_comes_back(city: SimulatedCity) -> None:
    spell = outage(city, "meteorology", "power")
    assert spell.until - spell.since < DAY
    clock = ManualClock(spell.since + STEP)
    server = WebSocketServer(city, clock)
    url = f"ws://127.0.0.1:{await server.start(0)}"
    demo = load_city("huaian")
    feeds = [
        msgspec.structs.replace(feed, options={**feed.options, "history_hours": 0})
        for feed in demo.config.feed
        if feed.id in ("meteorology", "power")
    ]

    def step() -> None:
        since = clock.now()
        clock.advance(STEP)
        server.publish(city.between(since, clock.now()))

    async with ingesting(
        *feeds, catalog=demo.catalog, clock=clock, endpoints={"sim://ws": url}
    ) as (_, got):
        # The snapshot has come: from here on nothing of the silent bureau is on its way.
        await got.until(
            lambda g: all(f.id in g.all.health and g.health(f.id).accepted for f in feeds)
        )
        assert got.is_("live", "meteorology")
        while clock.now() < spell.since + 2 * MINUTE:
            step()
        await got.until(lambda g: g.is_("late", "meteorology") and g.is_("live", "power"))
        clock.advance(spell.until - STEP - clock.now())
        for _ in range(3):
            step()
        await got.until(lambda g: g.is_("live", "meteorology"))
        assert got.health("meteorology").rejected == 0
    await server.stop()
