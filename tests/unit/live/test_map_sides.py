"""Two maps side by side: the middle stays, what was around it is still seen, and all comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.map_fit import lost_by_half
from app.live.map_sides import compare
from app.live.map_state import Comparison, MapPlace, MapState

SIDE, SWIPE = Comparison("side", at=1), Comparison("swipe", at=1)


@pytest.mark.parametrize(
    ("size", "lost"),
    [
        ((1800.0, 900.0), 0.0),  # each half is a square as high as before
        ((2400.0, 900.0), 0.0),
        ((1200.0, 900.0), 0.75),  # 900 of 600: 0.585, in quarters
        ((900.0, 1200.0), 1.0),  # the width alone counts
        ((0.0, 0.0), 0.0),
    ],
)
def test_how_far_a_half_looks_from(size: tuple[float, float], lost: float) -> None:
    assert lost_by_half(size) == lost


def moved(zoom: float = 12.0) -> MapState:
    state = MapState(MapPlace(119.0, 33.5, 9.0))
    state.size = (1200.0, 900.0)
    state.drag(MapPlace(119.1, 33.6, zoom), "desk/1")
    return state


def test_the_middle_stays_and_all_comes_back() -> None:
    state = moved()
    compare(state, SIDE)
    assert state.place == MapPlace(119.1, 33.6, 11.25) and state.moves == 1
    compare(state, Comparison("side", at=2))
    assert state.place.zoom == 11.25, "another moment is no other size"
    state.drag(MapPlace(119.2, 33.7, 13.0), "desk/1")
    compare(state, None)
    assert state.place == MapPlace(119.2, 33.7, 13.75)
    compare(state, None)
    assert state.place.zoom == 13.75 and state.comparison is None


def test_one_over_the_other_has_the_whole_width() -> None:
    state = moved()
    compare(state, SWIPE)
    assert state.place.zoom == 12.0 and state.moves == 0
    compare(state, SIDE)
    compare(state, SWIPE)
    assert state.place.zoom == 12.0


def test_a_map_that_nobody_moved_is_left_to_its_fitting() -> None:
    state = MapState(MapPlace(119.0, 33.5, 9.0))
    compare(state, SIDE)
    assert state.place.zoom == 9.0 and state.moves == 0


@given(st.floats(3, 20), st.tuples(st.floats(1, 8000), st.floats(1, 8000)))
def test_the_zoom_stays_one_that_there_is(zoom: float, size: tuple[float, float]) -> None:
    state = moved(zoom)
    state.size = size
    compare(state, SIDE)
    assert 3.0 <= state.place.zoom <= zoom
    compare(state, None)
    assert zoom <= state.place.zoom <= 20.0 + 1e-9
