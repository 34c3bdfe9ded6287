"""Files that are spoilt, hostile or too large: a reason in words, within bounds, and no more."""

import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from app.child import ROOT
from app.gis import _collect, _mend, _read_any, files
from app.gis._collect import BadFile
from app.gis._mend import mended
from app.gis._positions import positions
from app.gis._read_any import read_any
from app.gis._read_geojson import read_geojson
from app.gis._read_topojson import read_topojson
from app.gis._read_xml import read_kml
from app.gis.features import AREA, LINE, Broken, Features, packed, unpacked
from app.gis.files import read
from app.gis.read_file import Request
from app.gis.settle import settled
from tests.helpers.mapfiles import duty_areas

BOMB = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def refused(read_: Callable[[], object]) -> str:
    with pytest.raises(BadFile) as error:
        read_()
    assert error.value.reason.id == f"mapfile.bad.{error.value.word}"
    return error.value.word


def geojson(*geometries: dict[str, object]) -> bytes:
    features = [{"type": "Feature", "geometry": g, "properties": {"n": "x"}} for g in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def area(*rings: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.geojson", b"{", "not_json"),
        ("a.geojson", b"[" * 100_000, "not_json"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[]}', "nothing"),
        ("a.geojson", b'{"type":"Car"}', "not_geojson"),
        ("a.kml", BOMB.encode() + b"<kml>&b;</kml>", "xml_doctype"),
        ("a.kml", b"<kml><Placemark>", "not_xml"),
        ("a.kml", b"<kml/>", "nothing"),
        ("a.kml", b"<html/>", "nothing"),
        ("a.gpx", b"<gpx>" + b"<a>" * 300, "xml_limit"),
        ("a.csv", b"name,x1\na,b\n", "no_column"),
        ("a.csv", b"", "nothing"),
        ("a.csv", b"lon,lat\n\n", "nothing"),
        ("a.exe", b"MZ\x00", "format"),
        ("a.xml", b"<VRTDataset/>", "format"),
        ("a.zip", b"PK\x03\x04junk", "bad_archive"),
    ],
)
def test_the_reason_is_said(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert refused(lambda: read_any(tmp_path / name, tmp_path)) == word


def test_a_bomb_of_a_kmz_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_read_any, "MAX_BYTES", 1_000_000)
    with zipfile.ZipFile(tmp_path / "a.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", b"<kml>" + b" " * 30_000_000 + b"</kml>")
    assert refused(lambda: read_any(tmp_path / "a.kmz", tmp_path)) == "oversized"


def test_an_archive_writes_nowhere(tmp_path: Path) -> None:
    scratch = tmp_path / "in" / "scratch"
    scratch.mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../evil.csv", "lon,lat\n118,36\n")
    assert read_any(tmp_path / "a.zip", scratch).count == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "in", "scratch"]


def test_several_files_in_an_archive_are_chosen_by_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "lon,lat\n118,36\n")
        archive.writestr("b.csv", "lon,lat\n118,36\n119,37\n")
    assert refused(lambda: read_any(tmp_path / "a.zip", tmp_path)) == "many"
    assert read_any(tmp_path / "a.zip", tmp_path, layer="b.csv").count == 2


def test_arcs_named_without_end_are_left() -> None:
    arc = [[0, 0], *([[1, 1]] * 5_000)]
    geometries = [{"type": "LineString", "arcs": [0] * 5_000}] * 5
    data = {"type": "Topology", "arcs": [arc], "objects": {"a": {"type": "GeometryCollection"}}}
    data["objects"]["a"]["geometries"] = geometries  # type: ignore[index]
    assert refused(lambda: read_topojson(json.dumps(data).encode())) == "vertices"


def test_limits_of_shapes_columns_and_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    point = {"type": "Point", "coordinates": [1, 2]}
    row = {f"c{n}": "x" * 900 for n in range(150)}
    data = {"type": "Feature", "geometry": point, "properties": row}
    found = read_geojson(json.dumps(data).encode())
    assert len(found.columns) == _collect.MAX_COLUMNS
    assert {len(cell) for (cell,) in found.cells} == {_collect.MAX_CELL}
    assert [fault.id for fault in found.faults] == ["mapfile.fault.cut", "mapfile.fault.columns"]
    monkeypatch.setattr(_collect, "MAX_SHAPES", 2)
    assert refused(lambda: read_geojson(geojson(point, point, point))) == "shapes"
    monkeypatch.setattr(_collect, "MAX_TEXT", 1)
    assert refused(lambda: read_geojson(geojson(point, point))) == "text"


