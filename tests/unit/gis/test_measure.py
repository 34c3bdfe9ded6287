"""Distances, bearings and areas against answers that others published or that follow by hand."""

import numpy as np
import pytest

from app.core.i18n import translator
from app.gis import geodesy
from app.gis.measure import MU, along, area_message, measure, metres_text, wind


def test_the_line_from_flinders_peak_to_buninyong() -> None:
    """Geoscience Australia's worked example of Vincenty's formulas (on GRS80, whose flattening
    differs from WGS-84's in the ninth digit): 54,972.271 m, 306 52' 05.37"."""
    peak = (144 + 25 / 60 + 29.52440 / 3600, -(37 + 57 / 60 + 3.72030 / 3600))
    buninyong = (143 + 55 / 60 + 35.38390 / 3600, -(37 + 39 / 60 + 10.15610 / 3600))
    done = measure([peak, buninyong])
    assert done.length_m == pytest.approx(54_972.271, abs=0.001)
    assert done.bearings[0] == pytest.approx(306 + 52 / 60 + 5.37 / 3600, abs=1e-5)
    assert done.area_m2 == 0.0


def test_a_degree_of_the_equator_and_a_quarter_of_the_meridian() -> None:
    assert measure([(118.0, 0.0), (119.0, 0.0)]).length_m == pytest.approx(
        6378137 * np.pi / 180, abs=1e-6
    )
    quarter = measure([(118.0, 0.0), (118.0, 90.0)]).length_m
    assert quarter == pytest.approx(10_001_965.729, abs=0.001), "WGS-84's quarter meridian"


def test_a_ring_has_its_area_whichever_way_round_it_was_drawn() -> None:
    ring = [(118.3, 33.9), (118.31, 33.9), (118.31, 33.91), (118.3, 33.91)]
    one, other = measure(ring, closed=True), measure(ring[::-1], closed=True)
    east, north = geodesy.scales(np.array([33.905]))
    assert one.area_m2 == pytest.approx(float(east[0] * north[0]) * 1e-4, rel=1e-5)
    assert other.area_m2 == pytest.approx(one.area_m2)
    assert len(one.edges_m) == 4 and one.length_m == pytest.approx(sum(one.edges_m))


def test_a_place_along_a_line() -> None:
    line = [(118.0, 33.0), (118.0, 34.0), (119.0, 34.0)]
    first = measure(line).edges_m[0]
    assert along(line, first) == pytest.approx((118.0, 34.0), abs=1e-9)
    lon, lat = along(line, first + 1000.0)
    assert geodesy.exact(np.array([lon]), np.array([lat]), 118.0, 34.0)[0] == pytest.approx(1000.0)
    assert along(line, 1e9) == line[-1]
    with pytest.raises(ValueError, match="two places"):
        measure(line[:1])


@pytest.mark.parametrize("lat", [0.0, 18.0, 33.0, 40.0, 55.0])
@pytest.mark.parametrize("metres", [10.0, 1_000.0, 10_000.0, 50_000.0, 99_000.0])
def test_the_quick_distance_errs_by_less_than_it_says(lat: float, metres: float) -> None:
    turn = np.linspace(0.0, 360.0, 721)
    lon, north = geodesy.ring(118.0, lat, metres, turn).T
    off = np.abs(geodesy.near(lon, north, 118.0, lat) - metres).max()
    assert off < geodesy.error_m(metres)


def test_far_places_are_measured_along_the_geodesic() -> None:
    lon, lat = np.array([118.1, 121.47, -0.13]), np.array([33.9, 31.23, 51.5])
    exact = geodesy.exact(lon, lat, 118.3, 33.95)
    np.testing.assert_allclose(geodesy.distances(lon, lat, 118.3, 33.95), exact, rtol=1e-6)


def test_figures_as_they_are_read() -> None:
    said = [metres_text(value) for value in (3.14159, 850.4, 999.6, 12_345.0, 1_234_567.0)]
    assert said == ["3.1 m", "850 m", "1000 m", "12.35 km", "1234.6 km"]
    zh, en = translator("zh_CN"), translator("en")
    assert zh.render(area_message(850_000.0)) == "0.85 km²（1,275 亩）"
    assert zh.render(area_message(10 * MU)) == "6,667 m²（10.0 亩）"
    assert [zh.render(wind(turn)) for turn in (0, 44, 90, 200, 337.6)] == [
        "北",
        "东北",
        "东",
        "南",
        "北",
    ]
    assert en.render(wind(225)) == "SW"
