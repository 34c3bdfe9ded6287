"""Streams of a server that misbehaves: each ends as it should, and the others go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.video.wire import Failed, Fault, Open, PixelFormat, Rung
from tests.helpers.clips import write_clip
from tests.helpers.pooling import PoolHouse, View, pooled, until
from tests.helpers.video_server import ServerThread


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerThread]:
    folder = tmp_path_factory.mktemp("clips")
    clips = {
        "h264": write_clip(folder / "h264.mp4", seconds=2),
        "h265": write_clip(folder / "h265.mp4", codec="libx265", seconds=2),
        "hd": write_clip(folder / "hd.mp4", size=(1280, 720), seconds=2),
    }
    with ServerThread(clips) as running:
        yield running


class Watched:
    """Streams of one server in one pool, numbered as they are opened."""

    def __init__(self, house: PoolHouse, server: ServerThread) -> None:
        self.house = house
        self._server = server
        self.count = 0

    def open(self, path: str, *, user: str = "", udp: bool = False, timeout_s: float = 5.0) -> View:
        self.count += 1
        url = self._server.url.replace("//", f"//{user}@") if user else self._server.url
        self.house.pool.open(Open(self.count, url + path, udp=udp, timeout_s=timeout_s))
        return self.house.view(self.count, 320, 180)

    def fault(self, stream: int) -> Fault | None:
        found = [
            one.fault
            for one in self.house.heard
            if one.stream == stream and isinstance(one, Failed)
        ]
        return found[-1] if found else None


async def test_what_the_server_does_is_told_and_the_others_go_on(server: ServerThread) -> None:
    async with pooled() as house:
        watched = Watched(house, server)
        steady = [
            watched.open("/h264"),
            watched.open("/h264", udp=True),
            watched.open("/h265"),
            watched.open("/h265", udp=True),
            watched.open("/h264?auth=name:right", user="name:right"),
        ]
        ends = {
            "/h264?kill=0.5": Fault.ENDED,
            "/h264?auth=name:right": Fault.CREDENTIALS,
            "/nothing": Fault.NOT_FOUND,
            "/h264?status=503": Fault.REFUSED,
            "/h264?switch=h265@0.5": Fault.ENDED,
        }
        silent = {"/h264?stall=0.5": 1.0, "/h264?mute=1": 1.0, "/h264?silent=DESCRIBE": 1.0}
        numbers = {}
        for path, fault in ends.items():
            watched.open(path, user="name:wrong" if "auth" in path else "")
            numbers[watched.count] = fault
        for path, timeout_s in silent.items():
            watched.open(path, timeout_s=timeout_s)
            numbers[watched.count] = Fault.TIMEOUT
        await until(lambda: all(watched.fault(stream) for stream in numbers))
        assert {stream: watched.fault(stream) for stream in numbers} == numbers
        begin = {view: (view["seq"], view["pts"]) for view in steady}
        await until(lambda: all(view["seq"] > seq + 20 for view, (seq, _) in begin.items()))
        for view, (seq, pts) in begin.items():
            assert view["seq"] - seq == pytest.approx((view["pts"] - pts) * 25, abs=1.5)
            assert (view["corrupt"], view["fps"]) == (0, 25.0)
            assert view["lag"] < 0.5 and view.number >= 0


async def test_the_first_picture_is_the_servers_key_frame(server: ServerThread) -> None:
    async with pooled() as house:
        view = Watched(house, server).open("/h264")
        opened = await house.opened(1)
        assert opened.title == "h264" and opened.took_s < 1.0
        await until(lambda: view["seq"] >= 1)
        shown = view["seq"]
        await until(lambda: view["packets"] >= view["decoded"] >= shown)  # counted a little later


async def test_damage_is_counted_and_ends_nothing(server: ServerThread) -> None:
    async with pooled() as house:
        watched = Watched(house, server)
        views = [watched.open("/h264?corrupt=0.2"), watched.open("/h264?drop=0.1", udp=True)]
        views.append(watched.open("/h265?drop=0.1", udp=True))
        await until(lambda: all(view["packets"] > 60 and view["corrupt"] for view in views))
        assert all(view["seq"] > 5 for view in views)
        assert not [one for one in house.heard if isinstance(one, Failed)]


async def test_a_camera_changes_its_size_while_it_is_watched(
    server: ServerThread, tmp_path: Path
) -> None:
    async with pooled() as house:
        watched = Watched(house, server)
        view = watched.open("/h264?switch=hd@0.4")
        planes = house.view(1, 640, 360, PixelFormat.I420)
        larger = house.view(1, 1280, 720, PixelFormat.I420)
        await until(lambda: larger["width"] == 640)
        await until(lambda: larger["width"] == 1280 and view.number >= 0)
        assert (view["width"], planes["width"], planes["height"]) == (320, 640, 360)
        made = await house.pool.clip(1, tmp_path / "clip.mp4")
        assert made.made and made.seconds < 2.1  # of the new size only
        assert watched.fault(1) is None


async def test_a_frozen_camera_sends_packets_and_nothing_changes(server: ServerThread) -> None:
    async with pooled() as house:
        view = Watched(house, server).open("/h264?freeze=0.2")
        await until(lambda: view["seq"] > 10)  # before a picture came none has changed
        await until(lambda: view["packet"] - view["changed"] > 0.6)
        assert view["written"] > view["changed"] + 0.5


async def test_less_and_more_of_a_live_stream(server: ServerThread) -> None:
    """Going up again shows a picture at once, from the packets that were kept."""
    async with pooled() as house:
        view = Watched(house, server).open("/h264")
        await until(lambda: view["seq"] > 2)
        house.pool.step(1, Rung.RING)
        await until(lambda: view["rung"] == Rung.RING)
        begin = view["seq"]
        packets = view["packets"]
        await until(lambda: view["packets"] > packets + 5)
        assert view["seq"] <= begin + 1
        house.pool.step(1, Rung.PLAIN, 25.0)
        await until(lambda: view["seq"] > begin + 3)
        assert view["packets"] < packets + 25  # it did not wait for the next key frame
