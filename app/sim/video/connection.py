"""One RTSP connection, which is one session: it is described, set up, played and torn down."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import unquote

from app.sim.video.clip import ClipError
from app.sim.video.digest import Digest
from app.sim.video.faults import StreamFaults
from app.sim.video.messages import BadRequest, Request, answer, read_request
from app.sim.video.ports import port_pair
from app.sim.video.sdp import describe
from app.sim.video.shelf import Offer, Offers
from app.sim.video.viewer import Datagrams, Interleaved, Viewer, Way

log = logging.getLogger(__name__)

METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER"
TIMEOUT_S = 60
TRACK = "/track1"


class Host(Protocol):
    """What a connection needs of its server."""

    host: str
    offers: Offers

    def played(self, address: str) -> int:
        """Count a play; gives how many there were before."""

    def until_switch(self, address: str, faults: StreamFaults) -> float:
        """Seconds until the address's clip is another one."""


class Connection:
    """Ends with its TCP connection; what it had open is closed by `close`."""

    def __init__(
        self, server: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._digest = Digest()
        self._session = secrets.token_hex(8)
        self._address = ""
        self._faults = StreamFaults()
        self._offer: Offer | None = None
        self._way: Way | None = None
        self._viewer: Viewer | None = None
        self._ports: list[asyncio.DatagramTransport] = []
        self._done: dict[str, Callable[[Request], Awaitable[None]]] = {
            "OPTIONS": self._options,
            "DESCRIBE": self._describe,
            "SETUP": self._set_up,
            "PLAY": self._play,
            "PAUSE": self._pause,
            "GET_PARAMETER": self._fine,
            "SET_PARAMETER": self._fine,
        }

    @property
    def playing(self) -> bool:
        """Whether pictures are sent."""
        return self._viewer is not None

    def cut(self) -> None:
        """End it without a word."""
        self._writer.transport.abort()

    def close(self) -> None:
        """Send no more and give up what is held."""
        if self._viewer is not None:
            self._viewer.stop()
            self._viewer = None
        for port in self._ports:
            port.close()
        self._ports = []
        self._writer.close()

    async def run(self) -> None:
        """Answer until the other side goes. Raises ConnectionError, IncompleteReadError."""
        try:
            while (request := await read_request(self._reader)) is not None:
                if request.method == "TEARDOWN":
                    self._say(answer(request, Session=self._session))
                    return
                await self._answer(request)
        except BadRequest:
            self._say(b"RTSP/1.0 400 Bad Request\r\n\r\n")

    async def _answer(self, request: Request) -> None:
        if not self._address or request.method == "DESCRIBE":
            await self._find(request)
        if request.method == self._faults.silent:
            return
        if request.method not in self._done:
            self._say(answer(request, 501))
        elif request.method != "OPTIONS" and not self._may(request):
            self._say(answer(request, 401, WWW_Authenticate=self._digest.challenge()))
        else:
            await self._done[request.method](request)

    def _say(self, data: bytes) -> None:
        self._writer.write(data)

    async def _find(self, request: Request) -> None:
        path = unquote(request.url.path)
        self._address = f"{path}?{request.url.query}" if request.url.query else path
        try:
            self._faults = StreamFaults.of(request.url.query)
            self._offer = await self._server.offers.offer(path)
            if self._offer is not None and not request.url.query:
                self._faults = self._offer.faults
        except ClipError:
            log.exception("a clip cannot be served")
            self._offer = None
        except ValueError as error:
            raise BadRequest from error

    def _may(self, request: Request) -> bool:
        users = dict(self._offer.users) if self._offer is not None else {}
        name, _, password = self._faults.auth.partition(":")
        if name:
            users[name] = password
        given = request.headers.get("authorization", "")
        return not users or self._digest.passes(request.method, given, users)

    async def _options(self, request: Request) -> None:
        self._say(answer(request, Public=METHODS))

    async def _fine(self, request: Request) -> None:
        self._say(answer(request, Session=self._session))

    async def _describe(self, request: Request) -> None:
        await asyncio.sleep(self._faults.late)
        offer = await self._switched()
        if self._faults.status or offer is None:
            self._say(answer(request, self._faults.status or 404))
            return
        title = offer.title if self._faults.title is None else self._faults.title
        base = request.url._replace(netloc=request.url.netloc.rpartition("@")[2], query="")
        self._say(
            answer(
                request,
                body=describe(offer.source.clip, title, self._server.host),
                Content_Type="application/sdp",
                Content_Base=f"{base.geturl().rstrip('/')}/",
            )
        )

    async def _switched(self) -> Offer | None:
        """The offer, of the other clip where its time has come."""
        name, _ = self._faults.other
        if self._offer is None or not name:
            return self._offer
        if self._server.until_switch(self._address, self._faults) <= 0:
            other = await self._server.offers.own(name)
            if other is not None:
                return self._offer._replace(source=other)
        return self._offer

    async def _set_up(self, request: Request) -> None:
        wanted = request.headers.get("transport", "").split(",")[0]
        parts = dict(part.strip().partition("=")[::2] for part in wanted.split(";"))
        way = "tcp" if "/TCP" in wanted.upper() else "udp"
        if self._offer is None:
            self._say(answer(request, 404))
        elif self._faults.transport not in ("", way) or "multicast" in parts:
            self._say(answer(request, 461))
        elif way == "tcp":
            channel = _first(parts.get("interleaved", "0"), 254)
            self._way = Interleaved(self._writer.transport, channel)
            given = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
            self._set(request, given)
        else:
            await self._datagrams(request, _first(parts.get("client_port", ""), 65534))

    async def _datagrams(self, request: Request, port: int) -> None:
        if not port:
            self._say(answer(request, 461))
            return
        self._ports = list(await port_pair(self._server.host))
        peer = str(self._writer.get_extra_info("peername")[0])
        self._way = Datagrams(self._ports[0], (peer, port))
        mine = self._ports[0].get_extra_info("sockname")[1]
        given = f"RTP/AVP;unicast;client_port={port}-{port + 1};server_port={mine}-{mine + 1}"
        self._set(request, given)

    def _set(self, request: Request, transport: str) -> None:
        session = f"{self._session};timeout={TIMEOUT_S}"
        self._say(answer(request, Transport=transport, Session=session))

    async def _play(self, request: Request) -> None:
        offer = await self._switched()
        if offer is None or self._way is None:
            self._say(answer(request, 455))
            return
        self._say(answer(request, Session=self._session, Range="npt=0.000-"))
        if self._viewer is not None:
            return
        before = self._server.played(self._address)
        faults = self._faults
        if faults.times and before >= faults.times:
            faults = StreamFaults()
        source = offer.source
        if faults.pace != 1.0:
            own = await self._server.offers.own(source.clip.name)
            source = own if own is not None else source
            source.move(speed=faults.pace)
        name, _ = faults.other
        until = self._server.until_switch(self._address, faults) if name else None
        other = await self._server.offers.own(name) if until is not None and until > 0 else None
        self._viewer = Viewer(source, self._way, faults, other, self.cut)
        self._viewer.start(until)

    async def _pause(self, request: Request) -> None:
        if self._viewer is not None:
            self._viewer.stop()
            self._viewer = None
        self._say(answer(request, Session=self._session))


def _first(text: str, most: int) -> int:
    number = text.partition("-")[0].strip()
    return min(int(number), most) if number.isdecimal() and len(number) < 6 else 0
