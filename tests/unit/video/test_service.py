"""The service as windows and commands use it, with real workers and a real server."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from app.core.directory import Camera
from app.core.message import message
from app.video.platform import Ability, CameraState, Move, PlatformError, Profile, Stream
from app.video.ptz import STILL
from app.video.segments import FOLDER, PREFIX
from app.video.tile import Demand, Playback, State, Weight
from app.video.wire import Fault, PixelFormat
from tests.conftest import Watch
from tests.helpers.clips import number_of, write_clip
from tests.helpers.pooling import until
from tests.helpers.video_desk import Answers, desk, workers_of
from tests.helpers.video_server import ServerThread

SIZE = (320, 180)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerThread]:
    folder = tmp_path_factory.mktemp("clips")
    clips = {
        "main": write_clip(folder / "main.mp4", size=(640, 360)),
        "sub": write_clip(folder / "sub.mp4", size=SIZE),
    }
    with ServerThread(clips) as running:
        for name in clips:  # what the server keeps of a clip is there before threads are counted
            av.open(f"{running.url}/{name}", options={"rtsp_transport": "tcp"}).close()
        yield running


@pytest.fixture
def answers(server: ServerThread) -> Answers:
    return Answers(
        {
            "one": (Stream(f"{server.url}/main"),),
            "two": (Stream(f"{server.url}/main"),),
        },
        {"two": (Stream(f"{server.url}/sub", profile=Profile.SUB),)},
    )


def segments() -> set[str]:
    return {path.name for path in FOLDER.glob(f"{PREFIX}-{os.getpid()}-*")}


async def test_from_a_wish_to_pictures_and_nothing_is_left(
    answers: Answers, tmp_path: Path
) -> None:
    threads, memory = set(threading.enumerate()), segments()
    async with desk(tmp_path, answers) as wall:
        wall.show("wall/1", "one")
        wall.show("desk/1", "one", (160, 90))
        tile = await wall.until("wall/1", State.LIVE)
        await wall.until("desk/1", State.LIVE)
        assert answers.plays == [("p:one", Profile.SUB)]
        assert (tile.width, tile.height, tile.codec) == (640, 360, "h264")
        assert wall.past["wall/1"] == [State.CONNECTING, State.LIVE]
        assert wall.pixels("wall/1").shape == (180, 320, 4)
        assert wall.pixels("desk/1").shape == (90, 160, 4)
        first = number_of(wall.pixels("wall/1"))
        await until(lambda: number_of(wall.pixels("wall/1")) != first)
        await until(lambda: wall.service.budget.streams == 1)
        assert "budget" in wall.news and workers_of(os.getpid())
        wall.service.want("desk/1", None)
        await until(lambda: "desk/1" not in wall.service.tiles)
    assert answers.stops == ["p:one/1"]
    await until(lambda: set(threading.enumerate()) <= threads)  # whoever waited for a child ends
    assert segments() == memory
    assert not workers_of(os.getpid())


async def test_a_service_that_is_stopped_at_once_leaves_nothing(
    answers: Answers, tmp_path: Path
) -> None:
    threads, memory = set(threading.enumerate()), segments()
    async with desk(tmp_path, answers) as wall:
        wall.show("a", "one")
    await until(lambda: set(threading.enumerate()) <= threads)
    assert segments() == memory and not workers_of(os.getpid())
    wall.show("b", "two")  # who asks later is not heard, and not told off
    with pytest.raises(PlatformError) as raised:
        await wall.service.presets("p:one")
    assert raised.value.reason == message("videostate.not_running")


async def test_a_picture_that_grows_goes_over_to_the_main_stream_without_a_gap(
    answers: Answers, tmp_path: Path
) -> None:
    async with desk(tmp_path, answers) as wall:
        wall.show("a", "two")
        small = await wall.until("a", State.LIVE)
        assert (small.width, answers.plays) == (320, [("p:two", Profile.SUB)])
        wall.show("a", "two", (1280, 720), Weight.FOCUS)
        await until(lambda: wall.tile("a").width == 640)
        assert wall.past["a"].count(State.CONNECTING) == 1
        assert wall.pixels("a").shape == (720, 1280, 4)
        # another camera in the same view is never covered by the picture of this one
        wall.show("a", "one", (1280, 720))
        tile = await until(lambda: wall.tile("a").camera == "p:one" and wall.tile("a"))
        assert tile.state is State.CONNECTING and tile.observed == 0


async def test_a_full_budget_takes_the_substream_first(answers: Answers, tmp_path: Path) -> None:
    async with desk(tmp_path, answers, cores=8) as wall:
        wall.show("a", "two", (1280, 720))
        await wall.until("a", State.LIVE)
        many = [Demand(f"p:{n}", 1280, 720) for n in range(400)]
        cost = wall.service.fits(many)
        assert cost.streams == 400 and cost.used > cost.allowed and cost.reduced > 0
        assert wall.service.fits(many[:1]).reduced == 0


async def test_yuv_has_the_streams_own_size(answers: Answers, tmp_path: Path) -> None:
    async with desk(tmp_path, answers) as wall:
        wall.show("a", "one", (300, 200), format=PixelFormat.I420)
        await wall.until("a", State.LIVE)
        row = wall.row("a")
        assert (row["width"], row["height"], row["format"]) == (640, 360, PixelFormat.I420)


async def test_a_platform_that_is_down_while_streams_play(
    answers: Answers, tmp_path: Path, expect_log: Watch
) -> None:
    expect_log("video platform p: videostate.no_answer")
    async with desk(tmp_path, answers) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        answers.error = PlatformError(message("videostate.no_answer"), whole=True)
        for view in ("b", "c", "d"):
            wall.show(view, "two")
        tile = await wall.until("b", State.OFFLINE)
        assert tile.why == message("videostate.cut")
        assert wall.tile("a").state is State.LIVE
        with pytest.raises(PlatformError):
            await wall.service.presets("p:one")
        answers.error = None
        wall.service.reconnect("b")
        await wall.until("b", State.LIVE)
        assert wall.tile("a").state is State.LIVE


async def test_a_refused_login_of_a_platform_is_tried_by_one_camera(
    answers: Answers, tmp_path: Path, expect_log: Watch
) -> None:
    expect_log("video platform p: videostate.fault.credentials")
    refused = message("videostate.fault.credentials")
    answers.error = PlatformError(refused, Fault.CREDENTIALS, whole=True)
    answers.streams |= {f"c{n}": answers.streams["one"] for n in range(30)}
    async with desk(tmp_path, answers) as wall:
        wall.show("a", "one")
        tile = await wall.until("a", State.CREDENTIALS)
        assert tile.why == refused and tile.next_try > tile.since + 50_000
        for n in range(30):
            wall.show(f"v{n}", f"c{n}")
        for n in range(30):
            assert (await wall.until(f"v{n}", State.CREDENTIALS)).why == refused
        assert len(answers.plays) == 1


async def test_a_cut_line_waits_for_its_return(answers: Answers, tmp_path: Path) -> None:
    async with desk(tmp_path, answers, depends=("video-net",)) as wall:
        wall.service.hold(frozenset({"video-net"}))
        wall.show("a", "one")
        tile = await wall.until("a", State.OFFLINE)
        assert tile.why == message("videostate.cut") and not answers.plays
        wall.service.hold(frozenset())
        await wall.until("a", State.LIVE)
        wall.service.hold(frozenset({"video-net"}))  # pictures come all the same: they are live
        seq = int(wall.row("a")["seq"])
        await until(lambda: int(wall.row("a")["seq"]) > seq + 25)
        assert wall.tile("a").state is State.LIVE


async def test_hidden_cameras_are_not_even_asked_for(answers: Answers, tmp_path: Path) -> None:
    hidden: set[str] = set()
    async with desk(tmp_path, answers, hidden=lambda: frozenset(hidden)) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        hidden.add("p:one")
        tile = await wall.until("a", State.FORBIDDEN)
        assert tile.place is None and tile.snapshot == "" and tile.observed == 0
        await until(lambda: answers.stops)
        hidden.clear()
        await wall.until("a", State.LIVE)


async def test_clips_and_pictures_of_what_is_shown(answers: Answers, tmp_path: Path) -> None:
    async with desk(tmp_path, answers) as wall:
        wall.show("a", "one")
        await wall.until("a", State.LIVE)
        seq = int(wall.row("a")["seq"])
        await until(lambda: int(wall.row("a")["seq"]) > seq + 30)
        made = await wall.service.clip("a", tmp_path / "clip.mp4", 30.0)
        assert made.made and made.size == (tmp_path / "clip.mp4").stat().st_size
        with av.open(str(tmp_path / "clip.mp4")) as file:
            assert sum(1 for _ in file.decode(video=0)) >= 30
        picture = await wall.service.snap("a", tmp_path / "now.jpg")
        with av.open(str(tmp_path / "now.jpg")) as file:
            frame = next(file.decode(video=0))
        assert picture.made and (frame.width, frame.height) == (640, 360)
        with pytest.raises(PlatformError) as raised:
            await wall.service.snap("nowhere", tmp_path / "none.jpg")
        assert raised.value.reason == message("videostate.not_shown")


async def test_a_camera_that_is_turned_is_stopped(answers: Answers, tmp_path: Path) -> None:
    left = Move(pan=-1.0)
    async with desk(tmp_path, answers) as wall:
        await until(lambda: wall.service.board is not None)
        await wall.service.move("p:one", left)
        await until(lambda: len(answers.moves) == 2)
        assert answers.moves == [("p:one", left), ("p:one", STILL)]
        assert [preset.id for preset in await wall.service.presets("p:one")] == ["1"]
        await wall.service.go_to("p:one", "1")
        await wall.service.move("p:two", left)
    assert answers.moves[2:] == [("1", Move()), ("p:two", left), ("p:two", STILL)]


async def test_a_recording_is_played_sought_and_over(answers: Answers, tmp_path: Path) -> None:
    async with desk(tmp_path, answers) as wall:
        await until(lambda: wall.service.board is not None)
        (found,) = await wall.service.records("p:one", 1000, 9000)
        wall.show("a", "one", playback=Playback(found.begin, found.end))
        tile = await wall.until("a", State.PLAYBACK)
        assert 1000 <= tile.observed < 60_000
        wall.show("a", "one", playback=Playback(5000, found.end, 0.0))
        await until(lambda: answers.seeks)
        assert answers.seeks == [(5000, 0.0)] and len(answers.plays) == 1
        await until(lambda: wall.tile("a").playback == Playback(5000, found.end, 0.0))
        wall.show("a", "one", playback=Playback(5000, found.end, 2.0))
        await until(lambda: len(answers.seeks) == 2)
        assert answers.seeks[1] == (None, 2.0)  # from where it stands


async def test_a_platform_that_cannot_seek_is_asked_for_another_playback(
    answers: Answers, tmp_path: Path
) -> None:
    refused = message("video.cannot", platform="p", ability="seek")
    answers.no_seek = PlatformError(refused, Fault.REFUSED)
    async with desk(tmp_path, answers) as wall:
        wall.show("a", "one", playback=Playback(1000, 90_000))
        await wall.until("a", State.PLAYBACK)
        wall.show("a", "one", playback=Playback(30_000, 90_000, turn=1))
        await until(lambda: len(answers.plays) == 2)
        await until(lambda: 30_000 <= wall.tile("a").observed < 60_000)
        # A speed that it has not is not claimed, and not asked for over and over.
        wall.show("a", "one", playback=Playback(30_000, 90_000, 4.0, turn=1))
        seq = int(wall.row("a")["seq"])
        await until(lambda: int(wall.row("a")["seq"]) > seq + 10)
        assert len(answers.plays) == 2
        playback = wall.tile("a").playback
        assert playback is not None and playback.speed == 1.0


async def test_platforms_say_which_cameras_are_online(answers: Answers, tmp_path: Path) -> None:
    answers.abilities = frozenset({Ability.STATUS})
    answers.states = [CameraState("p:one", True, 1000), CameraState("p:two", False, 1000)]
    async with desk(tmp_path, answers) as wall:
        states = await until(wall.service.take_states)
        assert states == answers.states
        assert wall.service.take_states() == []
        (answer,) = await until(wall.service.take_answers)
        assert (answer.platform, answer.answered) == ("p", True)


async def test_a_platform_that_does_not_say_it_is_no_answer(
    answers: Answers, tmp_path: Path
) -> None:
    answers.abilities = frozenset({Ability.STATUS})
    answers.silent = True
    async with desk(tmp_path, answers) as wall:
        (answer,) = await until(wall.service.take_answers)
        assert (answer.platform, answer.answered) == ("p", False)
        assert wall.service.take_states() == []


async def test_a_camera_of_no_platform_says_so(answers: Answers, tmp_path: Path) -> None:
    async with desk(tmp_path, answers) as wall:
        wall.service.want("a", Demand("q:9", *SIZE))
        tile = await wall.until("a", State.NO_SIGNAL)
        assert tile.why == message("videostate.no_platform", platform="q")


async def test_the_last_good_picture_stands_where_nothing_moves(
    answers: Answers, tmp_path: Path
) -> None:
    camera = Camera("p:one", "桥头", "Bridge", "320812", 119.0, 33.0)
    async with desk(tmp_path, answers, cameras=[camera], keep_s=0.1) as wall:
        folder = tmp_path / "video" / "last"
        await until(lambda: list(folder.glob("[0-9a-f]*.jpg")))
    answers.error = PlatformError(message("videostate.no_answer"), Fault.UNREACHABLE)
    async with desk(tmp_path, answers, cameras=[camera]) as wall:
        wall.show("a", "one")
        tile = await wall.until("a", State.OFFLINE)
        with av.open(tile.snapshot) as file:
            assert next(file.decode(video=0)).width == 640
        assert tile.observed == int(Path(tile.snapshot).stem.split("-")[1])
