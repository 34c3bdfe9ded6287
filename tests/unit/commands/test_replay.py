"""What commands do to recordings on a wall: seek, pace, review together; and presets."""

import pytest

from app.core.directory import Camera
from app.core.model import World
from app.live.hub import Kind
from app.live.presets import PRESETS, PresetOrder
from app.live.video_names import CameraNames
from app.live.video_past import Past, Powers
from tests.unit.commands.desk import Desk

MINUTE = 60_000
WVP = Powers(records=True, presets=True, speeds=(0.25, 0.5, 1.0, 2.0, 4.0))


@pytest.fixture
async def desk_with_past(desk: Desk) -> Desk:
    """Two cameras of one platform and one of another on the main wall; the first is played."""
    ids = ("v:1", "v:2", "isc:3")
    cameras = [Camera(id_, "机", "Camera", "320812", 119.0, 33.5) for id_ in ids]
    desk.seat.videos.cameras = CameraNames(cameras)
    desk.seat.videos.replays.powers = {"v": WVP, "isc": Powers(records=True)}
    desk.sit()
    for id_ in ids:
        await desk.do(f"watch-camera {id_}")
    await desk.do("play-recording v:1 at=-30 minutes=20")
    return desk


def playing(desk: Desk, camera: str = "v:1") -> Past:
    return desk.seat.videos["main"].look.past[camera]


async def test_steps_are_counted_from_what_is_seen(desk_with_past: Desk) -> None:
    desk, now = desk_with_past, desk_with_past.clock.now()
    begin, end = now - 30 * MINUTE, now - 10 * MINUTE
    await desk.do("seek-recording v:1 by=60")  # nothing is seen yet: from where it begins
    assert playing(desk) == Past(begin, end, begin + MINUTE, turn=1)
    desk.seat.videos.replays.put({("v:1", end): begin + 3 * MINUTE})
    await desk.do("seek-recording v:1 by=-10")
    assert playing(desk) == Past(begin, end, begin + 3 * MINUTE - 10_000, turn=2)
    await desk.do("seek-recording v:1 by=-10")  # the same moment again is another seeking
    assert playing(desk) == Past(begin, end, begin + 3 * MINUTE - 10_000, turn=3)


async def test_a_stretch_grows_to_what_is_sought_and_never_beyond_now(desk_with_past: Desk) -> None:
    desk, now = desk_with_past, desk_with_past.clock.now()
    begin, end = now - 30 * MINUTE, now - 10 * MINUTE
    await desk.do("seek-recording v:1 by=-120")
    assert playing(desk) == Past(begin - 2 * MINUTE, end, begin - 2 * MINUTE, turn=1)
    await desk.do("seek-recording v:1 at=-5")
    assert playing(desk) == Past(begin - 2 * MINUTE, now, now - 5 * MINUTE, turn=2)
    await desk.do("seek-recording v:1 by=86400")
    assert playing(desk).at == now - 1000 and playing(desk).end == now


