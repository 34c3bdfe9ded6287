"""How fast the store takes a refill: newest values first, then 30 days that are all older.

This is what the first start of the demonstration city brings, and every return of a line that was
down: each reading of the history is late, of some 2,300 series with one a minute to one a day.
"""

import gc
import tempfile
import time
from pathlib import Path

from app.bench._base import Figure
from app.core.model import Reading, Segment
from app.serving.topics import Topics
from app.sim.__main__ import build
from app.sim.weather import Scenario
from app.store import measure

NOW = 1_784_268_202_125  # 2026-07-17 06:03:22 UTC
DAYS = 30
PART = 2000  # readings to a segment, as the simulator sends them


def run() -> list[Figure]:
    """Measure in a temporary folder; about fifteen seconds, most of them to make the readings."""
    city = build("huaian", 1, Scenario.AUTO, NOW)
    newest = [reading for told in city.now(NOW, PART) for reading in told.readings]
    since = NOW - DAYS * measure.DAY
    told = list(city.history(since, NOW, NOW, Topics(["#"])))
    history = [reading for readings in told for reading in readings]
    with tempfile.TemporaryDirectory() as folder:
        gc.collect()
        begun = time.perf_counter()
        measure.take(Path(folder), [_segments(newest), _segments(history)])
        taken = (len(newest) + len(history)) / (time.perf_counter() - begun)
        again = time.perf_counter()
        measure.take(Path(folder), [_segments(history)])
        repeated = len(history) / (time.perf_counter() - again)
    return [
        Figure("backfill_rate", taken, "readings/s"),
        Figure("repeated_rate", repeated, "readings/s"),
        Figure("readings", len(newest) + len(history), ""),
    ]


def _segments(readings: list[Reading]) -> list[Segment]:
    return [
        Segment("bench", NOW, readings[start : start + PART])
        for start in range(0, len(readings), PART)
    ]
