"""GeoJSON features to records: where they are, in which datum, one a line or all together."""

import msgspec
import pytest

from app.core.model import Event
from app.formats._map_geometry import feature_record
from app.formats.geojson import GeoJson
from tests.helpers.mapping import NOW, made, mapping

TEXT = """
[[event]]
id = {template = "pond:{_id}"}
type = {value = "积水"}
title = "name"
occurred = {from = "_root.sent", time = "epoch_ms"}
observed = {from = "_root.sent", time = "epoch_ms"}
"""


def feature(number: int, geometry: str) -> str:
    return f"""{{"type":"Feature","id":{number},"properties":{{"name":"n{number}","_lon":1}},
                 "geometry":{geometry}}}""".replace("\n", " ")


POINT = '{"type":"Point","coordinates":[121.531541859215,31.17530398364597,4.5]}'


def collection(*features: str) -> str:
    return f'{{"type":"FeatureCollection","sent":{NOW},"features":[{",".join(features)}]}}'


def middle(geometry: str) -> tuple[object, object, object]:
    record = feature_record(msgspec.json.decode(feature(1, geometry)))
    assert record is not None
    return record.get("_lon"), record.get("_lat"), record.get("_alt")


def test_places_are_wgs84_unless_the_source_says_gcj02() -> None:
    (plain,) = made(mapping(TEXT, GeoJson), collection(feature(7, POINT)))
    assert isinstance(plain.record, Event)
    assert (plain.record.id, plain.record.title) == ("pond:7", "n7")
    assert (plain.record.lon, plain.record.lat) == (121.531541859215, 31.17530398364597)
    (moved,) = made(mapping('crs = "gcj02"\n' + TEXT, GeoJson), collection(feature(7, POINT)))
    assert isinstance(moved.record, Event)
    assert moved.record.lon == pytest.approx(121.5272106, abs=1e-8)
    assert moved.record.lat == pytest.approx(31.1774276, abs=1e-8)


def test_a_feature_without_a_place_is_an_event_without_one() -> None:
    (one,) = made(mapping(TEXT, GeoJson), collection('{"type":"Feature","id":1,"geometry":null}'))
    assert isinstance(one.record, Event)
    assert (one.record.lon, one.record.lat) == (None, None)


@pytest.mark.parametrize("mark", ["", "\x1e"])
def test_one_feature_a_line_and_one_alone(mark: str) -> None:
    text = TEXT.replace('from = "_root.sent", time = "epoch_ms"', 'time = "received"')
    lines = "\n".join(mark + feature(number, POINT) for number in (1, 2)) + "\nnonsense\n"
    found = made(mapping(text, GeoJson), lines)
    assert [one.record.id for one in found if isinstance(one.record, Event)] == ["pond:1", "pond:2"]
    assert [one.reason for one in found if one.reason] == ["not_json"]
    assert [one.reason for one in made(mapping(text, GeoJson), feature(1, POINT))] == [""]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("[]", "not_json"),
        ('{"type":"FeatureCollection","features":7}', "no_records"),
        (POINT, "no_feature"),
        (collection("7"), "no_feature"),
        (collection('{"type":"Feature","geometry":' + "[" * 40 + "]" * 40 + "}"), "too_deep"),
        ('{"type":"FeatureCollection","features":[', "not_json"),
    ],
)
def test_what_holds_no_features(data: str, why: str) -> None:
    assert {one.reason for one in made(mapping(TEXT, GeoJson), data)} <= {why, "no_feature"}
    assert made(mapping(TEXT, GeoJson), data)[0].reason in (why, "no_feature")


@pytest.mark.parametrize(
    ("geometry", "answer"),
    [
        (POINT, (121.531541859215, 31.17530398364597, 4.5)),
        ('{"type":"MultiPoint","coordinates":[[1,2],[3,6]]}', (2, 4, None)),
        ('{"type":"LineString","coordinates":[[0,0],[1,1],[2,5]]}', (1, 2, None)),
        ('{"type":"MultiLineString","coordinates":[[[0,0],[2,2]],[[4,4]]]}', (2, 2, None)),
        # an L of a 2 x 1 and a 1 x 1 square: (2*1 + 1*0.5) / 3 = 5/6, (2*0.5 + 1*1.5) / 3 = 5/6
        (
            '{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,1],[1,1],[1,2],[0,2],[0,0]]]}',
            (5 / 6, 5 / 6, None),
        ),
        ('{"type":"Polygon","coordinates":[[[0,0],[0,2],[2,2],[2,0],[0,0]]]}', (1, 1, None)),
        (
            '{"type":"MultiPolygon","coordinates":[[[[0,0],[2,0],[2,2],[0,2],[0,0]]],'
            "[[[10,0],[11,0],[11,1],[10,1],[10,0]]]]}",
            ((4 * 1 + 10.5) / 5, (4 * 1 + 0.5) / 5, None),
        ),
        ('{"type":"Polygon","coordinates":[[[1,1],[1,1],[1,1]]]}', (1, 1, None)),
        (
            '{"type":"GeometryCollection","geometries":[{"type":"Point"},' + POINT + "]}",
            (121.531541859215, 31.17530398364597, 4.5),
        ),
    ],
)
def test_the_middle_of_a_shape(geometry: str, answer: tuple[float, float, float | None]) -> None:
    assert middle(geometry) == pytest.approx(answer)


@pytest.mark.parametrize(
    "geometry",
    [
        "null",
        "7",
        '{"type":"Point","coordinates":["119","33"]}',
        '{"type":"Point","coordinates":[true,false]}',
        '{"type":"Point","coordinates":[1]}',
        '{"type":"Polygon","coordinates":[]}',
        '{"type":"Polygon","coordinates":[[]]}',
        '{"type":"Polygon","coordinates":[[[1],[2]]]}',
        '{"type":"Polygon","coordinates":7}',
        '{"type":"Polygon","coordinates":{}}',
        '{"type":"MultiPolygon","coordinates":[{"a":1}]}',
        '{"type":"MultiLineString","coordinates":[7]}',
        '{"type":"LineString","coordinates":[["a","b"]]}',
        '{"type":"Hyperbola","coordinates":[1,2]}',
        '{"type":"GeometryCollection","geometries":{}}',
        '{"type":"GeometryCollection","geometries":[' * 20 + "]}" * 20,
        '{"type":"Polygon","coordinates":[[[119,33],[120,33],[120,1e308],[119,33]]]}',
        '{"type":"LineString","coordinates":[[119,33],[119,-1e308]]}',
    ],
)
def test_a_place_that_cannot_be_read_is_absent(geometry: str) -> None:
    assert middle(geometry) in ((None, None, None), (1, None, None))  # its own property `_lon`
