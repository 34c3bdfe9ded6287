"""Answers to seats' questions for history, from the gatherer's store, one series at a time."""

import asyncio
import time
from collections.abc import AsyncGenerator

from app.core import envelope
from app.core.catalog import DAY
from app.core.clock import Clock
from app.core.model import Held, Reading
from app.gather.ledger import Ledger
from app.serving.topics import Topics
from app.store.queries import Queries

PART = 2000
REST = 1.0
"""After each series the desk rests as long as it worked, so that the beat has half of the time."""
OLDEST = 400 * DAY


class HistoryDesk:
    """One desk for all seats: whatever their number, one series is read at a time."""

    def __init__(self, ledger: Ledger, queries: Queries, clock: Clock) -> None:
        self._ledger = ledger
        self._queries = queries
        self._clock = clock
        self._turn = asyncio.Lock()

    async def answer(self, request: envelope.History) -> AsyncGenerator[envelope.Refilled, None]:
        """The frames of an answer, of one source each, the last one final."""
        since = max(request.since, self._clock.now() - OLDEST)
        for key in self._ledger.keys(Topics(request.topics)):
            if since >= request.until:
                break
            for source, readings in (await self._series(key, since, request.until)).items():
                for first in range(0, len(readings), PART):
                    yield envelope.Refilled(
                        seq=0, source=source, readings=readings[first : first + PART]
                    )
        yield envelope.Refilled(seq=0, final=True)

    async def _series(self, key: str, since: int, until: int) -> dict[str, list[Reading]]:
        async with self._turn:
            begin = time.perf_counter()
            held: list[Held] = await self._queries.readings(key, since, until)
            found: dict[str, list[Reading]] = {}
            for item in held:
                if item.source in self._ledger.readings:
                    found.setdefault(item.source, []).append(item.reading)
            await asyncio.sleep(REST * (time.perf_counter() - begin))
        return found
