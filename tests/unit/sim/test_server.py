"""The simulator over a real WebSocket: snapshot, deltas, gaps, refill, resumption, history."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.core import envelope
from app.core.catalog import DAY, HOUR
from app.core.clock import ManualClock
from app.core.model import Reading, World
from app.sim.__main__ import build, moment
from app.sim.server import RING_FRAMES, WebSocketServer
from app.sim.weather import Scenario
from app.sim.world import SimulatedCity

START = moment("2026-04-22T10:00:00+08:00", "Asia/Shanghai")
F = TypeVar("F", bound=msgspec.Struct)


@pytest.fixture(scope="module")
def city() -> SimulatedCity:
    return build("huaian", 7, Scenario.CALM, START)


class Running:
    """A server whose time is moved by the test."""

    def __init__(self, city: SimulatedCity) -> None:
        self.clock = ManualClock(START)
        self.server = WebSocketServer(city, self.clock)
        self.url = ""

    def step(self, milliseconds: int = 2000) -> None:
        since = self.clock.now()
        self.clock.advance(milliseconds)
        self.server.publish(self.server.city.between(since, self.clock.now()))


@pytest.fixture
async def running(city: SimulatedCity) -> AsyncIterator[Running]:
    found = Running(city)
    found.url = f"ws://127.0.0.1:{await found.server.start(0)}"
    yield found
    await found.server.stop()


async def receive(socket: ClientConnection, wanted: type[F]) -> F:
    frame = msgspec.json.decode(await socket.recv(), type=envelope.ServerFrame)
    assert isinstance(frame, wanted), frame
    return frame


async def say(socket: ClientConnection, frame: msgspec.Struct) -> None:
    await socket.send(msgspec.json.encode(frame).decode())


async def subscribed(socket: ClientConnection, topics: list[str]) -> list[envelope.Snapshot]:
    await receive(socket, envelope.Welcome)
    await say(socket, envelope.Subscribe(topics=topics))
    parts = [await receive(socket, envelope.Snapshot)]
    while not parts[-1].final:
        parts.append(await receive(socket, envelope.Snapshot))
    return parts


async def test_welcome_then_the_whole_city(running: Running) -> None:
    async with connect(running.url, max_size=2**24) as socket:
        welcome = await receive(socket, envelope.Welcome)
        assert welcome.world is World.DEMO
        assert welcome.now == START
        await say(socket, envelope.Subscribe(topics=["#"]))
        parts = [await receive(socket, envelope.Snapshot)]
        while not parts[-1].final:
            parts.append(await receive(socket, envelope.Snapshot))
    keys = {reading.key for part in parts for reading in part.readings}
    assert len([key for key in keys if key.endswith("/320800")]) == 197
    assert len(keys) > 1500
    assert sum(len(part.events) for part in parts) > 200
    assert sum(len(part.devices) for part in parts) == 2086
    assert {part.seq for part in parts} == {1}


async def test_deltas_follow_each_other_and_the_snapshot(running: Running) -> None:
    async with connect(running.url, max_size=2**24) as socket:
        parts = await subscribed(socket, ["reading/#"])
        previous = parts[-1].seq
        for _ in range(4):
            running.step()
            delta = await receive(socket, envelope.Delta)
            assert delta.prev == previous
            assert delta.seq > previous
            assert delta.readings
            assert delta.events == []
            previous = delta.seq


async def test_a_narrow_subscription_has_its_own_chain(running: Running) -> None:
    key = "reading/gas.pressure/320800"  # comes every five seconds
    async with connect(running.url, max_size=2**24) as socket:
        parts = await subscribed(socket, [key])
        assert [item.key for part in parts for item in part.readings] == [key]
        previous = parts[-1].seq
        for _ in range(8):
            running.step(1000)
        delta = await receive(socket, envelope.Delta)
        assert {item.key for item in delta.readings} == {key}
        assert delta.prev == previous
        assert delta.seq - previous >= 1


async def test_a_gap_is_refilled_exactly(running: Running) -> None:
    async with connect(running.url, max_size=2**24) as socket:
        await subscribed(socket, ["reading/#"])
        lost = []
        for _ in range(3):
            running.step()
            lost.append(await receive(socket, envelope.Delta))
        await say(socket, envelope.Refill(first=lost[0].seq, last=lost[-1].seq))
        again = [await receive(socket, envelope.Refilled) for _ in lost]
        assert [frame.seq for frame in again] == [frame.seq for frame in lost]
        assert [frame.readings for frame in again] == [frame.readings for frame in lost]
        assert [frame.final for frame in again] == [False, False, True]


async def test_a_new_connection_goes_on_where_the_old_one_ended(running: Running) -> None:
    async with connect(running.url, max_size=2**24) as socket:
        await subscribed(socket, ["reading/#"])
        running.step()
        last = await receive(socket, envelope.Delta)
    running.step()
    running.step()
    async with connect(running.url, max_size=2**24) as socket:
        welcome = await receive(socket, envelope.Welcome)
        await say(
            socket,
            envelope.Subscribe(topics=["reading/#"], session=welcome.session, after=last.seq),
        )
        missed = [await receive(socket, envelope.Refilled) for _ in range(2)]
        assert [frame.seq for frame in missed] == [last.seq + 1, last.seq + 2]
        assert missed[-1].final
        running.step()
        delta = await receive(socket, envelope.Delta)
        assert delta.prev == missed[-1].seq


async def test_another_session_gets_a_snapshot(running: Running) -> None:
    async with connect(running.url, max_size=2**24) as socket:
        await receive(socket, envelope.Welcome)
        await say(
            socket, envelope.Subscribe(topics=["warning"], session="sim-of-yesterday", after=5)
        )
        assert (await receive(socket, envelope.Snapshot)).seq == 1


async def test_what_is_no_longer_held_is_gone(running: Running) -> None:
    async with connect(running.url, max_size=2**24) as socket:
        await subscribed(socket, ["reading/gas.pressure/320800"])
        told = running.server.city.between(START, START + 5000)
        for _ in range(RING_FRAMES + 10):
            running.server.publish(told)
        await say(socket, envelope.Refill(first=2, last=9))
        while True:
            data = await socket.recv()
            frame = msgspec.json.decode(data, type=envelope.ServerFrame)
            if not isinstance(frame, envelope.Delta):
                break
        assert isinstance(frame, envelope.Gone)
        assert (frame.first, frame.last) == (2, 9)


async def test_a_reader_who_stops_sees_the_gap(running: Running) -> None:
    async with connect(running.url, max_size=2**24, close_timeout=0.2) as socket:
        await subscribed(socket, ["reading/gas.pressure/320800"])
        told = running.server.city.between(START, START + 5000)
        for _ in range(500):  # without a pause: more than the line's queue takes
            running.server.publish(told)
        last, gap = 1, False
        running.step(10_000)
        while last < 300 and not gap:
            delta = await receive(socket, envelope.Delta)
            gap = delta.prev != last
            last = delta.seq
            if delta.seq >= 100:
                await asyncio.sleep(0)
                running.server.publish(told)
        assert gap


async def test_history_of_a_day(running: Running) -> None:
    key = "reading/hydro.hongze_level/320800"
    async with connect(running.url, max_size=2**24) as socket:
        await receive(socket, envelope.Welcome)
        await say(socket, envelope.History(since=START - DAY, until=START, topics=[key]))
        found: list[Reading] = []
        while True:
            frame = await receive(socket, envelope.Refilled)
            assert frame.seq == 0
            found += frame.readings
            if frame.final:
                break
    assert {item.key for item in found} == {key}
    times = [item.observed for item in found]
    assert times == sorted(set(times))
    assert START - DAY <= times[0] <= START - DAY + HOUR
    assert START - HOUR <= times[-1] < START
    assert 280 <= len(times) <= 288


@pytest.mark.parametrize(
    "data",
    ["", "{", "[]", '{"t":"delta"}', '{"t":"subscribe","topics":"x"}', "\x00", "[" * 2000],
)
async def test_what_is_no_frame_is_refused(running: Running, data: str) -> None:
    async with connect(running.url) as socket:
        await receive(socket, envelope.Welcome)
        await socket.send(data)
        refused = await receive(socket, envelope.Refused)
        assert refused.reason
        with pytest.raises(ConnectionClosed):
            await socket.recv()
