"""Which cameras lie near a place and look at it: known answers on streets north and east."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.directory import Camera
from app.core.sphere import RADIUS_M, distance_m
from app.live.camera_ground import CameraGround

LON, LAT = 118.3, 33.95
NORTH = 180 / (math.pi * RADIUS_M)  # degrees of a metre
EAST = NORTH / math.cos(math.radians(LAT))


def camera(id_, east, north, form="bullet", heading=None):
    """A camera so many metres east and north of the place."""
    place = LON + east * EAST, LAT + north * NORTH
    return Camera(id_, id_, "", "321302", *place, form=form, heading=heading)


def ground(*cameras):
    return CameraGround({one.id: one for one in cameras})


def test_the_nearest_come_first_with_their_metres():
    found = ground(camera("far", 0, 500), camera("near", 30, 0), camera("middle", 0, -80)).nearest(
        LON, LAT, 2
    )
    assert found.ids == ("near", "middle") and found.total == 3
    assert found.metres == pytest.approx((30, 80), abs=0.01)


@pytest.mark.parametrize(
    ("east", "north", "form", "heading", "looks"),
    [
        (0, -50, "bullet", 0.0, True),  # south of it, looking north
        (0, -50, "bullet", 29.9, True),  # 60 degrees wide: 30 to each side
        (0, -50, "bullet", 30.2, False),
        (0, -50, "bullet", 330.1, True),
        (0, -50, "bullet", 180.0, False),
        (0, 50, "bullet", 180.0, True),
        (-50, 0, "bullet", 90.0, True),
        (50, 0, "bullet", 270.0, True),
        (50, 0, "panorama", 0.0, True),  # 180 degrees: its edge is due west
        (50, 0, "panorama", 1.0, False),
        (50, 0, "dome", None, True),  # it turns
        (-30, -30, "bullet", 45.0, True),
        (0, -101, "bullet", 0.0, False),  # out of reach
        (0, -99, "bullet", 0.0, True),
        (0, 0, "bullet", 200.0, True),  # at the place itself
    ],
)
def test_a_camera_looks_at_a_place_within_its_angle_and_reach(east, north, form, heading, looks):
    found = ground(camera("a", east, north, form, heading)).facing(LON, LAT, 100.0)
    assert (found.ids == ("a",)) is looks and found.unknown == 0


def test_who_looks_where_nobody_knows_is_counted_apart():
    found = ground(
        camera("sees", 0, -50, heading=0.0),
        camera("not told", 0, -40),
        camera("no form", 0, -40, form="", heading=0.0),
        camera("far off", 0, -400),
        camera("away", 0, -30, heading=180.0),
        Camera("nowhere", "", "", "", 0.0, 0.0, form="dome"),
    ).facing(LON, LAT, 100.0)
    assert found.ids == ("sees",)
    assert (found.unknown, found.unplaced) == (2, 1)


def test_those_that_look_there_come_before_nearer_ones():
    cameras = ground(
        camera("behind", 0, 20, heading=0.0),
        camera("looks", 0, 60, heading=180.0),
        camera("far", 0, 300, heading=180.0),
        camera("dome", 0, 80, form="dome"),
    )
    plain = cameras.nearest(LON, LAT, 4, reach_m=100)
    assert plain.ids == ("behind", "looks", "dome", "far")
    assert plain.looks == (False, True, True, False)
    first = cameras.nearest(LON, LAT, 3, reach_m=100, looking_first=True)
    assert first.ids == ("looks", "dome", "behind") and first.total == 4


def test_hidden_cameras_are_in_no_answer():
    cameras = ground(camera("a", 0, -20, heading=0.0), camera("b", 0, -30, heading=0.0))
    hidden = frozenset({"a", "not in the list"})
    assert cameras.nearest(LON, LAT, 5, without=hidden).ids == ("b",)
    assert cameras.facing(LON, LAT, 100, hidden).ids == ("b",)

    def all_of(lon, lat):
        return np.ones(len(lon), np.bool_)

    assert cameras.within(all_of, (LON, LAT), 5, hidden).ids == ("b",)


def test_of_an_area_the_nearest_to_its_middle_and_how_many_there_are():
    cameras = ground(
        *(camera(f"c{n}", n * 10, 0) for n in range(20)),
        Camera("nowhere", "", "", "", 0.0, 0.0),
    )

    def east(lon, lat):
        return lon > LON + 45 * EAST

    found = cameras.within(east, (LON, LAT), 3)
    assert found.ids == ("c5", "c6", "c7") and (found.total, found.unplaced) == (15, 1)


def test_without_cameras_nothing_is_near():
    assert ground().nearest(LON, LAT, 3).ids == ()
    assert ground().facing(LON, LAT, 100).ids == ()


@given(
    st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900)), max_size=40),
    st.integers(1, 12),
)
@settings(max_examples=60)
def test_the_nearest_are_those_of_a_plain_sort(places, count):
    cameras = [camera(f"c{n}", *place) for n, place in enumerate(places)]
    found = ground(*cameras).nearest(LON, LAT, count)
    metres = [
        float(distance_m(np.array([one.lon]), np.array([one.lat]), LON, LAT)[0]) for one in cameras
    ]
    order = sorted(range(len(cameras)), key=lambda n: (metres[n], n))[:count]
    assert found.ids == tuple(cameras[n].id for n in order)
