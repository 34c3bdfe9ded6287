"""The simulator's time, and its beat."""

import asyncio
from collections.abc import Callable, Sequence

from app.core.catalog import HOUR
from app.core.clock import Clock
from app.core.model import Ms
from app.serving.told import Told
from app.sim.readings import SPAN
from app.sim.world import SimulatedCity

BEAT_S = 0.5
"""Deltas leave this often."""

AHEAD = HOUR
"""A new day's alarms are worked out this long before they are needed, a step a time."""


class PacedClock:
    """Starts at a moment and runs `speed` times as fast as another clock."""

    def __init__(self, base: Clock, start: Ms, speed: float) -> None:
        self._base = base
        self._zero = base.now()
        self._start = start
        self.speed = speed

    def now(self) -> Ms:
        """Milliseconds since the Unix epoch, UTC, in the simulated world."""
        return self._start + round((self._base.now() - self._zero) * self.speed)


async def beat(
    city: SimulatedCity,
    clock: Clock,
    begin: Ms,
    listeners: Sequence[Callable[[Told], object]],
) -> None:
    """Tell what has happened since `begin`, again and again, until cancelled."""
    since = begin
    while True:
        await asyncio.sleep(BEAT_S)
        until = clock.now()
        for _ in city.alarms.prepare(until + AHEAD):
            await asyncio.sleep(0)
        while since < until:
            # A quick clock or a machine that slept: the missed time is told in pieces.
            upto = min(until, since + SPAN)
            told = city.between(since, upto)
            for listener in listeners:
                listener(told)
            since = upto
            await asyncio.sleep(0)
