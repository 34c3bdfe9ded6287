"""The cameras that platforms list: fetched in pages, kept for the next start, taken, offered."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from app.city import City, load_city
from app.config import PlatformConfig
from app.core.clock import ManualClock
from app.core.directory import Camera
from app.core.message import message
from app.live.camera_offers import PREFIX
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.live.seat import Seat
from app.secrets import Secrets
from app.store.store import Store
from app.video.listed import Listed
from app.video.listing import collect, packed, unpacked
from app.video.platform import PlatformError, VideoSurroundings
from app.video.platforms.wvp import Wvp
from app.video.wire import Fault
from tests.helpers.pooling import until
from tests.helpers.store import NOW, open_store
from tests.helpers.video_platform import camera, platform_server

P = "demo-video"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("yiyuan")


def row(number: int, name: str = "", **more: object) -> Camera:
    fields = {"lon": 118.2 + number / 100, "lat": 36.2} | more
    return Camera(f"{P}:x{number}", name or f"路口{number}", "", "370323", **fields)  # type: ignore[arg-type]


class Desk:
    """The parts of a seat that lists touch; `rows` is what the platform lists, or why not."""

    def __init__(self, city: City, store: Store) -> None:
        self.hub, self.seat = Hub(), Seat("desk")
        self.picture = Picture({}, city.config.world)
        self.news = self.hub.subscribe()
        self.rows: list[Camera] | PlatformError = []
        self.asked = 0
        clock = ManualClock(NOW)
        self.listed = Listed(
            city, [P], self.seat, self.picture, self.hub, clock, self._fetch, store, first_s=3600
        )

    async def _fetch(self, platform: str) -> tuple[Camera, ...]:
        self.asked += 1
        if isinstance(self.rows, PlatformError):
            raise self.rows
        return tuple(self.rows)

    async def order(self, verb: str) -> None:
        """As a command does it; waits until it is done."""
        self.news.drain()
        lists, asked = self.seat.videos.lists, self.asked
        lists.orders.append((verb, P))
        self.hub.publish(Kind.SEAT, [f"{PREFIX}{P}"])
        self.news.drain()
        if isinstance(self.rows, PlatformError):
            await until(lambda: self.asked > asked and not lists.orders)
        else:
            await until(lambda: f"{PREFIX}{P}" in self.news.drain().get(Kind.SEAT, ()))

    async def list(self, rows: Iterable[Camera]) -> None:
        """The platform lists these from now on, and is asked."""
        self.rows = sorted(rows, key=lambda one: one.id)
        await self.order("list")

    @property
    def shown(self) -> set[str]:
        """The cameras that the seat knows beyond those of the city's file."""
        return {one.id for one in self.picture.listed}


@asynccontextmanager
async def running(city: City, folder: Path) -> AsyncIterator[Desk]:
    store = open_store(folder)
    desk = Desk(city, store)
    desk.listed.start()
    await until(lambda: desk.seat.videos.cameras.cameras)
    try:
        yield desk
    finally:
        await desk.listed.stop()
        store.close()


async def test_a_first_list_holds_and_the_next_start_has_it_without_a_line(
    city: City, tmp_path: Path
) -> None:
    async with running(city, tmp_path) as desk:
        assert not desk.shown and len(desk.seat.videos.cameras.cameras) == len(city.cameras)
        own = city.cameras[0]
        await desk.list([row(1), row(2), msgspec.structs.replace(own, name_zh="别的名字")])
        assert desk.shown == {f"{P}:x1", f"{P}:x2"}
        names = desk.seat.videos.cameras
        assert names.camera(own.id).name_zh == own.name_zh  # the city's own file wins
        assert len(names.group(f"platform:{P}").cameras) == len(city.cameras) + 2
        assert not desk.seat.videos.lists.offers
    async with running(city, tmp_path) as desk:
        assert desk.asked == 0 and desk.shown == {f"{P}:x1", f"{P}:x2"}


