"""The WebSocket side of the simulator: serves app/core/envelope.py on loopback."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from secrets import token_hex
from typing import Any, ClassVar

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from app.core import envelope
from app.core.clock import Clock
from app.core.model import Ms, Reading, World
from app.core.privacy import Privacy
from app.sim.history import HistoryDesk
from app.sim.topics import Topics
from app.sim.world import SimulatedCity, Told

RING_FRAMES = 2400
"""Frames kept for a refill: 20 minutes at two a second."""

SNAPSHOT_PART = 500
WAITING_FRAMES = 120
MAX_CLIENTS = 128
MAX_REQUEST = 262_144


class Frame(msgspec.Struct, frozen=True):
    """What was told at one tick, for every client."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    seq: int
    sent: Ms
    told: Told


class WebSocketServer:
    """One session of the city: its frames, its clients."""

    def __init__(self, city: SimulatedCity, clock: Clock) -> None:
        self.session = f"sim-{token_hex(8)}"
        self.city = city
        self.clock = clock
        self.ring: deque[Frame] = deque(maxlen=RING_FRAMES)
        self.seq = 1  # a client takes 0 for "nothing yet"
        self.history = HistoryDesk(city, clock)
        self._held: dict[str, Reading] = {}  # the newest of every key as of the last frame
        self._clients: set[Client] = set()
        self._server: Server | None = None

    async def start(self, port: int) -> int:
        """Work out how the city stands, then listen on loopback; gives the port."""
        now = self.clock.now()
        self._held = {item.key: item for item in self.city.readings.latest(now)}
        for _ in self.city.alarms.prepare(now):
            await asyncio.sleep(0)
        self._server = await serve(
            self._talk,
            "127.0.0.1",
            port,
            compression=None,
            max_size=MAX_REQUEST,
            ping_interval=20,
            ping_timeout=20,
            close_timeout=1,
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close every connection and the port."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def publish(self, told: Told) -> None:
        """Give what happened a number and hand it to every client that asked for it."""
        if not told:
            return
        self.seq += 1
        frame = Frame(self.seq, self.clock.now(), told)
        self.ring.append(frame)
        for reading in told.readings:
            held = self._held.get(reading.key)
            if held is None or reading.observed >= held.observed:
                self._held[reading.key] = reading
        for client in self._clients:
            client.tell(frame)

    def newest(self, topics: Topics, part: int) -> Iterator[Told]:
        """How everything wanted stands, in parts: alarms first. The readings are those of the
        frames told, worked out once for all clients."""
        yield from self.city.records(self.clock.now(), part, topics)
        readings = [item for key, item in self._held.items() if topics.wants(key)]
        for first in range(0, len(readings), part):
            yield Told(readings=readings[first : first + part])

    async def _talk(self, socket: ServerConnection) -> None:
        if len(self._clients) >= MAX_CLIENTS:
            await socket.send(encoded(envelope.Refused(reason="too many clients")), text=True)
            return
        client = Client(self, socket)
        self._clients.add(client)
        try:
            await client.run()
        except ConnectionClosed:
            pass  # the client left; nothing of it is kept
        finally:
            self._clients.discard(client)


def encoded(frame: msgspec.Struct) -> bytes:
    """A frame as it goes over the line."""
    return msgspec.json.encode(frame)


class Client:
    """One connection. Until it subscribes it is told nothing."""

    def __init__(self, server: WebSocketServer, socket: ServerConnection) -> None:
        self._server = server
        self._socket = socket
        self._topics: Topics | None = None
        self._last = 0
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(WAITING_FRAMES)
        self._answering = asyncio.Lock()  # deltas wait while a snapshot or refill goes out
        self._history: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Welcome, then answer requests while frames are sent beside."""
        server = self._server
        welcome = envelope.Welcome(
            session=server.session,
            server="chengmai-sim",
            world=World.DEMO,
            now=server.clock.now(),
        )
        await self._send(welcome)
        sender = asyncio.create_task(self._send_waiting(), name="sim sender")
        try:
            async for data in self._socket:
                if not await self._answer(data):
                    return
        finally:
            for task in (sender, self._history):
                if task is not None:
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                        await task

    def tell(self, frame: Frame) -> None:
        """Queue a frame's part for this client. A client that does not read loses frames here,
        sees the gap by `prev` and asks for a refill."""
        if self._topics is None:
            return
        told = frame.told.chosen(self._topics)
        if not told:
            return
        delta = envelope.Delta(seq=frame.seq, prev=self._last, sent=frame.sent, **_lists(told))
        self._last = frame.seq
        if not self._waiting.full():
            self._waiting.put_nowait(encoded(delta))

    async def _send_waiting(self) -> None:
        while True:
            data = await self._waiting.get()
            async with self._answering:
                await self._socket.send(data, text=True)

    async def _answer(self, data: str | bytes) -> bool:
        try:
            request = msgspec.json.decode(data, type=envelope.ClientFrame)
        except (msgspec.DecodeError, UnicodeError):
            await self._send(envelope.Refused(reason="not a frame of this envelope"))
            return False
        if isinstance(request, envelope.Subscribe):
            async with self._answering:
                await self._subscribe(request)
        elif isinstance(request, envelope.Refill):
            async with self._answering:
                await self._refill(request.first, request.last)
        else:
            if self._history is not None:
                self._history.cancel()
            self._history = asyncio.create_task(self._tell_history(request), name="sim history")
        return True

    async def _subscribe(self, request: envelope.Subscribe) -> None:
        server = self._server
        self._topics = Topics(request.topics)
        held = server.ring[0].seq if server.ring else server.seq + 1
        if request.session == server.session and held - 1 <= request.after <= server.seq:
            self._last = server.seq
            await self._refill(request.after + 1, server.seq)
            return
        await self._snapshot()

    async def _snapshot(self) -> None:
        server, topics = self._server, self._topics
        assert topics is not None
        # Deltas from here on follow this number; they wait until the snapshot is out.
        seq, at = server.seq, server.clock.now()
        self._last = seq
        for part in server.newest(topics, SNAPSHOT_PART):
            if part:
                await self._send(envelope.Snapshot(seq=seq, sent=at, final=False, **_lists(part)))
                await asyncio.sleep(0)
        await self._send(envelope.Snapshot(seq=seq, sent=at, final=True))

    async def _refill(self, first: int, last: int) -> None:
        """The frames still held, filtered, the last one final; `Gone` for older ones."""
        server, topics = self._server, self._topics or Topics(())
        oldest = server.ring[0].seq if server.ring else server.seq + 1
        last = min(last, server.seq)
        if first < oldest and first <= last:
            await self._send(envelope.Gone(first=first, last=min(last, oldest - 1)))
        found = [frame for frame in server.ring if max(first, oldest) <= frame.seq <= last]
        previous = max(first, oldest) - 1
        for frame in found:
            told = frame.told.chosen(topics)
            final = frame is found[-1]
            if told or final:
                await self._send(
                    envelope.Refilled(
                        seq=frame.seq,
                        prev=previous,
                        sent=frame.sent,
                        final=final,
                        **_lists(told),
                    )
                )
                previous = frame.seq

    async def _tell_history(self, request: envelope.History) -> None:
        async with contextlib.aclosing(self._server.history.answer(request)) as frames:
            async for frame in frames:
                await self._send(frame)

    async def _send(self, frame: msgspec.Struct) -> None:
        await self._socket.send(encoded(frame), text=True)


def _lists(told: Told) -> dict[str, Any]:
    return {name: getattr(told, name) for name in told.__struct_fields__}
