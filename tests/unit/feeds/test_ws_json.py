"""`ws-json` against a real server on loopback that does what a server may do."""

import time
from typing import Any

from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig
from app.core.envelope import (
    Delta,
    Gone,
    History,
    Refill,
    Refilled,
    Snapshot,
    Subscribe,
    Welcome,
)
from app.core.model import AlarmKind, Level, Reading, Warning, World
from tests.helpers.ingesting import ingesting, level_key
from tests.helpers.ws_server import greet, hear, say, serving


def now() -> int:
    return time.time_ns() // 1_000_000


def config(url: str, **changes: Any) -> FeedConfig:
    return FeedConfig(id="f", kind="ws-json", name_zh="水务局", url=url, **changes)


def reading(value: float, observed: int, station: str = "jiangba") -> Reading:
    return Reading(level_key(station), value, observed)


async def test_a_snapshot_then_deltas_are_in_the_picture_and_in_the_log() -> None:
    start = now()
    asked: list[Subscribe] = []

    async def server(socket: ServerConnection) -> None:
        subscription = await greet(socket)
        assert isinstance(subscription, Subscribe)
        asked.append(subscription)
        await say(
            socket,
            Snapshot(seq=5, readings=[reading(1.0, start)]),
            Delta(seq=6, prev=5, readings=[reading(2.0, start + 1)]),
            Delta(seq=7, prev=6, readings=[reading(3.0, start + 2)]),
        )
        await socket.wait_closed()

    async with serving(server) as url:
        feed = config(url, options={"topics": ["reading/#"]})
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: len(g.readings) == 3 and g.is_("live"))
            assert got.all.latest["f"][level_key()].value == 3.0
            assert [item.value for item in got.readings] == [1.0, 2.0, 3.0]
    assert asked[0].topics == ["reading/#"]
    assert got.health().state == "stopped"


async def test_a_gap_is_refilled_and_no_longer_counted() -> None:
    start = now()
    asked: list[Refill] = []

    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await say(socket, Snapshot(seq=1), Delta(seq=4, prev=3, readings=[reading(4.0, start + 4)]))
        question = await hear(socket)
        assert isinstance(question, Refill)
        asked.append(question)
        await say(
            socket,
            Refilled(seq=2, readings=[reading(2.0, start + 2)]),
            Refilled(seq=3, readings=[reading(3.0, start + 3)], final=True),
        )
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: len(g.readings) == 3)
        await got.until(lambda g: g.health().refilled == 2)
        assert (asked[0].first, asked[0].last) == (2, 3)
        assert got.health().gaps == 0
        assert got.health().late == 0
        assert got.all.latest["f"][level_key()].value == 4.0


async def test_a_gap_that_the_server_no_longer_holds_stays_counted() -> None:
    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await say(socket, Snapshot(seq=1), Delta(seq=4, prev=3))
        await hear(socket)
        await say(socket, Gone(first=2, last=3))
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: "f" in g.all.health and g.health().gaps == 2)


async def test_a_reconnect_goes_on_with_the_session_and_counts_nothing_twice(
    expect_log: Any,
) -> None:
    expect_log("feed f is lost: feed.closed")
    start = now()
    subscriptions: list[Subscribe] = []

    async def server(socket: ServerConnection) -> None:
        subscription = await greet(socket)
        assert isinstance(subscription, Subscribe)
        subscriptions.append(subscription)
        if len(subscriptions) == 1:
            await say(
                socket, Snapshot(seq=1), Delta(seq=2, prev=1, readings=[reading(2.0, start + 2)])
            )
            await socket.close()
            return
        await say(
            socket,
            Refilled(
                seq=3, readings=[reading(2.0, start + 2), reading(3.0, start + 3)], final=True
            ),
            Delta(seq=4, prev=3, readings=[reading(4.0, start + 4)]),
        )
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: len(g.readings) == 3 and g.is_("live"))
        assert [item.value for item in got.readings] == [2.0, 3.0, 4.0]
        await got.until(lambda g: g.health().duplicates == 1)
        assert got.health().gaps == 0
    assert (subscriptions[1].session, subscriptions[1].after) == ("s1", 2)


async def test_a_warning_is_handed_on_and_one_from_the_future_is_not_lost() -> None:
    later = now() + 3_600_000
    warnings = [
        Warning("cma:1", AlarmKind.ISSUED, Level.RED, "暴雨红色预警", now(), now()),
        Warning("cma:2", AlarmKind.ISSUED, Level.ORANGE, "大风橙色预警", later, later),
    ]

    async def server(socket: ServerConnection) -> None:
        await greet(socket)
        await say(
            socket, Snapshot(seq=1, warnings=warnings), Delta(seq=2, prev=1, warnings=warnings)
        )
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: len(g.all.records) == 2 and g.health().duplicates == 2)
        assert got.all.records[1].record.observed < later
        assert got.health().reasons == {"future": 1}


async def test_history_is_asked_for_what_the_store_lacks_and_again_for_a_lost_session(
    expect_log: Any,
) -> None:
    expect_log("feed f is lost: feed.closed")
    start = now()
    asked: list[History] = []

    async def server(socket: ServerConnection) -> None:
        await greet(socket, session=f"s{len(asked)}")
        question = await hear(socket)
        assert isinstance(question, History)
        asked.append(question)
        await say(socket, Snapshot(seq=1, readings=[reading(9.0, start + len(asked))]))
        old = [reading(float(hour), start - hour * 3_600_000) for hour in (3, 2, 1)]
        await say(socket, Refilled(seq=0, readings=old, final=True))
        if len(asked) == 1:
            await socket.close()
        await socket.wait_closed()

    options = {"topics": ["reading/#"], "history_hours": 24}
    stored = start - 7_200_000
    async with serving(server) as url:
        feed = config(url, options=options)
        async with ingesting(feed, since={"f": stored}.get) as (_, got):
            await got.until(lambda g: len(g.readings) == 5 and g.is_("live"))
            await got.until(lambda g: g.health().duplicates == 3)
            assert got.health().refilled == 3
            assert got.all.latest["f"][level_key()].observed == start + 2
    assert [question.since for question in asked] == [stored, start + 1]


async def test_a_demonstration_server_takes_reality_away_and_nobody_gives_it_back() -> None:
    claims = [
        Reading(level_key("a"), 1.0, now()),
        Reading(level_key("b"), 1.0, now(), world=World.REAL),
        Reading(level_key("c"), 1.0, now(), world=World.DRILL),
    ]

    async def server(socket: ServerConnection) -> None:
        await say(socket, Welcome(session="s", world=World.DEMO))
        await hear(socket)
        await say(socket, Snapshot(seq=1, readings=claims))
        await socket.wait_closed()

    async with serving(server) as url, ingesting(config(url)) as (_, got):
        await got.until(lambda g: len(g.readings) == 3)
        assert [item.world for item in got.readings] == [World.DEMO, World.DEMO, World.DRILL]
