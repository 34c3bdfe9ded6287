"""What a file's coordinates look like, by known boundaries, roads and places."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from app.city import load_city
from app.gis.compare import compare, compare_content, reference_of
from app.gis.content import Content, Shapes, ShapeStyle
from app.gis.crs import from_wgs84
from app.gis.datum import judge
from app.gis.features import Features, starts
from app.gis.files import read
from app.gis.layers._columns import texts
from app.gis.plane import Plane
from app.gis.reference import Outline, Reference, of_city
from app.gis.verdict import Verdict
from tests.contract.house import ROOT

SHARED = ROOT.parent / "shared" / "data" / "admin"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not there")
NONE = np.zeros(0)


def full(*values: str) -> Any:
    """A case of the full counts."""
    return pytest.param(*values, marks=pytest.mark.full)


@pytest.fixture(scope="module")
def suqian() -> Reference:
    return of_city(load_city("suqian"))


@pytest.fixture(scope="module")
def shandong() -> Reference:
    features = read(SHARED / "tianditu_shandong_district.geojson.gz")
    return reference_of(features, "cgcs2000", "山东")


def drawn(
    reference: Reference,
    crs: str = "wgs84",
    *,
    shift: tuple[float, float] = (0.0, 0.0),
    coarse_m: float = 0.0,
    named: bool = True,
) -> list[Outline]:
    """The known areas as somebody else draws them: moved (m), simplified, in another system."""
    found = []
    for outline in reference.outlines:
        rings = []
        for ring in outline.rings:
            plane = Plane(*ring.mean(axis=0))
            line = ring
            if coarse_m:
                area = shapely.Polygon(ring).simplify(coarse_m / plane.north)
                line = shapely.get_coordinates(area.exterior)
            line = line + np.array(shift) / (plane.east, plane.north)
            rings.append(np.column_stack(from_wgs84(line[:, 0], line[:, 1], crs)))
        known = (outline.code, outline.names) if named else ("", ())
        found.append(Outline(tuple(rings), *known))
    return found


def swapped(shapes: Sequence[Outline]) -> list[Outline]:
    return [Outline(tuple(r[:, ::-1] for r in s.rings), s.code, s.names) for s in shapes]


def areas(shapes: Sequence[Outline], reference: Reference) -> Verdict:
    return judge(NONE, NONE, shapes, reference)


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("coarse_m", [0.0, 60.0])
def test_each_datum_is_told(suqian: Reference, crs: str, named: bool, coarse_m: float) -> None:
    verdict = areas(drawn(suqian, crs, named=named, coarse_m=coarse_m), suqian)
    assert (verdict.kind, verdict.crs, verdict.swap) == ("datum", crs, False)
    assert verdict.certainty == "certain"
    assert verdict.matched == 5
    assert verdict.within_m < 15


def test_the_shift_is_the_datums_own(suqian: Reference) -> None:
    """529 m at Suqian, as the formula gives it, and in words."""
    verdict = areas(drawn(suqian, "gcj02"), suqian)
    assert verdict.off_m == pytest.approx(529, abs=8)
    assert verdict.text.id == "mapfile.judge.datum"
    assert verdict.text.args["way_en"] == "east"
    assert verdict.text.args["datum"] == "GCJ-02"


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_swapped_numbers_are_told_with_their_datum(suqian: Reference, crs: str) -> None:
    verdict = areas(swapped(drawn(suqian, crs)), suqian)
    assert (verdict.kind, verdict.crs, verdict.swap) == ("datum", crs, True)
    assert verdict.text.id == "mapfile.judge.swapped_datum"


@pytest.mark.parametrize(
    "crs",
    ["EPSG:4548", "EPSG:3857", *(full(one) for one in ("EPSG:4549", "EPSG:4527", "EPSG:32650"))],
)
@pytest.mark.parametrize("north_first", [False, True])
def test_projected_metres_are_told(suqian: Reference, crs: str, north_first: bool) -> None:
    shapes = drawn(suqian, crs)
    verdict = areas(swapped(shapes) if north_first else shapes, suqian)
    assert (verdict.kind, verdict.crs, verdict.swap) == ("projected", crs, north_first)
    assert verdict.within_m < 15


def test_metres_of_a_citys_own_system_are_not_guessed(suqian: Reference) -> None:
    shapes = drawn(suqian, "EPSG:4548")
    own = [Outline(tuple(r - (431_000.0, 3_600_000.0) for r in s.rings), s.code) for s in shapes]
    verdict = areas(own, suqian)
    assert (verdict.kind, verdict.crs) == ("unclear", "")
    assert verdict.text.id == "mapfile.judge.metres_unknown"
    near = [Outline(tuple(r + np.array([700.0, 300.0]) for r in s.rings), s.code) for s in shapes]
    assert areas(near, suqian).crs == ""


@pytest.mark.parametrize("shift", [(11_000.0, 14_000.0), (-2_500.0, 0.0), (0.0, 300.0)])
def test_what_no_datum_explains_is_displaced(suqian: Reference, shift: tuple[float, float]) -> None:
    verdict = areas(drawn(suqian, shift=shift, coarse_m=20), suqian)
    assert (verdict.kind, verdict.crs) == ("displaced", "")
    assert (verdict.east_m, verdict.north_m) == pytest.approx(shift, abs=25)
    assert verdict.text.id == "mapfile.judge.displaced"


def test_a_sketch_is_not_guessed(suqian: Reference) -> None:
    """Boxes around the districts say where they are, not to half a kilometre."""
    boxes = []
    for outline in suqian.outlines:
        box = shapely.box(*shapely.Polygon(outline.rings[0]).bounds)
        boxes.append(Outline((shapely.get_coordinates(box),), outline.code))
    verdict = areas(boxes, suqian)
    assert (verdict.kind, verdict.crs) == ("unclear", "")


def test_of_another_place(suqian: Reference) -> None:
    verdict = areas(drawn(of_city(load_city("shanxi"))), suqian)
    assert (verdict.kind, verdict.crs) == ("elsewhere", "")


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_points_by_the_names_of_known_places(crs: str) -> None:
    city = load_city("suqian")
    points = city.points[:60]
    lon, lat = from_wgs84(
        np.array([point.lon for point in points]), np.array([point.lat for point in points]), crs
    )
    ids = tuple(point.id for point in points)
    verdict = compare(point_features(lon, lat, {"编号": ids}), of_city(city))
    assert (verdict.kind, verdict.crs, verdict.certainty) == ("datum", crs, "certain")
    assert verdict.matched == 60


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_points_by_roads(crs: str) -> None:
    rng = np.random.default_rng(7)
    lines = tuple(
        np.column_stack([118.2 + np.sort(rng.uniform(0, 0.2, 40)), np.full(40, y)])
        for y in rng.uniform(33.8, 34.0, 12)
    ) + tuple(
        np.column_stack([np.full(40, x), 33.8 + np.sort(rng.uniform(0, 0.2, 40))])
        for x in rng.uniform(118.2, 118.4, 12)
    )
    at = np.concatenate(lines)
    at = at[rng.choice(len(at), 400, replace=False)] + rng.normal(0, 1.5e-4, (400, 2))
    lon, lat = from_wgs84(at[:, 0], at[:, 1], crs)
    verdict = judge(lon, lat, [], Reference(lines=lines))
    assert (verdict.kind, verdict.crs) == ("datum", crs)


def test_points_far_from_all_roads_say_nothing() -> None:
    rng = np.random.default_rng(3)
    road = np.array([[118.2, 33.8], [118.3, 33.9]])
    lon, lat = rng.uniform(118.2, 118.3, 300), rng.uniform(33.8, 33.9, 300)
    assert judge(lon, lat, [], Reference(lines=(road,))).kind == "unclear"


def test_points_inside_are_not_guessed_and_points_along_the_border_are(suqian: Reference) -> None:
    whole = shapely.union_all([shapely.Polygon(item.rings[0]) for item in suqian.outlines])
    rng = np.random.default_rng(1)
    west, south, east, north = whole.bounds
    x, y = rng.uniform(west, east, 6_000), rng.uniform(south, north, 6_000)
    deep = whole.buffer(-0.02)
    kept = shapely.contains_xy(deep, x, y)
    verdict = judge(x[kept], y[kept], [], Reference(suqian.outlines))
    assert verdict.kind == "unclear"
    assert verdict.text.id == "mapfile.judge.places"
    kept = shapely.contains_xy(whole, x, y)
    lon, lat = from_wgs84(x[kept], y[kept], "gcj02")
    verdict = judge(lon, lat, [], Reference(suqian.outlines))
    assert (verdict.kind, verdict.crs, verdict.certainty) == ("datum", "gcj02", "likely")


def test_nothing_to_compare(suqian: Reference) -> None:
    assert judge(NONE, NONE, [], suqian).text.id == "mapfile.judge.nothing"
    assert areas(drawn(suqian), Reference()).text.id == "mapfile.judge.no_reference"
    noughts = np.full(5, np.nan)
    assert judge(noughts, noughts, [], suqian).kind == "unclear"
    far = np.full(5, 350.0)
    assert judge(far, far, [], suqian).text.id == "mapfile.judge.nonsense"


def test_what_a_layer_shows_is_judged_the_same(suqian: Reference) -> None:
    shapes = drawn(suqian, "gcj02")
    rings = [ring for shape in shapes for ring in shape.rings]
    pairs = np.concatenate(rings)
    content = Content(
        shapes=(
            Shapes(
                ids=texts(shape.code for shape in shapes),
                lon=pairs[:, 0],
                lat=pairs[:, 1],
                ring_start=starts(np.array([len(ring) for ring in rings])),
                shape_start=starts(np.array([len(shape.rings) for shape in shapes])),
                style=np.zeros(len(shapes), np.uint8),
                styles=(ShapeStyle(),),
            ),
        )
    )
    assert compare_content(content, suqian).crs == "gcj02"


def point_features(
    lon: np.ndarray, lat: np.ndarray, columns: dict[str, tuple[str, ...]]
) -> Features:
    one = starts(np.ones(len(lon), np.int64))
    return Features(
        np.zeros(len(lon), np.uint8), lon, lat, one, one, tuple(columns), tuple(columns.values())
    )


def found(name: str, reference: Reference, only: str = "") -> Verdict:
    return compare(read(SHARED / name), reference, only)


@needs_shared
@pytest.mark.parametrize("only", ["", "370323"])
def test_datav_is_gcj02_and_so_taken_within_15_m(shandong: Reference, only: str) -> None:
    verdict = found("datav_gcj02_370300_full.json", shandong, only)
    assert (verdict.kind, verdict.crs, verdict.certainty) == ("datum", "gcj02", "certain")
    assert verdict.within_m < 15
    # ../shared/data/MANIFEST.md: measured +519 m east, +31 m north at 370323, by other means
    assert verdict.east_m == pytest.approx(519, abs=10)
    assert verdict.north_m == pytest.approx(31, abs=16)


@needs_shared
def test_amaps_outline_made_wgs84_is_that(shandong: Reference) -> None:
    verdict = found("amap_wgs84_zibo_district.geojson.gz", shandong)
    assert (verdict.kind, verdict.crs, verdict.certainty) == ("datum", "wgs84", "certain")
    assert verdict.within_m < 13
    (plain,) = (item for item in verdict.tried if item.crs == "wgs84")
    assert plain.median_m == pytest.approx(13, abs=2)  # what the manifest measured


@needs_shared
def test_the_civil_affairs_sketch_is_displaced(shandong: Reference) -> None:
    """MANIFEST.md: 370323 sits about 11 km east and 14 km north, the same size."""
    verdict = found("mca_370300.topojson", shandong, "370323")
    assert (verdict.kind, verdict.crs, verdict.certainty) == ("displaced", "", "certain")
    assert verdict.east_m == pytest.approx(11_000, abs=1_000)
    assert verdict.north_m == pytest.approx(14_000, abs=1_000)
    assert verdict.text.args["off"] == "18 km"
    assert verdict.text.args["way_zh"] == "东北"


@needs_shared
@pytest.mark.parametrize(
    ("name", "city"),
    [
        ("datav_gcj02_370300_full.json", "yiyuan"),
        ("datav_gcj02_321300_full.json", "suqian"),
        full("datav_gcj02_140000_full.json", "shanxi"),
    ],
)
def test_datav_by_the_citys_own_boundaries(name: str, city: str) -> None:
    verdict = found(name, of_city(load_city(city)))
    assert (verdict.kind, verdict.crs) == ("datum", "gcj02")
    assert verdict.within_m < 40


@needs_shared
def test_towns_over_the_whole_country_are_of_another_place() -> None:
    path: Path = SHARED / "cpca_adcodes.csv"
    assert compare(read(path), of_city(load_city("yiyuan"))).kind in ("elsewhere", "unclear")
