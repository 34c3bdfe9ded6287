"""Answers to questions for history: all clients in turn, at a rate that leaves the beat time."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, nullcontext

from app.core import envelope
from app.core.catalog import DAY
from app.core.clock import Clock
from app.core.model import Reading
from app.serving.topics import Topics
from app.sim.world import SimulatedCity

PART = 2000
REST = 2.0
"""After work on days gone by the desk rests this many times as long. The last day, which fills
the sparks of a first start, comes before all others and without a rest."""

_KNOWN_TOPICS = 500


class HistoryDesk:
    """One desk for all clients: whatever their number, one series is worked out at a time."""

    def __init__(self, city: SimulatedCity, clock: Clock) -> None:
        self._city = city
        self._clock = clock
        self._turn = asyncio.Lock()
        self._recent = 0  # questions for the last day that are being answered
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._topics: dict[tuple[str, ...], Topics] = {}

    async def answer(self, request: envelope.History) -> AsyncGenerator[envelope.Refilled, None]:
        """The frames of an answer, the last one final."""
        now = self._clock.now()
        recent = request.until > now - DAY
        topics = self._chosen(tuple(request.topics))
        parts = self._city.history(request.since, request.until, now, topics)
        held: list[Reading] = []
        with self._counted() if recent else nullcontext():
            while (readings := await self._next(parts, recent)) is not None:
                held.extend(readings)
                while len(held) >= PART:
                    yield envelope.Refilled(seq=0, readings=held[:PART])
                    del held[:PART]
            yield envelope.Refilled(seq=0, readings=held, final=True)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._recent += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._recent -= 1
            if not self._recent:
                self._quiet.set()

    async def _next(self, parts: Iterator[list[Reading]], recent: bool) -> list[Reading] | None:
        """The next series that has something to tell."""
        if not recent:
            await self._quiet.wait()
        async with self._turn:
            begin = time.perf_counter()
            found = next((readings for readings in parts if readings), None)
            spent = time.perf_counter() - begin
            await asyncio.sleep(0 if recent else REST * spent)
        return found

    def _chosen(self, patterns: tuple[str, ...]) -> Topics:
        if patterns not in self._topics:
            if len(self._topics) >= _KNOWN_TOPICS:
                self._topics.clear()
            self._topics[patterns] = Topics(patterns)
        return self._topics[patterns]
