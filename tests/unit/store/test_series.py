"""Charts and sparks against numbers worked out by hand."""

from pathlib import Path

import numpy as np
import pytest

from app.core.clock import ManualClock
from app.core.model import Held, Reading, Segment, World
from app.store.store import Store
from app.store.upkeep import Retention
from tests.helpers.store import DAY, KEY, NOW, ask, open_store, store_all

HOUR = 3_600_000
MIDNIGHT = NOW // DAY * DAY


def put(
    store: Store,
    points: list[tuple[int, float]],
    source: str = "river",
    lag: int = 0,
    **more: object,
) -> None:
    readings = [Reading(key=KEY, value=value, observed=ts, **more) for ts, value in points]  # type: ignore[arg-type]
    store.recorder.submit([Segment(source, readings[-1].observed + lag, readings)], [])
    store.flush()


async def test_few_points_are_the_readings_themselves(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, [(NOW, 1.0), (NOW + 1000, 3.0), (NOW + 5000, 2.0)])
    curve = await store.queries.series(KEY, NOW, NOW + 5000, 100)
    store.close()
    assert curve.resolution_ms == 0
    assert curve.ts.tolist() == [NOW, NOW + 1000]
    assert curve.value.tolist() == curve.low.tolist() == curve.high.tolist() == [1.0, 3.0]


async def test_a_peak_of_one_second_is_seen_in_a_chart_of_a_month(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    quiet = [(MIDNIGHT - 29 * DAY + hour * HOUR, 1.0) for hour in range(29 * 24)]
    put(store, [*quiet[:300], (quiet[300][0] - 1000, 99.0), *quiet[300:]])
    curve = await store.queries.series(KEY, MIDNIGHT - 30 * DAY, MIDNIGHT, 400)
    store.close()
    assert curve.resolution_ms == HOUR
    assert curve.high.max() == 99.0
    peak = int(curve.high.argmax())
    assert (curve.value[peak], curve.low[peak]) == (50.0, 1.0)
    assert len(curve) == 29 * 24
    assert (np.diff(curve.ts) == HOUR).all()


async def test_nothing_is_drawn_where_nothing_came(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, [(MIDNIGHT, 1.0), (MIDNIGHT + 5 * HOUR, 2.0)])
    curve = await store.queries.series(KEY, MIDNIGHT, MIDNIGHT + DAY, 24)
    nothing = await store.queries.series("reading/no/where", MIDNIGHT, MIDNIGHT + DAY, 24)
    store.close()
    assert curve.ts.tolist() == [MIDNIGHT, MIDNIGHT + 5 * HOUR]
    assert len(nothing) == 0


@pytest.mark.parametrize("packed", [False, True])
async def test_a_chart_as_it_was_known_then(tmp_path: Path, packed: bool) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock)
    points = [(MIDNIGHT + minute * 60_000, 1.0) for minute in range(180)]
    put(store, points, lag=1000)
    known = points[-1][0] + 1000
    put(store, [(MIDNIGHT + HOUR + 30_000, 41.0)], lag=5 * HOUR)  # late
    if packed:
        clock.advance(2 * DAY)
        store.upkeep()
        assert ask(tmp_path, "SELECT count(*) FROM reading") == [(0,)]
    now = await store.queries.series(KEY, MIDNIGHT, MIDNIGHT + 3 * HOUR, 3)
    then = await store.queries.series(KEY, MIDNIGHT, MIDNIGHT + 3 * HOUR, 3, known)
    before = await store.queries.series(KEY, MIDNIGHT, MIDNIGHT + 3 * HOUR, 3, MIDNIGHT)
    store.close()
    assert now.high.tolist() == [1.0, 41.0, 1.0]
    assert now.value[1] == pytest.approx((60 + 41) / 61)
    assert then.value.tolist() == then.high.tolist() == [1.0, 1.0, 1.0]
    assert len(before) == 0


async def test_the_better_source_decides_moment_by_moment(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, [(NOW, 1.0), (NOW + 2000, 1.5)], source="good")
    put(store, [(NOW, 9.0), (NOW + 1000, 9.5)], source="poor")
    both = await store.queries.series(KEY, NOW, NOW + 9000, 100)
    store.queries.priorities = {"good": 1, "poor": 2}
    ranked = await store.queries.series(KEY, NOW, NOW + 9000, 100)
    store.close()
    assert both.value.tolist() == [5.0, 9.5, 1.5]
    assert ranked.value.tolist() == [1.0, 9.5, 1.5]


async def test_a_drill_is_no_history_of_the_city(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, [(NOW, 1.0)])
    put(store, [(NOW + 1, 99.0)], world=World.DRILL)
    curve = await store.queries.series(KEY, NOW, NOW + 9000, 100)
    kept = await store.queries.readings(KEY, NOW, NOW + 9000)
    store.close()
    assert curve.value.tolist() == [1.0]
    assert [held.reading.world for held in kept] == [None, World.DRILL]


