"""How fast a server may be asked: so many tiles a second, so many at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Pace:
    """Turns at a server, first come, first served; used in one loop."""

    def __init__(self, rate: float, at_once: int) -> None:
        """`rate` turns a second, `at_once` at the same time."""
        self._gap = 1.0 / rate
        self._next = 0.0
        self._places = asyncio.Semaphore(at_once)
        self.waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and have it."""
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1
        try:
            loop = asyncio.get_running_loop()
            now = loop.time()
            begin = max(now, self._next)
            self._next = begin + self._gap
            if begin > now:
                await asyncio.sleep(begin - now)
            yield
        finally:
            self._places.release()
