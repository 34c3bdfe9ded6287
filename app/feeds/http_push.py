"""`http-push`: the source sends to us, over HTTP; any format."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

import msgspec

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import LOCAL, Feed, Lost, Surroundings
from app.feeds._http_body import Oversized, taken
from app.feeds._intake import Intake
from app.feeds._kept_lines import KeptLines
from app.feeds._push_check import LINE_BYTES, Remembered, Signature, SignatureOptions, bearer
from app.feeds._push_saved import Saving
from app.feeds._push_server import PushServer, Request, Response, server_context
from app.feeds._sink import Sink
from app.formats._base import DECODE_ERRORS, Payload
from app.formats._jmespath import searcher_of
from app.options import bad, options_of, said

_DEFAULT_TYPES = (
    "application/json",
    "application/ld+json",
    "application/geo+json",
    "application/x-ndjson",
    "application/xml",
    "text/xml",
    "text/csv",
    "application/cap+xml",
    "application/octet-stream",
)


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of an `http-push` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    verify: Annotated[
        Literal["bearer", "signature", "none"], said("none: on this machine's own address only")
    ] = "bearer"
    signature: Annotated[SignatureOptions, said("how the sender signs")] = SignatureOptions()
    methods: Annotated[tuple[Literal["POST", "PUT"], ...], said("that are taken")] = ("POST",)
    types: Annotated[tuple[str, ...], said("content types that are taken")] = _DEFAULT_TYPES
    id_header: Annotated[str, said("with the id of a message, taken once")] = "Idempotency-Key"
    id: Annotated[str, said("jmespath of the id, where no header has it")] = ""
    remember: Annotated[int, msgspec.Meta(ge=0, le=1_000_000), said("ids kept")] = 10_000
    answer: Annotated[
        Literal["taken", "saved"], said("saved: 202 only when the message is on our disk")
    ] = "taken"
    saved_s: Annotated[
        float, msgspec.Meta(gt=0, le=600), said("longest wait for the disk, then 503")
    ] = 10.0
    rate: Annotated[float, msgspec.Meta(gt=0), said("messages a second")] = 100.0
    concurrent: Annotated[int, msgspec.Meta(gt=0, le=1000), said("messages at once")] = 16
    body_s: Annotated[float, msgspec.Meta(gt=0, le=600), said("longest sending of a body")] = 20.0
    certificate: Annotated[str, said("file of our chain, for https")] = ""
    key: Annotated[str, said("file of its key")] = ""
    client_ca: Annotated[str, said("file: senders show a certificate of this authority")] = ""
    allow_plain: Annotated[bool, said("listen to others without TLS")] = False


class HttpPush(Feed, kind="http-push"):
    """A webhook: one address may serve several feeds, told apart by path. Answers 202 when a
    message was taken, also when it was here before, and never says more than a word. What was here
    is known after a restart too, where the store has it. With `answer = "saved"` a sender that
    repeats what was not answered loses nothing, not even where this program is killed.

    Address: `http://127.0.0.1:PORT/PATH`, or `https://` with a certificate. The credential is the
    bearer token, or the secret that senders sign with.
    """

    settings = Options
    without = ("proxy", "source_address", "also", "tls")
    example = """
        [[feed]]
        id = "hotline"
        kind = "http-push"
        name_zh = "12345 热线推送"
        name_en = "12345 hotline, pushed"
        url = "http://127.0.0.1:8460/hotline"
        bureau = "hotline"
        credential = "hotline-push"
        expected_period_s = 300

        [feed.options]
        verify = "signature"
        id = "ticketId"
        signature = {header = "X-Signature", text = "{timestamp}.{body}", window_s = 300}
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        options = self.options = options_of(config, Options)
        self._host, self._port, self._path = _listening(config, options)
        self._context = None
        if config.url.startswith("https://"):
            self._context = server_context(options.certificate, options.key, options.client_ca)
        self._format = self.format()
        self._signature = Signature(config.id, options.signature)
        self._known = Remembered(options.remember)
        folder = around.folder if options.remember else None
        path = folder / f"{config.id}.pushed" if folder else None
        self._kept = KeptLines(path, config.id, 2 * options.remember * LINE_BYTES)
        self._known.recall(self._kept.load())
        self._id = searcher_of(config.id, "options.id", options.id)

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """Listens until cancelled (see Feed.run)."""
        options = self.options
        secret = ""
        if options.verify != "none":
            secret = self.around.secrets.find(self.config.credential).reveal()
        key = ("push", self._host, self._port, options.certificate, options.key, options.client_ca)
        server = self.around.shared.once(
            key, lambda: PushServer(self._host, self._port, self._context), PushServer.close
        )
        visit = _Visits(self, sink, secret)
        await server.take(self._path, visit.answer)
        try:
            up()
            await asyncio.get_running_loop().create_future()
        finally:
            await server.leave(self._path)


