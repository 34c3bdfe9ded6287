"""What `bench store` measures: how fast readings are taken, how small a day is, how quick a chart.

The data: 2,000 indicators with one reading a second, a random walk of 0.01 steps plus noise of
0.05 (two decimals), received 20 to 400 ms after observation. It is fed as fast as it is taken,
20 seconds of data (40,000 readings) to a transaction, as after an outage. Each measurement gives
the figure and its baseline.
"""

import gc
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.core.model import Reading, Segment
from app.store import migrate, series
from app.store.columns import Columns, Floats, Ints
from app.store.driver import Connection, Durability, connect
from app.store.pack import pack
from app.store.recorder import READINGS_PER_TRANSACTION
from app.store.rollup import add
from app.store.telemetry import Telemetry
from app.store.upkeep import pack_closed
from app.store.writer import transact

START = 20_000 * 86_400_000  # a UTC midnight
SECOND = 1000
DAY = 86_400_000
SERIES = 2000
SECONDS = 250
PER_TRANSACTION = READINGS_PER_TRANSACTION // SERIES
CHART_DAYS = 30
CHART_POINTS = 1000
CHART_EVERY_MS = 10_000


def _noisy(chance: np.random.Generator, length: int) -> Floats:
    walk = chance.normal(0.0, 0.01, length).cumsum()
    values: Floats = np.round(20.0 + walk + chance.normal(0.0, 0.05, length), 2)
    return values


def _lags(chance: np.random.Generator, length: int) -> Ints:
    lags: Ints = np.clip(chance.gamma(4.0, 30.0, length), 20, 400).astype(np.int64)
    return lags


def _cache(folder: Path, name: str) -> Connection:
    connection = connect(folder / name, None, Durability.NORMAL)
    migrate.migrate(connection, "cache", name)
    return connection


def rate(folder: Path) -> tuple[float, float]:
    """Readings per second through latest, history and roll-ups, and into a bare table."""
    segments = _segments()
    count = SERIES * SECONDS
    rows = [
        (reading.observed, number, reading.value)
        for segment in segments
        for number, reading in enumerate(segment.readings)
    ]
    bare = connect(folder / "bare.db", None, Durability.NORMAL)
    bare.execute(
        "CREATE TABLE bare (ts INTEGER, sid INTEGER, value REAL, PRIMARY KEY (ts, sid))"
        " WITHOUT ROWID"
    )
    gc.collect()
    begun = time.perf_counter()
    size = SERIES * PER_TRANSACTION
    for start in range(0, count, size):
        part = rows[start : start + size]
        transact(
            bare,
            "bare.db",
            lambda db, part=part: db.executemany("INSERT INTO bare VALUES (?, ?, ?)", part),  # type: ignore[misc]
        )
    bare_rate = count / (time.perf_counter() - begun)
    bare.close()
    del rows
    cache = _cache(folder, "rate.db")
    telemetry = Telemetry(cache)
    gc.collect()
    begun = time.perf_counter()
    for start in range(0, SECONDS, PER_TRANSACTION):
        part_ = segments[start : start + PER_TRANSACTION]
        transact(cache, "rate.db", lambda db, part_=part_: telemetry.write(db, part_, 0))  # type: ignore[misc]
    taken = count / (time.perf_counter() - begun)
    cache.close()
    return taken, bare_rate


