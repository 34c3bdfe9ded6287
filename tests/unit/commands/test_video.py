"""What commands do to the video walls of a seat, and what they refuse."""

import pytest

from app.core.directory import Camera
from app.live.commands import State
from app.live.hub import Kind
from app.live.video_names import CameraNames
from app.live.video_past import Past
from tests.unit.commands.desk import Desk


@pytest.fixture
def videos(desk: Desk) -> Desk:
    """A desk that drives one wall of the hall, with six cameras."""
    cameras = [
        Camera(f"v:{n}", f"{n}号机", f"Camera {n}", "320812", 119.0, 33.5) for n in range(1, 7)
    ]
    desk.seat.videos.cameras = CameraNames(cameras)
    desk.seat.stage.walls = ("wall-1",)
    desk.sit()
    return desk


async def test_a_camera_stands_in_the_first_free_cell_or_the_named_one(videos: Desk) -> None:
    wall, heard = videos.seat.videos["main"], videos.hub.subscribe()
    await videos.do("watch-camera v:1")
    await videos.do("watch-camera v:2 cell=4")
    await videos.do("watch-camera v:3")
    assert wall.look.cameras == {0: "v:1", 3: "v:2", 1: "v:3"}
    assert "video/main" in heard.drain()[Kind.SEAT]
    await videos.do("watch-camera v:4")
    await videos.do("watch-camera v:5")
    assert wall.look.cameras[3] == "v:5"


async def test_every_call_of_a_camera_is_a_line_of_the_audit(videos: Desk) -> None:
    await videos.do("watch-camera v:1")
    await videos.do("send-to-wall v:2 cell=2")
    await videos.do("start-round all dwell=20")
    await videos.do("video-layout 9")
    rows = videos.rows("SELECT text, person FROM audit ORDER BY seq")
    texts = [str(text) for text, _ in rows]
    assert [text.split(" ", 2)[0] for text in texts] == [
        "watch-camera",
        "send-to-wall",
        "start-round",
    ]
    assert {person for _, person in rows} == {"0001"}


async def test_a_locked_cell_is_kept_until_it_is_opened(videos: Desk) -> None:
    await videos.do("send-to-wall v:1 cell=1")
    await videos.do("lock-cell 1 wall=wall-1")
    assert await videos.refused("send-to-wall v:2 cell=1") == "videowall.locked"
    assert await videos.refused("swap-cells 1 to=2 wall=wall-1") == "videowall.locked"
    await videos.do("clear-cell 0 wall=wall-1")
    assert videos.seat.videos["wall-1"].look.cameras == {0: "v:1"}
    await videos.do("lock-cell 1 open=true wall=wall-1")
    await videos.do("send-to-wall v:2 cell=1")
    assert videos.seat.videos["wall-1"].look.cameras == {0: "v:2"}
    await videos.do("undo-video wall-1")
    assert videos.seat.videos["wall-1"].look.cameras == {0: "v:1"}


async def test_cells_change_places_grow_and_go_back(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    await videos.do("watch-camera v:1")
    await videos.do("swap-cells 1 to=3")
    assert wall.look.cameras == {2: "v:1"}
    await videos.do("enlarge-cell 3")
    assert wall.look.enlarged == 2
    await videos.do("enlarge-cell 0")
    assert wall.look.enlarged is None
    await videos.do("video-layout 16")
    assert (wall.look.size, wall.look.cameras) == (16, {2: "v:1"})
    await videos.do("start-round all dwell=5")
    assert len(wall.look.cameras) == 6
    await videos.do("stop-round")
    assert wall.look.round is None and len(wall.look.cameras) == 6


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("watch-camera v:9", "videowall.no_camera"),
        ("watch-camera v:1 cell=5", "videowall.no_cell"),
        ("watch-camera v:1 wall=nowhere", "videowall.no_wall"),
        ("start-round region:000000", "videowall.no_group"),
        ("stop-round", "videowall.no_round"),
        ("undo-video", "videowall.nothing_before"),
        ("lock-cell 9", "videowall.no_cell"),
        ("swap-cells 1 to=9", "videowall.no_cell"),
        ("swap-cells 0 to=2", "videowall.no_cell"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(
    videos: Desk, text: str, id_: str
) -> None:
    assert await videos.refused(text) == id_


async def test_a_visitor_calls_no_camera(videos: Desk) -> None:
    videos.sit("0009", "visitor")
    outcome = await videos.do("watch-camera v:1")
    assert outcome.state is State.REFUSED
    assert videos.seat.videos["main"].look.cameras == {}


async def test_without_a_wall_nothing_is_sent_to_one(videos: Desk) -> None:
    videos.seat.stage.walls = ()
    assert await videos.refused("send-to-wall v:1") == "videowall.no_hall"


async def test_a_recording_stands_for_the_present_until_somebody_goes_back(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    await videos.do("watch-camera v:1 cell=1")
    now = videos.clock.now()
    await videos.do("play-recording v:1 at=-10")
    assert wall.look.past == {"v:1": Past(now - 600_000, now, now - 600_000)}
    await videos.do("play-recording v:1 at=-5")  # within what is played: it is sought
    assert wall.look.past == {"v:1": Past(now - 600_000, now, now - 300_000, turn=1)}
    await videos.do("play-recording v:1 at=-90 minutes=30")
    begin = now - 5_400_000
    assert wall.look.past == {"v:1": Past(begin, now - 3_600_000, begin)}
    await videos.do("play-recording v:1 at=now")
    assert wall.look.past == {}
    rows = videos.rows("SELECT verb, text FROM audit ORDER BY seq")
    assert [verb for verb, _ in rows] == ["watch-camera", *["play-recording"] * 4]
    assert rows[1][1] == "play-recording v:1 at=-10"


async def test_no_playback_begins_without_its_line_of_the_audit(videos: Desk) -> None:
    wall = videos.seat.videos["main"]
    await videos.do("watch-camera v:1 cell=1")
    await videos.do("play-recording v:1 at=-10")
    await videos.do("swap-cells 1 to=2")
    assert list(wall.look.past) == ["v:1"]
    await videos.do("watch-camera v:2 cell=2")
    assert wall.look.past == {}
    await videos.do("undo-video")
    assert wall.look.cameras == {1: "v:1"} and wall.look.past == {}
    await videos.do("play-recording v:1 at=-10")
    await videos.do("watch-camera v:1 cell=3")
    assert wall.look.past == {}


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("play-recording v:2 at=-10", "videohand.play_where"),
        ("play-recording v:1 at=25:00", "mapwords.no_time"),
        ("play-recording v:1 at=2030-01-01T00:00", "mapwords.future"),
    ],
)
async def test_what_was_not_cannot_be_played(videos: Desk, text: str, id_: str) -> None:
    await videos.do("watch-camera v:1 cell=1")
    assert await videos.refused(text) == id_
    assert videos.seat.videos["main"].look.past == {}
