"""`ws-json` against a real server on loopback that does what a server may do."""

import time
from contextlib import suppress
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from app.config import FeedConfig
from app.core.catalog import DAY, HOUR
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
from app.core.model import AlarmKind, Backlog, Level, Reading, Warning, World
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
        with suppress(ConnectionClosed):  # the gap is counted before it is answered
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


class Archive:
    """A server with a history: answers so many questions of a connection, then hangs up."""

    def __init__(self, start: int, *patience: int) -> None:
        self.start = start
        self.asked: list[list[tuple[int, int]]] = []  # per connection
        self.sessions = [f"s{number}" for number in range(len(patience))]
        self._patience = patience

    async def talk(self, socket: ServerConnection) -> None:
        number = len(self.asked)
        asked: list[tuple[int, int]] = []
        self.asked.append(asked)
        await greet(socket, session=self.sessions[number])
        await say(socket, Snapshot(seq=1, readings=[reading(9.0, self.start + number)]))
        with suppress(ConnectionClosed):  # the client has all and leaves
            await self._answer(socket, number, asked)
        await socket.close()

    async def _answer(
        self, socket: ServerConnection, number: int, asked: list[tuple[int, int]]
    ) -> None:
        while len(asked) < self._patience[number]:
            question = await hear(socket)
            assert isinstance(question, History)
            asked.append((question.since, question.until))
            old = [reading(1.0, question.until - 1 - number, "old")]
            await say(
                socket,
                Refilled(seq=0, readings=old),
                Refilled(seq=0, final=len(asked) < self._patience[number]),
            )


async def test_history_comes_day_by_day_and_an_interrupted_run_goes_on(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.closed")
    start = now()
    archive = Archive(start, 3, 99)
    options = {"topics": ["reading/#"], "history_hours": 96}
    async with serving(archive.talk) as url, ingesting(config(url, options=options)) as (_, got):
        await got.until(lambda g: g.all.backlog.get("f") == ())
        assert len(got.readings) == 2 + 3 + 3
    first, second = archive.asked
    newest = first[0][1]
    assert start <= newest
    days = [(newest - (back + 1) * DAY, newest - back * DAY) for back in range(4)]
    assert first == days[:3]  # the third was not answered to its end
    missed, third, fourth = second
    assert newest < missed[1]
    assert newest - HOUR <= missed[0] <= missed[1] - HOUR  # from an hour before it was last heard
    assert third == days[2]
    assert fourth == (missed[1] - 4 * DAY, days[3][1])


async def test_history_that_the_store_holds_is_not_asked_for_again() -> None:
    start = now()
    archive = Archive(start, 99)
    left = (start - 3 * DAY, start - 2 * DAY - HOUR)
    past = Backlog(spans=(left, (start - 99 * DAY, start - 98 * DAY)), heard=start - 2 * HOUR)
    options = {"topics": ["reading/#"], "history_hours": 720}
    async with (
        serving(archive.talk) as url,
        ingesting(config(url, options=options), past={"f": past}.get) as (_, got),
    ):
        await got.until(lambda g: g.all.backlog.get("f") == ())
    (missed, rest) = archive.asked[0]
    assert missed[0] == start - 3 * HOUR
    assert start <= missed[1] < start + HOUR
    assert rest == left


async def test_a_session_that_the_server_holds_no_longer_is_an_absence(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.closed")
    archive = Archive(now(), 1, 99)
    archive.sessions = ["s", "s"]  # the same session, yet a snapshot
    options = {"topics": ["reading/#"], "history_hours": 24}
    async with serving(archive.talk) as url, ingesting(config(url, options=options)) as (_, got):
        await got.until(lambda g: len(archive.asked) == 2 and g.all.backlog.get("f") == ())
    (unanswered,), (again,) = archive.asked
    assert again[1] > unanswered[1]  # up to now, not only what was open before


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
