"""`websocket`: somebody else's WebSocket; every message is a payload of the format."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, ClassVar
from urllib.parse import quote

import msgspec
from websockets.exceptions import ConnectionClosed

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Lost, Refused, Surroundings
from app.feeds._credential import credential
from app.feeds._intake import Intake
from app.feeds._sink import Sink
from app.feeds._socket import BulkConnection
from app.feeds._web_line import Opening, open_socket
from app.formats._base import Payload
from app.options import bad, options_of, said

_CREDENTIAL = "{credential}"
_SMALL_BYTES = 32_768
_MAX_WAITING = 1_048_576  # bytes that wait here before the reading of the line pauses
_SHOWN = 120
_LOOKED = 4096

Texts = tuple[Annotated[str, msgspec.Meta(max_length=10_000)], ...]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `websocket` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    hello: Annotated[
        Texts, said("messages sent at once, in order; {credential} becomes the secret")
    ] = ()
    headers: Annotated[dict[str, str], said("of the request; {credential} becomes the secret")] = {}
    protocols: Annotated[tuple[str, ...], said("sub-protocols to offer")] = ()
    heartbeat: Annotated[Texts, msgspec.Meta(max_length=1), said("sent again and again")] = ()
    heartbeat_s: Annotated[float, msgspec.Meta(gt=0, le=3600), said("between two of them")] = 30.0
    answers: Annotated[
        dict[str, str], said("messages that are no payload, and what is answered (empty: nothing)")
    ] = {}
    refused_by: Annotated[
        Texts, said("a message with one of these words means that we are not welcome")
    ] = ()
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest handshake")] = 10.0
    ping_s: Annotated[
        float, msgspec.Meta(ge=0, le=3600), said("WebSocket ping and its answer; 0: none")
    ] = 20.0
    silence_s: Annotated[
        float,
        msgspec.Meta(ge=0),
        said("without a message the line is left; 0: three periods, at least 60"),
    ] = 0.0
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class Websocket(Feed, kind="websocket"):
    """Address: `ws://` or `wss://`, with `{credential}` in it where the service wants a key there.

    Text and binary messages are payloads. What must be said first (a subscription; aisstream gives
    three seconds for it) stands in `hello` and goes out with the handshake's last byte.
    """

    settings = Options
    example = """
        [[feed]]
        id = "coast-ships"
        kind = "websocket"
        format = "ais"
        name_zh = "沿海船舶"
        name_en = "Ships along the coast"
        url = "wss://stream.aisstream.io/v0/stream"
        credential = "aisstream"
        expected_period_s = 10

        [feed.options]
        hello = ['{"APIKey": "{credential}", "BoundingBoxes": [[[33.0, 118.0], [34.5, 120.5]]]}']
        refused_by = ["Api Key Is Not Valid"]
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        for url in (config.url, *config.also):
            if not url.startswith(("ws://", "wss://", "sim://")):
                raise bad(config.id, "url", "ws:// or wss://")
        self._format = self.format()

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection (see Feed.run)."""
        options = self.options
        url = self.url()
        secret = credential(
            self, url, secure=url.startswith("wss://"), allow_plain=options.allow_plain
        )
        key = secret.reveal() if secret else ""
        opening = Opening(
            open_s=options.open_s,
            ping_s=options.ping_s,
            headers={
                name: text.replace(_CREDENTIAL, key) for name, text in options.headers.items()
            },
            protocols=options.protocols,
        )
        address = url.replace(_CREDENTIAL, quote(key, safe=""))
        async with open_socket(address, self.config, opening) as socket:
            if not self._format.urgent:
                socket.gather(self.around.shared.turns)
            for text in options.hello:
                await socket.send(filled(text, key))
            up()
            await _Talk(self, socket, sink, Intake(self._format, sink)).listen()

    def silence(self) -> float:
        """Seconds without a message after which the other side counts as dumb."""
        return self.options.silence_s or max(60.0, 3 * self.config.expected_period_s)


def filled(template: str, key: str) -> str:
    """A message with the credential in it; in JSON it is quoted as JSON wants it."""
    if template.lstrip().startswith(("{", "[")):
        key = msgspec.json.encode(key).decode()[1:-1]
    return template.replace(_CREDENTIAL, key)


class _Talk:
    """One connection's conversation."""

    def __init__(self, feed: Websocket, socket: BulkConnection, sink: Sink, intake: Intake) -> None:
        self._options = feed.options
        self._silence = feed.silence()
        self._socket = socket
        self._sink = sink
        self._intake = intake
        self._waiting: deque[bytes | bytearray] = deque()
        self._size = 0
        self._came = asyncio.Event()
        self._heard_at = 0.0  # by the clock of the loop
        self._over = False
        self._rests = True  # nothing waits or is being taken
        self._answers = {text.encode(): reply for text, reply in feed.options.answers.items()}
        self._refusals = [text.encode() for text in feed.options.refused_by]
        self._plain = not self._answers and not self._refusals
        self._time = asyncio.get_running_loop().time

    async def listen(self) -> None:
        """Until the connection ends and what came before was taken; then raises why."""
        self._heard_at = self._time()
        self._socket.deliver_to(self._messages)
        tasks = [
            asyncio.create_task(self._end(), name="websocket end"),
            asyncio.create_task(self._beat(), name="websocket heartbeat"),
        ]
        try:
            await self._take()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket.failure is not None:
            raise self._socket.failure
        close = self._socket.protocol.close_rcvd or self._socket.protocol.close_sent
        raise Lost(message("feed.closed", error=str(int(close.code)) if close else "1006"))

    async def _end(self) -> None:
        await self._socket.wait_closed()
        self._over = True
        self._came.set()

    def _messages(self, frames: list[bytes | bytearray]) -> None:
        self._heard_at = self._time()
        size = sum(map(len, frames))
        if self._plain and self._rests and size <= _SMALL_BYTES:
            # Nothing is being taken and nothing is to be answered: they need no task to be woken.
            now = self._sink.touch()
            self._intake.take(*(Payload(bytes(frame), now) for frame in frames))
            return
        self._rests = False
        self._waiting.extend(frames)
        self._size += size
        self._came.set()
        if self._size > _MAX_WAITING:
            self._socket.transport.pause_reading()

    async def _take(self) -> None:
        while not self._over:
            try:
                async with asyncio.timeout_at(self._heard_at + self._silence):
                    await self._came.wait()
            except TimeoutError as error:
                if self._time() < self._heard_at + self._silence:
                    continue
                raise Lost(message("feed.silent", seconds=round(self._silence))) from error
            self._came.clear()
            await self._rest()
            self._rests = True
            if not self._socket.transport.is_closing():
                self._socket.transport.resume_reading()

    async def _rest(self) -> None:
        """Everything that waits, the small ones together."""
        while self._waiting:
            small: list[Payload] = []
            now, size = self._sink.touch(), 0
            while self._waiting and size <= _SMALL_BYTES:
                data = bytes(self._waiting.popleft())
                self._size -= len(data)
                if await self._spoken(data):
                    continue
                small.append(Payload(data, now))
                size += len(data)
            if size <= _SMALL_BYTES:
                self._intake.take(*small)
                continue
            for payload in small:
                await self._intake.take_slowly(payload)

    async def _spoken(self, data: bytes) -> bool:
        """Whether a message is none of the payloads; it is answered."""
        if self._answers and (reply := self._answers.get(data.strip())) is not None:
            with suppress(ConnectionClosed):
                if reply:
                    await self._socket.send(reply)
            return True
        if any(word in data[:_LOOKED] for word in self._refusals):
            said = data[:_SHOWN].decode("utf-8", "replace")
            raise Refused(message("feed.refused", reason=said))
        return False

    async def _beat(self) -> None:
        with suppress(ConnectionClosed):  # the end is told by who waits for it
            while True:
                await asyncio.sleep(self._options.heartbeat_s)
                for text in self._options.heartbeat:
                    await self._socket.send(text)
