"""Answers to questions for history: all clients in turn, at a rate that leaves the beat time."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from app.core import envelope
from app.core.catalog import DAY
from app.core.clock import Clock
from app.core.model import Reading
from app.sim.topics import Topics
from app.sim.world import SimulatedCity

PART = 2000
REST = 2.0
"""After work on days gone by the desk rests this many times as long; the last day, which fills
the sparks of a first start, is answered without a rest."""

_KNOWN_TOPICS = 500


class HistoryDesk:
    """One desk for all clients: whatever their number, one series is worked out at a time."""

    def __init__(self, city: SimulatedCity, clock: Clock) -> None:
        self._city = city
        self._clock = clock
        self._turn = asyncio.Lock()
        self._topics: dict[tuple[str, ...], Topics] = {}

    async def answer(self, request: envelope.History) -> AsyncIterator[envelope.Refilled]:
        """The frames of an answer, the last one final."""
        now = self._clock.now()
        rest = 0.0 if request.until > now - DAY else REST
        topics = self._chosen(tuple(request.topics))
        parts = self._city.history(request.since, request.until, now, topics)
        held: list[Reading] = []
        while (readings := await self._next(parts, rest)) is not None:
            held.extend(readings)
            while len(held) >= PART:
                yield envelope.Refilled(seq=0, readings=held[:PART])
                del held[:PART]
        yield envelope.Refilled(seq=0, readings=held, final=True)

    async def _next(self, parts: Iterator[list[Reading]], rest: float) -> list[Reading] | None:
        async with self._turn:
            begin = time.perf_counter()
            found = next(parts, None)
            await asyncio.sleep(rest * (time.perf_counter() - begin))
        return found

    def _chosen(self, patterns: tuple[str, ...]) -> Topics:
        if patterns not in self._topics:
            if len(self._topics) >= _KNOWN_TOPICS:
                self._topics.clear()
            self._topics[patterns] = Topics(patterns)
        return self._topics[patterns]
