"""`sse`: server-sent events (the EventSource of HTML's standard, section 9.2; httpx-sse).

The last id is kept between connections and sent as `Last-Event-ID`, so that a server which
remembers goes on where the line broke.
"""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, ClassVar

import httpx
import msgspec
from httpx_sse import EventSource, ServerSentEvent

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Lost, Surroundings
from app.feeds._http import HttpLine, Oversized
from app.feeds._http_auth import AuthOptions
from app.feeds._http_call import Call, address, check_addresses
from app.feeds._http_check import check_status
from app.feeds._intake import Intake
from app.feeds._oauth import OAuthOptions
from app.feeds._sink import Sink
from app.formats._base import Payload
from app.options import options_of, said

LONGEST_RETRY_S = 300.0
_TYPE = "text/event-stream"
_MAX_ID = 1000
_LARGE = 65_536


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of an `sse` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    events: Annotated[tuple[str, ...], said("names that are taken; none: all")] = ()
    params: Annotated[dict[str, str], said("of the address")] = {}
    auth: Annotated[AuthOptions, said("how the credential is sent")] = AuthOptions()
    oauth: Annotated[OAuthOptions | None, said("OAuth 2 client credentials")] = None
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest connecting")] = 10.0
    silence_s: Annotated[
        float, msgspec.Meta(ge=0), said("a server that says nothing so long is left; 0: 3 periods")
    ] = 0.0
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class Sse(Feed, kind="sse"):
    """Listens to one stream of events; the data of each is a payload, its name the topic.

    Address: `http://` or `https://`.
    """

    settings = Options
    example = """
        [[feed]]
        id = "traffic-events"
        kind = "sse"
        name_zh = "交管局事件流"
        name_en = "Traffic police, stream of events"
        url = "https://events.example/stream"
        bureau = "police"
        credential = "traffic-token"
        expected_period_s = 30

        [feed.options]
        events = ["jam", "accident"]

        [[feed.map.event]]
        id = {template = "traffic:{id}"}
        type = {value = "traffic"}
        occurred = {from = "time", time = "iso"}
        observed = {from = "time", time = "iso"}
        status = {from = "state", map = {open = "handling", closed = "closed"}}
        region = "adcode"
        title = "title"
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        options = self.options = options_of(config, Options)
        check_addresses(config)
        self._format = self.format()
        self._line = HttpLine(
            config,
            around,
            auth=options.auth,
            oauth=options.oauth,
            open_s=options.open_s,
            read_s=options.silence_s or max(60.0, 3 * config.expected_period_s),
        )
        self._last_id = ""
        self._retry_s = 0.0

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection (see Feed.run)."""
        try:
            await self._listen(sink, up)
        except Oversized as error:
            sink.reject("oversized", "")
            raise Lost(error.reason, self._retry_s) from error
        except Lost as error:
            raise Lost(error.reason, max(error.after, self._retry_s)) from error
        raise Lost(message("feed.closed", error="end"), self._retry_s)

    async def _listen(self, sink: Sink, up: Callable[[], None]) -> None:
        """Until the server ends the stream."""
        headers = {"Accept": _TYPE, "Accept-Encoding": "identity", "Cache-Control": "no-store"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        call = Call("GET", address(self.url(), self.options.params), headers)
        intake = Intake(self._format, sink)
        async with self._line.open(call) as response:
            check_status(response.status_code, response.headers.get("retry-after", ""))
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != _TYPE or response.headers.get("content-encoding", "identity") != "identity":
                raise Lost(message("feed.http_type", type=kind[:60] or "-", expected=_TYPE))
            up()
            stream = _Bounded(response, self.config.limits.max_bytes, sink)
            events = EventSource(
                httpx.Response(200, headers={"Content-Type": _TYPE}, stream=stream)
            )
            async for event in events.aiter_sse():
                await self._take(event, intake, sink)

    async def _take(self, event: ServerSentEvent, intake: Intake, sink: Sink) -> None:
        if event.retry is not None:
            self._retry_s = min(max(0, event.retry) / 1000, LONGEST_RETRY_S)
        name = event.event or "message"
        if event.data and (not self.options.events or name in self.options.events):
            payload = Payload(
                event.data.encode("utf-8", "replace"), sink.touch(), (name,), name=name
            )
            if len(payload.data) > _LARGE:
                await intake.take_slowly(payload)
            else:
                intake.take(payload)
        if event.id.isascii() and event.id.isprintable():  # it goes back in a header
            self._last_id = event.id[:_MAX_ID]


class _Bounded(httpx.AsyncByteStream):
    """The bytes of a stream, as long as no event in it is over the limit: the parser behind would
    keep an event that never ends for ever. A comment is a sign of life too."""

    def __init__(self, response: httpx.Response, limit: int, sink: Sink) -> None:
        self._response = response
        self._limit = limit
        self._sink = sink

    async def __aiter__(self) -> AsyncIterator[bytes]:
        tail = b""
        size = 0
        async for chunk in self._response.aiter_raw():
            self._sink.touch()
            size += len(chunk)
            seam = (tail + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            ended = seam.rfind(b"\n\n")
            if ended >= 0:
                size = len(seam) - ended - 2
            if size > self._limit:
                raise Oversized(self._limit)
            tail = chunk[-3:] if len(chunk) >= 3 else (tail + chunk)[-3:]
            yield chunk
