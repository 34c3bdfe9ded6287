"""Trails: the last places of each thing, broken where nobody knows the way, bounded in number."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.gis.trails import GAP_MS, Trails


def ids(*names: str) -> np.ndarray[Any, Any]:
    return np.array(names, dtype=object)


def told(trails: Trails, name: str) -> list[float | None]:
    """The longitudes of one thing's trail, None where it is broken."""
    lon, lat, start = trails.columns(ids("nobody", name))
    assert start.tolist()[:2] == [0, 0] and len(lat) == len(lon) == start[-1]
    return [None if np.isnan(value) else round(float(value), 4) for value in lon]


def at(trails: Trails, moment: int, suspect: bool = False, **places: float) -> None:
    names = list(places)
    trails.update(
        ids(*names),
        np.array([places[name] for name in names]),
        np.full(len(names), 33.0),
        np.full(len(names), moment, np.int64),
        np.full(len(names), suspect),
    )


def test_places_follow_each_other_and_the_oldest_leave() -> None:
    trails = Trails(length=3)
    for step in range(5):
        at(trails, 1000 * (step + 1), bus=119.0 + step / 100, ship=118.0)
    assert told(trails, "bus") == [119.02, 119.03, 119.04]
    assert told(trails, "ship") == [118.0]  # it stands still


def test_what_is_older_or_nowhere_is_left_out() -> None:
    trails = Trails()
    at(trails, 2000, bus=119.0)
    at(trails, 1000, bus=119.5)
    at(trails, 3000, bus=119.1)
    assert told(trails, "bus") == [119.0, 119.1]


def test_a_place_that_cannot_be_right_breaks_the_trail() -> None:
    trails = Trails()
    at(trails, 1000, plane=119.0)
    at(trails, 2000, plane=121.0, suspect=True)
    at(trails, 3000, plane=119.1)
    at(trails, 4000, plane=float("nan"))
    at(trails, 5000, plane=119.2)
    assert told(trails, "plane") == [119.0, None, 119.1, None, 119.2]


def test_silence_breaks_it_too() -> None:
    trails = Trails()
    at(trails, 1000, bus=119.0)
    at(trails, 1001 + GAP_MS, bus=119.1)
    assert told(trails, "bus") == [119.0, None, 119.1]


def test_who_was_seen_longest_ago_is_forgotten() -> None:
    trails = Trails(most=3)
    for number in range(7):
        at(trails, 1000 * (number + 1), **{f"v{number}": 119.0})
    assert len(trails) == 3
    assert [told(trails, f"v{number}") for number in (3, 4, 6)] == [[], [119.0], [119.0]]
    trails.forget(6000)
    assert len(trails) == 2


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdef"), st.floats(118, 120), min_size=1), max_size=12
    )
)
def test_many_at_once_are_as_one_after_the_other(steps: list[dict[str, float]]) -> None:
    together, apart = Trails(length=4), Trails(length=4)
    for number, places in enumerate(steps):
        at(together, 1000 * (number + 1), **places)
        for name, lon in places.items():
            at(apart, 1000 * (number + 1), **{name: lon})
    for name in "abcdef":
        assert told(together, name) == told(apart, name)
