"""Readings and naive recomputations for the tests of the store."""

import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.clock import ManualClock
from app.core.model import AlarmKind, Held, Level, Reading, Segment, Warning, WarningState
from app.store import migrate
from app.store.driver import Connection, Durability, connect
from app.store.store import Store

NOW = 1_784_268_202_125  # 2026-07-17 06:03:22 UTC
DAY = 86_400_000
KEY = "reading/water.level/320812/jiangba"
BALLAST = 1 << 20


def open_store(folder: Path, clock: ManualClock | None = None, **options: object) -> Store:
    """A store with a small ballast."""
    return Store.open(folder, clock or ManualClock(NOW), ballast_bytes=BALLAST, **options)  # type: ignore[arg-type]


def segment(readings: list[Reading], received: int = NOW, source: str = "river") -> Segment:
    """Readings of one arrival."""
    return Segment(source, received, readings)


def store_all(store: Store, held: Iterable[Held]) -> None:
    """Submit readings one arrival at a time and wait until they are stored."""
    for item in held:
        store.recorder.submit([Segment(item.source, item.received, [item.reading])], [])
    store.flush()


@contextmanager
def cache_file() -> Iterator[Connection]:
    """A new cache.db that no store has, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        connection = connect(Path(folder) / "cache.db", None, Durability.NORMAL)
        migrate.migrate(connection, "cache", "cache.db")
        yield connection
        connection.close()


def ask(folder: Path, sql: str, file: str = "cache.db", key: str | None = None) -> list[object]:
    """What a reader of one of the files is answered."""
    connection = connect(folder / file, key, Durability.NORMAL, read_only=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def naive_rollup(
    held: Iterable[Held], step: int
) -> dict[int, tuple[int, float, float, float, float]]:
    """n, sum, min, max, last per bucket of one series, from the meaning alone."""
    distinct: dict[tuple[int, int, float], int] = {}
    for item in held:
        reading = item.reading
        same = (reading.observed, reading.revision, reading.value)
        distinct[same] = min(distinct.get(same, item.received), item.received)
    counted: dict[int, tuple[int, int, float]] = {}
    for (observed, revision, value), received in distinct.items():
        rank = (revision, received, value)
        counted[observed] = max(counted.get(observed, rank), rank)
    buckets: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for observed, (_, _, value) in sorted(counted.items()):
        buckets[observed // step].append((observed, value))
    return {
        t: (
            len(points),
            sum(value for _, value in points),
            min(value for _, value in points),
            max(value for _, value in points),
            points[-1][1],
        )
        for t, points in buckets.items()
    }


def until(condition: Callable[[], object], within_s: float = 30.0) -> None:
    """Wait for something that another thread brings about."""
    end = time.monotonic() + within_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        pause.wait(0.005)


def some_warning() -> Warning:
    """A red one that is in force."""
    return Warning(
        id="cma:7",
        kind=AlarmKind.ISSUED,
        level=Level.RED,
        title="暴雨红色预警",
        issued=NOW,
        observed=NOW,
        state=WarningState.ACTIVE,
    )