async def test_more_cameras_hold_at_once_and_others_are_offered_taken_and_undone(
    city: City, tmp_path: Path
) -> None:
    async with running(city, tmp_path) as desk:
        lists = desk.seat.videos.lists
        await desk.list([row(1), row(2)])
        await desk.list([row(1), row(2), row(3)])
        assert desk.shown == {f"{P}:x1", f"{P}:x2", f"{P}:x3"} and not lists.offers
        again = msgspec.structs.replace(row(2), id=f"{P}:y2")
        await desk.list([again, row(3, "改名"), row(4)])
        offer = lists.offer(P)
        assert desk.shown == {f"{P}:x1", f"{P}:x2", f"{P}:x3"}  # until somebody takes it
        assert offer.gone == {f"{P}:x1"} and offer.rebound == {f"{P}:x2": f"{P}:y2"}
        assert (offer.added, offer.renamed, offer.moved, offer.cameras) == (1, 1, 0, 3)
    async with running(city, tmp_path) as desk:  # it stands after a new start
        lists = desk.seat.videos.lists
        assert lists.offer(P).digest == offer.digest
        await desk.order("take")
        assert desk.shown == {f"{P}:y2", f"{P}:x3", f"{P}:x4"} and not lists.offers
        assert lists.taken[P].rebound == {f"{P}:x2": f"{P}:y2"}
        await desk.order("undo")
        assert desk.shown == {f"{P}:x1", f"{P}:x2", f"{P}:x3"} and not lists.taken
        assert lists.offer(P).digest == offer.digest


async def test_a_platform_that_lists_nothing_or_does_not_answer_takes_nothing_away(
    city: City, tmp_path: Path
) -> None:
    async with running(city, tmp_path) as desk:
        await desk.list([row(1)])
        desk.rows = PlatformError(message("videostate.not_running"), Fault.UNREACHABLE)
        await desk.order("list")
        assert desk.shown == {f"{P}:x1"}
        await desk.list([])
        assert desk.shown == {f"{P}:x1"}
        assert desk.seat.videos.lists.offer(P).gone == {f"{P}:x1"}


async def test_a_list_that_cannot_be_read_costs_nothing_but_a_new_asking(
    city: City, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("cameras of demo-video .held.: ")
    async with running(city, tmp_path) as desk:
        await desk.list([row(1)])
    store = open_store(tmp_path)
    (kept,) = await store.queries.camera_lists()
    await asyncio.wrap_future(store.keep_cameras([msgspec.structs.replace(kept, body=b"no")]))
    store.close()
    async with running(city, tmp_path) as desk:
        assert not desk.shown
        await desk.list([row(1)])
        assert desk.shown == {f"{P}:x1"}


@pytest.mark.parametrize(
    "body",
    [b"", b"junk", packed([row(1)])[:-3], zlib.compress(b"junk")],
    ids=["empty", "junk", "cut", "other"],
)
def test_bytes_that_are_no_list_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        unpacked(body)


def test_a_list_comes_out_as_it_went_in() -> None:
    rows = tuple(row(number, address="人民路", heading=12.5) for number in range(300))
    assert unpacked(packed(rows)) == rows


async def test_all_pages_of_a_platform_are_fetched(tmp_path: Path) -> None:
    there = [camera(number) for number in range(1, 2502)]
    async with platform_server({}, there) as server:
        config = PlatformConfig(id="police", kind="wvp", name_zh="公安", url=server.url)
        around = VideoSurroundings(
            clock=server.clock, secrets=Secrets(None, {}), zone="Asia/Shanghai"
        )
        platform = Wvp(config, around)
        try:
            found = await collect(platform)
        finally:
            await platform.close()
    assert {one.id for one in found} == {f"police:{one.code}" for one in there}
    assert [one.id for one in found] == sorted(one.id for one in found)
    assert found[0].address == "测试路"
