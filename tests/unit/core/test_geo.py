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


# Longitude, latitude 116.404, 39.915 in each pair of datums: published with the coordtransform
# project (wandergis, test/app.js) and repeated in its ports; 123, 45 with gcoord (hujiulong).
# Not used: the Baidu table of eviltransform's tests. It comes of sin(pi y) where the published
# formula has sin(3000 pi y / 180) (put that in, and the table comes out to its last place): up to
# 40 m wrong.
def test_published_answers_of_other_libraries() -> None:
    x, y = np.array([116.404]), np.array([39.915])
    assert [float(v[0]) for v in wgs_to_gcj(x, y)] == pytest.approx(
        [116.41024449916938, 39.91640428150164], abs=1e-9
    )
    assert [float(v[0]) for v in gcj_to_bd(x, y)] == pytest.approx(
        [116.41036949371029, 39.92133699351021], abs=1e-9
    )
    # Its way back is one step, good to a metre; ours is the exact inverse.
    assert [float(v[0]) for v in bd_to_gcj(x, y)] == pytest.approx(
        [116.39762729119315, 39.90865673957631], abs=1e-5
    )
    x, y = np.array([123.0]), np.array([45.0])
    assert [float(v[0]) for v in bd_to_gcj(x, y)] == pytest.approx(
        [122.99363304, 44.99365430], abs=1e-5
    )
    assert [float(v[0]) for v in to_wgs84(x, y, Crs.BD09)] == pytest.approx(
        [122.98762210, 44.99171540], abs=1e-5
    )


@given(st.floats(72, 136), st.floats(3, 54))
def test_every_datum_comes_back_exactly(lon: float, lat: float) -> None:
    x, y = np.array([lon]), np.array([lat])
    moved = gcj_to_bd(*wgs_to_gcj(x, y))
    again = to_wgs84(*moved, Crs.BD09)
    assert abs(again[0][0] - lon) < 1e-9
    assert abs(again[1][0] - lat) < 1e-9
    again = to_wgs84(*wgs_to_gcj(x, y), Crs.GCJ02)
    assert abs(again[0][0] - lon) < 1e-9
    assert abs(again[1][0] - lat) < 1e-9


@given(st.floats(74, 134), st.floats(18, 53))
def test_there_and_back(lon: float, lat: float) -> None:
    x, y = np.array([lon]), np.array([lat])
    for there, back in ((wgs_to_gcj, gcj_to_wgs), (gcj_to_bd, bd_to_gcj)):
        again = back(*there(x, y))
        assert again[0][0] == pytest.approx(lon, abs=1e-9)
        assert again[1][0] == pytest.approx(lat, abs=1e-9)


def test_cgcs2000_is_taken_as_it_is() -> None:
    lon, lat = to_wgs84(np.array([119.0]), np.array([33.0]), Crs.CGCS2000)
    assert (lon[0], lat[0]) == (119.0, 33.0)
