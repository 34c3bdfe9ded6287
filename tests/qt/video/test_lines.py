"""Cells and the seams of a wall, whatever the cells are and wherever the seams lie."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QRectF

from app.live.video_layout import Layout, LayoutError, divided, grid, merged, ready
from app.live.video_wall import Look
from widgets.context import Context
from widgets.edges import Edges
from widgets.video.lines import Room, lay_lines, stretch
from widgets.video.placing import place_cells

CLEAR = 6.0


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """A grid that somebody merged and split a few times."""
    made = grid(draw(st.integers(1, 6)), draw(st.integers(1, 6)))
    for splits in draw(st.lists(st.booleans(), max_size=4)):
        one, other = (draw(st.integers(0, len(made.cells) - 1)) for _ in range(2))
        try:
            made = (divided(made, one) if splits else merged(made, one, other)).layout
        except LayoutError:
            continue
    return made


def seams(length: float) -> st.SearchStrategy[tuple[float, ...]]:
    """Monitors of one size side by side, or of any sizes."""
    even = st.integers(1, 5).map(lambda n: tuple(length * k / n for k in range(1, n)))
    steps = st.lists(st.floats(200, 900), max_size=4)
    return even | steps.map(
        lambda found: tuple(
            at for at in (sum(found[: n + 1]) for n in range(len(found))) if at < length - 200
        )
    )


def straddles(place: QRect, edges: Edges, begin: int, end: int, length: float) -> bool:
    """Whether it lies across a seam without being whole monitors."""
    inside = [seam for seam in edges.at if begin + 1 < seam < end]
    ends = {0.0, length, *edges.at}
    whole = all(min(abs(at - one) for one in ends) <= CLEAR + 1 for at in (begin, end + 1))
    return bool(inside) and not whole


@given(layouts(), seams(3840), seams(2160))
def test_no_cell_lies_partly_on_another_monitor_nor_over_another_cell(
    made: Layout, across: tuple[float, ...], down: tuple[float, ...]
) -> None:
    gap = 8.0
    xs, ys = Room(0, 3840, gap, Edges(across, CLEAR)), Room(0, 2160, gap, Edges(down, CLEAR))
    columns = lay_lines(made.columns, xs, [(cell.column, cell.right) for cell in made.cells])
    rows = lay_lines(made.rows, ys, [(cell.row, cell.bottom) for cell in made.cells])
    assert [line.begin for line in columns] == sorted(line.begin for line in columns)
    places = []
    for cell in made.cells:
        left, right = stretch(columns, xs, cell.column, cell.right)
        top, bottom = stretch(rows, ys, cell.row, cell.bottom)
        if right - left < 2 or bottom - top < 2:
            continue  # tracks finer than their gaps
        place = QRect(round(left), round(top), round(right - left), round(bottom - top))
        assert not straddles(place, xs.edges, place.left(), place.right(), 3840)
        assert not straddles(place, ys.edges, place.top(), place.bottom(), 2160)
        places.append(place)
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


@given(layouts())
def test_without_seams_cells_cover_the_room_but_for_the_gaps(made: Layout) -> None:
    room = Room(0, 4000, 8.0)
    lines = lay_lines(made.columns, room, [])
    for cell in made.cells:
        assert stretch(lines, room, cell.column, cell.right) == pytest.approx(
            (
                (4008 * cell.column / made.columns),
                (4008 * cell.right / made.columns - 8),
            )
        )


def test_the_large_one_of_six_fills_a_monitor_of_two(context: Context) -> None:
    look, room = Look(layout=ready(6)), QRectF(0, 0, 3840, 1080)
    places = place_cells(look, room, context.theme, (Edges((1920.0,), CLEAR), Edges()))
    assert (places[0].left(), places[0].right() + 1) == (0, 1914)
    assert {places[number].left() for number in (1, 2, 5)} == {1926}


def test_a_cell_that_must_lie_across_is_cut_back_to_one_monitor(context: Context) -> None:
    # Every line is crossed by a cell: whichever lies on the seam, one cell is cut.
    bricks = divided(divided(grid(1, 2), 0, 3, 1).layout, 3, 2, 1).layout
    room = QRectF(0, 0, 3840, 1080)
    places = place_cells(
        Look(layout=bricks), room, context.theme, (Edges((1920.0,), CLEAR), Edges())
    )
    assert not any(place.left() < 1920 < place.right() for place in places.values())


def test_one_cell_is_the_whole_wall(context: Context) -> None:
    places = place_cells(
        Look(count=1), QRectF(0, 0, 3840, 1080), context.theme, (Edges((1920.0,), 6.0), Edges())
    )
    assert places == {0: QRect(0, 0, 3840, 1080)}
