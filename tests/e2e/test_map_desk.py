"""The desk on the demonstration city as its officer uses the map: the whole program with its feeds,
a real page and a real pointer; what was done stands in the screen's JSON."""

import pytest

from tests.helpers.alone import seen_in

pytestmark = pytest.mark.e2e


def test_an_officer_works_with_the_map(tmp_path):
    seen = seen_in("map_desk", tmp_path, within_s=150)
    count, source, age = seen["buses"]
    assert (count > 50, source, age < 60) == (True, "bus-positions", True)
    assert seen["same buses"] and seen["moved"] > 1e-5
    assert seen["picked"] == ["bus_vehicle", True]
    assert "km/h" in seen["card"]["速度"]
    datums = " ".join(seen["card"])
    assert all(name in datums for name in ("CGCS2000", "GCJ-02", "BD-09")), seen["card"]
    form, counted, listed = seen["lasso"]
    assert (form, listed) == ("lasso", counted)
    assert seen["nearest first"]
    assert seen["listed as"] and not any(":" in name for name in seen["listed as"])
    assert seen["plate"][0] == "transit" and seen["plate"][1] > 1
    assert seen["event"] == [True, True]
    assert seen["english"] == ["Public transport"]
    assert seen["wanted when hidden"] == 0
