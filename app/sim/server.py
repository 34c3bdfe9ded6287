"""The WebSocket side of the simulator: serves app/core/envelope.py on loopback."""

import asyncio
from collections.abc import AsyncGenerator, Iterator

from app.core import envelope
from app.core.clock import Clock
from app.core.model import Reading, World
from app.serving.session import Session
from app.serving.state import Manners
from app.serving.told import Part, Told
from app.serving.topics import Topics
from app.sim.history import HistoryDesk
from app.sim.world import SimulatedCity

RING_FRAMES = 2400
"""Frames kept for a refill: 20 minutes at two a second."""

MANNERS = Manners(name="sim", world=World.DEMO, ring_frames=RING_FRAMES)


class WebSocketServer:
    """One session of the city: the book of its session."""

    def __init__(self, city: SimulatedCity, clock: Clock) -> None:
        self.city = city
        self.clock = clock
        self._history = HistoryDesk(city, clock)
        self._held: dict[str, Reading] = {}  # the newest of every key as of the last frame
        self._session = Session(self, clock, MANNERS, self._stands)

    @property
    def session(self) -> str:
        """The session's name."""
        return self._session.state.id

    async def start(self, port: int) -> int:
        """Work out how the city stands, then listen on loopback; gives the port."""
        now = self.clock.now()
        self._held = {item.key: item for item in self.city.readings.latest(now)}
        for _ in self.city.alarms.prepare(now):
            await asyncio.sleep(0)
        return await self._session.start(port)

    async def stop(self) -> None:
        """Close every connection and the port."""
        await self._session.stop()

    def publish(self, told: Told) -> None:
        """Tell every client what happened, as far as it asked for it."""
        for reading in told.readings:
            held = self._held.get(reading.key)
            if held is None or reading.observed >= held.observed:
                self._held[reading.key] = reading
        if self.city.cut is not None:
            self._session.cut()
        self._session.publish(Part(told))

    def _stands(self, path: str) -> bool:
        cut = self.city.cut
        return cut is None or not cut.breaks(path, self.clock.now())

    def newest(self, topics: Topics, part: int) -> Iterator[Part]:
        """How everything wanted stands, in parts: alarms first. The readings are those of the
        frames told, worked out once for all clients."""
        open_: list[str] = []
        for told in self.city.records(self.clock.now(), part, topics):
            open_ += [event.id for event in told.events]
            open_ += [warning.id for warning in told.warnings]
            yield Part(told)
        if topics.wants("event") or topics.wants("warning"):
            yield Part(Told(), open=tuple(open_))
        readings = [item for key, item in self._held.items() if topics.wants(key)]
        for first in range(0, len(readings), part):
            yield Part(Told(readings=readings[first : first + part]))

    def history(self, request: envelope.History) -> AsyncGenerator[envelope.Refilled, None]:
        """The frames of an answer (see HistoryDesk)."""
        return self._history.answer(request)
