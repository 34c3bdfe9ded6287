"""A WebSocket through a proxy that only connects: from the plane that was set, with TLS inside."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig, Tls
from app.core.message import message
from app.core.model import Reading
from tests.helpers.ingesting import ingesting, level_key
from tests.helpers.tls import Authority
from tests.helpers.ws_server import serving


class Proxy:
    """CONNECT (RFC 9110, 9.3.6) and nothing else; with `status` it refuses."""

    def __init__(self) -> None:
        self.address = ""
        self.status = "200 OK"
        self.asked: list[tuple[str, str]] = []  # who, for what

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        assert method == "CONNECT"
        self.asked.append((writer.get_extra_info("peername")[0], target))
        writer.write(f"HTTP/1.1 {self.status}\r\n\r\n".encode())
        if self.status.startswith("200"):
            host, _, port = target.rpartition(":")
            there, back = await asyncio.open_connection(host, int(port))
            await asyncio.gather(_pour(reader, back), _pour(there, writer))
        writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass  # the other side went first
    writer.close()


@asynccontextmanager
async def proxying() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        proxy.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield proxy


async def talk(socket: ServerConnection) -> None:
    moment = time.time_ns() // 1_000_000 - 1000
    await socket.send(msgspec.json.encode(Reading(level_key(), 1.0, moment)))
    await socket.wait_closed()


@pytest.mark.parametrize("secure", [False, True])
async def test_it_goes_through_the_proxy_from_its_plane(secure: bool, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    more: dict[str, Any] = {"tls": Tls(ca=str(authority.file))} if secure else {}
    context = authority.server_context() if secure else None
    async with proxying() as proxy, serving(talk, ssl=context) as url:
        feed = FeedConfig(
            id="f",
            kind="websocket",
            name_zh="外部",
            url=url,
            proxy=proxy.address,
            source_address="127.0.0.9",
            **more,
        )
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)
        assert proxy.asked[0] == ("127.0.0.9", url.partition("://")[2])


async def test_a_proxy_that_refuses_is_said_and_nobody_goes_round_it(expect_log: Any) -> None:
    expect_log("feed f is lost")
    met: list[ServerConnection] = []

    async def never(socket: ServerConnection) -> None:
        met.append(socket)

    async with proxying() as proxy, serving(never) as url:
        proxy.status = "403 Forbidden"
        feed = FeedConfig(id="f", kind="websocket", name_zh="外", url=url, proxy=proxy.address)
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: g.is_("lost") and len(proxy.asked) >= 2)
            assert got.health().trouble == message("feed.http_proxy")
    assert met == []
