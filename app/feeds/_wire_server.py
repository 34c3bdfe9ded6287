"""Platforms that connect to us: a listening TCP port, its peers counted and known by address."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from app.feeds._base import Lost
from app.feeds._wire import READ_BYTES, StreamWire, Wire

Talk = Callable[[Wire], Awaitable[None]]
Network = IPv4Network | IPv6Network


class WireServer:
    """Serves one address; `talk` is one peer's life, ended by Lost or OSError."""

    def __init__(self, networks: Sequence[Network], most: int, talk: Talk) -> None:
        """`networks` may connect besides this machine; at most so many stand at once."""
        self._networks = networks
        self._most = most
        self._talk = talk
        self._peers: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, url: str, up: Callable[[], None]) -> None:
        """Until cancelled, or until a peer's talk broke otherwise than it may."""
        parts = urlsplit(url)
        server = await asyncio.start_server(
            self._met, parts.hostname, parts.port, limit=READ_BYTES * 4
        )
        try:
            up()
            await self._broken
        finally:
            server.close()
            peers = tuple(self._peers)
            for task in peers:
                task.cancel()
            await asyncio.gather(*peers, return_exceptions=True)

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._peers) >= self._most or not self._known(writer):
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(StreamWire(reader, writer)), name="peer")
        self._peers.add(task)
        task.add_done_callback(self._peers.discard)
        task.add_done_callback(lambda _: writer.transport.abort())

    async def _serve(self, wire: Wire) -> None:
        try:
            await self._talk(wire)
        except (Lost, OSError):
            return  # one peer's line; the others stand
        except Exception as error:  # noqa: BLE001  (raised again by the feed's own coroutine)
            if not self._broken.done():
                self._broken.set_exception(error)

    def _known(self, writer: asyncio.StreamWriter) -> bool:
        peer = writer.get_extra_info("peername")
        if not peer:
            return False
        address = ip_address(peer[0])
        return address.is_loopback or any(address in network for network in self._networks)
