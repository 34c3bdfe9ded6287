"""Live video of a demonstration city as its seat has it: no part of it is a stand-in."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from app.city import City, load_city
from app.config import Link
from app.core.clock import SystemClock
from app.core.message import Message, message
from app.core.model import DeviceState, DeviceStatus, Event, Sourced
from app.core.visit import VisitRules
from app.live.camera_alarms import TYPE as VIDEO_ALARM
from app.live.camera_alarms import camera_of
from app.live.hub import Hub, Kind
from app.live.outage import Outage
from app.live.picture import Picture
from app.live.seat import Seat
from app.live.visit import Visit
from app.video.city_video import CityVideo, platforms_of
from app.video.tile import Demand, State
from tests.conftest import Watch
from tests.helpers.pooling import until
from tests.helpers.video_desk import workers_of


@pytest.fixture(scope="module")
def city() -> City:
    found = load_city("yiyuan")
    links = [
        Link("video-net", "视频专网", depends=("city-net",), cameras=("demo-video",)),
        Link("city-net", "城域网"),
    ]
    rules = VisitRules(hidden_cameras=(found.cameras[1].id,))
    return msgspec.structs.replace(
        found,
        config=msgspec.structs.replace(found.config, link=links),
        catalog=msgspec.structs.replace(found.catalog, visit=rules),
    )


class House:
    """The parts of a seat that video touches."""

    def __init__(self, city: City, folder: Path) -> None:
        self.picture = Picture({}, city.config.world)
        self.hub = Hub()
        self.seat = Seat("hall")
        self.recorded: list[Sourced] = []
        self.said: list[Message] = []
        self.news = self.hub.subscribe()
        self.video = CityVideo(
            city,
            folder,
            self.picture,
            self.hub,
            self.seat,
            SystemClock(),
            self.recorded.extend,
            self.said.append,
        )

    async def until(self, view: str, *states: State) -> None:
        tiles = self.video.service
        await until(lambda: view in tiles.tiles and tiles.tiles[view].state in states, 20)


@asynccontextmanager
async def running(city: City, folder: Path) -> AsyncIterator[House]:
    house = House(city, folder)
    house.video.start()
    try:
        yield house
    finally:
        await house.video.stop()


def children() -> set[int]:
    return set(workers_of(os.getpid(), b"app.video.worker", b"app.sim.video"))


async def test_cameras_of_a_city_move_and_their_states_are_known(
    city: City, tmp_path: Path
) -> None:
    names = {thread.name for thread in threading.enumerate()}
    async with running(city, tmp_path) as house:
        assert not children()  # nothing is started before somebody wants to see something
        for number, camera in enumerate(city.cameras[:4]):
            house.video.service.want(f"v{number}", Demand(camera.id, 320, 180))
        for number in range(4):
            await house.until(f"v{number}", State.LIVE, State.FROZEN, State.BLACK, State.NO_SIGNAL)
        assert "v0" in house.news.drain()[Kind.VIDEO]
        await until(lambda: len(house.picture.devices) == len(city.cameras))
        record = house.picture.devices[city.cameras[0].id].record
        assert isinstance(record, DeviceStatus)
        assert record.state in (DeviceState.ONLINE, DeviceState.OFFLINE)
        states = [one.record.id for one in house.recorded if isinstance(one.record, DeviceStatus)]
        assert set(states) == {one.id for one in city.cameras}
        assert not house.said and len(children()) >= 2
    assert not children()
    assert {thread.name for thread in threading.enumerate()} - names <= {"asyncio_0"}


async def test_a_cut_line_and_visitors_are_heard_of(city: City, tmp_path: Path) -> None:
    async with running(city, tmp_path) as house:
        service = house.video.service
        house.picture.outages = {"city-net": Outage(("city-net",), 1, (), ())}
        house.hub.publish(Kind.OUTAGE, ["city-net"])
        await asyncio.sleep(0)
        service.want("a", Demand(city.cameras[0].id, 320, 180))
        await house.until("a", State.OFFLINE)  # it goes through a line that goes through the cut
        house.picture.outages = {}
        house.hub.publish(Kind.OUTAGE, ["city-net"])
        await house.until("a", State.LIVE, State.FROZEN, State.BLACK, State.NO_SIGNAL)
        house.seat.visit = Visit(1, "a")
        service.want("b", Demand(city.cameras[1].id, 320, 180))
        await house.until("b", State.FORBIDDEN)


async def test_alarms_of_the_platform_are_events_of_the_house(city: City, tmp_path: Path) -> None:
    async with running(city, tmp_path) as house:
        house.video.service.want("a", Demand(city.cameras[0].id, 320, 180))
        await until(lambda: house.picture.events)  # one in four minutes, and ten are asked for
        events = [one.record for one in house.picture.events.values()]
        event = next(one for one in events if isinstance(one, Event))
        camera = next(one for one in city.cameras if one.id == camera_of(event.id))
        assert (event.type, event.lon, event.lat) == (VIDEO_ALARM, camera.lon, camera.lat)
        assert any("演示" in getattr(one, "title", "") for one in events)
        assert {one.record.id for one in house.recorded} >= set(house.picture.events)
        await until(lambda: house.seat.videos.replays.powers)
        assert house.seat.videos.replays.powers["demo-video"].speeds


async def test_a_platform_process_that_dies_is_started_again(
    city: City, tmp_path: Path, expect_log: Watch
) -> None:
    expect_log("demonstration's video platform ended|video platform demo-video: ")
    async with running(city, tmp_path) as house:
        house.video.service.want("a", Demand(city.cameras[0].id, 320, 180))
        await house.until("a", State.LIVE, State.FROZEN, State.BLACK, State.NO_SIGNAL)
        demo = house.video._demo
        assert demo is not None and demo.pid is not None and demo.starts == 1
        first = demo.pid
        os.kill(first, signal.SIGKILL)
        sources = house.video.service._sources
        assert sources is not None
        stand = sources.stands["demo-video"]
        await until(lambda: demo.starts == 2 and stand.down is None, 40)
        assert demo.pid != first
        states = await house.video.service.ask(city.cameras[0].id, lambda one: one.states())
        assert len(states) == len(city.cameras)  # at the same address
    assert not children()


def test_what_a_link_says_of_cameras_is_what_their_platform_goes_through(city: City) -> None:
    (config,) = platforms_of(city)
    assert (config.id, config.depends) == ("demo-video", ("video-net",))
    off = [msgspec.structs.replace(config, enabled=False)]
    none = msgspec.structs.replace(city, config=msgspec.structs.replace(city.config, platform=off))
    assert platforms_of(none) == []


def test_alarms_that_do_not_arrive_are_said_once_and_that_they_do_again(
    city: City, tmp_path: Path
) -> None:
    """However many devices it is meanwhile."""
    house = House(city, tmp_path)
    (platform,) = platforms_of(city)
    some = [message("videoalarm.unheard_some", platform="平台", n=n, first="p:1") for n in (1, 2)]
    for unheard in ({}, {platform.id: some[0]}, {platform.id: some[1]}, {}, {}):
        house.video._tell_unheard(unheard)
    again = message("videoalarm.heard_again", platform=platform.name_zh)
    assert house.said == [some[0], again]