def take(folder: Path, arrivals: list[list[Segment]]) -> None:
    """Write segments of readings, 40,000 readings to a transaction, into `late.db`."""
    cache = _cache(folder, "late.db")
    telemetry = Telemetry(cache)
    for segments in arrivals:
        size = max(1, SERIES * PER_TRANSACTION // len(segments[0].readings))
        for start in range(0, len(segments), size):
            part = segments[start : start + size]
            transact(cache, "late.db", lambda db, part=part: telemetry.write(db, part, 0))  # type: ignore[misc]
    cache.close()


def _segments() -> list[Segment]:
    chance = np.random.default_rng(1)
    keys = [f"reading/water.level/320812/station-{number}" for number in range(SERIES)]
    values = np.stack([_noisy(chance, SECONDS) for _ in range(SERIES)], axis=1).tolist()
    lags = _lags(chance, SECONDS).tolist()
    return [
        Segment(
            "bench",
            START + second * SECOND + lags[second],
            [
                Reading(key=key, value=value, observed=START + second * SECOND)
                for key, value in zip(keys, values[second], strict=True)
            ],
        )
        for second in range(SECONDS)
    ]


def packed_size(folder: Path) -> tuple[float, float]:
    """Megabytes per million readings of a closed day, as files."""
    chance = np.random.default_rng(2)
    cache = _cache(folder, "packed.db")
    count = 5 * 86_400
    for sid in range(1, 6):
        _fill(cache, sid, START + np.arange(86_400, dtype=np.int64) * SECOND, chance)
    unpacked = _bytes(cache)
    cache.execute("BEGIN IMMEDIATE")
    for sid in range(1, 6):
        pack_closed(cache, sid, START + 3 * DAY)
    cache.execute("COMMIT")
    cache.execute("VACUUM")
    packed = _bytes(cache)
    cache.close()
    return packed / count, unpacked / count  # bytes per reading are megabytes per million


def _fill(cache: Connection, sid: int, ts: Ints, chance: np.random.Generator) -> None:
    value, lag = _noisy(chance, len(ts)).tolist(), _lags(chance, len(ts)).tolist()
    rows = [(sid, *row) for row in zip(ts.tolist(), value, lag, strict=True)]
    cache.execute("BEGIN IMMEDIATE")
    cache.executemany("INSERT INTO reading VALUES (?, ?, 0, ?, ?, NULL)", rows)
    cache.execute("COMMIT")


def _bytes(cache: Connection) -> int:
    """Bytes of the pages in use."""
    used: int = (
        cache.execute("PRAGMA page_count").fetchone()[0]
        - cache.execute("PRAGMA freelist_count").fetchone()[0]
    ) * 4096
    return used


def chart(folder: Path) -> tuple[float, float]:
    """Milliseconds of a 30-day chart of one key with a reading every 10 s, days packed."""
    chance = np.random.default_rng(3)
    cache = _cache(folder, "chart.db")
    key = "reading/water.level/320812/station-1"
    cache.execute("INSERT INTO series VALUES (1, ?, 'bench', '', 'measured')", (key,))
    ts = START + np.arange(CHART_DAYS * DAY // CHART_EVERY_MS, dtype=np.int64) * CHART_EVERY_MS
    value, lag = _noisy(chance, len(ts)), _lags(chance, len(ts))
    cache.execute("BEGIN IMMEDIATE")
    add(cache, np.ones(len(ts), np.int64), ts, value, ts + lag)
    zero = np.zeros(len(ts), np.int64)
    for day in range(CHART_DAYS):
        part = Columns(ts, zero, value, lag).take(slice(day * 8640, (day + 1) * 8640))
        cache.execute(
            "INSERT INTO chunk VALUES (1, ?, ?, ?)", (START // DAY + day, len(part), pack(part))
        )
    rows = zip(ts.tolist(), value.tolist(), strict=True)
    cache.execute("CREATE TABLE raw (ts INTEGER PRIMARY KEY, value REAL)")
    cache.executemany("INSERT INTO raw VALUES (?, ?)", rows)
    cache.execute("COMMIT")
    end = START + CHART_DAYS * DAY
    drawn = _median_ms(lambda: series.series(cache, key, START, end, CHART_POINTS))
    scan = _median_ms(lambda: cache.execute("SELECT ts, value FROM raw").fetchall(), 3)
    cache.close()
    return drawn, scan


def last(folder: Path) -> tuple[float, float]:
    """Milliseconds of the newest 2,000 readings of one key among 50."""
    chance = np.random.default_rng(4)
    cache = _cache(folder, "last.db")
    for sid in range(1, 51):
        key = f"reading/water.level/320812/station-{sid}"
        cache.execute("INSERT INTO series VALUES (?, ?, 'bench', '', 'measured')", (sid, key))
        _fill(cache, sid, START + np.arange(6000, dtype=np.int64) * SECOND, chance)
    key = "reading/water.level/320812/station-25"
    found = _median_ms(lambda: series.last(cache, key, 2000))
    plain = "SELECT ts, value FROM reading WHERE +sid = 25 ORDER BY ts DESC LIMIT 2000"
    scan = _median_ms(lambda: cache.execute(plain).fetchall(), 3)
    cache.close()
    return found, scan


def _median_ms(what: Callable[[], object], times: int = 15) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        what()
        taken.append((time.perf_counter() - begun) * 1000)
    return float(np.median(taken))
