"""`cot`: field units of a TAK server, or of the TAK mesh on the local network."""

import asyncio
from collections.abc import Callable
from typing import Annotated, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.ident import ulid
from app.core.privacy import Privacy
from app.feeds._base import Feed, Surroundings
from app.feeds._cot_talk import CotTalk
from app.feeds._credential import credential
from app.feeds._framing import Framing
from app.feeds._sink import Sink
from app.feeds._wire import Wire, check_address, heard, open_wire
from app.options import bad, options_of, said


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `cot` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    protobuf: Annotated[bool, said("ask for TAK protocol 1 where the server offers it")] = True
    uid: Annotated[
        str, msgspec.Meta(max_length=100), said("under which the server knows us; empty: a new one")
    ] = ""
    ping_s: Annotated[float, msgspec.Meta(gt=0, le=3600), said("between signs of life")] = 15.0
    silence_s: Annotated[
        float, msgspec.Meta(gt=0), said("without a word a server is left: it answers our signs")
    ] = 60.0
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest handshake")] = 10.0
    allow_plain: Annotated[bool, said("send the password without TLS")] = False


class Cot(Feed, kind="cot"):
    """Address: `tcp://host:8087`, `tls://host:8089` (mutual TLS: `tls.certificate` and `tls.key`),
    or `udp://239.2.3.1:6969` for the mesh, joined on `source_address`.

    We only listen, and answer for our own line: nothing of ours appears on anybody's map. The
    credential, if any, is `user:password` of a server that asks for it on the line itself. Records
    are those of the format `cot`, whose settings stand in `[feed.format_options]`.
    """

    settings = Options
    without = ("proxy",)
    example = """
        [[feed]]
        id = "field-units"
        kind = "cot"
        name_zh = "外勤单兵"
        name_en = "Field units"
        url = "tls://tak.example:8089"
        expected_period_s = 30

        [feed.tls]
        ca = "/etc/ssl/tak-ca.pem"
        certificate = "/etc/ssl/chengmai-tak.pem"
        key = "/etc/ssl/chengmai-tak.key"
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        if config.format not in ("", "cot") or config.map:
            raise bad(config.id, "format", "a TAK server speaks cot")
        super().__init__(msgspec.structs.replace(config, format="cot"), around)
        self.options = options_of(config, Options)
        check_address(config)
        self._format = self.format()
        self._uid = self.options.uid or f"chengmai-{ulid(around.clock.now())}"

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection (see Feed.run)."""
        url = self.url()
        secret = credential(
            self, url, secure=url.startswith("tls://"), allow_plain=self.options.allow_plain
        )
        async with open_wire(url, self.config, self.options.open_s) as wire:
            up()
            if wire.framed:
                await self._mesh(wire, sink)
            talk = CotTalk(self._uid, protobuf=self.options.protobuf)
            if secret is not None:
                wire.write(talk.auth(*secret.pair))
            pings = asyncio.create_task(self._ping(wire, talk), name=f"pings {self.config.id}")
            try:
                await self._listen(wire, talk, sink)
            finally:
                pings.cancel()
                await asyncio.gather(pings, return_exceptions=True)

    async def _mesh(self, wire: Wire, sink: Sink) -> None:
        framing = Framing(self._format, sink, self.config.limits.max_bytes)
        silence = max(self.options.silence_s, 3 * self.config.expected_period_s)
        while True:
            await framing.whole(await heard(wire, silence))
            missed = wire.missed()
            if missed:
                sink.drop("queue", missed)

    async def _listen(self, wire: Wire, talk: CotTalk, sink: Sink) -> None:
        def overhear(frame: bytes) -> bool:
            control, answer = talk.heard(frame, self.around.clock.now())
            if answer:
                wire.write(answer)
            return control

        framing = Framing(self._format, sink, self.config.limits.max_bytes, overhear)
        while True:
            await framing.take(await heard(wire, self.options.silence_s))

    async def _ping(self, wire: Wire, talk: CotTalk) -> None:
        while True:
            sign = talk.ping(self.around.clock.now())
            if sign:
                wire.write(sign)
            await asyncio.sleep(self.options.ping_s)
