"""Trends from a real store: slots, holes, bands, and one question at a time."""

from app.core.catalog import DAY, HOUR
from app.core.keys import reading_key
from app.live.compare import WEEK
from tests.helpers.seat import NOW, REGION
from widgets.models.trends import SLOTS, span_of

CODE = "air.pm25"  # by the hour
DAILY = "video.total"
START = NOW - NOW % HOUR


def test_a_day_has_a_slot_per_hour_a_hole_and_its_normal_band(room, run):
    async def scenario():
        room.feed("f")
        hours = [START - index * HOUR for index in range(24 * 30, 0, -1)]
        hole = range(START - 10 * HOUR, START - 5 * HOUR)
        room.remember(CODE, {at: 40.0 for at in hours if at not in hole})
        room.read(CODE, 41.0)
        panel = await room.opened("strip", room.context(), (400, 104), codes=(CODE,))
        trend = panel._trends.get(reading_key(CODE, REGION))
        assert len(trend.values) in (22, 23, 24)
        assert trend.values.count(None) == 5
        assert set(trend.values) == {40.0, None}
        assert trend.band and trend.band[0] == (40.0, 40.0)
        assert trend.same.reference == 40.0 and trend.same.spans == 4

    run(scenario())


def test_a_daily_value_has_a_slot_per_day_of_the_city(room, run):
    async def scenario():
        room.feed("f")
        midnight = NOW - (NOW + 8 * HOUR) % DAY
        room.remember(DAILY, {midnight - day * DAY: float(day) for day in (9, 8, 7, 5, 4)})
        room.read(DAILY, 3.0, age_ms=NOW - midnight)
        panel = await room.opened("strip", room.context(), (400, 104), codes=(DAILY,))
        trend = panel._trends.get(reading_key(DAILY, REGION))
        assert trend.values == (9.0, 8.0, 7.0, None, 5.0, 4.0)

    run(scenario())


def test_nothing_is_asked_twice_while_it_is_fresh(room, run):
    async def scenario():
        room.feed("f")
        room.read(CODE, 41.0)
        panel = await room.opened("strip", room.context(), (400, 104), codes=(CODE,))
        room.bridge.tick.emit()
        assert not panel._tasks
        room.clock.advance(16 * 60_000)
        room.bridge.tick.emit()
        assert panel._tasks
        await room.settled(panel)

    run(scenario())


def test_spans_grow_with_the_period():
    assert [span_of(period).unit for period in (5000, HOUR, DAY, 31 * DAY, 366 * DAY)] == [
        "hour_24", "hour_24", "days", "months", "years",
    ]  # fmt: skip
    assert WEEK == 7 * DAY and SLOTS == 48
