"""`cot` against a real TAK server (taky) with a real sender (pytak), and one with protobuf."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from takproto import TAKProtoVer, parse_proto, xml2proto  # type: ignore[import-untyped]

from app.config import ConfigError, FeedConfig, Tls
from app.core.clock import SystemClock
from app.feeds._base import Surroundings
from app.feeds.cot import Cot
from app.secrets import Secrets
from tests.helpers.ingesting import CATALOG, Gathered, ingesting
from tests.helpers.ports import free_port
from tests.helpers.tak_server import TakServer, pytak
from tests.helpers.tls import Authority

UNIT, DRONE = "a-f-G-U-C", "a-f-A-M-H-Q"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def config(url: str, **changes: Any) -> FeedConfig:
    return FeedConfig(id="f", kind="cot", name_zh="外勤", url=url, **changes)


def event(uid: str, kind: str = UNIT, lon: float = 118.3, stale: int = 300) -> bytes:
    element = pytak.cot_event(
        lat=33.96, lon=lon, uid=uid, cot_type=kind, stale=stale, callsign=f"名{uid}"
    )
    return bytes(pytak.serialize_cot(element))


def units(got: Gathered) -> dict[str, tuple[str, str]]:
    """Names and kinds by id."""
    columns = got.all.positions.get(("f", "tak"))
    if columns is None:
        return {}
    return {
        str(id_): (str(name), str(kind))
        for id_, name, kind in zip(columns.ids, columns.names, columns.kinds, strict=True)
    }


@asynccontextmanager
async def sender(
    server: TakServer, context: ssl.SSLContext | None = None
) -> AsyncIterator[pytak.TXWorker]:
    """pytak, connected as a unit in the field is."""
    settings = {"COT_URL": f"tcp://127.0.0.1:{server.port}"}
    if context is None:
        _, writer = await pytak.protocol_factory(settings)
    else:
        _, writer = await asyncio.open_connection("localhost", server.port, ssl=context)
    try:
        yield pytak.TXWorker(asyncio.Queue(), settings, writer)
    finally:
        writer.close()


async def test_units_of_a_tak_server_come_in_and_come_again(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.closed")
    with TakServer() as server:
        async with sender(server) as field:
            await field.send_data(event("u-1"))  # before we come: the server vouches for it
        async with ingesting(config(server.url)) as (_, got):
            await got.until(lambda g: "tak:u-1" in units(g))
            async with sender(server) as field:
                await field.send_data(event("uav-1", DRONE))
                await field.send_data(event("u-2", "t-x-d-d"))
            await got.until(lambda g: len(units(g)) == 2)
            assert units(got) == {
                "tak:u-1": ("名u-1", "unit"),
                "tak:uav-1": ("名uav-1", "drone"),
            }
            columns = got.all.positions[("f", "tak")]
            assert list(columns.lon) == [118.3, 118.3]
            assert all(
                299_000 <= end - at <= 301_000
                for end, at in zip(columns.expires, columns.observed, strict=True)
            )
            before = got.health().connected_since
            await server.restart()
            await got.until(lambda g: g.health().connected_since > before)
            async with sender(server) as field:
                await field.send_data(event("u-3"))
            await got.until(lambda g: "tak:u-3" in units(g))
            assert got.health().rejected == 0


async def test_mutual_tls(tmp_path: Path, expect_log: Any) -> None:
    expect_log("feed f is lost")
    authority = Authority(tmp_path)
    chain, key = authority.server("localhost")
    ours = authority.server("seat.example")
    with TakServer(certificate=(chain, key), ca=authority.file) as server:
        known = Tls(ca=str(authority.file), certificate=str(ours[0]), key=str(ours[1]))
        async with ingesting(config(server.url, tls=known)) as (_, got):
            await got.until(lambda g: g.is_("live"))
            context = ssl.create_default_context(cafile=str(authority.file))
            context.load_cert_chain(*ours)
            async with sender(server, context) as field:
                await field.send_data(event("u-1"))
                await got.until(lambda g: "tak:u-1" in units(g))
        async with ingesting(config(server.url, tls=Tls(ca=str(authority.file)))) as (_, got):
            await got.until(
                lambda g: "feed.certificate" in g.troubles or "feed.closed" in g.troubles
            )


@asynccontextmanager
async def serving(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server whose every word the test decides."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def control(kind: str, detail: str) -> bytes:
    """A message of the protocol itself, as a TAK server writes it."""
    times = 'time="2026-11-18T12:00:00Z" start="2026-11-18T12:00:00Z" stale="2026-11-18T12:01:00Z"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<event version="2.0" uid="p-1" type="{kind}" '
        f'{times} how="m-g"><point lat="0.0" lon="0.0" hae="0.0" ce="999999" le="999999"/>'
        f"<detail><TakControl>{detail}</TakControl></detail></event>"
    ).encode()


@pytest.mark.parametrize("status", ["true", "false"])
async def test_protobuf_is_spoken_where_both_agree(status: str) -> None:
    asked: list[bytes] = []
    signs: asyncio.Queue[bytes] = asyncio.Queue()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"</event>")  # a sign of life
        writer.write(control("t-x-takp-v", '<TakProtocolSupport version="1"/>'))
        while b"t-x-takp-q" not in (frame := await reader.readuntil(b"</event>")):
            pass
        asked.append(frame)
        writer.write(control("t-x-takp-r", f'<TakResponse status="{status}"/>'))
        document = event("u-1")
        agreed = status == "true"
        writer.write(
            bytes(xml2proto(document.decode(), TAKProtoVer.STREAM)) if agreed else document
        )
        signs.put_nowait(await reader.read(4096))
        while await reader.read(4096):
            pass
        writer.close()

    async with serving(talk) as url:
        feed = config(url, options={"uid": "desk-1", "ping_s": 0.05})
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: "tak:u-1" in units(g))
            sign = await signs.get()
            assert got.health().rejected == 0
    assert re.search(rb'<TakRequest version="1"/>', asked[0])
    if status == "true":
        message = parse_proto(bytearray(sign))
        assert (message.cotEvent.type, message.cotEvent.uid) == ("t-x-c-t", "desk-1-ping")
    else:
        assert sign.startswith(b"<event")


async def test_a_server_that_asks_for_a_password_hears_it_first() -> None:
    said: asyncio.Queue[bytes] = asyncio.Queue()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.put_nowait(await reader.readuntil(b"</auth>"))
        writer.close()

    secrets = Secrets(environment={"CHENGMAI_SECRET_TAK": 'desk:a"b'})
    async with serving(talk) as url:
        feed = config(url, credential="tak", options={"uid": "desk-1"})
        async with ingesting(feed, secrets=secrets):
            first = await said.get()
    assert first == b'<auth><cot username="desk" password=\'a"b\' uid="desk-1"/></auth>'


async def test_a_dumb_server_is_left(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.silent")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        writer.close()

    async with serving(talk) as url:
        feed = config(url, options={"silence_s": 0.05, "ping_s": 0.01})
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: "feed.silent" in g.troubles)


async def test_the_mesh_in_both_of_its_forms() -> None:
    port = free_port(socket.SOCK_DGRAM)
    feed = config(f"udp://239.2.3.1:{port}", source_address="127.0.0.1")
    async with ingesting(feed) as (_, got):
        await got.until(lambda g: g.is_("live"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mesh:
            plane = socket.inet_aton("127.0.0.1")
            mesh.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, plane)
            mesh.sendto(event("u-1"), ("239.2.3.1", port))
            packed = bytes(xml2proto(event("u-2").decode(), TAKProtoVer.MESH))
            mesh.sendto(packed, ("239.2.3.1", port))
        await got.until(lambda g: set(units(g)) == {"tak:u-1", "tak:u-2"})


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        ("http://tak:8087", {}),
        ("tcp://tak", {}),
        ("tcp://tak:8087", {"format": "ais"}),
        ("tcp://tak:8087", {"format_options": {"layers": "x"}}),
        ("tcp://tak:8087", {"options": {"ping_s": 0}}),
    ],
)
def test_bad_settings_are_told_at_the_start(url: str, changes: dict[str, Any]) -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError):
        Cot(config(url, **changes), around)