def test_text_that_turns_or_breaks_lines_is_plain() -> None:
    row = {"n": "a\u202eb\nc\x00d\u2028e<script>alert(1)</script>"}
    data = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}
    found = read_geojson(json.dumps({**data, "properties": row}).encode())
    assert found.row(0)["n"] == "a b c d e<script>alert(1)</script>"


def test_open_short_and_crossing_areas_are_mended_and_said() -> None:
    found = mended(
        read_geojson(
            geojson(
                area([[0, 0], [4, 0], [4, 4], [0, 4]]),  # open
                area([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]),  # a bow tie
                area([[0, 0], [1, 1], [0, 0]]),  # no extent
                area([[9, 9], [9, 9], [9, 9], [9, 9]]),  # one place
                {"type": "LineString", "coordinates": [[5, 5]]},
            )
        )
    )
    assert {fault.id.rpartition(".")[2]: fault.args["n"] for fault in found.faults} == {
        "short": 2,
        "open": 1,
        "crossing": 2,
        "hopeless": 3,
    }
    assert found.form.tolist() == [AREA, AREA]
    first, second = ([ring.tolist() for ring in found.rings(i)] for i in range(2))
    assert first == [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]
    assert len(second) == 2  # two triangles that touch
    assert all(ring[0] == ring[-1] for ring in second)
    assert found.cells == (("x", "x"),)


def test_impossible_numbers_are_left_out_and_counted() -> None:
    text = b'{"type":"MultiPoint","coordinates":[[1e300,2]]}'
    data = geojson({"type": "Point", "coordinates": [1, 2]})[:-2]
    data += b',{"type":"Feature","properties":{},"geometry":' + text + b"}]}"
    found = mended(read_geojson(data))
    assert (found.count, found.faults[0].args["n"]) == (1, 1)


def test_coordinates_out_of_range_are_counted_and_the_rest_stays() -> None:
    features = read_geojson(
        geojson(
            {"type": "Point", "coordinates": [118, 36]},
            {"type": "Point", "coordinates": [36, 118]},
            {"type": "Point", "coordinates": [500, 36]},
        )
    )
    found = settled(features, "wgs84")
    assert found.count == 1
    assert [(fault.id, fault.args["n"]) for fault in found.faults] == [("mapfile.fault.range", 2)]
    turned = settled(features, "wgs84", swap=True)
    assert (turned.x.tolist(), turned.y.tolist()) == ([118.0], [36.0])
    assert refused(lambda: settled(features.only(np.array([0, 1, 1], bool)), "wgs84")) == "range"


def test_what_crosses_the_180th_meridian_is_parted_there() -> None:
    ring = [[179, 10], [-179, 10], [-179, 12], [179, 12], [179, 10]]
    line = {"type": "LineString", "coordinates": [[170, 0], [-170, 0]]}
    found = settled(read_geojson(geojson(area(ring), line)), "wgs84")
    assert [fault.args["n"] for fault in found.faults] == [2]
    assert found.form.tolist() == [AREA, LINE]
    boxes = sorted((ring[:, 0].min(), ring[:, 0].max()) for ring in found.rings(0))
    assert boxes == [(-180, -179), (179, 180)]
    boxes = sorted((ring[:, 0].min(), ring[:, 0].max()) for ring in found.rings(1))
    assert boxes == [(-180, -170), (170, 180)]


def circle(n: int) -> bytes:
    turn = np.linspace(0, 2 * np.pi, n)
    pairs = np.column_stack([118 + 0.1 * np.cos(turn), 36 + 0.1 * np.sin(turn)])
    pairs[-1] = pairs[0]
    text = ",".join(f"[{x:.9f},{y:.9f}]" for x, y in pairs.tolist())
    return b'{"type":"Polygon","coordinates":[[' + text.encode() + b"]]}"


def test_too_many_vertices_are_thinned_to_a_stated_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_mend, "KEEP_VERTICES", 2_000)
    found = unpacked(packed(mended(read_geojson(circle(60_000)))))
    (fault,) = found.faults
    assert fault.id == "mapfile.fault.simpler"
    assert len(found.x) == fault.args["n"] <= 2_000
    error = float(fault.args["metres"])
    off = np.abs(np.hypot(found.x - 118, found.y - 36) - 0.1).max() * 111_320
    assert off < error < 200


