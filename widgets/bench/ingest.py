"""`bench ingest`: the rates of app.bench.ingest, and how late the windows are under 50,000/s."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from app.bench._base import Figure
from app.bench._city import write_city
from app.bench.ingest import batch100_rate, single_rate
from widgets.bench._desk import Load, measure
from widgets.session import Session

RATE = 50_000
BATCH = 100
KEYS = 2_000
WARM_S = 3.0
MEASURED_S = 10.0


def run(only: Sequence[str] = ()) -> list[Figure]:
    """`single_rate`, `batch100_rate`, `gui_late_p99_50k`; `only` names some of them."""
    return [work() for name, work in FIGURES.items() if not only or name in only]


def _lateness() -> Figure:
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        idle = measure(_late, str(write_city(Path(place), KEYS)))
        with Load(RATE, BATCH, KEYS) as url:
            busy = measure(_late, str(write_city(Path(place), KEYS, url)))
    return Figure("gui_late_p99_50k", busy, "ms", "same desk, no feed", idle)


async def _late(session: Session) -> float:
    await asyncio.sleep(WARM_S)
    session.stall.reset()
    await asyncio.sleep(MEASURED_S)
    return session.stall.figures().p99


FIGURES: dict[str, Callable[[], Figure]] = {
    "single_rate": single_rate,
    "batch100_rate": batch100_rate,
    "gui_late_p99_50k": _lateness,
}
NAMES = tuple(FIGURES)
