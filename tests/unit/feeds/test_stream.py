"""`stream`: bare bytes of TCP, TLS and UDP, from real sockets."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from takproto import TAKProtoVer, xml2proto  # type: ignore[import-untyped]

from app.config import ConfigError, FeedConfig, Limits, Tls
from app.core.clock import SystemClock
from app.core.message import message
from app.core.model import Reading
from app.feeds._base import Surroundings
from app.feeds.stream import Stream
from app.secrets import Secrets
from tests.helpers.ingesting import CATALOG, Gathered, ingesting, level_key
from tests.helpers.ports import free_port
from tests.helpers.tls import Authority

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SECRETS = Secrets(environment={"CHENGMAI_SECRET_STATION": "key-7"})


def config(url: str, *, limits: Limits | None = None, **changes: Any) -> FeedConfig:
    return FeedConfig(
        id="f", kind="stream", name_zh="岸站", url=url, limits=limits or Limits(), **changes
    )


def line(value: float, later: int = 0) -> bytes:
    observed = time.time_ns() // 1_000_000 - 1000 + later
    return msgspec.json.encode(Reading(level_key(), value, observed)) + b"\n"


def values(got: Gathered) -> list[float]:
    return [reading.value for reading in got.readings]


@asynccontextmanager
async def serving(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A TCP server whose every word the test decides; gives the port."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def stay(reader: asyncio.StreamReader) -> None:
    """Until the other side goes."""
    while await reader.read(1000):
        pass


async def test_frames_are_put_together_from_pieces_and_a_bad_one_is_refused_alone() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = line(1.0, 1) + b"what\n\n" + line(2.0, 2) + line(3.0, 3)
        for start in range(0, len(data), 7):
            writer.write(data[start : start + 7])
            await writer.drain()
        await stay(reader)
        writer.close()

    async with serving(talk) as port, ingesting(config(f"tcp://127.0.0.1:{port}")) as (_, got):
        await got.until(lambda g: values(g) == [1.0, 2.0, 3.0] and g.is_("live"))
        await got.until(lambda g: g.health().rejected == 1)


async def test_a_line_that_ends_is_opened_again(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.closed")
    met = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal met
        met += 1
        writer.write(line(float(met), met) + b'{"half')
        if met > 1:
            await stay(reader)
        writer.close()

    async with serving(talk) as port, ingesting(config(f"tcp://127.0.0.1:{port}")) as (_, got):
        await got.until(lambda g: values(g) == [1.0, 2.0])
        assert got.health().rejected == 0  # half a frame is none


async def test_what_is_said_at_the_start_and_to_keep_the_line(tmp_path: Path) -> None:
    said = bytearray()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            said.extend(data)
            if said.endswith(b"PING\r\n"):
                writer.write(line(1.0))
        writer.close()

    authority = Authority(tmp_path)
    options = {"hello": "LOGIN {credential}\r\n", "keepalive": "PING\r\n", "keepalive_s": 0.05}
    async with serving(talk, authority.server_context()) as port:
        feed = config(
            f"tls://localhost:{port}",
            options=options,
            credential="station",
            tls=Tls(ca=str(authority.file)),
        )
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(lambda g: values(g)[:1] == [1.0])
    assert said.startswith(b"LOGIN key-7\r\nPING\r\n")


async def test_a_strange_certificate_is_refused(tmp_path: Path, expect_log: Any) -> None:
    expect_log("feed f is lost: feed.certificate")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with (
        serving(talk, Authority(tmp_path).server_context()) as port,
        ingesting(config(f"tls://localhost:{port}")) as (_, got),
    ):
        await got.until(lambda g: g.is_("refused"))


async def test_a_credential_does_not_go_out_for_all_to_read(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.plain_credential")
    options = {"hello": "LOGIN {credential}"}
    feed = config("tcp://192.0.2.1:9", options=options, credential="station")
    async with ingesting(feed, secrets=SECRETS) as (_, got):
        await got.until(lambda g: g.is_("refused"))
        assert got.health().trouble == message("feed.plain_credential", feed="f")


async def test_what_never_ends_is_dropped_and_the_stream_goes_on() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x" * 5000)
        await writer.drain()
        writer.write(b"x" * 100 + b"\n" + line(1.0))
        await stay(reader)
        writer.close()

    async with serving(talk) as port:
        feed = config(f"tcp://127.0.0.1:{port}", limits=Limits(max_bytes=1000))
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: values(g) == [1.0])
            await got.until(lambda g: g.health().reasons.get("oversized", 0) >= 1)


async def test_a_dumb_server_is_left(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.silent")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await stay(reader)
        writer.close()

    async with serving(talk) as port:
        feed = config(f"tcp://127.0.0.1:{port}", options={"silence_s": 0.05})
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: "feed.silent" in g.troubles)


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionError:
        return b""


async def test_platforms_that_connect_to_us() -> None:
    port = free_port()
    feed = config(f"listen+tcp://127.0.0.1:{port}", options={"connections": 2, "hello": "HI\n"})
    async with ingesting(feed) as (_, got):
        await got.until(lambda g: g.is_("live"))
        first = await asyncio.open_connection("127.0.0.1", port)
        second = await asyncio.open_connection("127.0.0.1", port)
        for number, (reader, writer) in enumerate((first, second), 1):
            assert await reader.readline() == b"HI\n"
            writer.write(line(float(number), number))
            await got.until(lambda g, number=number: float(number) in values(g))
        third, over = await asyncio.open_connection("127.0.0.1", port)
        assert await _rest(third) == b""  # two may stand: not even a greeting
        first[1].transport.abort()
        second[1].write(line(3.0, 3))
        await got.until(lambda g: values(g) == [1.0, 2.0, 3.0])
        for _, writer in (first, second):
            writer.close()
        over.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "239.2.3.1"])
async def test_datagrams(host: str) -> None:
    port = free_port(socket.SOCK_DGRAM)
    feed = config(f"udp://{host}:{port}", source_address="127.0.0.1" if host[0] == "2" else "")
    async with ingesting(feed) as (_, got):
        await got.until(lambda g: g.is_("live"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(
                socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1")
            )
            sender.sendto(line(1.0, 1), (host, port))
            sender.sendto(b"what", (host, port))
            sender.sendto(line(2.0, 2), (host, port))
        await got.until(lambda g: values(g) == [1.0, 2.0] and g.health().rejected == 1)


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        ("http://host:1", {}),
        ("tcp://host", {}),
        ("tcp://host:99999", {}),
        ("listen+tcp://0.0.0.0:9000", {}),
        ("tcp://host:1", {"options": {"allow": ["10.1.2.3/8"]}}),
        ("tcp://host:1", {"options": {"hallo": ""}}),
        ("tcp://host:1", {"proxy": "http://proxy:3128"}),
    ],
)
def test_bad_settings_are_told_at_the_start(url: str, changes: dict[str, Any]) -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=SECRETS)
    with pytest.raises(ConfigError):
        Stream(config(url, **changes), around)


async def test_a_format_with_an_end_of_its_own() -> None:
    """A TAK frame holds new lines, and is XML or protobuf."""
    times = 'time="2026-11-18T12:00:00Z" start="2026-11-18T12:00:00Z" stale="2026-11-18T12:01:00Z"'
    document = (
        f'<event version="2.0" uid="u-1" type="a-f-G" how="m-g" {times}>'
        '<point lat="33.9" lon="118.3" hae="10" ce="1" le="1"/>\n<detail/></event>'
    )
    packed = bytes(xml2proto(document.replace("u-1", "u-2"), TAKProtoVer.STREAM))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = document.encode() + packed + document.replace("u-1", "u-3").encode()
        for start in range(0, len(data), 50):
            writer.write(data[start : start + 50])
            await writer.drain()
        await stay(reader)
        writer.close()

    async with serving(talk) as port:
        feed = config(f"tcp://127.0.0.1:{port}", format="cot")
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: ("f", "tak") in g.all.positions)
            await got.until(lambda g: len(g.all.positions[("f", "tak")].ids) == 3)
