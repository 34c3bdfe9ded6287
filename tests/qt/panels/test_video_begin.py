"""What a scene says of a video wall: its cells, cameras and round, and faults with their line."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.city import City
from app.config import ConfigError
from app.live.video_layout import Span, ready
from app.live.video_plan import WallPlan
from app.secrets import Secrets
from app.video.budget import EXPONENT
from app.video.service import VideoService
from tests.qt.panels.conftest import Room
from widgets.panels._video_begin import WallOptions
from widgets.scene import parse_scene
from widgets.video_house import VideoHouse

SCENE = """name_zh = "视频"
name_en = "Video"

[[panel]]
kind = "video"
options.wall = "x"

[[screen]]
columns = ["1fr", "1fr"]

[[panel]]
kind = "video"
column = 1
%s
"""


def options_of(lines: str) -> WallOptions:
    return parse_scene(SCENE % lines, "video", "desk/video.toml").options(1, WallOptions)


def test_a_scene_gives_cells_cameras_and_a_round() -> None:
    found = options_of(
        "options.grid = [3, 3]\noptions.cells = [[0, 0, 2, 2], [2, 0], [2, 1]]\n"
        'options.cameras = ["a"]\noptions.round = "all"\noptions.dwell = 20'
    )
    assert found.cells[0] == Span(0, 0, 2, 2)
    assert (found.cameras, found.round, found.dwell) == (("a",), "all", 20)


@pytest.mark.parametrize(
    ("lines", "line", "key", "error"),
    [
        ("options.grid = [2, 2]\noptions.cells = [[0, 0], [0, 0]]", 15, "cells[1]",
         "lies over cells[0]"),
        ("options.grid = [2, 2]\noptions.cells = [[0, 0, 3, 1]]", 15, "cells[0]",
         "outside the grid of 2 x 2"),
        ("options.grid = [9, 9]", 14, "grid", "81 cells, a wall has 1 to 64"),
        ("options.cells = [[0, 0]]", 14, "cells", "cells stand on a grid = [columns, rows]"),
        ('options.layout = "6"\noptions.grid = [2, 2]', 14, "layout", "either a layout or a grid"),
        ('options.grid = [1, 1]\noptions.cameras = ["a", "b"]', 15, "cameras",
         "2 cameras for 1 cells"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(lines: str, line: int, key: str, error: str) -> None:
    with pytest.raises(ConfigError) as refused:
        options_of(lines)
    assert refused.value.reason.args == {
        "file": "desk/video.toml",
        "line": line,
        "key": f"panel[1].options.{key}",
        "error": error,
    }


@pytest.fixture
def opened(room: Room, city: City, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open the panel with options, in front of a real service that nobody started."""
    service = VideoService(
        city.config.platform, city.cameras, tmp_path, room.clock, Secrets(tmp_path), {},
        city.config.zone, cores=2,
    )  # fmt: skip
    house = VideoHouse(city, room.seat, room.hub, room.clock, lambda: service)

    def make(seat: str = "desk", dear: float = 0.0, **options: Any) -> Any:
        if dear:
            service._prices.price = dear / (640 * 360 * 25 / 1e6) ** EXPONENT
        context = dataclasses.replace(room.context(seat), videos=house)
        room.sign_on()
        return room.open("video", context, (1200, 800), **options)

    yield make
    house.stop()
    house.deleteLater()


async def test_a_layout_by_name_brings_its_cameras(
    room: Room, city: City, opened: Callable[..., Any]
) -> None:
    camera = city.cameras[3].id
    room.seat.plans.known["flood"] = WallPlan((2, 1), cameras=("", camera))
    look = opened(layout="flood").wall.look
    assert (look.size, look.cameras) == (2, {1: camera})


async def test_a_layout_that_is_gone_is_a_plain_one(room: Room, opened: Callable[..., Any]) -> None:
    panel = opened(layout="flood", count=9)
    assert (panel.wall.look.count, len(panel.wall.look.cameras)) == (9, 9)
    assert panel.dividing.overlay.foot.text == "没有名为 flood 的布局，已存的有：-"
    assert panel.dividing.overlay.geometry() == panel.surface.geometry()


async def test_a_round_fills_what_the_scene_divides(
    room: Room, city: City, opened: Callable[..., Any]
) -> None:
    panel = opened(layout="6", round="all", dwell=30)
    assert panel.wall.look.layout == ready(6)
    assert panel.wall.look.round is not None and panel.wall.look.round.dwell_ms == 30_000
    assert list(panel.wall.look.cameras.values()) == [one.id for one in city.cameras[:6]]


async def test_a_scene_too_heavy_begins_lighter_and_says_so(
    room: Room, opened: Callable[..., Any]
) -> None:
    panel = opened(dear=0.1, count=36)
    assert panel.wall.look.count == 20
    foot = panel.dividing.overlay.foot
    assert foot.text == "36 格要 3.6 核，本机可用 1.6 核，先显示 20 格"
    assert [hint.key for hint in foot.hints] == ["2", "Esc"]


async def test_a_hall_says_it_in_its_head(room: Room, opened: Callable[..., Any]) -> None:
    panel = opened("hall", dear=0.1, count=36)
    assert panel.wall.look.count < 36
    assert any("先显示" in note.text for note in panel.notes_left())
    assert panel.dividing.overlay.isHidden()
