"""Everything that goes wrong with a stream at once, on one wall: each tile says the right thing in
its time, and the good ones keep their rate."""

import os
import signal
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from app.video.platform import Stream
from app.video.segments import FOLDER
from app.video.tile import State, Weight
from app.video.wire import Rung, Source
from tests.conftest import Watch
from tests.helpers.clips import dark, number_of, write_clip
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server
from tests.helpers.pooling import until
from tests.helpers.video_desk import Answers, Desk, desk, workers_of
from tests.helpers.video_server import ServerThread

pytestmark = pytest.mark.e2e

SIZE = (320, 180)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "h264": write_clip(folder / "h264.mp4", size=SIZE),
        "h265": write_clip(folder / "h265.mp4", codec="libx265", size=SIZE),
        "large": write_clip(folder / "large.mp4", size=(640, 360)),
        "dark": write_clip(folder / "dark.mp4", size=SIZE, paint=dark, numbered=False),
    }


@pytest.fixture(scope="module")
def server(clips: dict[str, Path]) -> Iterator[ServerThread]:
    with ServerThread(clips) as running:
        yield running


CASES = {
    "good": ("h264", State.LIVE, ""),
    "hevc": ("h265", State.LIVE, ""),
    "stall": ("h264?stall=1", State.FROZEN, "stopped"),
    "freeze": ("h264?freeze=1", State.FROZEN, "same"),
    "dark": ("dark", State.BLACK, "black"),
    "corrupt": ("large?corrupt=0.1", State.DEGRADED, "damaged"),
    "gone": ("nothing", State.NO_SIGNAL, "fault.not_found"),
    "busy": ("h264?status=503", State.NO_SIGNAL, "fault.refused"),
    "password": ("h264?auth=a:b", State.CREDENTIALS, ""),
    "other": ("h264?title=another", State.MISMATCH, "mismatch"),
    "switch": ("h264?switch=large@1", State.LIVE, ""),
    "mute": ("h264?mute", State.NO_SIGNAL, "fault.timeout"),
    "lost": ("udp:large?drop=0.1", State.DEGRADED, "damaged"),
    "page": ("http:/page.flv", State.NO_SIGNAL, "fault.unreadable"),
    "cut off": ("file:cut.ts", State.LIVE, ""),
    "torn": ("file:torn.mp4", State.NO_SIGNAL, "fault.unreadable"),
    "path": ("file:gone.mp4", State.NO_SIGNAL, "fault.not_found"),
}
SECRET = "h1dden"  # in every address that leads to the server


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No process and no memory of a worker outlives its test."""
    yield
    assert workers_of(os.getpid()) == []
    assert list(FOLDER.glob(f"chengmai-{os.getpid()}-*")) == []


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that somebody cut off: one that shows what there is, one without its index."""
    folder = tmp_path_factory.mktemp("films")
    for name, whole in (("cut.ts", folder / "whole.ts"), ("torn.mp4", folder / "whole.mp4")):
        data = write_clip(whole, size=SIZE).read_bytes()
        (folder / name).write_bytes(data[: len(data) * 2 // 3 + 11])
    return folder


def stream_of(case: str, server: ServerThread, films: Path, web: str) -> Stream:
    """The address of a case; to the server with a user and a password in it."""
    path = CASES[case][0]
    if path.startswith("file:"):
        return Stream(str(films / path.removeprefix("file:")), Source.FILE, loop=True)
    if path.startswith("http:"):
        return Stream(web + path.removeprefix("http:"))
    url = server.url.replace("//", f"//duty:{SECRET}@")
    udp, title = path.startswith("udp:"), "h264" if case == "other" else ""
    return Stream(f"{url}/{path.removeprefix('udp:')}", udp=udp, title=title)


async def test_each_fault_is_named_and_the_others_go_on(
    server: ServerThread,
    films: Path,
    tmp_path: Path,
    expect_log: Watch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    expect_log("the stream is named otherwise than promised")
    caplog.set_level("DEBUG")

    async def page(_server: HttpServer, _asked: Asked, _writer: object) -> Reply:
        return Reply(b"<html>login</html>" * 200, 200, {"Content-Type": "text/html"})

    async with http_server() as web:
        web.on("/page.flv", page)
        streams = {name: (stream_of(name, server, films, web.url("")),) for name in CASES}
        async with desk(tmp_path, Answers(streams), workers=1) as wall:
            await see_each(wall)
            told = [repr(wall.tile(name)) for name in CASES]
            told += [" ".join(line) for line in lines_of(os.getpid())]
    told += [record.getMessage() for record in caplog.records]
    assert not [text for text in told if SECRET in text or "duty:" in text]


async def see_each(wall: Desk) -> None:
    """Every case in its state, the good one at its rate all the while."""
    for name in CASES:
        wall.show(name)
    first = await wall.until("good", State.LIVE)
    begin, seq = time.monotonic(), int(wall.row("good")["seq"])
    assert first.place is not None and first.codec == "h264"
    for name, (_, state, word) in CASES.items():
        tile = await wall.until(name, state)
        why = tile.why.id.removeprefix("videostate.") if tile.why is not None else ""
        assert not word or why == word, name
    assert (wall.tile("switch").width, wall.tile("hevc").codec) == (320, "hevc")
    assert wall.tile("other").place is None
    assert State.LIVE not in wall.past["other"] + wall.past["password"]
    # what was said of the faulty ones was said while the good one went on
    took = time.monotonic() - begin
    shown = int(wall.row("good")["seq"]) - seq
    assert shown >= 0.9 * took * 25
    assert {State.LIVE} == set(wall.past["good"][wall.past["good"].index(State.LIVE) :])
    assert wall.longest_s < 0.1
    # a refused password is tried once, whatever else goes on
    assert [camera for camera, _ in wall.answers.plays].count("p:password") == 1


def lines_of(parent: int) -> list[list[str]]:
    """The command lines of the workers, and what they were given of the environment."""
    found = []
    for pid in workers_of(parent):
        for name in ("cmdline", "environ"):
            found.append(Path(f"/proc/{pid}/{name}").read_bytes().decode().split("\0"))
    return found


async def test_what_breaks_off_comes_back_and_the_others_keep_their_rate(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    with ServerThread(clips) as own:
        paths = {
            "good": "h264",
            "kill": "h264?kill=2&times=1",
            "codec": "h264?switch=h265@2",
            "hevc": "h265?kill=2&times=1",
        }
        cameras = {name: (Stream(f"{own.url}/{path}"),) for name, path in paths.items()}
        async with desk(tmp_path, Answers(cameras), workers=1) as wall:
            for name in paths:
                wall.show(name)
            for name in paths:
                await wall.until(name, State.LIVE)
            begin, seq = time.monotonic(), int(wall.row("good")["seq"])
            for name in ("kill", "codec", "hevc"):
                past = wall.past[name]
                live = past.index(State.LIVE)
                await until(lambda past=past, live=live: State.CONNECTING in past[live:], 15)
                await wall.until(name, State.LIVE, limit_s=25)
            assert wall.tile("codec").codec == "hevc"
            took = time.monotonic() - begin
            assert int(wall.row("good")["seq"]) - seq >= 0.9 * took * 25
            assert set(wall.past["good"]) <= {State.CONNECTING, State.LIVE}
            assert wall.longest_s < 0.1


async def test_silence_from_the_start_is_no_signal(server: ServerThread, tmp_path: Path) -> None:
    streams = {"mute": (Stream(f"{server.url}/h264?mute"),)}
    async with desk(tmp_path, Answers(streams), workers=1) as wall:
        wall.show("mute")
        tile = await wall.until("mute", State.NO_SIGNAL)
        assert tile.why is not None and tile.why.id == "videostate.fault.timeout"
        assert tile.next_try > 0 and tile.place is not None and tile.observed == 0


async def test_a_camera_that_falls_silent_is_late_then_frozen_before_it_is_given_up(
    server: ServerThread, tmp_path: Path
) -> None:
    answers = Answers({"cam": (Stream(f"{server.url}/h264?stall=1"),)})
    async with desk(tmp_path, answers, workers=1) as wall:
        wall.show("cam")
        await wall.until("cam", State.LIVE)
        answers.streams["cam"] = (Stream(f"{server.url}/h264?mute"),)  # it stays so
        frozen = await wall.until("cam", State.FROZEN)
        assert frozen.why is not None and frozen.why.id == "videostate.stopped"
        assert int(str(frozen.why.args["seconds"])) <= 3
        # Opened anew it is no more there than before; that is said long before it is given up.
        await until(
            lambda: wall.tile("cam").why and wall.tile("cam").why.id.endswith("no_picture"), 20
        )
        assert wall.tile("cam").state is State.CONNECTING
        past = [state for state, _ in groupby(wall.past["cam"])]
        told = [State.LIVE, State.LATE, State.FROZEN, State.CONNECTING]
        assert past[-4:] == told, past


async def test_what_is_killed_comes_back_through_its_platform(
    server: ServerThread, tmp_path: Path
) -> None:
    answers = Answers({"cam": (Stream(f"{server.url}/h264?kill=1&times=1"),)})
    async with desk(tmp_path, answers, workers=1) as wall:
        wall.show("cam")
        await wall.until("cam", State.LIVE)
        gone = await wall.until("cam", State.CONNECTING)
        assert gone.place is not None and gone.observed > 0  # the last picture, with its time
        await wall.until("cam", State.LIVE)
        assert number_of(wall.pixels("cam")) >= 0
    assert [camera for camera, _ in answers.plays] == ["p:cam"] * 2
    assert len(answers.stops) == 2  # each playing was given back


async def test_a_server_that_goes_and_comes_back(clips: dict[str, Path], tmp_path: Path) -> None:
    with ServerThread(clips) as own:
        cameras = {f"c{n}": (Stream(f"{own.url}/h264"),) for n in range(9)}
        async with desk(tmp_path, Answers(cameras), workers=1) as wall:
            for name in cameras:
                wall.show(name)
            for name in cameras:
                await wall.until(name, State.LIVE)
            own.stop()
            begin = time.monotonic()
            for name in cameras:
                await wall.until(name, State.CONNECTING, State.OFFLINE)
            assert time.monotonic() - begin < 3
            for name in cameras:
                tile = await wall.until(name, State.OFFLINE)
                assert tile.why is not None and tile.why.id == "videostate.fault.unreachable"
            own.start()
            for name in cameras:
                await wall.until(name, State.LIVE, limit_s=25)


async def test_a_worker_that_dies_takes_no_tile_with_it(
    server: ServerThread, tmp_path: Path, expect_log: Watch
) -> None:
    expect_log("a video worker ended; its . streams are opened again")
    cameras = {f"c{n}": (Stream(f"{server.url}/h264"),) for n in range(4)}
    async with desk(tmp_path, Answers(cameras), workers=2) as wall:
        for name in cameras:
            wall.show(name)
        for name in cameras:
            await wall.until(name, State.LIVE)
        before = {name: wall.tile(name).place for name in cameras}
        os.kill(workers_of(os.getpid())[0], signal.SIGKILL)
        await until(lambda: any(State.CONNECTING in wall.past[name][1:] for name in cameras))
        for name in cameras:
            await wall.until(name, State.LIVE)
        assert {name: wall.tile(name).place for name in cameras} == before
        untouched = [n for n in cameras if set(wall.past[n]) <= {State.CONNECTING, State.LIVE}]
        assert len(untouched) == 4


@pytest.mark.full
async def test_sixty_four_at_once(server: ServerThread, tmp_path: Path) -> None:
    cameras = {f"c{n}": (Stream(f"{server.url}/h264"),) for n in range(64)}
    answers = Answers(cameras)
    async with desk(tmp_path, answers) as wall:
        for name in cameras:
            wall.show(name, weight=Weight.FOCUS if name == "c63" else Weight.NORMAL)
        for name in cameras:
            await wall.until(name, State.LIVE, State.DEGRADED, State.LATE, limit_s=60)
        assert [camera for camera, _ in answers.plays].index("p:c63") < 20
        assert len(answers.plays) == 64
        assert wall.service.budget.streams == 64
        await until(lambda: wall.tile("c63").rung is Rung.FULL)
