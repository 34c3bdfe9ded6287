"""Declared coordinate systems: known answers, the order of the numbers, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geo import gcj_to_bd, wgs_to_gcj
from app.gis import crs
from app.gis.crs import UnknownCrs, from_wgs84, named, to_wgs84


def krueger(lon: float, lat: float, meridian: float) -> tuple[float, float]:
    """Gauss-Krüger on the CGCS2000 ellipsoid (a = 6378137 m, 1/f = 298.257222101), false easting
    500 km, by Krüger's series of 1912 to the fourth order of n, as in Karney, Transverse Mercator
    with an accuracy of a few nanometers (2011), equations 7 to 12 and 35. Not PROJ's code."""
    a, f = 6378137.0, 1 / 298.257222101
    n = f / (2 - f)
    e = np.sqrt(f * (2 - f))
    big = a / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alpha = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )
    tau = np.tan(np.radians(lat))
    sigma = np.sinh(e * np.arctanh(e * tau / np.hypot(1, tau)))
    tau_ = tau * np.hypot(1, sigma) - sigma * np.hypot(1, tau)
    dl = np.radians(lon - meridian)
    xi = np.arctan2(tau_, np.cos(dl))
    eta = np.arcsinh(np.sin(dl) / np.hypot(tau_, np.cos(dl)))
    north, east = xi, eta
    for j, factor in enumerate(alpha, 1):
        north = north + factor * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        east = east + factor * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
    return 500_000 + big * east, big * north


@pytest.mark.parametrize(
    ("code", "meridian", "zone"),
    [(4549, 120, 0), (4548, 117, 0), (4546, 111, 0), (4528, 120, 40), (4509, 117, 0)],
)
@pytest.mark.parametrize("place", [(118.17, 36.18), (119.02, 33.61), (120.9, 21.5)])
def test_gauss_krueger_by_the_series(
    code: int, meridian: float, zone: int, place: tuple[float, float]
) -> None:
    east, north = krueger(*place, meridian)
    lon, lat = to_wgs84(np.array([east + zone * 1e6]), np.array([north]), f"EPSG:{code}")
    assert lon[0] == pytest.approx(place[0], abs=2e-9)
    assert lat[0] == pytest.approx(place[1], abs=2e-9)
    x, y = from_wgs84(np.array([place[0]]), np.array([place[1]]), f"EPSG:{code}")
    assert x[0] == pytest.approx(east + zone * 1e6, abs=1e-3)
    assert y[0] == pytest.approx(north, abs=1e-3)


def test_web_mercator_by_its_formula() -> None:
    x, y = from_wgs84(np.array([118.17]), np.array([36.18]), "EPSG:3857")
    assert x[0] == pytest.approx(6378137 * np.radians(118.17), abs=1e-6)
    tangent = np.tan(np.pi / 4 + np.radians(36.18) / 2)
    assert y[0] == pytest.approx(6378137 * np.log(tangent), abs=1e-6)


def test_the_order_is_east_then_north_whatever_the_authority_says() -> None:
    # EPSG:4490, 4214 and the Gauss-Krüger systems state north before east; files do not.
    lon, lat = to_wgs84(np.array([118.2]), np.array([36.1]), "EPSG:4490")
    assert (lon[0], lat[0]) == (118.2, 36.1)
    lon, lat = to_wgs84(np.array([118.2]), np.array([36.1]), "EPSG:4214")
    assert (lon[0], lat[0]) == pytest.approx((118.2, 36.1), abs=0.01)


SYSTEMS = [
    "wgs84",
    "cgcs2000",
    "gcj02",
    "bd09",
    "EPSG:4549",
    "EPSG:4528",
    "EPSG:3857",
    "EPSG:32650",
]


@given(st.floats(114.5, 122.5), st.floats(18, 53), st.sampled_from(SYSTEMS))
def test_there_and_back(lon: float, lat: float, system: str) -> None:
    there = from_wgs84(np.array([lon]), np.array([lat]), system)
    back = to_wgs84(*there, system)
    assert abs(back[0][0] - lon) < 1e-9
    assert abs(back[1][0] - lat) < 1e-9


def test_the_offsets_are_the_cores() -> None:
    x, y = np.array([118.2]), np.array([36.1])
    assert from_wgs84(x, y, "gcj02")[0][0] == wgs_to_gcj(x, y)[0][0]
    assert from_wgs84(x, y, "bd09")[1][0] == gcj_to_bd(*wgs_to_gcj(x, y))[1][0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WGS84", "wgs84"),
        ("epsg:4326", "wgs84"),
        ("EPSG:4490", "cgcs2000"),
        ("GCJ-02", "gcj02"),
        (" bd09ll ", "bd09"),
        ("EPSG:4549", "EPSG:4549"),
        ("urn:ogc:def:crs:EPSG::4549", "EPSG:4549"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "wgs84"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert named(text) == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "mapfile.crs_undeclared"),
        ("  ", "mapfile.crs_undeclared"),
        ("mars", "mapfile.crs_unknown"),
        ("EPSG:99999", "mapfile.crs_unknown"),
        ("EPSG:4549; DROP", "mapfile.crs_unknown"),
        ("+proj=pipeline +step", "mapfile.crs_unknown"),
        ("EPSG:4978", "mapfile.crs_no_map"),  # geocentric
        ("EPSG:5773", "mapfile.crs_no_map"),  # heights
    ],
)
def test_what_is_not_declared_or_not_known_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnknownCrs) as refused:
        to_wgs84(np.array([1.0]), np.array([1.0]), text)
    assert refused.value.reason.id == reason


def test_old_datums_are_warned_of() -> None:
    warned = crs.caution("EPSG:2436")  # Beijing 1954
    assert warned is not None
    assert warned.id == "mapfile.crs_caution"
    for system in SYSTEMS:
        assert crs.caution(system) is None


def test_what_cannot_be_converted_is_no_number() -> None:
    lon, lat = to_wgs84(np.array([np.nan, 1e12]), np.array([1.0, -1e12]), "EPSG:4549")
    assert np.isnan(lon).all()
    assert np.isnan(lat).all()
