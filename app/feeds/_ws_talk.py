"""One connection of the `ws-json` envelope: welcome, snapshot, deltas, refills, history."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import msgspec

from app.core import envelope
from app.core.catalog import HOUR, SECOND
from app.core.envelope import Delta, Gone, Health, History, Refilled, Snapshot, Subscribe, Welcome
from app.core.message import message
from app.core.model import Backlog, Reading, Span, World
from app.feeds._base import Lost, Refused
from app.feeds._continuity import Continuity
from app.feeds._frames import decoded
from app.feeds._history import Windows
from app.feeds._sink import Sink
from app.feeds._socket import BulkConnection

OVERLAP_MS = HOUR
"""After an absence the history is asked for from this long before it: what was observed just
before the line broke may have been on its way."""


LET_IN_S = 1.0
"""A server that did not refuse a token in this time has taken it, though it may have no news."""


class Wishes(Protocol):
    """What of the options of a feed matters in a conversation."""

    @property
    def topics(self) -> tuple[str, ...]:
        """What to subscribe to."""
        ...

    @property
    def history_hours(self) -> float:
        """How far back the past is asked for, once."""
        ...

    @property
    def welcome_s(self) -> float:
        """Longest wait for the first word."""
        ...


class Hearer(Protocol):
    """Who talks: one source, or a line that brings many."""

    continuity: Continuity
    windows: Windows | None

    @property
    def options(self) -> Wishes:
        """What it wants to hear."""
        ...

    def silence(self) -> float:
        """Seconds without a word after which the server counts as dumb."""
        ...

    def sink_of(self, source: str, line: Sink) -> Sink | None:
        """Who takes the records of a source; None for one that nobody knows."""
        ...

    def serves(self, world: World, line: Sink) -> None:
        """The server says which world its records belong to."""
        ...

    def told_health(self, frame: Health) -> None:
        """The server says how its own sources are doing."""
        ...

    def past(self, line: Sink) -> Backlog | None:
        """What is known of the history already; None for nothing."""
        ...

    def owe(self, spans: tuple[Span, ...], line: Sink) -> None:
        """What of the history is still to come."""
        ...


class Talk:
    """One connection's conversation."""

    def __init__(
        self, feed: Hearer, sink: Sink, up: Callable[[], None], socket: BulkConnection, token: str
    ) -> None:
        self._feed = feed
        self._sink = sink
        self._up = up
        self._socket = socket
        self._token = token
        self._line = feed.continuity
        self._welcomed = asyncio.Event()
        self._resuming = False
        self._stands = False
        self._let_in: asyncio.TimerHandle | None = None
        self._outbox: list[msgspec.Struct] = []
        self._spoken = asyncio.Event()
        self._refused: Refused | None = None
        self._heard = True
        self._heard_before = sink.received

    async def listen(self) -> None:
        """Until the connection ends; then raises why."""
        self._socket.deliver_to(self._frames)
        sender = asyncio.create_task(self._send(), name="ws-json sender")
        watch = asyncio.create_task(self._watch(), name="ws-json watchdog")
        closed = asyncio.create_task(self._socket.wait_closed(), name="ws-json closed")
        tasks = (sender, watch, closed)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._let_in is not None:
                self._let_in.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._refused is not None:
            raise self._refused
        if self._socket.failure is not None:
            raise self._socket.failure
        for task in done:
            task.result()
        protocol = self._socket.protocol
        close = protocol.close_rcvd or protocol.close_sent
        raise Lost(message("feed.closed", error=str(int(close.code)) if close else "1006"))

    async def _watch(self) -> None:
        try:
            async with asyncio.timeout(self._feed.options.welcome_s):
                await self._welcomed.wait()
        except TimeoutError as error:
            raise Lost(message("feed.no_welcome")) from error
        while self._heard:
            self._heard = False
            await asyncio.sleep(self._feed.silence())
        raise Lost(message("feed.silent", seconds=round(self._feed.silence())))

    async def _send(self) -> None:
        while True:
            await self._spoken.wait()
            self._spoken.clear()
            outgoing, self._outbox = self._outbox, []
            for frame in outgoing:
                await self._socket.send(msgspec.json.encode(frame).decode())

    def _say(self, frame: msgspec.Struct) -> None:
        self._outbox.append(frame)
        self._spoken.set()

    # ---- what came in

    def _frames(self, received: list[bytes | bytearray]) -> None:
        self._heard = True
        line = self._line
        readings: dict[str, list[Reading]] = {}
        for frame in decoded(received, self._sink.reject, self._sink.give_way):
            if (
                type(frame) is Delta
                and frame.prev == line.last
                and frame.seq > frame.prev
                and line.last
                and not self._resuming
                and not _others(frame)
            ):
                line.last = frame.seq
                readings.setdefault(frame.source, []).extend(frame.readings)
                continue
            self._hand_on(readings)
            self._frame(frame)
        self._hand_on(readings)
        self._sink.touch()

    def _hand_on(self, readings: dict[str, list[Reading]]) -> None:
        for source, gathered in readings.items():
            sink = self._feed.sink_of(source, self._sink)
            if sink is None:
                self._sink.reject("unknown_source", source, len(gathered))
            else:
                sink.readings(gathered)
        readings.clear()

    def _frame(self, frame: envelope.ServerFrame) -> None:
        if isinstance(frame, Welcome):
            self._welcome(frame)
        elif isinstance(frame, envelope.Refused):
            self._refused = Refused(message("feed.refused", reason=frame.reason))
            self._socket.transport.close()
        elif not self._welcomed.is_set():
            self._sink.reject("before_welcome", frame)
        else:
            self._stand()
            self._served(frame)

    def _served(self, frame: envelope.ServerFrame) -> None:
        if isinstance(frame, Gone):
            self._answered(frame)
        elif isinstance(frame, Health):
            self._feed.told_health(frame)
        elif isinstance(frame, Refilled):
            if self._resuming and frame.seq:
                self._line.last = max(self._line.last, frame.seq)
            self._records(frame, refilled=True)
            self._answered(frame)
        elif isinstance(frame, Snapshot):
            if self._resuming:  # the server no longer holds what was missed
                self._resuming = False
                self._note_absence()
                self._ask_history()
            self._line.last = frame.seq
            self._records(frame)
        elif isinstance(frame, Delta):
            self._delta(frame)

    def _welcome(self, frame: Welcome) -> None:
        if frame.version != envelope.VERSION:
            self._refused = Refused(message("feed.version", version=frame.version))
            self._socket.transport.close()
            return
        self._resuming = self._line.welcome(frame.session)
        self._feed.serves(frame.world, self._sink)
        self._subscribe(frame.session if self._resuming else "")
        if not self._resuming:
            self._note_absence()
            self._ask_history()
        self._welcomed.set()
        if self._token:  # the server has not said yet whether it takes it
            self._let_in = asyncio.get_running_loop().call_later(LET_IN_S, self._stand)
        else:
            self._stand()

    def _stand(self) -> None:
        if not self._stands:
            self._stands = True
            self._up()

    def _subscribe(self, session: str) -> None:
        self._say(
            Subscribe(
                topics=list(self._feed.options.topics),
                session=session,
                after=self._line.last if session else 0,
                token=self._token,
                bundles=True,
            )
        )

    def _note_absence(self) -> None:
        """What was observed since the source was last heard is missing; all of it, if never."""
        hours = self._feed.options.history_hours
        if not hours:
            return
        now = self._sink.clock.now()
        oldest = now - round(hours * HOUR)
        windows = self._feed.windows
        heard = self._heard_before
        if windows is None:
            past = self._feed.past(self._sink)
            period = round(self._sink.config.expected_period_s * SECOND)
            windows = self._feed.windows = Windows(past.spans if past else (), period)
            # Heard by another line (a gatherer's) counts only for a source asked before.
            heard = max(past.heard, heard) if past else 0
        windows.add(max(oldest, heard - OVERLAP_MS), now)
        windows.drop_before(oldest)
        self._feed.owe(windows.spans, self._sink)

    def _ask_history(self) -> None:
        windows = self._feed.windows
        span = windows.ask() if windows is not None else None
        if span is not None:
            topics = list(self._feed.options.topics)
            self._say(History(since=span[0], until=span[1], topics=topics))

    def _history_answered(self) -> None:
        windows = self._feed.windows
        if windows is not None and windows.answered():
            self._feed.owe(windows.spans, self._sink)
            self._ask_history()

    def _delta(self, frame: Delta) -> None:
        line = self._line
        if line.last and frame.seq <= line.last:
            self._sink.repeated(_size(frame))
            return
        missing = line.missing(frame.prev)
        if missing is not None:
            self._sink.gap(missing.last - missing.first + 1)
            question = line.ask(missing)
            if question is not None:
                self._say(question)
        line.last = frame.seq
        self._records(frame)
        if self._resuming:  # it goes on where the last connection ended
            self._resuming = False
            self._ask_history()

    def _records(self, frame: Snapshot | Delta | Refilled, *, refilled: bool = False) -> None:
        sink = self._feed.sink_of(frame.source, self._sink)
        if sink is None:
            self._sink.reject("unknown_source", frame.source, _size(frame))
            return
        if frame.readings:
            sink.readings(list(frame.readings), refilled=refilled)
        for records in (frame.warnings, frame.events, frame.devices, frame.stocks):
            if records:
                sink.records(records)
        if frame.positions:
            sink.positions(frame.positions)
        # Out of its turn an old list would end what was opened after it.
        if frame.open is not None and (self._resuming or not refilled):
            sink.stand(frame.open)

    def _answered(self, frame: Refilled | Gone) -> None:
        if isinstance(frame, Refilled) and frame.final and not frame.seq:
            self._history_answered()
        elif isinstance(frame, Gone) and not self._resuming:
            # What was lost may be the newest of something: it is told of anew.
            self._subscribe("")
        found, question = self._line.answered(frame)
        if found:
            self._sink.gap(-found)
        if question is not None:
            self._say(question)


def _others(frame: Delta) -> bool:
    """Whether a frame holds anything beside readings."""
    return bool(
        frame.events
        or frame.warnings
        or frame.devices
        or frame.positions
        or frame.stocks
        or frame.open is not None
    )


def _size(frame: Snapshot | Delta | Refilled) -> int:
    return (
        len(frame.readings)
        + len(frame.events)
        + len(frame.warnings)
        + len(frame.devices)
        + len(frame.positions)
        + len(frame.stocks)
    )
