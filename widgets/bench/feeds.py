"""`bench feeds`: 500 feeds of three kinds, 10,000 messages a second, with the desk open; what their
formats cost; what is left of them when nothing comes; how they come back.

The systems run in a process of their own (app.bench._systems): 250 speak our envelope and 200 a
bureau's JSON, 20 messages a second each over a WebSocket; 50 are polled every second over HTTP and
answer 20 records.
"""

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.bench._base import Figure
from app.bench._bureaus import feeds, write_bureaus
from app.bench._feed_figures import idle_feed_memory, reconnects_per_s
from app.bench._formats import gtfs_600, loop_block_max, mapped_rate
from app.bench._two_seats import two_seats_differ
from app.child import Child
from widgets.bench._desk import measure
from widgets.session import Session

FEEDS = 500
RATE = 20
WARM_S = 8.0
MEASURED_S = 15.0


class Busy(NamedTuple):
    """What the desk was like: p99 of lateness in ms, the ingest thread's share of a core in %, and
    records accepted a second."""

    late: float
    share: float
    rate: float


def run(only: Sequence[str] = ()) -> list[Figure]:
    """Every figure of issue 4, in its order; `only` names some of them."""
    found: list[Figure] = []
    for names, work in GROUPS:
        if not only or set(names) & set(only):
            found += [figure for figure in work() if not only or figure.name in only]
    return found


def _seats() -> Figure:
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        differ = asyncio.run(two_seats_differ(Path(place)))
    return Figure("two_seats_differ", len(differ), "values")


def _desk() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        idle = measure(_busy, str(write_bureaus(Path(place) / "idle", [])))
        systems = Child("app.bench._systems", [str(RATE)])
        try:
            there = systems.start()
            configs = feeds(FEEDS, there["ws"], there["http"])
            city = write_bureaus(Path(place) / "busy", configs)
            busy = measure(_busy, str(city))
        finally:
            systems.stop()
    return [
        Figure("gui_late_p99_500feeds", busy.late, "ms", "same desk, no feed", idle.late),
        Figure("ingest_share", busy.share, "% of a core", "same desk, no feed", idle.share),
        Figure("accepted_rate", busy.rate, "records/s", "sent", 10_000.0),
    ]


async def _busy(session: Session) -> Busy:
    await asyncio.sleep(WARM_S)
    session.stall.reset()
    before, spent, counted = time.perf_counter(), _ingest_seconds(), _accepted(session)
    await asyncio.sleep(MEASURED_S)
    elapsed = time.perf_counter() - before
    share = 100 * (_ingest_seconds() - spent) / elapsed
    rate = (_accepted(session) - counted) / elapsed
    return Busy(session.stall.figures().p99, share, rate)


def _accepted(session: Session) -> int:
    return sum(row.accepted for row in session.runtime.picture.feeds.values())


def _ingest_seconds() -> float:
    """Processor time of the ingest thread until now."""
    (thread,) = (one for one in threading.enumerate() if one.name == "ingest")
    stat = Path(f"/proc/self/task/{thread.native_id}/stat").read_text(encoding="ascii")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


GROUPS: tuple[tuple[tuple[str, ...], Callable[[], list[Figure]]], ...] = (
    (("gui_late_p99_500feeds", "ingest_share", "accepted_rate"), _desk),
    (("idle_feed_memory",), lambda: [idle_feed_memory()]),
    (("mapped_rate",), lambda: [mapped_rate()]),
    (("gtfs_600",), lambda: [gtfs_600()]),
    (("loop_block_max",), lambda: [loop_block_max()]),
    (("reconnects_per_s",), lambda: [reconnects_per_s()]),
    (("two_seats_differ",), lambda: [_seats()]),
)
NAMES = tuple(name for names, _ in GROUPS for name in names)
