"""The server's side of the envelope beside what the simulator's tests say of it: sources, what is
open, tokens, bundles, the health of sources."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.core import envelope
from app.core.clock import ManualClock
from app.core.health import FeedHealth, FeedState
from app.core.model import Event, Reading, World
from app.serving.session import Session
from app.serving.state import Manners
from app.serving.told import Part, Told
from app.serving.topics import Topics

NOW = 1_790_000_000_000
_frames = msgspec.json.Decoder(envelope.ServerFrame | list[envelope.ServerFrame])


class Book:
    """Two sources; one says what is open."""

    def newest(self, topics: Topics, part: int) -> Iterator[Part]:
        yield Part(Told(readings=[reading("a", 1.0)]), "one").chosen(topics)
        yield Part(Told(), "two", ("x:1",)).chosen(topics)

    async def history(self, request: envelope.History) -> AsyncGenerator[envelope.Refilled, None]:
        yield envelope.Refilled(seq=0, source="one", readings=[reading("a", 0.5)])
        yield envelope.Refilled(seq=0, final=True)


def reading(name: str, value: float) -> Reading:
    return Reading(f"reading/water.level/{name}", value, NOW)


def row(feed: str, state: FeedState = FeedState.LIVE) -> FeedHealth:
    return FeedHealth(feed, feed, feed, state, NOW)


@asynccontextmanager
async def serving(**manners: Any) -> AsyncIterator[tuple[Session, str]]:
    session = Session(Book(), ManualClock(NOW), Manners("t", World.DEMO, **manners))
    port = await session.start(0)
    try:
        yield session, f"ws://127.0.0.1:{port}"
    finally:
        await session.stop()


async def say(socket: ClientConnection, frame: msgspec.Struct) -> None:
    await socket.send(msgspec.json.encode(frame).decode())


async def hear(socket: ClientConnection) -> Any:
    return _frames.decode(await socket.recv())


async def until_final(socket: ClientConnection) -> list[envelope.Snapshot]:
    parts = [await hear(socket)]
    while not parts[-1].final:
        parts.append(await hear(socket))
    return parts


async def test_a_snapshot_says_its_sources_and_what_is_open() -> None:
    async with serving() as (session, url), connect(url) as socket:
        assert (await hear(socket)).world is World.DEMO
        await say(socket, envelope.Subscribe(topics=["#"]))
        parts = await until_final(socket)
        assert [(part.source, part.open) for part in parts] == [
            ("one", None),
            ("two", ["x:1"]),
            ("", None),
        ]
        session.publish(Part(Told(readings=[reading("a", 2.0)]), "one"))
        delta = await hear(socket)
        assert (delta.source, delta.seq, delta.prev) == ("one", 2, 1)


async def test_who_asks_for_no_events_is_not_told_that_none_are_open() -> None:
    async with serving() as (_, url), connect(url) as socket:
        await hear(socket)
        await say(socket, envelope.Subscribe(topics=["reading/#"]))
        assert all(part.open is None for part in await until_final(socket))


@pytest.mark.parametrize(
    "frame",
    [
        envelope.Subscribe(topics=["#"]),
        envelope.Subscribe(topics=["#"], token="wrong"),
        envelope.Subscribe(topics=["#"], token="机密"),
        envelope.History(since=0, until=NOW, topics=["#"]),
        envelope.Refill(first=1, last=9),
    ],
)
async def test_without_the_token_nothing_is_told(frame: msgspec.Struct) -> None:
    async with serving(token="right") as (session, url), connect(url) as socket:
        await hear(socket)
        await say(socket, frame)
        assert isinstance(await hear(socket), envelope.Refused)
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert session.clients == 0


async def test_with_the_token_it_serves() -> None:
    async with serving(token="right") as (session, url), connect(url) as socket:
        await hear(socket)
        await say(socket, envelope.Subscribe(topics=["#"], token="right"))
        await until_final(socket)
        assert session.clients == 1
        await say(socket, envelope.History(since=0, until=NOW, topics=["#"]))
        assert [(await hear(socket)).source for _ in range(2)] == ["one", ""]


async def test_one_client_more_than_it_serves_is_refused() -> None:
    async with serving(max_clients=1) as (_, url), connect(url) as first, connect(url) as second:
        assert isinstance(await hear(first), envelope.Welcome)
        assert isinstance(await hear(second), envelope.Refused)


async def test_who_takes_bundles_gets_what_waited_in_one_message() -> None:
    async with serving() as (session, url), connect(url) as socket:
        await hear(socket)
        await say(socket, envelope.Subscribe(topics=["#"], bundles=True))
        await until_final(socket)
        for number in range(100):
            session.publish(Part(Told(readings=[reading("a", number)]), "one"))
        frames: list[Any] = []
        messages = 0
        while len(frames) < 100:
            found = await hear(socket)
            frames += found if isinstance(found, list) else [found]
            messages += 1
        assert [frame.seq for frame in frames] == list(range(2, 102))
        assert [frame.prev for frame in frames] == list(range(1, 101))
        assert messages <= 3


async def test_what_did_not_fit_into_the_queue_is_a_gap_that_can_be_refilled() -> None:
    async with serving(waiting_frames=10) as (session, url), connect(url) as socket:
        await hear(socket)
        await say(socket, envelope.Subscribe(topics=["#"]))
        await until_final(socket)
        for number in range(50):  # without a pause
            session.publish(Part(Told(readings=[reading("a", number)]), "one"))
        got = [await hear(socket) for _ in range(10)]
        assert [frame.seq for frame in got] == list(range(2, 12))
        session.publish(Part(Told(readings=[reading("a", 99)]), "one"))
        late = await hear(socket)
        assert late.prev == 51, "it says that something came between"
        await say(socket, envelope.Refill(first=12, last=51))
        again = [await hear(socket) for _ in range(40)]
        assert [frame.seq for frame in again] == list(range(12, 52))
        assert {frame.source for frame in again} == {"one"}


async def test_health_is_whole_first_and_of_a_source_only_the_newest_waits() -> None:
    async with serving() as (session, url), connect(url) as socket:
        session.tell_health([row("one"), row("two")])
        await hear(socket)
        await say(socket, envelope.Subscribe(topics=["#"]))
        whole = await hear(socket)
        assert whole.complete and {item.feed for item in whole.feeds} == {"one", "two"}
        await until_final(socket)
        session.tell_health([row("one", FeedState.LOST)])
        session.tell_health([row("one", FeedState.LIVE)])
        news = await hear(socket)
        assert not news.complete
        assert [(item.feed, item.state) for item in news.feeds] == [("one", "live")]
        session.tell_health()
        assert not (await hear(socket)).feeds, "a sign of life"


async def test_what_cannot_be_is_told_and_for_an_hour_to_who_comes_later() -> None:
    old, level, rain = "reading/water.level/o", "reading/water.level/a", "reading/rain/a"
    async with serving() as (session, url), connect(url) as socket:
        await hear(socket)
        await say(socket, envelope.Subscribe(topics=["reading/water.level/#"]))
        await until_final(socket)
        session.tell_health([row("one")], {old: NOW - 3_600_000, level: NOW - 3_599_999, rain: NOW})
        whole = await hear(socket)
        assert whole.complete and whole.impossible.keys() == {old, level}, "rain was not asked for"
        session.tell_health([], {level: NOW - 5})
        assert (await hear(socket)).impossible == {level: NOW - 5}
        session.tell_health()
        assert (await hear(socket)).impossible == {}
        async with connect(url) as later:
            await hear(later)
            await say(later, envelope.Subscribe(topics=["#"]))
            assert (await hear(later)).impossible == {level: NOW - 5, rain: NOW}


async def test_of_very_many_that_cannot_be_the_newest_are_told() -> None:
    async with serving() as (session, url), connect(url) as socket:
        await hear(socket)
        session.tell_health([row("one")], {f"reading/x/{n}": NOW for n in range(1500)})
        await say(socket, envelope.Subscribe(topics=["#"]))
        told = (await hear(socket)).impossible
        assert len(told) == 1000 and "reading/x/1499" in told


async def test_health_that_is_first_known_after_the_subscription_is_whole_too() -> None:
    async with serving() as (session, url), connect(url) as socket:
        await hear(socket)
        await say(socket, envelope.Subscribe(topics=["#"]))
        await until_final(socket)
        session.tell_health([row("one")])
        whole = await hear(socket)
        assert whole.complete and len(whole.feeds) == 1


async def test_the_ring_is_bounded_in_records_too() -> None:
    async with serving(ring_records=100) as (session, _):
        for _ in range(50):
            session.publish(Part(Told(readings=[reading("a", 1.0)] * 10), "one"))
        assert session.state.ring.oldest(0) == 51 - 9
        assert [frame.seq for frame in session.state.ring.between(0, 99)] == list(range(42, 52))


def test_a_part_without_records_counts_when_it_says_what_is_open() -> None:
    assert not Part(Told(), "one")
    assert Part(Told(), "one", ())
    event = Event("x:1", "t", NOW, NOW)
    told = Part(Told(events=[event], readings=[reading("a", 1.0)]), "one", ("x:1",))
    assert told.chosen(Topics(["#"])) is told
    assert told.chosen(Topics(["event"])) == Part(Told(events=[event]), "one", ("x:1",))
    assert not told.chosen(Topics(["device"]))
