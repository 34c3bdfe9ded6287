"""`bench memory`: what the desk of the demonstration city holds, and what a day adds to it.

The day is accelerated: the simulator and the program run on a clock `SPEED` times the real one.
Memory is PSS of this process and its children without the simulator, as the kernel counts it.
"""

import asyncio
from pathlib import Path

import numpy as np

from app.bench._base import Figure, proc_pss
from app.core.clock import SystemClock
from app.sim.pace import PacedClock
from widgets.bench._desk import measure
from widgets.session import Session

SPEED = 720.0
DAY_H = 24.0
WARM_H = 12.0  # until the databases' page caches are full
STEP_S = 2.5
_HOUR_S = 3600.0 / SPEED


def run() -> list[Figure]:
    """`desk_pss` after the day, `slope` over its hours after the first `WARM_H`."""
    real = SystemClock()
    start = real.now() - round((DAY_H + WARM_H) * 3_600_000)
    clock = PacedClock(real, start, SPEED)
    first, samples = measure(_day, "huaian", clock=clock)
    hours, held = zip(*samples, strict=True)
    slope = float(np.polyfit(hours, held, 1)[0])
    return [
        Figure("desk_pss", held[-1], "MB", "the same desk at its start", first),
        Figure("slope", slope, "MB/h"),
    ]


async def _day(session: Session) -> tuple[float, list[tuple[float, float]]]:
    await asyncio.sleep(STEP_S)
    first = pss(session)
    await asyncio.sleep(WARM_H * _HOUR_S)
    samples: list[tuple[float, float]] = []
    while (hour := len(samples) * STEP_S / _HOUR_S) < DAY_H:
        samples.append((hour, pss(session)))
        await asyncio.sleep(STEP_S)
    return first, samples


def pss(session: Session) -> float:
    """MB (10^6) of this process and of every child that is not the simulator."""
    simulator = session.runtime.simulator_pid
    own = Path("/proc/self")
    children = (own / "task" / own.resolve().name / "children").read_text().split()
    pids = ["self", *(pid for pid in children if int(pid) != simulator)]
    return sum(map(proc_pss, pids)) / 1e6
