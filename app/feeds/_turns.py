"""When what comes over a busy line is looked at: what came in a turn together, before a batch goes.

A message that is taken by itself costs more than its own work: with 500 feeds everything that
belongs to one of them has left the processor's caches when its next message comes. Taken two at a
time, 9,000 messages a second cost 37 % of a core instead of 59. The batch to the windows leaves
every 100 ms, so what is taken just before it reaches them no later than what was taken at once. A
line on which nothing came for a turn is heard at once (docs/decisions/0009-windows-first.md).
"""

import asyncio
from collections.abc import Callable

STEP = 8
"""So many lines are taken before the loop does other things."""


class Turns:
    """What the lines of one loop have gathered. Without `begin` nothing is gathered."""

    def __init__(self) -> None:
        self.every_s = 0.0
        """How long a turn lasts; 0: nobody calls `take`."""
        self._waiting: dict[Callable[[], None], None] = {}

    def __len__(self) -> int:
        """How many lines wait."""
        return len(self._waiting)

    def begin(self, every_s: float) -> None:
        """From now on `take` is called so often."""
        self.every_s = every_s

    def end(self) -> None:
        """`take` is called no more: what waits is taken now, and all else at once."""
        self.every_s = 0.0
        waiting, self._waiting = self._waiting, {}
        for take in waiting:
            take()

    def wait(self, take: Callable[[], None]) -> None:
        """`take` is called when the turn ends, once; it must not raise."""
        self._waiting[take] = None

    async def take(self) -> None:
        """The turn ends."""
        waiting, self._waiting = self._waiting, {}
        for number, take in enumerate(waiting, 1):
            take()
            if number % STEP == 0:
                await asyncio.sleep(0)
