"""Known answers of the datums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geo import Crs, bd_to_gcj, gcj_to_bd, gcj_to_wgs, to_wgs84, wgs_to_gcj

# (lat, lon) WGS-84 to (lat, lon) GCJ-02: the published test vectors of the eviltransform project.
VECTORS = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]


@pytest.mark.parametrize(("wgs", "gcj"), VECTORS)
def test_known_answers(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    lon, lat = wgs_to_gcj(np.array([wgs[1]]), np.array([wgs[0]]))
    assert (lat[0], lon[0]) == pytest.approx(gcj, abs=1e-9)
    lon, lat = to_wgs84(np.array([gcj[1]]), np.array([gcj[0]]), Crs.GCJ02)
    assert (lat[0], lon[0]) == pytest.approx(wgs, abs=1e-9)


def test_the_shift_at_huaian_is_half_a_kilometre() -> None:
    lon, lat = wgs_to_gcj(np.array([119.015]), np.array([33.610]))
    east = (lon[0] - 119.015) * 111_320 * np.cos(np.radians(33.61))
    north = (lat[0] - 33.610) * 111_320
    assert np.hypot(east, north) == pytest.approx(529, abs=2)


@given(st.floats(74, 134), st.floats(18, 53))
def test_there_and_back(lon: float, lat: float) -> None:
    x, y = np.array([lon]), np.array([lat])
    for there, back in ((wgs_to_gcj, gcj_to_wgs), (gcj_to_bd, bd_to_gcj)):
        again = back(*there(x, y))
        assert again[0][0] == pytest.approx(lon, abs=1e-8)
        assert again[1][0] == pytest.approx(lat, abs=1e-8)


def test_cgcs2000_is_taken_as_it_is() -> None:
    lon, lat = to_wgs84(np.array([119.0]), np.array([33.0]), Crs.CGCS2000)
    assert (lon[0], lat[0]) == (119.0, 33.0)
