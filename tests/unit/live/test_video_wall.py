"""What a video wall remembers, how a round goes on, where a grid's cells stand."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.directory import Camera
from app.core.message import Refusal
from app.live.video_grid import best_columns, plain_grid
from app.live.video_names import CameraNames
from app.live.video_wall import REMEMBERED, Look, Round, VideoWall

CAMERAS = tuple("abcdefg")


def on_round(count: int, **fields: object) -> VideoWall:
    tour = msgspec.structs.replace(Round("all", CAMERAS, dwell_ms=15_000), **fields)
    wall = VideoWall(Look(count=count, round=tour))
    wall.turn(0)
    return wall


def shown(wall: VideoWall) -> str:
    return "".join(wall.look.cameras[cell] for cell in sorted(wall.look.cameras))


def test_a_round_shows_each_in_turn_and_begins_anew() -> None:
    wall = on_round(3)
    assert shown(wall) == "abc"
    assert not wall.turn(14_999)
    assert wall.turn(15_000)
    assert shown(wall) == "def"
    assert wall.turn(30_000)
    assert shown(wall) == "gab"


def test_a_locked_cell_takes_no_part() -> None:
    wall = VideoWall(Look(count=3, cameras={1: "x"}, round=Round("all", CAMERAS)))
    wall.locked.add(1)
    wall.turn(0)
    assert shown(wall) == "axb"
    wall.turn(15_000)
    assert shown(wall) == "cxd"


def test_one_in_trouble_comes_first_and_stays_while_it_is() -> None:
    wall = on_round(2)
    assert wall.turn(1_000, ["f", "nobody's"])
    assert shown(wall) == "fa"
    wall.turn(15_000, ["f"])
    assert shown(wall) == "fb"
    wall.turn(16_000)
    assert shown(wall) == "bc"
    calm = on_round(2, trouble=False)
    assert not calm.turn(1_000, ["f"])


def test_a_round_of_fewer_than_the_cells_leaves_the_others_empty() -> None:
    wall = VideoWall(Look(count=4, round=Round("two", ("a", "b"))))
    wall.turn(0)
    assert shown(wall) == "ab"
    assert not wall.turn(15_000) or shown(wall) in ("ab", "ba")


def test_undo_goes_back_as_far_as_is_remembered() -> None:
    wall = VideoWall()
    for count in range(1, REMEMBERED + 5):
        wall.change(Look(count=count))
    steps = 0
    while wall.undo():
        steps += 1
    assert steps == REMEMBERED
    assert wall.look.count == 4


@pytest.mark.parametrize(
    ("count", "width", "height", "columns"),
    [(1, 1600, 900, 1), (4, 1600, 900, 2), (9, 1920, 1080, 3), (2, 1600, 450, 2), (2, 900, 1600, 1),
     (8, 800, 1800, 2), (64, 1920, 1080, 8), (16, 5600, 1600, 6), (12, 5600, 1600, 4)],
)  # fmt: skip
def test_columns_of_a_grid(count: int, width: float, height: float, columns: int) -> None:
    assert best_columns(count, width, height) == columns


@given(st.integers(1, 64), st.floats(50, 20_000), st.floats(50, 20_000))
def test_a_grid_fills_the_room_row_by_row(count: int, width: float, height: float) -> None:
    made = plain_grid(count, width, height)
    assert made.rows == math.ceil(count / made.columns)
    places = [(cell.row, cell.column) for cell in made.cells]
    assert places == [divmod(number, made.columns) for number in range(count)]


def camera(id_: str, region: str, point: str = "", bureau: str = "") -> Camera:
    return Camera(id_, f"{id_}号", id_, region, 119.0, 33.5, point=point, bureau=bureau)


def test_groups_follow_from_the_rows() -> None:
    names = CameraNames(
        [camera("v:1", "A", "p:1", "police"), camera("v:2", "A"), camera("v:3", "B", "p:2")],
        {"p:1": "bridge", "p:2": "bridge"},
    )
    assert names.group("all").cameras == ("v:1", "v:2", "v:3")
    assert names.group("kind:bridge").cameras == ("v:1", "v:3")
    assert names.group("region:A").cameras == ("v:1", "v:2")
    assert names.group("bureau:police").cameras == ("v:1",)
    with pytest.raises(Refusal) as refused:
        names.group("kind:bridges")
    assert "kind:bridge" in str(refused.value.reason.args)
    with pytest.raises(Refusal):
        names.camera("v:9")
