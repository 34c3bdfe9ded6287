"""Spacing and gaps where they can be worked out by hand: a square lattice."""

import numpy as np
import pytest

from app.rules.coverage import coverage, largest_gap, neighbour_pairs, plane

KM = 111.32
SIDE = 4.0  # km between two stations of a row


def lattice(count: int, side: float = SIDE) -> tuple[np.ndarray, np.ndarray]:
    """Stations in rows at the equator, where a degree is as long both ways."""
    east, north = np.meshgrid(np.arange(count) * side / KM, np.arange(count) * side / KM)
    return east.ravel(), north.ravel() - (count - 1) * side / KM / 2


def box(low: float, high: float, bottom: float, top: float) -> list[np.ndarray]:
    ring = [(low, bottom), (high, bottom), (high, top), (low, top), (low, bottom)]
    return [np.array(ring) / KM]


def test_neighbours_of_a_lattice_are_the_four_beside_never_across() -> None:
    lon, lat = lattice(4)
    pairs = neighbour_pairs(plane(lon, lat, 0.0))
    assert len(pairs) == 2 * 4 * 3
    spans = np.hypot(*(np.column_stack((lon, lat))[pairs[:, 0]]
                       - np.column_stack((lon, lat))[pairs[:, 1]]).T)  # fmt: skip
    assert spans * KM == pytest.approx(SIDE)


def test_stations_on_one_mast_are_one() -> None:
    places = np.array([[0.0, 0.0], [0.0, 0.0], [3.0, 4.0]])
    assert neighbour_pairs(places).tolist() == [[0, 2]]
    assert neighbour_pairs(places[:1]).shape == (0, 2)
    assert neighbour_pairs(np.empty((0, 2))).shape == (0, 2)


def test_a_district_under_a_lattice() -> None:
    lon, lat = lattice(4)
    found = coverage({"a": box(0, 12, -6, 6)}, lon, lat, ["a"] * 16, np.ones(16, bool))[0]
    assert (found.stations, found.working, found.spacings, found.wide) == (16, 16, 24, 0)
    assert found.mean_km == pytest.approx(SIDE)
    assert found.longest_km == pytest.approx(SIDE)
    assert found.gap is not None
    assert found.gap.km == pytest.approx(SIDE / 2**0.5, abs=0.02)  # the middle of a square


def test_a_station_that_fails_leaves_a_gap() -> None:
    lon, lat = lattice(5)
    working = np.ones(25, bool)
    working[12] = False  # the one in the middle
    found = coverage({"a": box(0, 16, -8, 8)}, lon, lat, ["a"] * 25, working)[0]
    assert (found.stations, found.working) == (25, 24)
    # The four around the hole lie on one circle: none sees another straight across it.
    assert found.longest_km == pytest.approx(SIDE)
    assert found.gap is not None
    assert found.gap.km == pytest.approx(SIDE, abs=0.02)
    assert (found.gap.lon * KM, found.gap.lat * KM) == pytest.approx((8.0, 0.0), abs=0.1)


def test_two_stations_apart_because_the_one_between_fails() -> None:
    lon, lat = np.arange(5) * SIDE / KM, np.zeros(5)
    found = coverage({"a": box(0, 16, -1, 1)}, lon, lat, ["a"] * 5, np.arange(5) != 2)[0]
    assert (found.spacings, found.wide, found.longest) == (3, 1, (1, 3))
    assert found.longest_km == pytest.approx(2 * SIDE)
    assert found.mean_km == pytest.approx(16 / 3)


def test_the_farthest_place_may_be_a_corner_and_another_districts_station_counts() -> None:
    places = plane(np.array([0.0]), np.array([0.0]), 0.0)
    gap = largest_gap(box(0, 3, 0, 4), places, 0.0)
    assert gap is not None
    assert gap.km == pytest.approx(5.0)
    assert largest_gap(box(0, 3, 0, 4), places[:0], 0.0) is None
    outlines = {"a": box(0, 3, 0, 4), "b": box(3, 6, 0, 4)}
    lon, lat = np.array([0.0, 6.0]) / KM, np.zeros(2)
    first, second = coverage(outlines, lon, lat, ["a", "a"], np.ones(2, bool))
    assert (first.working, first.wide, first.longest) == (2, 1, (0, 1))
    assert (second.working, second.spacings, second.mean_km) == (0, 0, None)
    assert second.gap is not None
    # Of b's places (3..6 km east, up to 4 km north) the corner (3, 4) is 5 km from both stations.
    assert second.gap.km == pytest.approx(5.0, abs=0.02)
