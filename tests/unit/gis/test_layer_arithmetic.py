"""The arithmetic behind layers against answers worked out another way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from app.gis.layers._columns import check_places
from app.gis.layers._numbers import decimals_of, round_breaks, written
from app.gis.layers._rounds import circle, sector
from app.gis.layers._words import fitting
from app.gis.layers.clusters import grouped
from app.gis.layers.heat import _shaded
from app.gis.layers.rain import interpolated
from app.gis.layers.rings import distance

GEOD = Geod(ellps="WGS84")
HOME = (119.11, 33.55)


@given(
    lon=st.floats(-179, 179),
    lat=st.floats(-80, 80),
    radius=st.floats(50, 100_000),
)
def test_a_circle_is_so_far_from_its_middle_everywhere(
    lon: float, lat: float, radius: float
) -> None:
    ring = circle(lon, lat, radius)
    assert (ring[0] == pytest.approx(ring[-1])) and len(ring) == 73
    _, _, metres = GEOD.inv([lon] * 73, [lat] * 73, ring[:, 0], ring[:, 1])
    assert np.allclose(metres, radius, rtol=0, atol=1e-3)


def test_a_sector_opens_to_both_sides_of_its_heading() -> None:
    cone = sector(119.0, 33.5, 60.0, 90.0, 60.0)
    assert cone[0].tolist() == cone[-1].tolist() == [119.0, 33.5]
    turns, _, metres = GEOD.inv([119.0] * 7, [33.5] * 7, cone[1:-1, 0], cone[1:-1, 1])
    assert np.allclose(turns, [60, 70, 80, 90, 100, 110, 120], atol=1e-6)
    assert np.allclose(metres, 60.0)
    assert len(sector(119.0, 33.5, 60.0, 10.0, 360.0)) == 37  # a dome: all around


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (3.0, 47.0, (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)),
        (0.0, 100.0, (0.0, 20.0, 40.0, 60.0, 80.0, 100.0, 120.0)),
        (12.61, 12.74, (12.6, 12.625, 12.65, 12.675, 12.7, 12.725, 12.75)),
        (-3.0, 4.0, (-4.0, -2.0, 0.0, 2.0, 4.0, 6.0)),
        (7.0, 7.0, (7.0, 8.0)),
        (0.0, 0.0, (0.0, 1.0)),
    ],
)
def test_round_limits(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert round_breaks(low, high) == expected


@pytest.mark.parametrize(
    ("low", "high", "finest", "expected"),
    [
        (1.0, 2.0, 1.0, (1.0, 2.0, 3.0)),
        (
            0.0,
            12.0,
            1.0,
            (0.0, 5.0, 10.0, 15.0),
        ),  # by 2 they are seven, by 2.5 no numbers of things
        (0.3, 0.3, 1.0, (0.0, 1.0)),
        (85.1, 85.4, 0.1, (85.1, 85.2, 85.3, 85.4, 85.5)),
        (3.0, 47.0, 1.0, (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)),
        (0.2, 0.21, 1.0, (0.0, 1.0)),
    ],
)
def test_what_is_counted_has_no_class_between_two_numbers(
    low: float, high: float, finest: float, expected: tuple[float, ...]
) -> None:
    assert round_breaks(low, high, finest=finest) == expected


@given(
    low=st.floats(-1e9, 1e9),
    span=st.floats(1e-3, 1e9),
    finest=st.sampled_from([0.0, 0.01, 1.0, 10.0]),
)
def test_round_limits_hold_all_values_in_at_most_six_classes(
    low: float, span: float, finest: float
) -> None:
    high = low + span
    breaks = round_breaks(low, high, finest=finest)
    steps = np.diff(breaks)
    assert 1 <= len(steps) <= 6
    dust = 1e-6 * max(abs(low), abs(high), span)
    assert breaks[0] <= low + dust and high < breaks[-1] + dust
    assert np.allclose(steps, steps[0], rtol=1e-6, atol=1e-9 * max(1.0, abs(high)))


def test_numbers_as_they_are_written() -> None:
    assert written(-0.04, 1) == "0.0"
    assert written(12345.678, 2) == "12,345.68"
    assert decimals_of((0.0, 2.5, 5.0)) == 1
    assert decimals_of((0.0, 20.0)) == 0
    assert [distance(m) for m in (500.0, 1000.0, 2500.0)] == ["500 m", "1 km", "2.5 km"]


def test_a_filter_wants_every_word_somewhere() -> None:
    names, places = ["ABC 桥", "Ｂ桥", "井"], ["东", "西", "东"]
    assert fitting("", names, places) is None
    found = fitting("桥 东", names, places)
    assert found is not None and found.tolist() == [True, False, False]
    found = fitting("b", names, places)  # full width and case do not matter
    assert found is not None and found.tolist() == [True, True, False]


def test_places_that_are_none_and_places_that_are_swapped() -> None:
    lon = np.array([119.0, 33.5, 200.0, np.nan, -74.0, 40.7])
    lat = np.array([33.5, 119.0, 10.0, 33.0, 40.7, -74.0])
    checked = check_places(lon, lat, HOME)
    # New York is far but may be meant; only what is near the city the other way round is swapped.
    assert checked.good.tolist() == [True, False, False, False, True, True]
    assert [(fault.id, fault.args["n"]) for fault in checked.faults] == [
        ("maplayer.swapped", 1),
        ("maplayer.out_of_range", 2),
    ]


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=1, max_size=60))
def test_clusters_are_those_of_dbscan(places: list[tuple[float, float]]) -> None:
    metres = np.array(places)
    reach, least = 150.0, 4
    found = grouped(metres, reach, least)
    assert found is not None
    apart = np.hypot(*(metres[:, None, :] - metres[None, :, :]).transpose(2, 0, 1))
    near = apart <= reach
    core = near.sum(axis=1) >= least
    # Cores that reach each other, by walking from one to the next.
    expected = np.full(len(metres), -1)
    number = 0
    for start in np.flatnonzero(core):
        if expected[start] >= 0:
            continue
        waiting = [start]
        while waiting:
            one = waiting.pop()
            if expected[one] < 0:
                expected[one] = number
                waiting.extend(np.flatnonzero(near[one] & core & (expected < 0)))
        number += 1
    same = found[core][:, None] == found[core][None, :]
    assert (same == (expected[core][:, None] == expected[core][None, :])).all()
    assert (found[core] >= 0).all()
    for one in np.flatnonzero(~core):  # an edge joins one of the clusters it touches, or none
        touching = set(found[near[one] & core].tolist())
        assert found[one] in touching if touching else found[one] == -1


def test_too_many_in_one_place_are_no_cluster() -> None:
    assert grouped(np.zeros((3000, 2)), 100.0, 5) is None


def test_rain_between_gauges() -> None:
    places = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0]])
    value = np.array([10.0, 20.0, 40.0])
    wanted = np.array([[0.0, 0.0], [1.0, 0.0], [50.0, 50.0]])
    found = interpolated(places, value, wanted, 5.0)
    # At (1, 0): distances 1, 1, sqrt(17); weights 1, 1, 1/17.
    expected = (10.0 + 20.0 + 40.0 / 17.0) / (2.0 + 1.0 / 17.0)
    assert found[0] == 10.0
    assert found[1] == pytest.approx(expected)
    assert np.isnan(found[2])


@given(st.lists(st.floats(0, 200), min_size=3, max_size=12), st.integers(0, 2**32 - 1))
def test_rain_is_never_more_than_measured(values: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    places = random.uniform(0, 100, (len(values), 2))
    found = interpolated(places, np.array(values), random.uniform(0, 100, (50, 2)), 500.0)
    assert found.min() >= min(values) - 1e-9 and found.max() <= max(values) + 1e-9


def test_shades_of_heat_rise_and_nothing_is_nothing() -> None:
    share = np.array([0.0, 0.019, 0.02, 0.1, 0.25, 0.45, 0.65, 0.85, 1.0])
    shades = _shaded(share)
    assert shades.tolist()[:2] == [0, 0]
    assert (np.diff(shades[1:].astype(int)) > 0).all()
    assert shades[-1] == 255