async def test_it_runs_as_fast_as_its_platform_can(desk_with_past: Desk) -> None:
    desk = desk_with_past
    await desk.do("pace-recording v:1 pace=4")
    assert playing(desk).speed == 4.0 and playing(desk).turn == 0
    await desk.do("pace-recording v:1 pace=0")
    assert playing(desk).speed == 0.0
    await desk.do("pace-recording v:1")
    assert playing(desk).speed == 1.0
    assert await desk.refused("pace-recording v:1 pace=8") == "videopast.no_speed"
    await desk.do("play-recording isc:3 at=-30")
    for pace in ("0.5", "2"):
        assert await desk.refused(f"pace-recording isc:3 pace={pace}") == "videopast.one_speed"
    await desk.do("pace-recording isc:3 pace=0")  # nothing is read then
    assert playing(desk, "isc:3").speed == 0.0
    await desk.do("pace-recording isc:3")
    await desk.do("seek-recording isc:3 by=10")  # it begins anew there
    assert playing(desk, "isc:3").turn == 1


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("seek-recording v:2 by=10", "videopast.not_playing"),
        ("pace-recording v:2", "videopast.not_playing"),
        ("seek-recording v:1", "videopast.where"),
        ("seek-recording v:1 at=-5 by=3", "videopast.where"),
        ("seek-recording v:1 at=2999-01-01T00:00", "mapwords.future"),
        ("seek-recording v:1 by=10 wall=nowhere", "videowall.no_wall"),
        ("review-cameras v:9 at=-5", "videowall.no_camera"),
        ("end-review", "videopast.no_review"),
        ("go-to-preset v:9 preset=1", "videowall.no_camera"),
        ("go-to-preset isc:3 preset=1", "videopast.no_presets"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(
    desk_with_past: Desk, text: str, id_: str
) -> None:
    assert await desk_with_past.refused(text) == id_


async def test_cameras_on_one_time_line_go_together(desk_with_past: Desk) -> None:
    desk, now = desk_with_past, desk_with_past.clock.now()
    wall = desk.seat.videos["main"]
    await desk.do('review-cameras "v:1 v:2" at=-30 minutes=20')
    begin, end = now - 30 * MINUTE, now - 10 * MINUTE
    assert wall.look.past == dict.fromkeys(("v:1", "v:2"), Past(begin, end, begin))
    desk.seat.videos.replays.put(
        {("v:1", end): begin + 5000, ("v:2", end): begin + 2000, ("isc:3", end): begin}
    )
    await desk.do("seek-recording v:1 by=60")  # from the moment that both have passed
    expected = Past(begin, end, begin + 62_000, turn=1)
    assert wall.look.past == dict.fromkeys(("v:1", "v:2"), expected)
    await desk.do("pace-recording v:2 pace=0")
    assert {past.speed for past in wall.look.past.values()} == {0.0}
    rows = desk.rows("SELECT text FROM audit WHERE verb = 'review-cameras'")
    assert "v:1 v:2" in str(rows[0][0])  # who was looked at stands in the line
    await desk.do("end-review")
    assert wall.look.past == {} and wall.look.review == ()


async def test_what_one_of_them_cannot_none_does(desk_with_past: Desk) -> None:
    desk = desk_with_past
    await desk.do('review-cameras "v:1 isc:3" at=-30')
    assert await desk.refused("pace-recording v:1 pace=2") == "videopast.one_speed"
    await desk.do('review-cameras "v:1 isc:3" at=-25s')  # what workers keep is played by us
    past = playing(desk)
    assert past.is_young and past.end - past.begin == 25_000
    await desk.do("pace-recording v:1 pace=8")
    assert {one.speed for one in desk.seat.videos["main"].look.past.values()} == {8.0}


async def test_who_leaves_the_wall_leaves_the_review(desk_with_past: Desk) -> None:
    desk = desk_with_past
    wall = desk.seat.videos["main"]
    await desk.do('review-cameras "v:1 v:2" at=-30')
    await desk.do("start-round all")
    assert wall.look.past == {} and wall.look.review == ()
    await desk.do('review-cameras "v:1 v:2" at=-30')
    assert not wall.turn(desk.clock.now() + 3_600_000)  # no round turns what is reviewed
    await desk.do("stop-round")
    await desk.do("clear-cell 1")
    await desk.do("play-recording v:2 at=now")
    assert wall.look.review == tuple(wall.look.past)


async def test_a_preset_is_an_order_and_a_line_of_the_audit(desk_with_past: Desk) -> None:
    desk = desk_with_past
    heard = desk.hub.subscribe()
    await desk.do("go-to-preset v:2 preset=3")
    assert desk.seat.videos.presets == [PresetOrder("v:2", "3")]
    assert PRESETS in heard.drain()[Kind.SEAT]
    assert desk.rows("SELECT text FROM audit WHERE verb = 'go-to-preset'")
    desk.picture.world = World.DRILL
    assert await desk.refused("go-to-preset v:2 preset=1") == "videohand.no_turning"
