"""A day ago and a month back: from stored values, under the plan of now."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.core.index import IndexMove
from app.core.keys import reading_key
from app.core.model import Reading, Segment
from app.live.hub import Kind
from app.live.index_history import IndexHistory
from tests.helpers.indices import CITY, MINUTE, PRESSURE, TOTAL, VITALITY, SmallCity
from tests.helpers.store import DAY, NOW, ask

HOUR = 60 * MINUTE
YESTERDAY = NOW - DAY


@pytest.fixture
def city(tmp_path: Path) -> Iterator[SmallCity]:
    made = SmallCity(tmp_path)
    yield made
    made.store.close()


def past(city: SmallCity, at: int, **values: float) -> None:
    """Values that were observed at a moment, as a refill brings them."""
    readings = [
        Reading(key=reading_key(name.replace("_", "."), CITY), value=value, observed=at)
        for name, value in values.items()
    ]
    city.store.recorder.submit([Segment(item.key[8], NOW, [item]) for item in readings], [])
    city.store.flush()


def compare(city: SmallCity) -> None:
    with ThreadPoolExecutor(1) as executor:
        history = IndexHistory(city.indices, city.store, city.clock, executor)
        asyncio.run(history.compare())


def fill(city: SmallCity) -> None:
    with ThreadPoolExecutor(1) as executor:
        history = IndexHistory(city.indices, city.store, city.clock, executor)
        asyncio.run(history.fill())
    city.store.flush()


def move(city: SmallCity, key: str) -> IndexMove:
    found = city.picture.indices.moves[key]
    assert sum(part.amount for part in found.contributions) == pytest.approx(found.amount, abs=1e-9)
    assert found.after == city.picture.indices.results[key].value
    return found


def test_the_move_since_yesterday(city: SmallCity) -> None:
    past(city, YESTERDAY - MINUTE, a_one=70, a_two=60, b_one=50, b_two=50, b_three=50)
    past(city, YESTERDAY + MINUTE, a_one=20)  # later than a day ago
    city.bring_all()
    city.news.drain()
    compare(city)
    # Then 35 + 18 + 10 = 63, shown 37; now 34. A better value moves 压力 down.
    found = move(city, PRESSURE)
    assert (found.before, found.after) == (pytest.approx(37), pytest.approx(34))
    assert (found.since, found.until, found.effective_before) == (YESTERDAY, NOW, 1.0)
    parts = [(item.code, item.before, item.after) for item in found.contributions]
    assert parts == [("a.one", 70, 80), ("b.one", 50, 40), ("a.two", 60, 60)]
    assert [item.amount for item in found.contributions] == pytest.approx([-5, 2, 0])
    assert city.news.drain()[Kind.INDEX] == {PRESSURE, VITALITY, TOTAL}
    # The city: half of +3 and half of +20, with its members as they are shown.
    total = move(city, TOTAL)
    assert [(part.code, part.before, part.after) for part in total.contributions] == [
        ("index.vitality", pytest.approx(50), pytest.approx(70)),
        ("index.pressure", pytest.approx(37), pytest.approx(34)),
    ]
    assert [part.amount for part in total.contributions] == pytest.approx([10, 1.5])
    # A new value renews the move with the index.
    city.bring(a_one=90)
    assert move(city, PRESSURE).after == pytest.approx(29)


def test_with_a_value_missing_on_one_side_it_still_adds_up(city: SmallCity) -> None:
    past(city, YESTERDAY, a_one=80, a_two=60, b_two=50, b_three=50)
    city.bring_all()
    compare(city)
    found = move(city, PRESSURE)
    # Then (40 + 18) / 0.8 = 72.5, shown 27.5; b.one was not there: no value of it moved.
    assert found.before == pytest.approx(27.5)
    assert found.effective_before == pytest.approx(0.8)
    new = next(part for part in found.contributions if part.code == "b.one")
    assert (new.before, new.after, new.by_value) == (None, 40, 0)


def test_where_yesterday_could_not_be_published_there_is_no_move(city: SmallCity) -> None:
    past(city, YESTERDAY, a_two=60, b_one=40)
    city.bring_all()
    compare(city)
    assert not city.picture.indices.moves


def test_what_was_old_yesterday_counted_less_then(city: SmallCity) -> None:
    # Nothing is due more often than hourly in the past: overdue after 2 h, half after 4 h.
    past(city, YESTERDAY - 4 * HOUR, b_one=40)
    past(city, YESTERDAY, a_one=80, a_two=60)
    city.bring_all()
    compare(city)
    assert move(city, PRESSURE).effective_before == pytest.approx(0.8 + 0.2 * 0.4)


def test_hours_of_the_past_are_filled_once(city: SmallCity, tmp_path: Path) -> None:
    hour = NOW // HOUR * HOUR
    for back in range(1, 5):
        past(city, hour - back * HOUR + MINUTE, a_one=100 - 10 * back, a_two=60, b_one=40)
    fill(city)

    def stored() -> list[tuple[int, float]]:
        sql = f"SELECT ts, value FROM reading JOIN series USING (sid) WHERE key = '{PRESSURE}'"
        return [row for row in ask(tmp_path, f"{sql} ORDER BY ts") if isinstance(row, tuple)]

    # At an hour the last value before it stands: 60, 70, 80 with 18 + 8; 90 comes after the last.
    assert stored()[:3] == [
        (hour - 3 * HOUR, pytest.approx(100 - 56)),
        (hour - 2 * HOUR, pytest.approx(100 - 61)),
        (hour - HOUR, pytest.approx(100 - 66)),
    ]
    assert city.news.drain()[Kind.HISTORY] == {city.indices.source}
    before = stored()
    fill(city)
    assert stored() == before
    assert Kind.HISTORY not in city.news.drain()


def test_what_another_version_wrote_is_no_history_of_this_one(
    city: SmallCity, tmp_path: Path
) -> None:
    old = [Reading(key=PRESSURE, value=99.0, observed=NOW - minute) for minute in (DAY, MINUTE)]
    city.store.recorder.submit([Segment("index:0000", NOW, old)], [])
    city.bring_all()
    city.indices.keep()
    city.store.flush()
    queries = city.store.queries

    async def asked() -> list[list[float]]:
        curve = await queries.series(PRESSURE, NOW - 2 * DAY, NOW + 1, 100)
        short = await queries.series(PRESSURE, NOW - 2 * MINUTE, NOW + 1, 1000)
        sparks = await queries.sparks([PRESSURE], NOW - 2 * DAY, NOW + HOUR, 4)
        last = await queries.last_readings(PRESSURE, 10)
        raw = await queries.readings(PRESSURE, 0, NOW + 1)
        return [
            curve.value.tolist(),
            short.value.tolist(),
            [value for value in sparks[PRESSURE].tolist() if value == value],
            last.value.tolist(),
            [held.reading.value for held in raw],
        ]

    for found in asyncio.run(asked()):
        assert found == [pytest.approx(34)]
    latest = {held.source for held in queries.load_latest()}
    assert latest == {city.indices.source}
    # All of it is still there: for a copy, and for who asks without saying what counts.
    queries.index_source = ""
    assert {held.source for held in queries.load_latest()} == {"index:0000", city.indices.source}
    compare(city)
    assert not city.picture.indices.moves
