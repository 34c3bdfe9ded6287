"""`ws-json`: our own envelope over a WebSocket (app.core.envelope, docs/asyncapi.yaml)."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import (
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
    WebSocketException,
)

from app.config import FeedConfig
from app.core import envelope
from app.core.catalog import HOUR, SECOND
from app.core.envelope import Delta, Gone, History, Refilled, Snapshot, Subscribe, Welcome
from app.core.message import message
from app.core.model import Reading
from app.core.privacy import Privacy
from app.feeds._base import LOCAL, Feed, Lost, Refused, Surroundings
from app.feeds._continuity import Continuity
from app.feeds._frames import decode_leniently, decode_strict
from app.feeds._history import Windows
from app.feeds._sink import Sink
from app.feeds._socket import BulkConnection
from app.feeds._tls import client_context
from app.formats._base import DECODE_ERRORS
from app.options import bad, options_of, said

OVERLAP_MS = HOUR
"""After an absence the history is asked for from this long before it: what was observed just
before the line broke may have been on its way."""

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `ws-json` feed. `history_hours` is how far back the history is asked for,
    once and day by day or period by period (0: not at all); `silence_s` after which a dumb server
    is left (0: three expected periods, at least a minute); `allow_plain` permits a token without
    TLS."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    topics: Annotated[tuple[str, ...], said("what to subscribe to, with + and a last #")] = ("#",)
    history_hours: Annotated[
        float, msgspec.Meta(ge=0, le=24 * 366 * 5), said("how far back the past is asked for, once")
    ] = 0.0
    open_s: Annotated[Seconds, said("longest handshake")] = 10.0
    welcome_s: Annotated[Seconds, said("longest wait for the first word")] = 10.0
    ping_s: Annotated[Seconds, said("between pings, and for their answer")] = 20.0
    silence_s: Annotated[
        float, msgspec.Meta(ge=0), said("a dumb server is left; 0: three periods, at least 60 s")
    ] = 0.0
    allow_plain: Annotated[bool, said("send the token without TLS")] = False


class WsJson(Feed, kind="ws-json"):
    """Subscribes by topic, takes a snapshot, then deltas; finds gaps and has them refilled.

    Address: `ws://` or `wss://`. The credential is sent as the subscription's token.
    """

    settings = Options
    example = """
        [[feed]]
        id = "province"
        kind = "ws-json"
        name_zh = "省级平台"
        name_en = "Provincial platform"
        url = "wss://platform.example/feed"
        credential = "province"
        expected_period_s = 5

        [feed.options]
        topics = ["reading/#", "warning"]
        history_hours = 24
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        self._continuity = Continuity()
        self._windows: Windows | None = None
        if config.map:
            raise bad(config.id, "map", "ws-json has records of its own; use mqtt")
        if not config.url.startswith(("ws://", "wss://", "sim://")):
            raise bad(config.id, "url", "ws:// or wss://")

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection (see Feed.run)."""
        url = self.url()
        token = self._token(url)
        options = self.options
        try:
            async with connect(
                url,
                create_connection=BulkConnection,
                compression=None,
                proxy=None,
                ssl=client_context(self.config.tls) if url.startswith("wss://") else None,
                open_timeout=options.open_s,
                ping_interval=options.ping_s,
                ping_timeout=options.ping_s,
                close_timeout=2,
                max_size=self.config.limits.max_bytes,
                user_agent_header=None,
            ) as socket:
                assert isinstance(socket, BulkConnection)
                talk = _Talk(self, sink, up, socket, token)
                await talk.listen()
        except ssl.SSLCertVerificationError as error:
            raise Refused(message("feed.certificate", error=error.verify_message)) from error
        except InvalidStatus as error:
            status = error.response.status_code
            if status in (401, 403):
                raise Refused(message("feed.credentials")) from error
            raise Lost(message("feed.http_status", status=status)) from error
        except InvalidURI as error:
            raise Refused(bad(self.config.id, "url", str(error)).reason) from error
        except (InvalidHandshake, WebSocketException) as error:
            raise Lost(message("feed.closed", error=type(error).__name__)) from error

    def _token(self, url: str) -> str:
        if not self.config.credential:
            return ""
        host = urlsplit(url).hostname or ""
        if url.startswith("ws://") and host not in LOCAL and not self.options.allow_plain:
            raise Refused(message("feed.plain_credential", feed=self.config.id))
        return self.around.secrets.find(self.config.credential).reveal()

    def silence(self) -> float:
        """Seconds without a word after which the server counts as dumb."""
        return self.options.silence_s or max(60.0, 3 * self.config.expected_period_s)


class _Talk:
    """One connection's conversation."""

    def __init__(
        self, feed: WsJson, sink: Sink, up: Callable[[], None], socket: BulkConnection, token: str
    ) -> None:
        self._feed = feed
        self._sink = sink
        self._up = up
        self._socket = socket
        self._token = token
        self._line = feed._continuity
        self._welcomed = asyncio.Event()
        self._resuming = False
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
            await asyncio.wait_for(self._welcomed.wait(), self._feed.options.welcome_s)
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

    def _frames(self, frames: list[bytes | bytearray]) -> None:
        self._heard = True
        sink = self._sink
        line = self._line
        readings: list[Reading] = []
        for data in frames:
            try:
                frame = decode_strict(data)
            except DECODE_ERRORS:
                lenient = decode_leniently(data, sink.reject)
                if lenient is None:
                    continue
                frame = lenient
            if (
                type(frame) is Delta
                and frame.prev == line.last
                and frame.seq > frame.prev
                and line.last
                and not self._resuming
                and not _others(frame)
            ):
                line.last = frame.seq
                readings += frame.readings
                continue
            if readings:
                sink.readings(readings)
                readings = []
            self._frame(frame)
        if readings:
            sink.readings(readings)
        sink.touch()

    def _frame(self, frame: envelope.ServerFrame) -> None:
        if isinstance(frame, Welcome):
            self._welcome(frame)
        elif isinstance(frame, envelope.Refused):
            self._refused = Refused(message("feed.refused", reason=frame.reason))
            self._socket.transport.close()
        elif not self._welcomed.is_set():
            self._sink.reject("before_welcome", frame)
        elif isinstance(frame, Gone):
            self._answered(frame)
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
        else:
            self._delta(frame)

    def _welcome(self, frame: Welcome) -> None:
        if frame.version != envelope.VERSION:
            self._refused = Refused(message("feed.version", version=frame.version))
            self._socket.transport.close()
            return
        line, options, sink = self._line, self._feed.options, self._sink
        self._resuming = line.welcome(frame.session)
        sink.serves(frame.world)
        self._say(
            Subscribe(
                topics=list(options.topics),
                session=frame.session if self._resuming else "",
                after=line.last,
                token=self._token,
            )
        )
        if not self._resuming:
            self._note_absence()
            self._ask_history()
        self._welcomed.set()
        self._up()

    def _note_absence(self) -> None:
        """What was observed since the source was last heard is missing; all of it, if never."""
        hours = self._feed.options.history_hours
        if not hours:
            return
        now = self._sink.clock.now()
        oldest = now - round(hours * HOUR)
        windows = self._feed._windows
        heard = self._heard_before
        if windows is None:
            past = self._feed.around.past(self._sink.config.id)
            period = round(self._sink.config.expected_period_s * SECOND)
            windows = self._feed._windows = Windows(past.spans if past else (), period)
            heard = past.heard if past else 0
        windows.add(max(oldest, heard - OVERLAP_MS), now)
        windows.drop_before(oldest)
        self._sink.backlog(windows.spans)

    def _ask_history(self) -> None:
        windows = self._feed._windows
        span = windows.ask() if windows is not None else None
        if span is not None:
            topics = list(self._feed.options.topics)
            self._say(History(since=span[0], until=span[1], topics=topics))

    def _history_answered(self) -> None:
        windows = self._feed._windows
        if windows is not None and windows.answered():
            self._sink.backlog(windows.spans)
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
        sink = self._sink
        if frame.readings:
            sink.readings(list(frame.readings), refilled=refilled)
        if frame.warnings:
            sink.records(frame.warnings)
        if frame.events:
            sink.records(frame.events)
        if frame.devices:
            sink.records(frame.devices)
        if frame.stocks:
            sink.records(frame.stocks)
        if frame.positions:
            sink.positions(frame.positions)

    def _answered(self, frame: Refilled | Gone) -> None:
        if isinstance(frame, Refilled) and frame.final and not frame.seq:
            self._history_answered()
        found, question = self._line.answered(frame)
        if found:
            self._sink.gap(-found)
        if question is not None:
            self._say(question)


def _others(frame: Delta) -> bool:
    """Whether a frame holds anything beside readings."""
    return bool(frame.events or frame.warnings or frame.devices or frame.positions or frame.stocks)


def _size(frame: Delta) -> int:
    return (
        len(frame.readings)
        + len(frame.events)
        + len(frame.warnings)
        + len(frame.devices)
        + len(frame.positions)
        + len(frame.stocks)
    )
