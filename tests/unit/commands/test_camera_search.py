"""What the commands that look for cameras by place do, and what they refuse."""

import pytest

from app.core.directory import Camera
from app.core.model import Event, EventStatus, Sourced, Urgency
from app.live.camera_search import By
from app.live.hub import Kind
from app.live.video_names import CameraNames
from tests.unit.commands.desk import Desk


@pytest.fixture
def videos(desk: Desk) -> Desk:
    """A desk with six cameras, one hundred metres apart."""
    cameras = [
        Camera(f"v:{n}", f"{n}号机", "", "320812", 119.0, 33.5 + n * 0.0009) for n in range(1, 7)
    ]
    desk.seat.videos.cameras = CameraNames(cameras)
    desk.sit()
    return desk


async def test_a_search_stands_until_it_is_ended_and_is_no_line_of_the_audit(videos: Desk) -> None:
    heard = videos.hub.subscribe()
    await videos.do("cameras-near 119.0,33.5 count=3")
    search = videos.seat.videos.search
    assert search is not None
    assert (search.by, search.lon, search.lat, search.count) == (By.NEAR, 119.0, 33.5, 3)
    assert "cameras/search" in heard.drain()[Kind.SEAT]
    await videos.do("cameras-facing 119.0,33.5 reach=250")
    assert videos.seat.videos.search is not None
    assert videos.seat.videos.search.reach_m == 250
    await videos.do("cameras-all")
    assert videos.seat.videos.search is None
    assert videos.rows("SELECT text FROM audit") == []


async def test_a_place_may_be_the_key_of_an_event(videos: Desk) -> None:
    event = Event(
        id="a:1", observed=1, occurred=1, type="fire", title="火情", region="320812",
        urgency=Urgency.URGENT, status=EventStatus.NEW, lon=119.0, lat=33.51,
    )  # fmt: skip
    videos.picture.apply_records([Sourced("f", 1, event)])
    await videos.do("cameras-near event:a:1")
    search = videos.seat.videos.search
    assert search is not None
    assert (search.lon, search.lat, search.about) == (119.0, 33.51, "event:a:1")


async def test_the_area_of_a_map_is_followed(videos: Desk) -> None:
    assert await videos.refused("cameras-in") == "videolist.no_area"
    await videos.do("select-area '119.0,33.5' form=circle radius=500")
    await videos.do("cameras-in")
    search = videos.seat.videos.search
    assert search is not None and (search.by, search.map) == (By.AREA, "")


async def test_what_is_no_place_is_refused(videos: Desk) -> None:
    assert await videos.refused("cameras-near 190.0,33.5") == "mapwords.not_on_earth"
    assert await videos.refused("cameras-facing event:nobody") == "mapwords.no_place"
    videos.seat.videos.cameras = CameraNames()
    assert await videos.refused("cameras-near 119.0,33.5") == "videolist.no_cameras"


async def test_several_cameras_are_shown_at_once_and_each_is_in_the_audit(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    await videos.do("watch-camera v:6 cell=2")
    await videos.do("watch-cameras 'v:1 v:2 v:6 v:1' about=event:a:1")
    assert wall.look.cameras == {0: "v:1", 1: "v:6", 2: "v:2"}
    assert videos.seat.videos.recent[:3] == ["v:1", "v:2", "v:6"]
    texts = [str(row[0]) for row in videos.rows("SELECT text FROM audit ORDER BY seq")]
    assert "v:1 v:2 v:6" in texts[-1] and "event:a:1" in texts[-1]
    await videos.do("undo-video")
    assert wall.look.cameras == {1: "v:6"}


async def test_more_cameras_than_open_cells_are_refused(videos: Desk) -> None:
    await videos.do("lock-cell 1")
    await videos.do("watch-cameras 'v:1 v:2 v:3'")
    assert set(videos.seat.videos["main"].look.cameras) == {1, 2, 3}
    assert await videos.refused("watch-cameras 'v:1 v:2 v:3 v:4'") == "videolist.too_few_cells"
    assert await videos.refused("watch-cameras 'v:1 v:9'") == "videowall.no_camera"
    await videos.do("watch-cameras 'v:5'")
    assert videos.seat.videos["main"].look.cameras[3] == "v:5"  # the last open one


async def test_the_first_stands_first_where_others_have_to_go(videos: Desk) -> None:
    await videos.do("watch-cameras 'v:1 v:2 v:3 v:4'")
    await videos.do("watch-cameras 'v:5 v:6'")
    cameras = videos.seat.videos["main"].look.cameras
    assert cameras == {0: "v:1", 1: "v:2", 2: "v:5", 3: "v:6"}


async def test_a_round_ends_where_an_incident_takes_the_wall(videos: Desk) -> None:
    await videos.do("start-round all")
    await videos.do("watch-cameras 'v:5 v:6'")
    look = videos.seat.videos["main"].look
    assert look.round is None and {"v:5", "v:6"} <= set(look.cameras.values())