@pytest.mark.full
def test_ten_million_vertices_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "large.geojson"
    path.write_bytes(circle(10_000_000))
    found = read(path)
    assert len(found.x) <= _mend.KEEP_VERTICES
    assert found.faults[0].args["before"] == 10_000_000
    assert float(found.faults[0].args["metres"]) < 10


@pytest.mark.parametrize(
    "spoil",
    ["cut", "types", *(pytest.param(s, marks=pytest.mark.full) for s in ("magic", "length"))],
)
def test_a_spoilt_shapefile_ends_at_most_its_reader(tmp_path: Path, spoil: str) -> None:
    path = duty_areas(tmp_path)
    data = bytearray(path.read_bytes())
    if spoil == "cut":
        del data[300:]
    elif spoil == "magic":
        data[:4] = b"<?xm"
    elif spoil == "length":
        data[104:108] = struct.pack(">i", 2**30)
    else:
        data[32:36] = struct.pack("<i", 99)
    path.write_bytes(bytes(data))
    try:
        assert read(path).count <= 7
    except BadFile as error:
        assert error.word in ("not_shape", "bad_shape", "nothing", "crashed")


def test_no_other_driver_of_gdal_opens_a_shapefile(tmp_path: Path) -> None:
    """What is no shapefile inside never reaches a driver that follows addresses."""
    vrt = b"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/http://192.0.2.1/a"
    path = tmp_path / "a.shp"
    path.write_bytes(vrt)
    assert refused(lambda: read(path)) == "not_shape"
    path.write_bytes((9994).to_bytes(4, "big") + bytes(96) + vrt)
    assert refused(lambda: read(path)) in ("bad_shape", "nothing")


def test_a_child_that_takes_too_much_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(circle(600_000))
    monkeypatch.setattr(files, "MEMORY", 64 * 1024**2)
    assert refused(lambda: read(path)) in ("memory", "crashed")
    monkeypatch.setattr(files, "SECONDS", 0)
    assert refused(lambda: read(path)) in ("slow", "crashed")


def test_a_child_goes_with_its_parents_pipe(tmp_path: Path) -> None:
    fifo = tmp_path / "a.geojson"
    os.mkfifo(fifo)  # the child waits in reading it
    (tmp_path / "scratch").mkdir()
    request = Request(str(fifo), str(tmp_path), 2**32, 60)
    child = subprocess.Popen(
        [sys.executable, "-m", "app.gis.read_file", msgspec.json.encode(request).decode()],
        stdin=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(60) == 1


def test_packed_features_that_were_spoilt_are_refused() -> None:
    data = packed(read_geojson(geojson({"type": "Point", "coordinates": [1, 2]})))
    assert unpacked(data).count == 1
    with pytest.raises(Broken):
        unpacked(data[:-20])
    with pytest.raises(Broken):
        unpacked(b"PK")
    good = unpacked(data)
    rings = good.ring_start + 7
    odd = Features(good.form, good.x, good.y, rings, good.shape_start, good.columns, good.cells)
    with pytest.raises(Broken):
        unpacked(packed(odd))


def test_positions_large_and_small_are_read_alike() -> None:
    rng = np.random.default_rng(5)
    for depth, dims in ((2, 2), (3, 3), (4, 2)):
        rings = [rng.uniform(-180, 180, (900, dims)).tolist() for _ in range(4)]
        nested = {2: rings[0], 3: rings, 4: [rings[:1], rings[1:]]}[depth]
        text = json.dumps(nested)
        small = rings[:1] if depth == 2 else rings
        assert len(text) > 30_000
        for blank in ("", " " * 70_000):
            found = positions(_raw(text.replace("[", f"{blank}[", 1)), depth)
            assert [ring.tolist() for ring in found] == [[p[:2] for p in ring] for ring in small]


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def test_kml_with_a_place_that_is_none_keeps_the_others() -> None:
    text = "<kml><Placemark><LineString><coordinates>1,2 x,y 3,4</coordinates></LineString>"
    found = read_kml(f"{text}</Placemark></kml>".encode())
    assert found.x.tolist() == [1, 3]
    assert [fault.id for fault in found.faults] == ["mapfile.fault.odd_place"]
