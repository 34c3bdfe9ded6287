"""What a seat looks for by place, on its map before visitors: no hidden camera, and nothing around
an event, which they see elsewhere."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from app.core.directory import Camera
from app.gis.frames import unbundle
from app.live.camera_search import By, CameraSearch
from app.live.video_names import CameraNames
from app.live.visit import Veil
from tests.qt.panels.conftest import Room
from widgets.panels._map_sought import SoughtOnMap

LON, LAT = 119.0, 33.5
HIDDEN = "demo-video:s2"


async def sought(room: Room, search: CameraSearch | None, *, visitors: bool) -> tuple[str, int]:
    """What stands on the map, and how many frames its page was sent for it."""
    cameras = [
        Camera(f"demo-video:s{n}", f"人民路{n}号杆", "", "320812", LON, LAT + n * 0.0009)
        for n in range(1, 4)
    ]
    room.seat.videos.cameras = CameraNames(cameras, hidden=[HIDDEN])
    room.seat.videos.search = search
    context = room.context()
    if visitors:
        context = replace(context, veil=Veil(room.picture, context.catalog))
    sent: list[bytes] = []
    asked: list[asyncio.Task[Any]] = []
    found = SoughtOnMap(
        context, lambda work: asked.append(asyncio.ensure_future(work)), sent.append, str
    )
    found.follow()
    await asyncio.gather(*asked)
    found.follow()
    assert all(len(list(unbundle(frame))) == 1 for frame in sent)
    return found.words, len(sent)


@pytest.mark.parametrize(
    ("visitors", "words"),
    [(False, "附近视频 3 路，最远 300 m"), (True, "附近视频 2 路，最远 300 m")],
    ids=["officers", "visitors"],
)
async def test_visitors_see_no_hidden_camera(room: Room, visitors: bool, words: str) -> None:
    search = CameraSearch(By.NEAR, LON, LAT)
    assert await sought(room, search, visitors=visitors) == (words, 1)


@pytest.mark.parametrize("about", ["event:e:1", "warning:w:1"])
async def test_where_an_event_truly_is_visitors_are_not_shown(room: Room, about: str) -> None:
    search = CameraSearch(By.NEAR, LON, LAT, about=about)
    assert await sought(room, search, visitors=True) == ("", 0)
    assert (await sought(room, search, visitors=False))[0] == "附近视频 3 路，最远 300 m"


async def test_where_nothing_is_looked_for_nothing_is_sent(room: Room) -> None:
    assert await sought(room, None, visitors=False) == ("", 0)
    area = CameraSearch(By.AREA)
    assert await sought(room, area, visitors=False) == ("", 0)
