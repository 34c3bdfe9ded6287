"""Every format of places against bytes that were good once: features or a reason, nothing raised.

The text formats are read in this process, where a surprise would show; shapefiles in their child.
10,000 inputs a format with `--full`, a share otherwise.
"""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.core.geo import Crs
from app.gis._collect import BadFile
from app.gis._mend import mended
from app.gis._read_any import read_any
from app.gis._read_csv import read_csv
from app.gis._read_geojson import read_geojson
from app.gis._read_topojson import read_topojson
from app.gis._read_xml import read_gpx, read_kml
from app.gis.features import Broken, Features, packed, unpacked
from app.gis.files import read
from app.gis.settle import settled
from tests.helpers.mapfiles import duty_areas

KML = (
    b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>f</name><Placemark>'
    b"<name>a</name><Polygon><outerBoundaryIs><LinearRing><coordinates>118,36 119,36 119,37 118,37"
    b" 118,36</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark><Placemark><Point>"
    b"<coordinates>118.2,36.1,3</coordinates></Point></Placemark></Folder></Document></kml>"
)
GPX = (
    b'<gpx version="1.1"><wpt lat="36.1" lon="118.2"><name>a</name></wpt><trk><trkseg>'
    b'<trkpt lat="36" lon="118"/><trkpt lat="36.2" lon="118.2"/></trkseg></trk></gpx>'
)
TOPOLOGY = json.dumps(
    {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.25], "translate": [118.0, 36.0]},
        "arcs": [[[0, 0], [2, 0]], [[2, 0], [0, 4], [-2, 0], [0, -4]]],
        "objects": {
            "a": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"n": "x"}},
                    {"type": "MultiLineString", "arcs": [[-1], [1]]},
                ],
            }
        },
    }
).encode()
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": 1,
                "properties": {"a": "文", "b": [1, {"c": None}]},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[118, 36], [119, 36], [119, 37], [118, 36]]],
                },
            },
            {
                "type": "Feature",
                "properties": None,
                "geometry": {"type": "MultiPoint", "coordinates": [[118.1, 36.1, 5], [1, 2]]},
            },
        ],
    }
).encode()
CSV = '名称,经度,纬度,备注\n甲,118.2,36.1,"x,y"\n乙,118°12′30″,36.2,z\n'.encode()
WKT = b'n,wkt\na,"POLYGON ((0 0, 4 0, 4 4, 0 0))"\nb,"LINESTRING (1 2, 3 4)"\n'

FORMATS: dict[str, tuple[Callable[[bytes], Features], list[bytes]]] = {
    "geojson": (read_geojson, [GEOJSON]),
    "topojson": (read_topojson, [TOPOLOGY]),
    "kml": (read_kml, [KML]),
    "gpx": (read_gpx, [GPX]),
    "csv": (read_csv, [CSV, WKT]),
}
FEW, ALL = 250, 10_000
PARTS = (b"\x00", b"\xff\xfe", b"NaN", b"1e999", b"-", b"9" * 30, b"<", b"]", b"[[", b'"', b"null")


def mutated(seeds: list[bytes], rng: random.Random) -> Iterator[bytes]:
    while True:
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data) + 1)
            how = rng.randrange(6)
            if how == 0:
                del data[at:]
            elif how == 1:
                del data[at : at + rng.randint(1, 20)]
            elif how == 2:
                data[at:at] = rng.choice(PARTS)
            elif how == 3 and data:
                data[at % len(data)] = rng.randrange(256)
            elif how == 4 and data:
                digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
                if digits:
                    data[rng.choice(digits)] = rng.randrange(48, 58)
            else:
                data[at:at] = data[at : at + rng.randint(1, 60)]
        yield bytes(data)


def check(features: Features) -> None:
    """Sound as a whole, and able to be drawn."""
    whole = mended(features)
    again = unpacked(packed(whole))
    assert again.count == whole.count > 0
    assert np.isfinite(whole.x).all()
    try:
        there = settled(whole, Crs.GCJ02)
    except BadFile as error:
        assert error.word == "range"
        return
    assert (np.abs(there.x) <= 180).all()
    assert (np.abs(there.y) <= 90).all()
    assert unpacked(packed(there)).count == there.count


@pytest.mark.parametrize("name", FORMATS)
def test_spoilt_bytes(name: str) -> None:
    spoil(name, FEW)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", FORMATS)
def test_spoilt_bytes_in_full(name: str) -> None:
    spoil(name, ALL)


def spoil(name: str, count: int) -> None:
    read_, seeds = FORMATS[name]
    rng = random.Random(name)
    good = 0
    for _, data in zip(range(count), mutated(seeds, rng), strict=False):
        try:
            check(read_(data))
            good += 1
        except BadFile as error:
            assert error.reason.id == f"mapfile.bad.{error.word}"
    assert good > count / 50  # the spoiling leaves some that are read


def test_any_bytes_under_any_name(tmp_path: Path) -> None:
    rng = random.Random(11)
    seeds = [seed for _, some in FORMATS.values() for seed in some]
    names = ["a.geojson", "a.json", "a.kml", "a.gpx", "a.csv", "a.topojson", "a.kmz", "a.bin"]
    for _, data in zip(range(200), mutated(seeds, rng), strict=False):
        path = tmp_path / rng.choice(names)
        path.write_bytes(data)
        try:
            check(read_any(path, tmp_path))
        except BadFile as error:
            assert error.word


def test_spoilt_packed_features() -> None:
    data = packed(read_geojson(GEOJSON))
    for _, bad in zip(range(400), mutated([data], random.Random(2)), strict=False):
        try:
            assert unpacked(bad).count >= 0
        except Broken as error:
            assert str(error)


def spoil_shapefile(folder: Path, rng: random.Random, data: dict[Path, bytes]) -> None:
    for path, good in data.items():
        bad = next(mutated([good], rng)) if rng.random() < 0.7 else good
        path.write_bytes(bad)
    try:
        assert read(folder / "duty.shp").count > 0
    except BadFile as error:
        assert error.reason.id.startswith("mapfile.bad.")


def test_spoilt_shapefiles(tmp_path: Path) -> None:
    whole = duty_areas(tmp_path)
    paths = [whole.with_suffix(suffix) for suffix in (".shp", ".dbf", ".shx")]
    data = {path: path.read_bytes() for path in paths}
    for seed in range(2):
        spoil_shapefile(tmp_path, random.Random(seed), data)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_spoilt_shapefiles_in_full(tmp_path: Path) -> None:
    whole = duty_areas(tmp_path)
    paths = [whole.with_suffix(suffix) for suffix in (".shp", ".dbf", ".shx")]
    data = {path: path.read_bytes() for path in paths}
    for seed in range(400):
        spoil_shapefile(tmp_path, random.Random(seed), data)
