"""What real services sent, mapped by a few lines of TOML (../shared/data; licences in its list)."""

from datetime import UTC, datetime

import msgspec
import pytest

from app.core.model import Event, Level, Reading, Warning
from app.formats.geojson import GeoJson
from tests.contract.house import ROOT
from tests.helpers.mapping import made, mapping, records

DATA = ROOT.parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not there")


def ms(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)


@needs_shared
def test_a_day_of_earthquakes() -> None:
    data = (DATA / "feeds" / "quake" / "usgs_2014_all_day.geojson").read_bytes()
    text = """
[[event]]
id = {template = "usgs:{net}{code}"}
type = {value = "地震"}
title = {template = "{mag} {place}"}
occurred = {from = "time", time = "epoch_ms"}
observed = {from = "_root.metadata.generated", time = "epoch_ms"}
"""
    found = [one.record for one in made(mapping(text, GeoJson), data)]
    first = found[0]
    assert len(found) == 146  # as its own metadata.count says
    assert isinstance(first, Event)
    assert (first.id, first.title) == ("usgs:nc72199065", "1.7 8km W of Templeton, California")
    assert (first.occurred, first.observed) == (1_397_474_951_100, 1_397_476_327_000)
    features = msgspec.json.decode(data)["features"]
    assert [(one.lon, one.lat) for one in found if isinstance(one, Event)] == [
        tuple(one["geometry"]["coordinates"][:2]) for one in features
    ]


@needs_shared
def test_a_river_in_cubic_feet_by_xpath() -> None:
    data = (DATA / "hydro" / "WaterML1Example.xml").read_bytes()
    text = """
format = "xml"
each = "//w:values/w:value"
namespaces = {w = "http://www.cuahsi.org/waterML/1.1/"}
[[reading]]
key = {template = "reading/water.flow/usgs/{ancestor::w:timeSeries/w:sourceInfo/w:siteCode}"}
value = {from = ".", scale = 0.028316846592}
observed = {from = "@dateTime", time = "iso"}
"""
    found = records(text, data)
    assert len(found) == 192  # two days of quarters of an hour
    assert found[0] == Reading(
        "reading/water.flow/usgs/01491000", pytest.approx(83 * 0.3048**3), ms(2012, 5, 12, 5)
    )
    assert found[-1].observed == ms(2012, 5, 14, 4, 45)


@needs_shared
def test_a_warning_in_chinese() -> None:
    data = (DATA / "feeds" / "qweather" / "getWarningNow-zh.json").read_bytes()
    text = """
each = "warning"
[[warning]]
id = {template = "qweather:{id}"}
kind = {value = "issued"}
level = {from = "severityColor", map = {Blue = "blue", Yellow = "yellow", Red = "red"}}
title = "title"
issuer = "sender"
hazard = "typeName"
issued = {from = "pubTime", time = "iso"}
observed = {from = "_root.updateTime", time = "iso"}
expires = {from = "endTime", time = "iso"}
"""
    (warning,) = records(text, data)
    assert isinstance(warning, Warning)
    assert (warning.level, warning.hazard) == (Level.BLUE, "大风")
    assert (warning.issuer, warning.issued) == ("上海中心气象台", ms(2023, 4, 3, 2, 30))
    assert (warning.observed, warning.expires) == (ms(2023, 4, 3, 6, 20), ms(2023, 4, 4, 2, 30))
