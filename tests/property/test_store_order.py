"""Whatever the order of arrival and however often a record comes: one history, one roll-up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.model import Held, Reading, Segment
from app.store.driver import Connection
from app.store.history import read
from app.store.rollup import STEPS
from app.store.telemetry import Telemetry
from app.store.upkeep import pack_closed
from app.store.writer import transact
from tests.helpers.store import DAY, KEY, NOW, cache_file, naive_rollup

START = (NOW // DAY - 2) * DAY  # a closed day

readings = st.builds(
    lambda observed, value, revision, lag: Held(
        Reading(key=KEY, value=value, observed=observed, revision=revision),
        "river",
        observed + lag,
    ),
    st.integers(0, 90).map(lambda second: START + 3_570_000 + second * 1500),
    st.integers(-3, 3).map(lambda number: number / 4),
    st.integers(0, 2),
    st.integers(-5, 5),
)


def rolled(connection: Connection, table: str) -> dict[int, tuple[float, ...]]:
    rows = connection.execute(f"SELECT t, n, sum, min, max, last FROM {table}").fetchall()
    return {t: tuple(rest) for t, *rest in rows}


def write(connection: Connection, telemetry: Telemetry, held: list[Held]) -> None:
    segments = [Segment(item.source, item.received, [item.reading]) for item in held]
    transact(connection, "cache.db", lambda open_: telemetry.write(open_, segments, 0))


@given(
    st.lists(readings, min_size=1, max_size=60),
    st.randoms(use_true_random=False),
    st.integers(1, 12),
    st.booleans(),
)
def test_any_order_and_any_repetition_gives_the_naive_rollup(
    held: list[Held], chance: object, size: int, packed: bool
) -> None:
    arrivals = [*held, *held[::2]]
    chance.shuffle(arrivals)  # type: ignore[attr-defined]
    with cache_file() as connection:
        telemetry = Telemetry(connection)
        for start in range(0, len(arrivals), size):
            write(connection, telemetry, arrivals[start : start + size])
            if packed and start == size:
                connection.execute("BEGIN IMMEDIATE")
                pack_closed(connection, 1, NOW, worth=1)
                connection.execute("COMMIT")
        for step in STEPS:
            assert rolled(connection, step.table) == naive_rollup(held, step.ms)
        distinct = {
            (item.reading.observed, item.reading.revision, item.reading.value) for item in held
        }
        stored = read(connection, 1, 0, 1 << 43)
        assert len(stored) == len(distinct)
        assert {(ts, revision, value) for ts, revision, value, _, _ in stored.rows()} == distinct
        newest = stored.effective().rows()[-1]
        assert connection.execute(
            "SELECT ts, revision, value, lag, extra FROM latest"
        ).fetchall() == [newest]


@given(st.lists(readings, min_size=1, max_size=40), st.integers(-5, 6))
@settings(max_examples=20)
def test_known_moments_are_no_later_than_the_last_arrival(held: list[Held], lag: int) -> None:
    with cache_file() as connection:
        write(connection, Telemetry(connection), held)
        known = START + 3_570_000 + 60_000 + lag
        seen = read(connection, 1, 0, 1 << 43, known)
        expected = {
            (item.reading.observed, item.reading.revision, item.reading.value)
            for item in held
            if item.received <= known
        }
        assert {(ts, revision, value) for ts, revision, value, _, _ in seen.rows()} == expected
        assert (np.diff(seen.ts) >= 0).all()


@pytest.mark.full
def test_a_day_of_many_series_in_random_order() -> None:
    chance = np.random.default_rng(7)
    moments = chance.integers(START, START + DAY, 20_000).tolist()
    held = [
        Held(
            Reading(key=KEY, value=float(index % 97), observed=moment), "river", moment + index % 9
        )
        for index, moment in enumerate(moments)
    ]
    with cache_file() as connection:
        telemetry = Telemetry(connection)
        for start in range(0, len(held), 500):
            write(connection, telemetry, held[start : start + 500])
        for step in STEPS:
            assert rolled(connection, step.table) == naive_rollup(held, step.ms)
