"""How a wall is divided: ready layouts, merging, splitting, what a layout cannot be."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.video_layout import (
    MAX_CELLS,
    Layout,
    LayoutError,
    Span,
    divided,
    grid,
    grid_word,
    layout,
    merged,
    ready,
)
from app.live.video_wall import Look, VideoWall


def picture(made: Layout) -> str:
    """The layout in letters, a line a row; a dot where nothing stands."""
    rows = [["."] * made.columns for _ in range(made.rows)]
    for number, cell in enumerate(made.cells):
        for row in range(cell.row, cell.bottom):
            for column in range(cell.column, cell.right):
                assert rows[row][column] == "."
                rows[row][column] = chr(ord("a") + number)
    return "/".join("".join(row) for row in rows)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(6, "aab/aac/def"), (8, "aaab/aaac/aaad/efgh"), (10, "aaaab/aaaac/aaaad/aaaae/fghij"),
     (13, "abcd/effg/hffi/jklm")],
)  # fmt: skip
def test_ready_layouts_are_those_of_vendors(count: int, expected: str) -> None:
    made = ready(count)
    assert made is not None
    assert picture(made) == expected


@pytest.mark.parametrize("count", [1, 4, 9, 16, 20, 25, 36, 49, 64])
def test_other_counts_are_plain_grids(count: int) -> None:
    assert ready(count) is None


def test_cells_between_two_are_merged_with_them_and_split_again() -> None:
    nine = grid(3, 3)
    change = merged(nine, 0, 4)
    assert picture(change.layout) == "aab/aac/def"
    assert change.ways == {0: 0, 1: 2, 2: 5, 3: 6, 4: 7, 5: 8}
    back = divided(change.layout, 0)
    assert back.layout == nine
    assert back.ways == {0: 0, 2: 1, 5: 2, 6: 3, 7: 4, 8: 5}


def test_a_rectangle_grows_until_it_cuts_no_cell() -> None:
    wide = merged(grid(3, 3), 1, 2).layout
    assert picture(wide) == "abb/cde/fgh"
    assert picture(merged(wide, 0, 3).layout) == "aaa/aaa/bcd"
    assert picture(merged(grid(3, 3), 8, 4).layout) == "abc/dee/fee"


def test_a_small_cell_splits_into_four_on_a_finer_grid() -> None:
    made = divided(grid(2, 1), 1)
    assert picture(made.layout) == "aabc/aade"
    assert picture(divided(grid(1, 1), 0, 3, 1).layout) == "abc"
    assert picture(divided(merged(grid(3, 1), 0, 1).layout, 0, 3).layout) == "abcdd".replace(
        "abcdd", "aabbccddd"
    )


def test_empty_places_are_taken_in() -> None:
    five = grid(3, 2, 5)
    assert picture(five) == "abc/de."
    assert picture(merged(five, 1, 4).layout) == "abc/db."
    assert picture(merged(five, 2, 4).layout) == "abb/cbb"


@pytest.mark.parametrize(
    ("columns", "rows", "cells", "cell", "reason"),
    [
        (2, 2, [Span(0, 0, 2, 1), Span(1, 0)], 1, "lies over cells[0]"),
        (2, 2, [Span(0, 0), Span(1, 1, 2, 1)], 1, "outside the grid of 2 x 2"),
        (2, 2, [], -1, "0 cells, a wall has 1 to 64"),
        (65, 1, [Span(0, 0)], -1, "65 x 1, a grid has 1 to 64 each way"),
        (13, 5, [Span(n % 13, n // 13) for n in range(65)], -1, "65 cells, a wall has 1 to 64"),
    ],
)
def test_what_cannot_be_is_told(
    columns: int, rows: int, cells: list[Span], cell: int, reason: str
) -> None:
    with pytest.raises(LayoutError) as error:
        layout(columns, rows, cells)
    assert (error.value.cell, str(error.value)) == (cell, reason)


def test_a_wall_holds_no_more_cells_than_it_may() -> None:
    with pytest.raises(LayoutError):
        divided(grid(8, 8), 0)
    with pytest.raises(LayoutError):
        merged(grid(1, 1), 0, 0)


@pytest.mark.parametrize(
    ("word", "expected"), [("3x2", (3, 2)), ("64x1", (64, 1)), ("0x2", None), ("night", None)]
)
def test_a_word_of_columns_and_rows(word: str, expected: tuple[int, int] | None) -> None:
    assert grid_word(word) == expected


Steps = st.lists(st.tuples(st.booleans(), st.integers(0, 63), st.integers(0, 63)), max_size=8)


@given(st.integers(1, 8), st.integers(1, 8), Steps)
def test_whatever_is_merged_and_split_covers_the_wall_once(
    columns: int, rows: int, steps: list[tuple[bool, int, int]]
) -> None:
    made = grid(columns, rows)
    for splits, one, other in steps:
        one, other = one % len(made.cells), other % len(made.cells)
        try:
            change = divided(made, one) if splits else merged(made, one, other)
        except LayoutError:
            continue
        assert set(change.ways.values()) <= set(range(len(made.cells)))
        assert len(set(change.ways.values())) == len(change.ways)
        made = change.layout
    assert 1 <= len(made.cells) <= MAX_CELLS
    assert sum(cell.columns * cell.rows for cell in made.cells) == made.columns * made.rows
    assert not any(one.meets(other) for one, other in combinations(made.cells, 2))
    assert layout(made.columns, made.rows, made.cells) == made


def test_what_is_locked_stays_locked_through_a_change_and_back() -> None:
    wall = VideoWall(Look(layout=grid(3, 3)))
    wall.locked = {0, 5, 8}
    change = merged(wall.layout, 0, 4)
    wall.change(Look(layout=change.layout), change.ways)
    assert wall.locked == {0, 2, 5}
    wall.locked.add(1)
    assert wall.undo()
    assert wall.locked == {0, 2, 5, 8}


def test_what_is_heard_is_heard_on_under_its_new_number() -> None:
    cameras = {number: f"v:{number}" for number in range(9)}
    wall = VideoWall(Look(layout=grid(3, 3), cameras=cameras))
    wall.hear(8)
    change = merged(wall.layout, 0, 4)
    kept = {new: cameras[old] for new, old in change.ways.items()}
    wall.change(Look(layout=change.layout, cameras=kept), change.ways)
    assert (wall.sound, wall.look.cameras[5]) == (5, "v:8")
    wall.undo()
    assert wall.sound == 8
    wall.hear(4)  # which goes with the merging
    wall.change(Look(layout=change.layout, cameras=kept), change.ways)
    assert wall.sound is None


def test_a_plain_grid_is_as_it_was_seen_last() -> None:
    wall = VideoWall(Look(count=6))
    assert picture(wall.layout) == "abc/def"
    wall.columns = 2
    assert picture(wall.layout) == "ab/cd/ef"
