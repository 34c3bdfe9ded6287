"""What a server may do wrong: the wall goes on and the counter rises."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig, Limits, Tls
from app.core.envelope import Delta, Refused, Snapshot, Subscribe, Welcome
from app.core.model import Reading
from app.secrets import Secrets
from tests.helpers.ingesting import ingesting, level_key
from tests.helpers.tls import Authority
from tests.helpers.ws_server import greet, hear, say, serving

START = time.time_ns() // 1_000_000


def config(url: str, **changes: Any) -> FeedConfig:
    return FeedConfig(id="f", kind="ws-json", name_zh="水务局", url=url, **changes)


def good(seq: int) -> Delta:
    return Delta(seq=seq, prev=seq - 1, readings=[Reading(level_key(), 1.0, START + seq)])


_ONE = b'{"t":"delta","seq":2,"prev":1,"readings":[{"key":"reading/a/b","observed":1,"value":'

BAD_FRAMES = {
    "truncated": b'{"t":"delta","seq":2,"prev":1,"readings":[{"key":"read',
    "not an object": b"[]",
    "no frame of ours": b'{"t":"hello"}',
    "deeply nested": b'{"t":"delta","seq":2,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "not UTF-8": b'{"t":"delta","seq":2,"readings":[{"key":"\xff\xfe/a/b","value":1}]}',
    "NaN": _ONE + b"NaN}]}",
    "inf": _ONE + b"1e999}]}",
    "wrong type": _ONE + b'"one"}]}',
    "empty": b"",
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_a_bad_frame_is_counted_and_what_follows_is_taken(name: str) -> None:
    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await say(socket, Snapshot(seq=1))
        await socket.send(BAD_FRAMES[name])
        await say(socket, good(3))
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: len(g.readings) == 1 and g.health().rejected == 1)
        assert got.is_("live")


async def test_one_bad_record_leaves_its_neighbours() -> None:
    later = START + 3_600_000
    records = (
        f'{{"key":"{level_key()}","value":1,"observed":{START}}},'
        f'{{"key":"{level_key()}","value":"one","observed":{START}}},'
        f'{{"key":"{level_key("b")}","value":2,"observed":{START}}},'
        f'{{"key":"{level_key("c")}","value":31,"observed":{START}}},'
        f'{{"key":"{level_key("d")}","value":2,"observed":{later}}},'
        f'{{"key":"warning/x/y","value":2,"observed":{START}}}'
    )

    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await socket.send(f'{{"t":"snapshot","seq":1,"readings":[{records}]}}')
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (thread, got):
        await got.until(lambda g: len(g.readings) == 2 and g.health().rejected == 4)
        assert got.health().reasons == {
            "bad_record": 1,
            "out_of_range": 1,
            "future": 1,
            "bad_key": 1,
        }
        assert len(thread.quarantine("f")) == 4


async def silent(socket: ServerConnection) -> None:
    await socket.wait_closed()


async def silent_after_welcome(socket: ServerConnection) -> None:
    await greet(socket)
    await socket.wait_closed()


@pytest.mark.parametrize(
    ("server", "options", "reason"),
    [
        (silent, {"welcome_s": 0.1}, "feed.no_welcome"),
        (silent_after_welcome, {"silence_s": 0.1}, "feed.silent"),
    ],
)
async def test_a_server_that_accepts_and_says_nothing_is_left(
    server: Callable[[ServerConnection], Awaitable[None]],
    options: dict[str, Any],
    reason: str,
    expect_log: Any,
) -> None:
    expect_log(f"feed f is lost: {reason}")
    async with serving(server) as url, ingesting(config(url, options=options)) as (_, got):
        await got.until(lambda g: reason in g.troubles)


async def test_a_flood_over_the_rate_is_dropped_and_counted() -> None:
    many = [Reading(level_key(f"s{index}"), 1.0, START) for index in range(5000)]

    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await say(socket, Snapshot(seq=1, readings=many))
        await socket.wait_closed()

    async with serving(server) as url:
        feed = config(url, limits=Limits(max_rate=1000))
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: g.readings != [] and g.health().dropped == 4000)
            assert len(got.readings) == 1000
            assert got.health().rejected == 0


async def test_more_than_the_depth_is_dropped_and_the_newest_stay() -> None:
    many = [Reading(level_key(), 1.0, START - 300 + index) for index in range(300)]

    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await say(socket, Snapshot(seq=1, readings=many))
        await socket.wait_closed()

    async with serving(server) as url:
        feed = config(url, limits=Limits(max_depth=100))
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: g.readings != [] and g.health().dropped == 200)
            assert got.readings == many[200:]


async def test_an_oversized_frame_ends_the_connection_and_it_comes_back(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.closed error=1009")
    connections: list[ServerConnection] = []

    async def server(socket: ServerConnection) -> None:
        connections.append(socket)
        await greet(socket)
        if len(connections) == 1:
            await socket.send(" " * 20_000)
        await say(socket, good(1))
        await socket.wait_closed()

    async with serving(server) as url:
        feed = config(url, limits=Limits(max_bytes=10_000))
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)


async def test_a_close_in_the_middle_of_a_frame_is_a_loss_and_nothing_of_it_counts(
    expect_log: Any,
) -> None:
    expect_log("feed f is lost: feed.closed")
    connections: list[ServerConnection] = []

    async def server(socket: ServerConnection) -> None:
        connections.append(socket)
        await greet(socket)
        if len(connections) == 1:
            half = msgspec.json.encode(good(1))
            socket.transport.write(bytes([0x81, len(half)]) + half[:20])
            socket.transport.close()
            return
        await say(socket, good(2))
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: len(g.readings) == 1)
        assert got.readings[0].observed == START + 2


async def test_a_frame_in_fragments_is_one_frame() -> None:
    text = msgspec.json.encode(
        Snapshot(seq=1, readings=[Reading(level_key(), 1.5, START)])
    ).decode()

    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await socket.send([text[:30], text[30:60], text[60:]])
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: len(g.readings) == 1)


async def test_a_certificate_that_is_not_trusted_is_refused(
    tmp_path: Path, expect_log: Any
) -> None:
    expect_log("feed f is lost: feed.certificate")
    authority = Authority(tmp_path)
    async with serving(silent_after_welcome, ssl=authority.server_context()) as url:
        async with ingesting(config(url)) as (_, got):
            await got.until(lambda g: g.is_("refused"))
        trusting = config(url, tls=Tls(ca=str(authority.file)))
        async with ingesting(trusting) as (_, got):
            await got.until(lambda g: g.is_("live"))
    other = Authority(tmp_path, "other")
    async with serving(silent_after_welcome, ssl=other.server_context("example.org")) as url:
        elsewhere = config(url, tls=Tls(ca=str(other.file)))
        async with ingesting(elsewhere) as (_, got):
            await got.until(lambda g: g.is_("refused"))  # trusted, but of another host


async def test_a_refusal_is_not_tried_quickly_and_asking_helps(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.refused")
    tokens: list[str] = []

    async def server(socket: ServerConnection) -> None:
        await say(socket, Welcome(session="s"))
        subscription = await hear(socket)
        assert isinstance(subscription, Subscribe)
        tokens.append(subscription.token)
        if len(tokens) == 1:
            await say(socket, Refused(reason="not yet"))
        await socket.wait_closed()

    secrets = Secrets(environment={"CHENGMAI_SECRET_WATER": "s3cret"})
    async with serving(server) as url:
        feed = config(url, credential="water")
        async with ingesting(feed, secrets=secrets) as (thread, got):
            await got.until(lambda g: g.is_("refused"))
            assert thread.reconnect("f") and not thread.reconnect("other")
            await got.until(lambda g: g.is_("live"))
    assert tokens == ["s3cret", "s3cret"]


async def test_a_feed_of_which_nobody_listens_is_lost_and_logged_once(
    caplog: pytest.LogCaptureFixture, expect_log: Any
) -> None:
    expect_log("feed f is lost: feed.port_closed")
    async with serving(silent_after_welcome) as url:
        port = int(url.rpartition(":")[2])
    with caplog.at_level("INFO", "chengmai.feeds"):
        async with AsyncExitStack() as stack, ingesting(config(url)) as (_, got):
            await got.until(lambda g: "f" in g.all.health and g.health().attempts >= 3)
            await stack.enter_async_context(serving(silent_after_welcome, port=port))
            await got.until(lambda g: g.is_("live"))
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