class _Visits:
    """The messages of one run."""

    def __init__(self, feed: HttpPush, sink: Sink, secret: str) -> None:
        self._options = feed.options
        self._feed = feed
        self._sink = sink
        self._secret = secret
        self._intake = Intake(feed._format, sink)
        self._turn = asyncio.Lock()  # payloads of one feed are taken one after the other
        self._saving = Saving(feed._known, feed._kept)
        self._inside = 0
        self._allowance = max(1.0, feed.options.rate)
        self._allowed_at = asyncio.get_running_loop().time()

    async def answer(self, request: Request) -> Response:
        """Judge a request, take what it brings."""
        if self._inside >= self._options.concurrent:
            self._sink.drop("busy", 1)
            return Response(503, "busy", retry_s=1)
        self._inside += 1
        try:
            return self._unwanted(request) or await self._read(request)
        finally:
            self._inside -= 1

    def _unwanted(self, request: Request) -> Response | None:
        """What the head alone decides."""
        options, headers = self._options, request.headers
        if request.method not in options.methods:
            return Response(405, "method")
        if "origin" in headers:  # a page in somebody's browser
            return Response(403, "forbidden")
        if options.verify == "bearer" and not bearer(request, self._secret):
            return self._refused()
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in options.types:
            self._sink.reject("wrong_type", kind[:60])
            return Response(415, "type")
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > self._feed.config.limits.max_bytes:
            return self._oversized()
        return None

    async def _read(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(self._options.body_s):
                coding = request.headers.get("content-encoding", "")
                body = await taken(_pieces(request), coding, self._feed.config.limits.max_bytes)
        except TimeoutError:
            return Response(408, "slow")
        except Oversized:
            return self._oversized()
        except Lost:
            return Response(400, "coding")
        if self._options.verify == "signature":
            now = self._feed.around.clock.now()
            if not self._feed._signature.good(request, body, self._secret, now):
                return self._refused()
        if not self._within_rate():
            self._sink.drop("rate", 1)
            return Response(429, "rate", retry_s=1)
        names = self._names(request, body)
        async with self._turn:
            response, saved = await self._take(request, body, names)
        if saved is None or await self._saving.wait(saved, names, self._options.saved_s):
            return response
        return Response(503, "not_saved", retry_s=5)

    async def _take(
        self, request: Request, body: bytes, names: list[str]
    ) -> "tuple[Response, asyncio.Future[None] | None]":
        """The answer, and what has to come true before it is given."""
        known = self._feed._known
        looks = [known.look(name, body) for name in names]
        if "repeated" in looks:
            self._sink.touch()
            self._sink.repeated(1)
            return Response(202, "repeated"), self._saving.of(names)
        if "other" in looks:
            self._sink.reject("id_reused", "")
            return Response(409, "id_reused"), None
        await self._intake.take_slowly(Payload(body, self._sink.touch(), name=request.path))
        lines = b"".join(known.put(name, body) for name in names)
        accepted = Response(202, "accepted")
        if self._options.answer == "saved":
            return accepted, self._saving.begin(self._sink, names, lines)
        if lines and self._feed._kept.keeps:
            self._sink.receipt(partial(self._feed._kept.add, lines))
        return accepted, None

    def _names(self, request: Request, body: bytes) -> list[str]:
        """What a message is known by: the id in its header or in itself; and of a signed one the
        signature, so that one that was overheard is not taken again under another id."""
        options, headers = self._options, request.headers
        names: list[str] = []
        if options.verify == "signature":
            given = headers.get(options.signature.header.lower(), "")
            names.append(f"s {given.lower() if options.signature.output == 'hex' else given}")
        if given := headers.get(options.id_header.lower(), ""):
            names.append(f"h {given}")
        elif self._feed._id is not None:
            try:
                found = self._feed._id(msgspec.json.decode(body))
            except DECODE_ERRORS:
                found = None
            if isinstance(found, str | int) and found != "":
                names.append(f"b {found}")
        return names

    def _refused(self) -> Response:
        self._sink.reject("unsigned", "")
        return Response(401, "credential")

    def _oversized(self) -> Response:
        self._sink.reject("oversized", "")
        return Response(413, "too_large")

    def _within_rate(self) -> bool:
        now = asyncio.get_running_loop().time()
        full = max(1.0, self._options.rate)
        gained = (now - self._allowed_at) * self._options.rate
        self._allowance = min(full, self._allowance + gained)
        self._allowed_at = now
        if self._allowance < 1.0:
            return False
        self._allowance -= 1.0
        return True


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; raises Lost when the sender goes away in the midst of it."""
    more = True
    while more:
        event = await request.receive()
        if event["type"] != "http.request":
            raise Lost(message("feed.http_cut"))
        more = event.get("more_body", False)
        yield event["body"]


def _listening(config: FeedConfig, options: Options) -> tuple[str, int, str]:
    """Host, port and path of the address; raises ConfigError."""
    url = urlsplit(config.url)
    host = url.hostname or ""
    try:
        port = url.port or 0
        address = "127.0.0.1" if host == "localhost" else str(ipaddress.ip_address(host))
    except ValueError as error:
        raise bad(config.id, "url", "an IP address of this machine and a port") from error
    if url.scheme not in ("http", "https") or not port or not url.path or url.query:
        raise bad(config.id, "url", "http://ADDRESS:PORT/PATH")
    secure = url.scheme == "https"
    if secure and not options.certificate:
        raise bad(config.id, "options.certificate", "needed for https")
    local = address in LOCAL
    if not local and not secure and not options.allow_plain:
        raise bad(config.id, "url", "https://, or allow_plain = true")
    if options.verify == "none" and not local:
        raise bad(config.id, "options.verify", "none, on an address that others reach")
    if options.verify != "none" and not config.credential:
        raise bad(config.id, "credential", "needed to know the sender")
    return address, port, url.path
