"""A seat on a gatherer: every source in its own sink, its health as the gatherer has it."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig
from app.core.envelope import Delta, Gone, Health, Refilled, Refused, Snapshot, Subscribe
from app.core.health import FeedHealth, FeedState
from app.core.message import message
from app.core.model import Event, Reading
from app.feeds._relay import Gatherers
from app.feeds._supervisor import Pace
from tests.helpers.ingesting import ingesting, level_key
from tests.helpers.ws_server import greet, hear, say, serving

# A refusal stands for longer than a tenth of a second, or no batch tells of it.
PACE = Pace(first=0.01, most=0.05, refused=0.5, steady=30.0, fail_back=0.05)
WATER = FeedConfig(id="water", kind="ws-json", name_zh="水", url="wss://bureau.invalid")
FIRE = FeedConfig(id="fire", kind="mqtt", name_zh="火", url="mqtts://bureau.invalid")
DEMO = FeedConfig(id="demo", kind="ws-json", name_zh="演", url="sim://ws")


def now() -> int:
    return time.time_ns() // 1_000_000


def row(feed: str, **more: Any) -> FeedHealth:
    more.setdefault("state", FeedState.LIVE)
    return FeedHealth(feed, feed, feed, at=now(), connected_since=now(), **more)


def on(*urls: str, **more: Any) -> dict[str, Any]:
    return {"gatherers": Gatherers(urls, history_hours=0.0, pace=PACE, **more)}


class Server:
    """A gatherer whose every word the test decides."""

    def __init__(self) -> None:
        self.socket: ServerConnection | None = None
        self.subscribed: list[Subscribe] = []
        self.there = asyncio.Event()
        self.gone = False
        self.rows = [row("water"), row("fire", state=FeedState.LATE, accepted=7)]

    async def handler(self, socket: ServerConnection) -> None:
        if self.gone:
            return
        asked = await greet(socket, "g1")
        assert isinstance(asked, Subscribe)
        self.subscribed.append(asked)
        await say(
            socket,
            Snapshot(seq=5, final=False, source="water", readings=[reading(1.0, "a")]),
            Snapshot(seq=5, final=False, source="fire", readings=[reading(2.0, "a")]),
            Snapshot(seq=5),
            Health(sent=now(), feeds=self.rows, complete=True),
        )
        self.socket = socket
        self.there.set()
        await socket.wait_closed()


def reading(value: float, station: str) -> Reading:
    return Reading(level_key(station), value, now())


async def test_each_source_has_its_own_values_and_the_gatherers_row() -> None:
    server = Server()
    async with (
        serving(server.handler) as url,
        ingesting(WATER, FIRE, **on(url)) as (thread, got),
    ):
        await got.until(lambda g: g.is_("live", "water") and g.is_("late", "fire"))
        latest = {source: list(held) for source, held in got.all.latest.items()}
        assert latest == {"water": [level_key("a")], "fire": [level_key("a")]}
        assert got.health("fire").accepted == 7, "counted at the gatherer"
        assert thread.gatherer_up
        assert server.subscribed[0].bundles
        assert server.socket is not None
        await say(
            server.socket,
            Delta(seq=6, prev=5, source="water", readings=[reading(3.0, "b")]),
            Delta(seq=7, prev=6, source="fire", readings=[reading(4.0, "b")]),
            Delta(seq=8, prev=7, source="nobody", readings=[reading(5.0, "b")]),
            Health(sent=now(), feeds=[row("water", gaps=3)], impossible={level_key("c"): 7}),
        )
        await got.until(lambda g: g.all.sequence == 8 and g.health("water").gaps == 3)
        assert got.all.impossible == {level_key("c"): 7}, "its device is in doubt here too"
        values = {(s.source, r.value) for s in got.all.log for r in s.readings}
        assert values == {("water", 1.0), ("fire", 2.0), ("water", 3.0), ("fire", 4.0)}


async def test_with_the_line_lost_every_source_is_lost_since_then(
    expect_log: Any, unused_tcp_port: int
) -> None:
    expect_log("feed gatherer is lost")
    server = Server()
    server.rows = [row("water"), row("fire", state=FeedState.LOST, lost_since=77)]
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(server.handler, port=unused_tcp_port))
        thread, got = await stack.enter_async_context(ingesting(WATER, FIRE, **on(url)))
        await got.until(lambda g: g.is_("live", "water"))
        assert server.socket is not None
        server.rows = [row("water"), row("fire")]
        await got.until(lambda g: g.health("fire").lost_since == 77)
        server.there.clear()
        server.gone = True
        server.socket.transport.abort()
        await got.until(lambda g: g.is_("lost", "water") and g.is_("lost", "fire"))
        assert got.health("water").trouble == message("gatherer.not_reached")
        assert got.health("water").lost_since > got.health("fire").lost_since == 77
        server.gone = False
        await got.until(lambda g: g.is_("live", "water") and g.is_("live", "fire"))
        assert server.subscribed[-1].session == "g1", "it goes on where it was"
        assert thread.gatherer_up


async def test_a_gatherer_that_never_answers(expect_log: Any) -> None:
    expect_log("feed gatherer is lost")
    async with ingesting(WATER, **on("ws://127.0.0.1:1")) as (thread, got):
        await got.until(lambda g: g.is_("lost", "water"))
        assert got.health("water").trouble == message("gatherer.not_reached")
        assert got.health("water").lost_since > 0
        assert not thread.gatherer_up
        assert thread.reconnect("water")


async def test_a_token_that_is_not_taken_is_said(expect_log: Any) -> None:
    expect_log("feed gatherer is lost")

    async def refuses(socket: ServerConnection) -> None:
        await greet(socket)
        await say(socket, Refused(reason="token"))
        await socket.wait_closed()

    async with serving(refuses) as url, ingesting(WATER, **on(url)) as (_, got):
        await got.until(lambda g: g.is_("refused", "water"))
        assert got.health("water").trouble == message("gatherer.refused")


async def test_a_feed_that_the_gatherer_does_not_have_is_said_but_for_the_simulators() -> None:
    server = Server()
    server.rows = [row("water")]
    async with (
        serving(server.handler) as url,
        ingesting(WATER, FIRE, DEMO, **on(url)) as (thread, got),
    ):
        await got.until(lambda g: g.is_("live", "water") and g.is_("lost", "fire"))
        assert got.health("fire").trouble == message("gatherer.no_feed", feed="fire")
        assert "demo" not in thread.health()


async def test_to_the_second_gatherer_at_once_and_back(
    expect_log: Any, unused_tcp_port: int
) -> None:
    expect_log("feed gatherer is lost")
    first, second = Server(), Server()
    address = f"ws://127.0.0.1:{unused_tcp_port}"
    async with (
        serving(second.handler) as url,
        ingesting(WATER, FIRE, **on(address, url)) as (_, got),
    ):
        await got.until(lambda g: g.is_("live", "water"))
        async with serving(first.handler, port=unused_tcp_port):
            async with asyncio.timeout(15):
                await first.there.wait()
            await got.until(lambda g: bool(first.subscribed) and g.is_("live", "water"))
        # The first is gone again: the line goes to the second, and ends in order.
        await got.until(lambda _: len(second.subscribed) == 2)


async def test_frames_that_the_gatherer_no_longer_has_are_made_good_by_a_snapshot() -> None:
    asked: list[Any] = []

    async def server(socket: ServerConnection) -> None:
        await greet(socket, "g1")
        await say(socket, Snapshot(seq=5), Health(sent=now(), feeds=[row("water")], complete=True))
        await say(socket, Delta(seq=9, prev=8, source="water", readings=[reading(9.0, "z")]))
        asked.append(await hear(socket))
        await say(socket, Gone(first=6, last=8))
        asked.append(await hear(socket))
        await say(socket, Snapshot(seq=9, source="water", readings=[reading(1.0, "lost")]))
        await socket.wait_closed()

    async with serving(server) as url, ingesting(WATER, **on(url)) as (_, got):
        await got.until(lambda g: level_key("lost") in g.all.latest.get("water", {}))
        assert isinstance(asked[1], Subscribe) and asked[1].session == ""


async def test_a_standby_asks_the_bureaus_when_it_is_told_and_leaves_them_again(
    expect_log: Any,
) -> None:
    expect_log("feed gatherer is lost")
    bureau = Server()
    async with serving(bureau.handler) as url:
        config = FeedConfig(id="water", kind="ws-json", name_zh="水", url=url)
        standby = on("ws://127.0.0.1:1", polls=True)
        async with ingesting(config, **standby) as (thread, got):
            await got.until(lambda g: g.is_("lost", "water"))
            assert not bureau.subscribed
            thread.poll(True)
            thread.poll(True)
            await got.until(lambda g: g.is_("live", "water"))
            assert len(bureau.subscribed) == 1
            thread.poll(False)
            await got.until(lambda g: g.is_("lost", "water"))
            assert bureau.socket is not None
            async with asyncio.timeout(15):
                await bureau.socket.wait_closed()


async def test_what_is_open_goes_to_its_own_source() -> None:
    async def server(socket: ServerConnection) -> None:
        await greet(socket, "g1")
        event = Event("x:1", "t", now(), now())
        await say(
            socket,
            Snapshot(seq=5, final=False, source="water", events=[event]),
            Snapshot(seq=5, source="water", open=["x:1"]),
            Health(sent=now(), feeds=[row("water"), row("fire")], complete=True),
            Refilled(seq=4, prev=3, source="water", open=[]),
        )
        await socket.wait_closed()

    async with serving(server) as url, ingesting(WATER, FIRE, **on(url)) as (_, got):
        await got.until(lambda g: "water" in g.all.open and g.is_("live", "water"))
        assert got.all.open["water"].ids == frozenset({"x:1"}), "an old list ends nothing"
        assert "fire" not in got.all.open
