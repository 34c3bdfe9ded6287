"""When a stream may be tried again, and who goes first when many want to.

Waits have full jitter, so that sixty-four streams that broke together do not come back together.
After a refused password the waits are long: cameras and platforms lock out who tries quickly.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.video.tile import Weight
from app.video.wire import Fault

LEAST_S = 0.5
FIRST_S = 1.0
MOST_S = 15.0
SLOW_FIRST_S = 60.0
SLOW_MOST_S = 600.0
STEADY_S = 20.0
"""Pictures for so long begin the waits anew."""
AT_ONCE = 8
"""Streams that are being opened at the same time."""


class BackOff:
    """The waits of one camera: its streams share them, so that a wrong password is tried once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.failures = 0
        self._refusals = 0
        self._good_since = 0.0
        self.until = 0.0
        """Not before this moment (seconds of a monotonic clock)."""

    def failed(self, fault: Fault, now: float) -> float:
        """Note a failure; gives the moment of the next attempt."""
        if self._good_since and now - self._good_since >= STEADY_S:
            self.failures = 0
        self._good_since = 0.0
        if fault is Fault.CREDENTIALS:
            longest = min(SLOW_MOST_S, SLOW_FIRST_S * float(1 << min(self._refusals, 10)))
            self._refusals += 1
            wait = self._rng.uniform(max(SLOW_FIRST_S, longest / 2), longest)
        else:
            longest = min(MOST_S, FIRST_S * float(1 << min(self.failures, 10)))
            wait = self._rng.uniform(LEAST_S, longest)
        self.failures += 1
        self.until = max(self.until, now + wait)
        return self.until

    def good(self, now: float) -> None:
        """A picture came."""
        self._refusals = 0
        self._good_since = now
        self.until = 0.0

    def now(self) -> None:
        """Somebody asks for it, or its line is back: no more waiting, unless it was refused."""
        if not self._refusals:
            self.until = 0.0


class Opens:
    """The line before the opening of streams: the weightiest first, then the order of coming."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = at_once
        self._waiting: dict[asyncio.Future[None], tuple[int, int]] = {}
        self._count = 0

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, weight: Weight) -> AsyncIterator[None]:
        """Wait for a place and keep it while the stream is being opened."""
        await self._enter(weight)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, weight: Weight) -> None:
        if self._free:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        self._count += 1
        self._waiting[mine] = (-weight, self._count)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._leave()  # it was given a place and does not take it
            raise
        finally:
            self._waiting.pop(mine, None)

    def _leave(self) -> None:
        waiting = [future for future in self._waiting if not future.done()]
        if not waiting:
            self._free += 1
            return
        first = min(waiting, key=self._waiting.__getitem__)
        del self._waiting[first]
        first.set_result(None)
