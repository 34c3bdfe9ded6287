"""A line of bytes: TCP, TLS or UDP, opened, read and closed in one way by the feeds that speak it.

Addresses: `tcp://host:port`, `tls://host:port`, and `udp://address:port` to listen on. Where that
address is a multicast group (224.0.0.0/4), the group is joined on the feed's `source_address`, and
the port is shared with other programs of this machine.
"""

import asyncio
import socket
import ssl
import struct
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import urlsplit

from app.config import FeedConfig
from app.core.message import message
from app.feeds._base import Lost, Refused
from app.feeds._tls import client_context
from app.options import bad

SCHEMES = ("tcp", "tls", "udp")
READ_BYTES = 16_384
"""The most that is read at once, so that decoding it takes no long time."""
MAX_WAITING = 4_096
"""Datagrams that wait to be read; what is over is lost, and counted."""


class Wire(ABC):
    """What was opened. `framed`: every read is one datagram, whole."""

    framed = False

    @abstractmethod
    async def read(self) -> bytes:
        """The next bytes; none when the other side closed."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Send, without waiting for it."""

    def missed(self) -> int:
        """Datagrams lost since the last call, because nobody read them in time."""
        return 0


class StreamWire(Wire):
    """A connection of TCP or TLS."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        try:
            return await self._reader.read(READ_BYTES)
        except ssl.SSLError as error:  # of TLS 1.3: our certificate is judged after the handshake
            raise Refused(message("feed.certificate", error=error.reason or "TLS")) from error

    def write(self, data: bytes) -> None:
        self._writer.write(data)


class _Datagrams(Wire, asyncio.DatagramProtocol):
    framed = True

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._came = asyncio.Event()
        self._missed = 0

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """One datagram from the loop."""
        if len(self._waiting) >= MAX_WAITING:
            self._missed += 1
            return
        self._waiting.append(data)
        self._came.set()

    def error_received(self, exc: Exception) -> None:
        """Somebody's answer to what we never sent."""

    async def read(self) -> bytes:
        while not self._waiting:
            self._came.clear()
            await self._came.wait()
        return self._waiting.popleft()

    def write(self, data: bytes) -> None:
        """Nobody is spoken to."""

    def missed(self) -> int:
        missed, self._missed = self._missed, 0
        return missed


def check_address(config: FeedConfig, schemes: tuple[str, ...] = SCHEMES) -> None:
    """Raises ConfigError for an address without one of the schemes, a host and a port."""
    for url in (config.url, *config.also):
        if url.startswith("sim://"):
            continue
        try:
            parts = urlsplit(url)
            good = parts.scheme in schemes and parts.hostname and parts.port is not None
        except ValueError:
            good = False
        if not good:
            known = ", ".join(f"{scheme}://host:port" for scheme in schemes)
            raise bad(config.id, "url", f"{url}: {known}")


@asynccontextmanager
async def open_wire(url: str, config: FeedConfig, open_s: float) -> AsyncIterator[Wire]:
    """Open an address for the length of a block. Raises Refused where the certificate is wrong,
    Lost (or OSError, TimeoutError) where nobody answers, also out of the block."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 0
    if parts.scheme == "udp":
        transport, protocol = await _listen(host, port, config.source_address)
        try:
            yield protocol
        finally:
            transport.close()
        return
    context = client_context(config.tls) if parts.scheme == "tls" else None
    plane = (config.source_address, 0) if config.source_address else None
    try:
        async with asyncio.timeout(open_s):
            reader, writer = await asyncio.open_connection(
                host, port, ssl=context, local_addr=plane, limit=READ_BYTES * 4
            )
    except ssl.SSLCertVerificationError as error:
        raise Refused(message("feed.certificate", error=error.verify_message)) from error
    except ssl.SSLError as error:
        raise Refused(message("feed.certificate", error=error.reason or "TLS")) from error
    try:
        yield StreamWire(reader, writer)
    finally:
        writer.transport.abort()


async def heard(wire: Wire, silence_s: float) -> bytes:
    """The next bytes; raises Lost when the other side closed or said nothing for so long."""
    try:
        async with asyncio.timeout(silence_s):
            data = await wire.read()
    except TimeoutError as error:
        raise Lost(message("feed.silent", seconds=round(silence_s))) from error
    except ConnectionError as error:
        raise Lost(message("feed.closed", error=type(error).__name__)) from error
    if not data and not wire.framed:
        raise Lost(message("feed.closed", error="EOF"))
    return data


async def _listen(
    host: str, port: int, source_address: str
) -> tuple[asyncio.DatagramTransport, _Datagrams]:
    loop = asyncio.get_running_loop()
    group = _group(host)
    if group is None:
        return await loop.create_datagram_endpoint(_Datagrams, local_addr=(host, port))
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        line.setblocking(False)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind((host, port))
        plane = socket.inet_aton(source_address or "0.0.0.0")  # noqa: S104  (the system chooses)
        line.setsockopt(
            socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4s4s", group.packed, plane)
        )
        made = await loop.create_datagram_endpoint(_Datagrams, sock=line)
    except BaseException:
        line.close()
        raise
    return made


def _group(host: str) -> IPv4Address | None:
    try:
        address = IPv4Address(host)
    except ValueError:
        return None
    return address if address.is_multicast else None
