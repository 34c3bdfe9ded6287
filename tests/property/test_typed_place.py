"""Coordinates as people write them: every form comes back, and nothing else is taken for one."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geo import wgs_to_gcj
from app.gis.coordinates import coordinates, dms, lines, zone_of
from app.gis.typed_place import typed_place

LON, LAT = st.floats(73.6, 135.0), st.floats(18.2, 53.5)


def near(text: str, lon: float, lat: float, metres: float = 0.2) -> bool:
    found = typed_place(text)
    assert found is not None, text
    off = pyproj.Geod(ellps="WGS84").inv(lon, lat, found.lon, found.lat)[2]
    return float(off) <= metres


@given(LON, LAT)
def test_every_form_of_a_place_is_that_place(lon: float, lat: float) -> None:
    place = coordinates(lon, lat)
    x, y = f"{lon:.7f}", f"{lat:.7f}"
    for text in (
        f"{x},{y}",
        f"{y} {x}",
        f"{x}，{y}",
        f"E{x} N{y}",
        f"{y}N {x}E",
        f"{y}°N, {x}°E",
        f"北纬{y}° 东经{x}°",
        f"东经 {x} 北纬 {y}",
        f"经度{x}，纬度{y}",
        f"({y}, {x})",
        f"wgs84 {x},{y}",
        f"CGCS2000:{x} {y}",
        f"gcj02 {place.gcj02[0]:.7f},{place.gcj02[1]:.7f}",
        f"高德：{place.gcj02[1]:.7f},{place.gcj02[0]:.7f}",
        f"BD-09 {place.bd09[0]:.7f} {place.bd09[1]:.7f}",
        f"gcj {place.gcj02[0]:.7f},{place.gcj02[1]:.7f}",
        f"{place.gcj02[0]:.7f} {place.gcj02[1]:.7f}（火星坐标）",
        f"bd {place.bd09[1]:.7f},{place.bd09[0]:.7f}",
        f"{place.bd09[0]:.7f},{place.bd09[1]:.7f} bd09ll",
        f"lng={x} lat={y}",
        f"lat: {y}, lon: {x}",
        f'{{"lng": {x}, "lat": {y}}}',
        f"纬度：{y}，经度：{x}",
        f"POINT({x} {y})",
        f"geo:{y},{x}",
        f"{place.east_m:.2f} {place.north_m:.2f}",
        f"{place.north_m:.2f},{place.east_m:.2f}",
        f"zone={place.zone} {(place.east_m or 0) % 1e6:.2f} {place.north_m:.2f}",
        f"{place.zone}带 {(place.east_m or 0) % 1e6:.2f}，{place.north_m:.2f}",
    ):
        assert near(text, lon, lat), text
    seconds = f"{dms(lat, 'NS')} {dms(lon, 'EW')}"
    assert near(seconds, lon, lat, 3.0) and near(seconds.replace("′", "'"), lon, lat, 3.0)
    spoken = seconds.replace("°", "度").replace("′", "分").replace("″", "秒")
    assert near(spoken, lon, lat, 3.0)
    spaced = seconds.translate(str.maketrans("°′″", "   "))
    assert near(spaced, lon, lat, 3.0)


@given(st.text(max_size=140))
def test_any_text_is_a_place_on_earth_or_none(text: str) -> None:
    found = typed_place(text)
    assert found is None or (abs(found.lon) <= 181 and abs(found.lat) <= 86)


@pytest.mark.parametrize(
    "text",
    [
        "", "12345", "G25 K12+300", "2026-11-21", "13812345678", "淮海路 12 号", "118.8",
        "E118.8 E33.5", "N33.5 118.8", "33°61′N 118°48′E", "300,400", "-33.5N 118E", "1 2 3 4",
        "N33.5S 118.8E", "118.8,33.5,7", "zone=39 99 3712345", "99619000 3712345",
        "gcj", "gcj 119", "bd 3", "lat=33.5 lat=33.6",
    ],
)  # fmt: skip
def test_what_is_no_place_is_left_to_the_names(text: str) -> None:
    assert typed_place(text) is None


def test_an_order_that_nobody_said_is_told() -> None:
    first, second = typed_place("118.8,33.5"), typed_place("33.5,118.8")
    assert first is not None and second is not None
    assert (first.lon, first.lat) == (second.lon, second.lat) == (118.8, 33.5)
    assert second.swapped and not first.swapped
    abroad = typed_place("-0.1276,51.5072")
    assert abroad is not None and abroad.lon == -0.1276


@given(LON, LAT)
def test_the_zones_metres_are_those_of_proj(lon: float, lat: float) -> None:
    place = coordinates(lon, lat)
    assert place.zone is not None
    system = pyproj.Transformer.from_crs(4490, 4488 + place.zone, always_xy=True)
    assert system.transform(lon, lat) == pytest.approx((place.east_m, place.north_m), abs=1e-4)


def test_known_answers() -> None:
    """Zone 39 has its meridian at 117 E and its origin 500 km west of it (GB/T 17278); the northing
    is the meridian's arc, known to PROJ; GCJ-02 by its own test's vectors."""
    place = coordinates(117.0, 34.0)
    assert place.zone == 39 and place.east_m == pytest.approx(39_500_000, abs=1e-3)
    arc = pyproj.Geod(ellps="GRS80").inv(117.0, 0.0, 117.0, 34.0)[2]
    assert place.north_m == pytest.approx(arc, abs=0.01)
    assert (zone_of(118.5), zone_of(118.4999), zone_of(0.0)) == (40, 39, None)
    gcj = wgs_to_gcj(np.array([117.0]), np.array([34.0]))
    assert place.gcj02 == (gcj[0][0], gcj[1][0])
    assert dms(33.95, "NS") == "33°57′00.0″N" and dms(-0.5, "EW") == "0°30′00.0″W"
    assert dms(33.9999999, "NS") == "34°00′00.0″N", "never sixty seconds"
    assert len(lines(place)) == 5 and len(lines(coordinates(0.0, 51.0))) == 4
