"""A layout as a file: read, written, refused with the line that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError
from app.core.directory import Camera
from app.live.video_layout import Span, grid, layout
from app.live.video_names import CameraNames
from app.live.video_plan import WallPlan, parse_plan, plan_of, plan_text
from app.live.video_wall import Look, Round, VideoWall

TEXT = """# one large, five small
grid = [3, 3]
cells = [
  [0, 0, 2, 2],
  [2, 0], [2, 1],
  [0, 2], [1, 2], [2, 2],
]
cameras = ["v:1", "", "v:3"]
round = "all"
dwell = 20
"""


def test_a_file_is_a_layout_with_cameras_and_a_round() -> None:
    plan = parse_plan(TEXT, "x.toml")
    assert plan.divided().cells[0] == Span(0, 0, 2, 2)
    names = CameraNames([Camera(f"v:{n}", f"{n}号", "", "320812", 119.0, 33.5) for n in (1, 2, 3)])
    look = plan.look(names, 7)
    assert (look.size, look.cameras) == (6, {0: "v:1", 2: "v:3"})
    assert look.round == Round("all", ("v:1", "v:2", "v:3"), 20_000, since=7)


@pytest.mark.parametrize(
    ("text", "line", "key", "error"),
    [
        (TEXT.replace("[2, 1]", "[1, 1]"), 5, "cells[2]", "lies over cells[0]"),
        (
            TEXT.replace("[2, 2],\n]", "[2, 2, 2, 1],\n]"),
            6,
            "cells[5]",
            "outside the grid of 3 x 3",
        ),
        ("grid = [2, 2]\ncells = [[0, 0], [0, 0, 2, 1]]\n", 2, "cells[1]", "lies over cells[0]"),
        ("grid = [9, 9]\n", 1, "grid", "81 cells, a wall has 1 to 64"),
        ('grid = [1, 1]\ncameras = ["a", "b"]\n', 2, "cameras", "2 cameras for 1 cells"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    text: str, line: int, key: str, error: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_plan(text, "x.toml")
    reason = refused.value.reason
    assert (reason.id, reason.args) == (
        "config.key",
        {"file": "x.toml", "line": line, "key": key, "error": error},
    )


@pytest.mark.parametrize(
    "text",
    ["", "grid = [2]", "grid = [0, 2]", "grid = [2, 2]\nspans = 3", "grid = [2, 2]\ncells = [[0]]",
     "grid = [2, 2]\ncells = [[0, 0, 1, 1, 1]]", "grid = [2, 2]\ndwell = 1", "grid = [2, 2",
     "grid = [70, 2]", f"grid = [13, 5]\ncells = {[[n % 13, n // 13] for n in range(65)]}"],
)  # fmt: skip
def test_what_is_no_layout_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_plan(text, "x.toml")


names = st.text(max_size=120).filter(lambda text: text.isprintable() or "\x7f" in text)


@given(
    st.integers(1, 8),
    st.integers(1, 8),
    st.lists(names, max_size=64),
    st.text(max_size=80),
    st.integers(3, 3600),
    st.booleans(),
)
def test_what_is_written_is_read_again(
    columns: int, rows: int, cameras: list[str], tour: str, dwell: int, trouble: bool
) -> None:
    tour = "".join(ch for ch in tour if not "\ud800" <= ch <= "\udfff")
    cells = grid(columns, rows).cells
    plan = WallPlan(
        (columns, rows), cells, tuple(cameras[: len(cells)]), tour,
        dwell if tour else 15, trouble or not tour,
    )  # fmt: skip
    assert parse_plan(plan_text(plan), "x.toml") == plan


def test_what_a_round_put_there_is_not_kept() -> None:
    made = layout(2, 1, [Span(0, 0), Span(1, 0)])
    wall = VideoWall(Look(2, made, {0: "a", 1: "b"}, round=Round("all", ("a", "b"), 5000)))
    assert plan_of(wall) == WallPlan((2, 1), made.cells, (), "all", 5)
    wall.locked = {1}
    assert plan_of(wall).cameras == ("", "b")
    still = VideoWall(Look(4, None, {1: "b"}))
    assert plan_of(still) == WallPlan((2, 2), grid(2, 2).cells, ("", "b"))
