"""Foreign files of places: what each format gives, in words that a bureau would use."""

import gzip
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from app.gis._read_any import read_any
from app.gis._read_csv import read_csv
from app.gis._read_geojson import read_geojson
from app.gis._read_topojson import read_topojson
from app.gis._read_xml import read_gpx, read_kml
from app.gis.features import AREA, LINE, POINT, Features
from app.gis.files import read
from tests.helpers.mapfiles import duty_areas, shapefile

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<NetworkLink><Link><href>http://192.0.2.1/x.kml</href></Link></NetworkLink>
<Folder><name>泵站</name>
<Placemark><name>一号泵站</name><description><![CDATA[<b>粗</b>]]></description>
<ExtendedData><Data name="功率"><value>55</value></Data>
<SchemaData><SimpleData name="编号">P-1</SimpleData></SchemaData></ExtendedData>
<Point><coordinates> 118.20,36.10,12 </coordinates></Point></Placemark>
<Placemark><name>渠</name><LineString><coordinates>118.1,36.1 118.2, 36.2
118.3,36.1,0</coordinates></LineString></Placemark>
<Placemark><name>库</name><MultiGeometry><Polygon>
<outerBoundaryIs><LinearRing><coordinates>118,36 119,36 119,37 118,37
118,36</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing>
<coordinates>118.2,36.2 118.4,36.2 118.4,36.4 118.2,36.2
</coordinates></LinearRing></innerBoundaryIs></Polygon></MultiGeometry></Placemark>
<Placemark><name>车</name><gx:Track><when>2024-01-01T00:00:00Z</when><gx:coord>118 36 0</gx:coord>
<gx:coord>118.5 36.5 0</gx:coord></gx:Track></Placemark>
<Placemark><name>无</name></Placemark>
</Folder></Document></kml>"""
GPX = """<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="36.1" lon="118.2"><name>岗</name></wpt>
<rte><name>巡</name><rtept lat="36" lon="118"/><rtept lat="36.5" lon="118.5"/></rte>
<trk><name>迹</name><trkseg><trkpt lat="36" lon="118"/><trkpt lat="36.2" lon="118.2"/></trkseg>
<trkseg><trkpt lat="37" lon="118"/><trkpt lat="37.2" lon="118.2"/></trkseg></trk></gpx>"""
TOPOJSON = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.25], "translate": [118.0, 36.0]},
    "arcs": [[[0, 0], [2, 0]], [[2, 0], [0, 4], [-2, 0], [0, -4]]],
    "objects": {
        "a": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"名称": "甲"}},
                {"type": "LineString", "arcs": [-1]},
                {"type": "Point", "coordinates": [2, 4]},
            ],
        }
    },
}


def shape(features: Features, index: int) -> list[list[list[float]]]:
    return [ring.tolist() for ring in features.rings(index)]


def feature(geometry: object, **row: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": row}


def collection(*features: dict[str, object], **more: object) -> bytes:
    found = {"type": "FeatureCollection", "features": list(features), **more}
    return json.dumps(found, ensure_ascii=False).encode()


SQUARE = [[118, 36], [119, 36], [119, 37], [118, 37], [118, 36]]


def test_geojson_of_every_geometry() -> None:
    data = collection(
        feature({"type": "Point", "coordinates": [118, 36, 9]}, 名称="甲", 数=3, 真=True, 空=None),
        feature({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}),
        feature({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}),
        feature({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}),
        feature({"type": "Polygon", "coordinates": [SQUARE]}),
        feature({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}),
        feature(
            {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Point", "coordinates": [1, 2]},
                    {"type": "Polygon", "coordinates": [SQUARE]},
                ],
            },
            名称="乙",
        ),
        feature(None),
        feature({"type": "Circle", "coordinates": [1, 2]}),
        feature({"type": "Point", "coordinates": ["a", 2]}),
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}},
    )
    found = read_geojson(data)
    assert found.form.tolist() == [POINT, POINT, LINE, LINE, AREA, AREA, POINT, AREA]
    assert found.row(0) == {"名称": "甲", "数": "3", "真": "true"}
    assert shape(found, 0) == [[[118, 36]]]
    assert shape(found, 1) == [[[1, 2]], [[3, 4]]]
    assert len(shape(found, 5)) == 2
    assert found.row(6) == found.row(7) == {"名称": "乙"}
    assert found.stated == "EPSG:4549"
    assert {fault.id: fault.args["n"] for fault in found.faults} == {
        "mapfile.fault.empty": 1,
        "mapfile.fault.odd": 2,
    }


def test_geojson_line_by_line_and_alone() -> None:
    one = json.dumps(feature({"type": "Point", "coordinates": [118, 36]}))
    assert read_geojson(f"{one}\n\x1e{one}\n".encode()).count == 2
    assert read_geojson(one.encode()).count == 1
    assert read_geojson(b'{"type":"Point","coordinates":[118,36]}').count == 1


def test_topojson_arcs_are_joined_and_turned() -> None:
    found = read_topojson(json.dumps(TOPOJSON).encode())
    assert found.form.tolist() == [AREA, LINE, POINT]
    assert shape(found, 0) == [[[118, 36], [119, 36], [119, 37], [118, 37], [118, 36]]]
    assert shape(found, 1) == [[[119, 36], [118, 36]]]
    assert shape(found, 2) == [[[119, 37]]]
    assert found.row(0) == {"名称": "甲"}


def test_kml() -> None:
    found = read_kml(KML.encode())
    assert found.form.tolist() == [POINT, LINE, AREA, LINE]
    assert found.row(0) == {
        "name": "一号泵站",
        "description": "<b>粗</b>",  # text, never markup
        "folder": "泵站",
        "功率": "55",
        "编号": "P-1",
    }
    assert shape(found, 0) == [[[118.2, 36.1]]]
    assert shape(found, 1) == [[[118.1, 36.1], [118.2, 36.2], [118.3, 36.1]]]
    assert [len(ring) for ring in found.rings(2)] == [5, 4]
    assert shape(found, 3) == [[[118, 36], [118.5, 36.5]]]
    assert {fault.id for fault in found.faults} == {"mapfile.fault.link", "mapfile.fault.empty"}


def test_gpx() -> None:
    found = read_gpx(GPX.encode())
    assert found.form.tolist() == [POINT, LINE, LINE]
    assert [found.row(i)["name"] for i in range(3)] == ["岗", "巡", "迹"]
    assert shape(found, 0) == [[[118.2, 36.1]]]
    assert [len(ring) for ring in found.rings(2)] == [2, 2]


@pytest.mark.parametrize(
    "table",
    [
        "名称,经度,纬度\n甲,118.2,36.1\n",
        "名称,Lng,Lat\n甲,118.2,36.1\n",
        "名称;lon;lat\n甲;118.2;36.1\n",
        "名称\tlongitude (deg)\tlatitude (deg)\n甲\t118.2\t36.1\n",
        '名称,坐标\n甲,"118.2,36.1"\n',
        "名称,location\n甲,118.2 36.1\n",
        "名称,wkt\n甲,POINT (118.2 36.1)\n",
        "名称,中心点经度,中心点纬度\n甲,118°12′,36°6′0″\n",
        "名称,一,二\n甲,118.2,36.1\n",
        "甲,118.2,36.1\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv(table: str, encoding: str) -> None:
    found = read_csv(table.encode(encoding))
    assert found.count == 1
    assert (found.x[0], found.y[0]) == pytest.approx((118.2, 36.1), abs=1e-12)
    assert "甲" in found.row(0).values()


def test_csv_rows_without_a_place_and_named_columns() -> None:
    table = "a,b,名\n36.1,118.2,甲\n,,乙\n0,0,丙\nx,y,丁\n1e999,nan,戊\n"
    found = read_csv(table.encode(), "b", "a")
    assert (found.count, found.row(0)["名"]) == (1, "甲")
    assert [(fault.id, fault.args["n"]) for fault in found.faults] == [("mapfile.fault.empty", 4)]


def test_csv_of_areas() -> None:
    found = read_csv(b'name,wkt\na,"POLYGON ((0 0, 4 0, 4 4, 0 0))"\nb,"POINT (1 2)"\nc,junk\n')
    assert found.form.tolist() == [AREA, POINT]
    assert found.faults[0].id == "mapfile.fault.odd"


def test_json_in_gb18030_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    data = collection(feature({"type": "Point", "coordinates": [118, 36]}, 名称="沂源"))
    path.write_bytes(data.decode().encode("gb18030"))
    assert read_any(path, tmp_path).row(0)["名称"] == "沂源"


def test_what_is_packed(tmp_path: Path) -> None:
    """KMZ by its doc.kml, gzip, and a zip of one file."""
    kmz = tmp_path / "a.kmz"
    with zipfile.ZipFile(kmz, "w") as archive:
        archive.writestr("files/other.kml", "<kml/>")
        archive.writestr("doc.kml", KML)
        archive.writestr("files/picture.png", b"\x89PNG")
    assert read_any(kmz, tmp_path).count == 4
    packed = tmp_path / "a.geojson.gz"
    packed.write_bytes(gzip.compress(collection(feature({"type": "Point", "coordinates": [1, 2]}))))
    assert read_any(packed, tmp_path).count == 1
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("深/表.csv", "lon,lat\n118,36\n")
    assert read_any(tmp_path / "a.zip", tmp_path).count == 1


def test_shapefiles_in_a_child(tmp_path: Path) -> None:
    """GBK names without a .cpg, letters of any size, zipped; none without GDAL's other drivers."""
    path = duty_areas(tmp_path)
    found = read(path)
    assert (found.count, found.columns) == (7, ("编号", "名称", "人数"))
    assert found.row(0)["名称"] == "清江浦区"
    assert (found.format, found.stated, found.faults) == ("shapefile", "", ())
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for suffix in (".shp", ".shx", ".dbf"):
            archive.write(path.with_suffix(suffix), f"数据/DUTY{suffix.upper()}")
    again = read(tmp_path / "all.zip")
    assert np.array_equal(again.x, found.x)
    assert again.cells == found.cells


def test_a_shapefile_without_index_and_table_and_with_a_projection(tmp_path: Path) -> None:
    points = [shapely.Point(337_697, 3_987_041), shapely.Point(337_700, 3_987_100)]
    path = shapefile(tmp_path / "p.shp", points, {"a": ["1", "2"]}, kind="Point", crs="EPSG:4549")
    path.with_suffix(".shx").unlink()
    path.with_suffix(".dbf").unlink()
    found = read(path)
    assert (found.count, found.stated) == (2, "EPSG:4549")
    assert not (tmp_path / "p.shx").exists()  # what is the bureau's is not written to
