"""One connection of a client of the envelope, as its server sees it."""

import asyncio
import contextlib
import hmac
from collections import deque
from collections.abc import Mapping

import msgspec
from websockets.asyncio.server import ServerConnection

from app.core import envelope
from app.core.health import FeedHealth
from app.core.model import Ms
from app.serving.ring import Frame, encoded, fields
from app.serving.state import State
from app.serving.topics import Topics

SNAPSHOT_PART = 500
BUNDLE_BYTES = 1_048_576
"""What goes into one message of a client that takes bundles; a quarter of what a feed takes."""
SUBSCRIBE_S = 20.0
"""Who does not say in this time what it wants gives its place to others."""


class Client:
    """One connection. Until it subscribes it is told nothing."""

    def __init__(self, session: State, socket: ServerConnection) -> None:
        self._session = session
        self._socket = socket
        self._topics: Topics | None = None
        self._bundles = False
        self._let_in = not session.manners.token
        self._last = 0
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._rows: dict[str, FeedHealth] = {}
        self._impossible: dict[str, Ms] = {}
        self._complete_due = False  # all rows, once there are any
        self._alive = False  # a sign of life is due, whether there are rows or not
        self._there = asyncio.Event()
        self._answering = asyncio.Lock()  # deltas wait while a snapshot or refill goes out
        self._history: asyncio.Task[None] | None = None

    @property
    def subscribed(self) -> bool:
        """Whether it was let in and asked for something."""
        return self._topics is not None

    @property
    def path(self) -> str:
        """What of this server it connected to."""
        request = self._socket.request
        return request.path if request is not None else ""

    def cut(self) -> None:
        """End the connection without a word."""
        self._socket.transport.abort()

    async def run(self) -> None:
        """Welcome, then answer requests while frames are sent beside."""
        session = self._session
        welcome = envelope.Welcome(
            session=session.id,
            server=f"chengmai-{session.manners.name}",
            world=session.manners.world,
            now=session.clock.now(),
        )
        await self._send(welcome)
        sender = asyncio.create_task(self._send_waiting(), name="serving sender")
        leave = asyncio.get_running_loop().call_later(SUBSCRIBE_S, self._leave_if_dumb)
        try:
            async for data in self._socket:
                if not await self._answer(data):
                    return
        finally:
            leave.cancel()
            for task in (sender, self._history):
                if task is not None:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

    def tell(self, frame: Frame) -> None:
        """Queue a frame's part for this client. A client that does not read loses frames here,
        sees the gap by `prev` and asks for a refill."""
        if self._topics is None:
            return
        part = frame.part.chosen(self._topics)
        if not part:
            return
        prev, self._last = self._last, frame.seq
        manners = self._session.manners
        if len(self._waiting) >= manners.waiting_frames or self._bytes >= manners.waiting_bytes:
            return
        data = frame.delta(part, prev)
        self._waiting.append(data)
        self._bytes += len(data)
        self._there.set()

    def tell_health(self, rows: Mapping[str, FeedHealth], impossible: Mapping[str, Ms]) -> None:
        """Queue rows; of one source only the newest waits, so a slow client loses none."""
        if self._topics is not None:
            self._rows.update(rows)
            self._impossible.update(impossible)
            self._alive = True
            self._there.set()

    def _leave_if_dumb(self) -> None:
        if self._topics is None:
            self._socket.transport.close()

    async def _send_waiting(self) -> None:
        while True:
            await self._there.wait()
            async with self._answering:
                self._there.clear()
                while self._waiting or self._alive:
                    await self._socket.send(self._next(), text=True)

    def _next(self) -> bytes:
        if not self._waiting:
            return self._health()
        if not self._bundles:
            return self._take()
        bundle = [self._take()]
        size = len(bundle[0])
        while self._waiting and size + len(self._waiting[0]) < BUNDLE_BYTES:
            bundle.append(self._take())
            size += len(bundle[-1])
        return b"[" + b",".join(bundle) + b"]" if len(bundle) > 1 else bundle[0]

    def _take(self) -> bytes:
        data = self._waiting.popleft()
        self._bytes -= len(data)
        return data

    def _health(self) -> bytes:
        rows, self._rows, self._alive = self._rows, {}, False
        doubted, self._impossible = self._impossible, {}
        complete = self._complete_due and bool(self._session.health)
        self._complete_due = self._complete_due and not complete
        found = list(self._session.health.values()) if complete else list(rows.values())
        doubted = self._session.impossible if complete else doubted
        wanted = [item for item in doubted.items() if self._topics and self._topics.wants(item[0])]
        some = dict(wanted[-envelope.MOST_IMPOSSIBLE :])
        now = self._session.clock.now()
        return encoded(envelope.Health(now, found, complete, some))

    async def _answer(self, data: str | bytes) -> bool:
        try:
            request = msgspec.json.decode(data, type=envelope.ClientFrame)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            await self._send(envelope.Refused(reason="not a frame of this envelope"))
            return False
        if isinstance(request, envelope.Subscribe):
            self._let_in = self._let_in or self._token_fits(request.token)
        if not self._let_in:
            await self._send(envelope.Refused(reason="token"))
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
            self._history = asyncio.create_task(self._tell_history(request), name="history")
        return True

    def _token_fits(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._session.manners.token.encode())

    async def _subscribe(self, request: envelope.Subscribe) -> None:
        session = self._session
        self._topics = Topics(request.topics)
        self._complete_due = True
        self._bundles = request.bundles
        held = session.ring.oldest(session.seq + 1)
        if request.session == session.id and held - 1 <= request.after <= session.seq:
            self._last = session.seq
            await self._refill(request.after + 1, session.seq)
        else:
            # How sources are doing comes first: it decides which of two gives a value.
            await self._tell_complete()
            await self._snapshot()
        if self._complete_due:
            await self._tell_complete()

    async def _tell_complete(self) -> None:
        """All rows, now, or with the first news where none are known yet."""
        if self._session.health:
            await self._socket.send(self._health(), text=True)

    async def _snapshot(self) -> None:
        session, topics = self._session, self._topics
        assert topics is not None
        # Deltas from here on follow this number; they wait until the snapshot is out.
        seq, at = session.seq, session.clock.now()
        self._last = seq
        for part in session.book.newest(topics, SNAPSHOT_PART):
            if part:
                await self._send(envelope.Snapshot(seq=seq, sent=at, final=False, **fields(part)))
                await asyncio.sleep(0)
        await self._send(envelope.Snapshot(seq=seq, sent=at, final=True))

    async def _refill(self, first: int, last: int) -> None:
        """The frames still held, filtered, the last one final; `Gone` for older ones."""
        session, topics = self._session, self._topics or Topics(())
        oldest = session.ring.oldest(session.seq + 1)
        last = min(last, session.seq)
        if first < oldest and first <= last:
            await self._send(envelope.Gone(first=first, last=min(last, oldest - 1)))
        found = session.ring.between(max(first, oldest), last)
        previous = max(first, oldest) - 1
        for frame in found:
            part = frame.part.chosen(topics)
            final = frame is found[-1]
            if part or final:
                told = fields(part)
                await self._send(
                    envelope.Refilled(
                        seq=frame.seq, prev=previous, sent=frame.sent, final=final, **told
                    )
                )
                previous = frame.seq

    async def _tell_history(self, request: envelope.History) -> None:
        async with contextlib.aclosing(self._session.book.history(request)) as frames:
            async for frame in frames:
                await self._send(frame)

    async def _send(self, frame: msgspec.Struct) -> None:
        await self._socket.send(encoded(frame), text=True)
