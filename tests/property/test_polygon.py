"""Places in polygons, against shapely (GEOS decides with more precision) and by known answers."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.gis.content import Floats
from app.gis.polygon import Polygon


def star(seed: int, corners: int) -> Floats:
    """A ring that does not cross itself, with bays, spikes and a few level and upright edges."""
    random = np.random.default_rng(seed)
    angle = np.sort(random.random(corners)) * 2 * np.pi
    radius = 0.02 + 0.3 * random.random(corners)
    ring = np.column_stack((118.3 + radius * np.cos(angle), 33.9 + radius * np.sin(angle)))
    return np.round(ring, int(random.integers(2, 9)))


def places(seed: int, ring: Floats, n: int) -> tuple[Floats, Floats]:
    """Anywhere, on corners, halfway between them, and a hair beside them."""
    random = np.random.default_rng(seed + 1)
    some = 118.3 + 0.8 * (random.random(n) - 0.5), 33.9 + 0.8 * (random.random(n) - 0.5)
    middle = (ring + np.roll(ring, -1, axis=0)) / 2
    beside = np.nextafter(ring, 200.0)
    lon, lat = np.concatenate((np.column_stack(some), ring, middle, beside)).T
    return np.ascontiguousarray(lon), np.ascontiguousarray(lat)


@given(st.integers(0, 10**6), st.integers(3, 240), st.sampled_from([20, 3000]))
def test_simple_rings_are_as_geos_has_them(seed: int, corners: int, n: int) -> None:
    ring = star(seed, corners)
    shape = shapely.Polygon(ring)
    if not shape.is_valid:  # rounding may have made it touch itself
        return
    lon, lat = places(seed, ring, n)
    expected = shapely.intersects_xy(shape, lon, lat)
    np.testing.assert_array_equal(Polygon([ring]).covers(lon, lat), expected)


@given(st.integers(0, 10**6), st.integers(3, 60), st.booleans())
def test_lines_that_cross_themselves_are_wound_around(seed: int, n: int, even_odd: bool) -> None:
    """The independent answer adds up the angles under which a place sees the edges."""
    random = np.random.default_rng(seed)
    ring = np.column_stack((random.random(n), random.random(n)))
    lon, lat = random.random(600), random.random(600)
    one = ring[None, :, :] - np.column_stack((lon, lat))[:, None, :]
    other = np.roll(one, -1, axis=1)
    cross = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    turned = np.arctan2(cross, (one * other).sum(axis=2)).sum(axis=1)
    around = np.rint(turned / (2 * np.pi)).astype(int)
    expected = around % 2 != 0 if even_odd else around != 0
    np.testing.assert_array_equal(Polygon([ring], even_odd=even_odd).covers(lon, lat), expected)


def test_cells_and_edges_agree_with_edges_alone() -> None:
    ring = star(7, 200)
    lon, lat = places(7, ring, 100_000)
    polygon = Polygon([ring])
    many = polygon.covers(lon, lat)
    pieces = [polygon.covers(lon[at : at + 300], lat[at : at + 300]) for at in range(0, 9000, 300)]
    np.testing.assert_array_equal(many[:9000], np.concatenate(pieces))
    assert 0.05 < many.mean() < 0.5


def test_a_hole_is_outside_and_its_edge_inside() -> None:
    square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    hole = np.array([[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0], [1.0, 1.0]])
    lon, lat = np.array([0.5, 2.0, 1.0, 3.0, 4.0, 5.0]), np.array([0.5, 2.0, 2.0, 3.0, 4.0, 2.0])
    found = Polygon([square, hole], even_odd=True).covers(lon, lat)
    assert found.tolist() == [True, False, True, True, True, False]


def test_a_loop_drawn_twice_round_is_inside_by_winding_only() -> None:
    loop = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]] * 2)
    here = np.array([2.0]), np.array([2.0])
    assert Polygon([loop]).covers(*here).all()
    assert not Polygon([loop], even_odd=True).covers(*here).any()


@pytest.mark.parametrize("size", [5, 5000])
def test_what_has_no_width_holds_what_lies_on_it(size: int) -> None:
    line = np.array([[1.0, 1.0], [3.0, 1.0], [2.0, 1.0]])
    lon = np.linspace(0.0, 4.0, size * 4 + 1)
    for lat in (1.0, 1.0000001):
        found = Polygon([line]).covers(lon, np.full(len(lon), lat))
        np.testing.assert_array_equal(found, (lon >= 1) & (lon <= 3) & (lat == 1.0))


def test_nan_is_nowhere_and_two_corners_are_no_ring() -> None:
    ring = star(1, 9)
    nowhere = np.full(1000, np.nan)
    assert not Polygon([ring]).covers(nowhere, nowhere).any()
    with pytest.raises(ValueError, match="three corners"):
        Polygon([ring[:2]])
