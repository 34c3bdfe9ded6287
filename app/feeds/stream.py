"""`stream`: bare bytes over TCP, TLS or UDP, cut into frames by the format."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

import msgspec

from app.config import FeedConfig
from app.core.privacy import Privacy
from app.feeds._base import LOCAL, Feed, Surroundings
from app.feeds._credential import credential
from app.feeds._framing import Framing
from app.feeds._sink import Sink
from app.feeds._wire import SCHEMES, Wire, check_address, heard, open_wire
from app.feeds._wire_server import Network, WireServer
from app.options import bad, options_of, said

_LISTEN = "listen+tcp"
_CREDENTIAL = "{credential}"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `stream` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    hello: Annotated[
        str,
        msgspec.Meta(max_length=10_000),
        said("sent when the line stands; {credential} in it becomes the secret"),
    ] = ""
    keepalive: Annotated[
        str, msgspec.Meta(max_length=1000), said("sent again and again, so that the line is kept")
    ] = ""
    keepalive_s: Annotated[float, msgspec.Meta(gt=0, le=3600), said("between two of them")] = 30.0
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest handshake")] = 10.0
    silence_s: Annotated[
        float,
        msgspec.Meta(ge=0),
        said("without a byte the line is left; 0: three periods, at least 60"),
    ] = 0.0
    connections: Annotated[
        int, msgspec.Meta(ge=1, le=1000), said("of listen+tcp: how many may stand")
    ] = 16
    allow: Annotated[
        tuple[str, ...], said("of listen+tcp: who may connect besides this machine (CIDR)")
    ] = ()
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class Stream(Feed, kind="stream"):
    """Address: `tcp://host:port`, `tls://host:port`; `udp://address:port` to listen for datagrams,
    each of them whole (a multicast address joins its group); `listen+tcp://127.0.0.1:port` for
    platforms that connect to us: this machine only, unless `allow` names networks.

    The format says where a frame ends (lines, if it does not); what grows over `limits.max_bytes`
    without an end is dropped and counted.
    """

    settings = Options
    without = ("proxy",)
    example = """
        [[feed]]
        id = "port-ais"
        kind = "stream"
        format = "ais"
        name_zh = "港口岸基站"
        name_en = "AIS shore station"
        url = "tls://ais.example:10111"
        credential = "ais-station"
        expected_period_s = 30

        [feed.options]
        hello = "LOGIN {credential}\\r\\n"
        keepalive = "\\r\\n"
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        check_address(config, (*SCHEMES, _LISTEN))
        self._allowed = self._networks()
        self._format = self.format()

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection (see Feed.run)."""
        url = self.url()
        hello = self._hello(url)
        if url.startswith(_LISTEN):
            options = self.options
            server = WireServer(
                self._allowed, options.connections, lambda wire: self._talk(wire, sink, hello)
            )
            await server.run(url, up)
            return
        async with open_wire(url, self.config, self.options.open_s) as wire:
            up()
            await self._talk(wire, sink, hello)

    def silence(self) -> float:
        """Seconds without a byte after which the other side counts as gone."""
        return self.options.silence_s or max(60.0, 3 * self.config.expected_period_s)

    def _hello(self, url: str) -> bytes:
        hello = self.options.hello
        if _CREDENTIAL in hello:
            secret = credential(
                self, url, secure=url.startswith("tls://"), allow_plain=self.options.allow_plain
            )
            hello = hello.replace(_CREDENTIAL, secret.reveal() if secret else "")
        return hello.encode()

    async def _talk(self, wire: Wire, sink: Sink, hello: bytes) -> None:
        """Until the other side ends it."""
        if hello:
            wire.write(hello)
        async with self._kept(wire):
            await self._take(wire, sink)

    @asynccontextmanager
    async def _kept(self, wire: Wire) -> AsyncIterator[None]:
        """Keep the line for the length of a block."""
        if not self.options.keepalive:
            yield
            return
        task = asyncio.create_task(self._keep(wire), name=f"keepalive {self.config.id}")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep(self, wire: Wire) -> None:
        while True:
            await asyncio.sleep(self.options.keepalive_s)
            wire.write(self.options.keepalive.encode())

    async def _take(self, wire: Wire, sink: Sink) -> None:
        framing = Framing(self._format, sink, self.config.limits.max_bytes)
        take = framing.whole if wire.framed else framing.take
        while True:
            await take(await heard(wire, self.silence()))
            missed = wire.missed()
            if missed:
                sink.drop("queue", missed)

    def _networks(self) -> list[Network]:
        try:
            networks = [ip_network(text) for text in self.options.allow]
        except ValueError as error:
            raise bad(self.config.id, "options.allow", str(error)) from error
        host = urlsplit(self.config.url).hostname
        if self.config.url.startswith(_LISTEN) and host not in LOCAL and not networks:
            raise bad(self.config.id, "options.allow", "who may connect, e.g. 10.1.2.0/24")
        return networks