async def test_sparks_of_many_keys_have_holes_where_nothing_came(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store_all(
        store,
        [
            Held(Reading(key=key, value=value, observed=MIDNIGHT + hour * HOUR), "river", NOW)
            for key, value, hour in (
                ("reading/a/1", 2.0, 0),
                ("reading/a/1", 4.0, 3),
                ("reading/b/1", 7.0, 2),
            )
        ],
    )
    lines = await store.queries.sparks(
        ["reading/a/1", "reading/b/1", "reading/c/1"], MIDNIGHT, MIDNIGHT + 4 * HOUR, 4
    )
    store.close()
    nan = np.nan
    np.testing.assert_array_equal(lines["reading/a/1"], [2.0, nan, nan, 4.0])
    np.testing.assert_array_equal(lines["reading/b/1"], [nan, nan, 7.0, nan])
    np.testing.assert_array_equal(lines["reading/c/1"], [nan] * 4)


async def test_closed_days_are_packed_and_read_as_before(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock)
    points = [(MIDNIGHT - 5000 + second * 1000, second / 10) for second in range(100)]
    put(store, points)
    before = await store.queries.readings(KEY, 0, NOW)
    clock.advance(2 * DAY)
    store.upkeep()
    assert ask(tmp_path, "SELECT n FROM chunk") == [(95,)]  # 5 of the day before stay as rows
    assert await store.queries.readings(KEY, 0, NOW) == before
    last = await store.queries.last_readings(KEY, 97)
    assert last.value.tolist() == [value for _, value in points[3:]]
    put(store, [(points[50][0], points[50][1]), (MIDNIGHT + 500, 77.0)])  # a repeat, a late one
    assert len(await store.queries.readings(KEY, 0, NOW)) == 101
    store.upkeep()
    assert ask(tmp_path, "SELECT n FROM chunk") == [(96,)]
    assert len(await store.queries.readings(KEY, 0, NOW)) == 101
    store.close()


async def test_each_kind_is_kept_its_own_time(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock, retention=Retention(readings=2, minutes=4, tens=6, hours=9))
    put(store, [(MIDNIGHT + second * 1000, 1.0) for second in range(60)])

    def counts() -> list[int]:
        tables = ("reading", "chunk", "roll_minute", "roll_ten", "roll_hour")
        found = [ask(tmp_path, f"SELECT count(*) FROM {table}") for table in tables]
        return [rows[0][0] for rows in found]  # type: ignore[index]

    assert counts() == [60, 0, 1, 1, 1]
    for days, expected in (
        (2, [0, 1, 1, 1, 1]),
        (1, [0, 0, 1, 1, 1]),
        (2, [0, 0, 0, 1, 1]),
        (2, [0, 0, 0, 0, 1]),
        (3, [0, 0, 0, 0, 0]),
    ):
        clock.advance(days * DAY)
        store.upkeep()
        assert counts() == expected
    assert [held.reading.value for held in store.queries.load_latest()] == [1.0]
    store.close()


async def test_a_late_reading_never_wipes_a_rollup_whose_readings_are_gone(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock, retention=Retention(readings=2))
    put(store, [(MIDNIGHT + second * 1000, 1.0) for second in range(60)])
    clock.advance(4 * DAY)
    store.upkeep()
    put(store, [(MIDNIGHT + 500, 50.0)])
    assert ask(tmp_path, "SELECT n, max FROM roll_minute") == [(60, 1.0)]
    assert store.recorder.counts.unrolled == 1
    store.close()


def monthly(count: int) -> list[tuple[int, float]]:
    """A value every 30 days, the newest 20 days ago, oldest first."""
    return [(MIDNIGHT - (20 + 30 * back) * DAY, float(back)) for back in range(count, -1, -1)]


@pytest.mark.parametrize("newest_first", [False, True])
async def test_a_months_figures_outlive_the_readings_of_what_comes_often(
    tmp_path: Path, newest_first: bool
) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock)
    points = monthly(36)
    for point in points[::-1] if newest_first else points:  # as a refill brings them
        put(store, [point])
    clock.advance(2 * HOUR)
    store.upkeep()
    found = await store.queries.last_readings(KEY, 72)
    curve = await store.queries.series(KEY, NOW - 366 * DAY, NOW, 500)
    store.close()
    assert list(zip(found.ts.tolist(), found.value.tolist(), strict=True)) == points
    assert curve.value.tolist() == [value for at, value in points if at >= NOW - 366 * DAY]


async def test_of_a_series_only_its_newest_readings_outlive_the_others(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    store = Store.open(tmp_path, clock, ballast_bytes=1, retention=Retention(moments=3))
    put(store, monthly(9))
    clock.advance(2 * HOUR)
    store.upkeep()
    found = await store.queries.last_readings(KEY, 72)
    store.close()
    assert found.value.tolist() == [2.0, 1.0, 0.0]
