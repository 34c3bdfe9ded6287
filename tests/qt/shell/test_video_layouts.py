"""Layouts as files of the machine: written whole, read again, broken ones told and left out."""

import pytest

from app.core.model import World
from app.live.hub import Kind
from app.live.video_layout import Span
from app.live.video_plan import WallPlan, parse_plan
from app.live.video_wall import Look
from tests.qt.conftest import settle, turns, until
from tests.qt.shell.operated import make
from tests.unit.commands.desk import Desk
from widgets.scene_reload import READ
from widgets.video_layouts import FOLDER, MOST_BYTES, LayoutDesk, read_plans


class Room:
    """A desk whose windows keep layouts."""

    def __init__(self, seat, folder):
        self.desk = Desk(folder, world=World.DEMO)
        seat.take(self.desk)
        self.shell = make(seat)
        self.said = []
        self.layouts = LayoutDesk(self.shell, folder, self.said.append)
        self.shell.start()
        self.desk.sit()

    async def do(self, text):
        outcome = await self.desk.do(text)
        await self.settled()
        return outcome

    async def settled(self):
        self.shell.bridge.drain()
        await turns()
        await until(lambda: not self.layouts.errands.running)

    @property
    def words(self):
        return [reason.id for reason in self.said]


@pytest.fixture
def room(seat, application, run, tmp_path):
    room = Room(seat, tmp_path)
    yield room
    run(room.layouts.stop())
    room.shell.stop()
    room.desk.close()
    room.shell.deleteLater()
    settle()


def test_a_layout_is_written_called_and_deleted(room, run, tmp_path):
    wall = room.desk.seat.videos["main"]
    wall.look = Look(9, cameras={0: "v:1"})
    path = tmp_path / FOLDER / "flood.toml"

    async def work():
        await room.do("merge-cells 1 to=5")
        await room.do("save-layout flood")
        assert parse_plan(path.read_text("utf-8"), "x").cells[0] == Span(0, 0, 2, 2)
        await room.do("video-layout 9")
        assert (await room.do("video-layout flood")).done
        assert wall.look.size == 6
        await room.do("drop-layout flood")
        assert not path.exists()
        assert not (await room.do("video-layout flood")).done

    run(work())
    assert room.words == ["videolayout.kept", "videolayout.dropped"]
    assert list(path.parent.iterdir()) == []


def test_what_cannot_be_written_is_said_and_not_called(room, run, tmp_path):
    (tmp_path / FOLDER).write_text("no folder")

    async def work():
        await room.do("save-layout flood")
        assert not (await room.do("video-layout flood")).done

    run(work())
    assert room.words == ["videolayout.not_kept"]


def test_of_a_file_that_broke_the_last_good_form_stays(room, run, tmp_path, expect_log):
    expect_log(r"layouts/flood.toml .*lies over cells\[0\]")

    async def work():
        await room.do("save-layout flood")
        kept = room.desk.seat.plans.known["flood"]
        (tmp_path / FOLDER / "flood.toml").write_text("grid = [2, 2]\ncells = [[0, 0], [0, 0]]\n")
        (tmp_path / FOLDER / "two.toml").write_text("grid = [2, 1]\n")
        room.desk.hub.publish(Kind.SEAT, (READ,))
        await room.settled()
        assert room.desk.seat.plans.known == {"flood": kept, "two": WallPlan((2, 1))}

    run(work())
    assert room.said[-1].args == {
        "file": "layouts/flood.toml",
        "line": 2,
        "key": "cells[1]",
        "error": "lies over cells[0]",
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("9.toml", b"grid = [2, 2]"),
        ("A.toml", b"grid = [2, 2]"),
        ("big.toml", b"grid = [2, 2]\n#" + b"x" * MOST_BYTES),
        ("bytes.toml", b"\xff\xfe"),
        ("half.toml", b"grid = [2,"),
        ("other.toml", b"name = 'x'"),
    ],
)
def test_what_is_no_layout_is_left_out(tmp_path, name, content):
    (tmp_path / "good.toml").write_bytes(b"grid = [2, 2]")
    (tmp_path / name).write_bytes(content)
    book = read_plans(tmp_path)
    assert set(book.plans) == {"good"}
    assert len(book.faults) == 1
