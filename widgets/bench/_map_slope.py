"""What hours add to a desk with its map: `python -m widgets.bench._map_slope HOURS` prints the
slope and what is held at the end. In a process of its own, as a desk that has just been started.

The city's clock runs `SPEED` times as fast. Before each sample Chromium's garbage is collected
(`_garbage`): 720 times as fast and with it, the same desk gave anything from -2 to 5 MB an hour,
because a page's heap goes up and down by 15 MB within a minute.
"""

import asyncio
import subprocess
import sys
import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from app.child import ROOT
from app.city import load_city
from app.core.clock import Clock, SystemClock, from_datetime, to_datetime
from app.core.model import Ms
from app.sim.pace import PacedClock
from widgets.bench import _garbage as garbage
from widgets.bench._desk import measure
from widgets.bench._map_views import (
    CITY,
    below,
    drawn,
    environment_of_a_desk,
    map_panel,
    pss_of,
    started_as,
)
from widgets.session import Session

SPEED = 240.0
HOUR_S = 3600.0 / SPEED
WARM_H = 4.0
STEP_S = 5.0
MORNING = 8
"""The hours from here on are measured, by the city's clock: its buses drive then and its events
come; by night the same desk grows by less."""
SETTLES_S = 1.0
"""What was collected is given back to the system within this time."""


def slope(hours: float) -> tuple[float, float]:
    """MB an hour that the desk with its map grows by, over so many accelerated hours after the
    first `WARM_H`, and MB that it holds at the end; of Chromium what it keeps, without garbage."""
    command = [sys.executable, "-m", "widgets.bench._map_slope", str(hours)]
    done = subprocess.run(
        command,
        env=environment_of_a_desk(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=tuple[float, float])


def tell(hours: float) -> None:
    """The same in this process; prints it."""
    real, port = SystemClock(), garbage.allow()
    clock = PacedClock(real, _begin(real), SPEED)

    async def work(session: Session) -> list[tuple[float, float]]:
        await drawn(await map_panel(session))
        # The workers of live video begin with the city's platform, once, and are no growth.
        while not any(started_as(b"app.video.worker", pid) for pid in below("self", None)):  # noqa: ASYNC110
            await asyncio.sleep(STEP_S)
        await asyncio.sleep(WARM_H * HOUR_S)
        samples: list[tuple[float, float]] = []
        begun = time.monotonic()
        while (hour := (time.monotonic() - begun) / HOUR_S) < hours:
            await garbage.collect(port)
            await asyncio.sleep(SETTLES_S)
            samples.append((hour, tree_pss(session)))
            await asyncio.sleep(STEP_S - SETTLES_S)
        return samples

    at, held = zip(*measure(work, CITY, clock=clock, scene="map"), strict=True)
    found = float(np.polyfit(at, held, 1)[0]), held[-1]
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


def _begin(clock: Clock) -> Ms:
    """The last whole day of the city, `WARM_H` before its morning: what is measured is the day."""
    zone = ZoneInfo(load_city(CITY).config.zone)
    yesterday = to_datetime(clock.now(), zone) - timedelta(days=1)
    morning = yesterday.replace(hour=MORNING, minute=0, second=0)
    return from_datetime(morning - timedelta(hours=WARM_H))


def tree_pss(session: Session) -> float:
    """MB (10^6, PSS) of this process and all below it, without what only simulates: the
    demonstration city, and its platform of video."""
    pids = below("self", session.runtime.simulator_pid)
    ours = [pid for pid in pids if pid == "self" or not started_as(b"app.sim", pid)]
    return sum(map(pss_of, ours)) / 1e6


if __name__ == "__main__":
    tell(float(sys.argv[1]))
