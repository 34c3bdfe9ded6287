"""Distances and directions on the sphere, against answers worked out apart from the formulas."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.sphere import RADIUS_M, bearing_deg, distance_m

DEGREE = math.pi * RADIUS_M / 180
LON, LAT = st.floats(-180, 180), st.floats(-89, 89)


def one(function, place, other):
    return float(function(np.array([place[0]]), np.array([place[1]]), *other)[0])


@pytest.mark.parametrize(
    ("place", "other", "metres", "towards"),
    [
        ((0.0, 0.0), (1.0, 0.0), DEGREE, 90.0),
        ((118.0, 33.0), (118.0, 34.0), DEGREE, 0.0),
        ((118.0, 34.0), (118.0, 33.0), DEGREE, 180.0),
        ((0.0, 0.0), (180.0, 0.0), math.pi * RADIUS_M, 90.0),
        ((179.5, 0.0), (-179.5, 0.0), DEGREE, 90.0),
        ((0.0, 60.0), (180.0, 60.0), 60 * DEGREE, 0.0),  # over the pole
        ((30.0, 45.0), (30.0, 45.0), 0.0, 0.0),
        # An octant: from the equator to the pole and a quarter of the equator are as long.
        ((0.0, 0.0), (90.0, 0.0), 90 * DEGREE, 90.0),
        ((0.0, 0.0), (0.0, 90.0), 90 * DEGREE, 0.0),
    ],
)
def test_known_distances_and_directions(place, other, metres, towards):
    assert one(distance_m, place, other) == pytest.approx(metres, abs=1e-3)
    assert one(bearing_deg, place, other) == pytest.approx(towards, abs=1e-9)


def test_a_place_that_is_none_has_no_distance():
    assert math.isnan(one(distance_m, (math.nan, math.nan), (1.0, 2.0)))


@given(LON, LAT, LON, LAT)
def test_distance_is_the_angle_between_two_vectors(lon, lat, lon0, lat0):
    def vector(x, y):
        x, y = math.radians(x), math.radians(y)
        return np.array([math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)])

    a, b = vector(lon, lat), vector(lon0, lat0)
    angle = math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b))
    assert one(distance_m, (lon, lat), (lon0, lat0)) == pytest.approx(RADIUS_M * angle, abs=0.2)


@given(LON, LAT, st.floats(0, 359.99), st.floats(1.0, 5_000_000.0))
def test_going_in_the_direction_by_the_distance_leads_there(lon, lat, turn, metres):
    # The destination on a sphere, as navigators have it.
    a, angle, way = math.radians(lat), metres / RADIUS_M, math.radians(turn)
    there = math.asin(math.sin(a) * math.cos(angle) + math.cos(a) * math.sin(angle) * math.cos(way))
    east = math.atan2(
        math.sin(way) * math.sin(angle) * math.cos(a),
        math.cos(angle) - math.sin(a) * math.sin(there),
    )
    goal = lon + math.degrees(east), math.degrees(there)
    if abs(goal[1]) > 89.5:
        return  # at the pole every direction is south
    assert one(distance_m, (lon, lat), goal) == pytest.approx(metres, rel=1e-6, abs=1e-2)
    aside = (one(bearing_deg, (lon, lat), goal) - turn + 180) % 360 - 180
    assert abs(aside) * metres < 0.05 * metres**0.5 + metres * 1e-3
