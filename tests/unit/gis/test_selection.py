"""Circle, box, polygon and lasso over marks and shapes, against pyproj and shapely."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pytest
import shapely
from pyproj import Geod

from app.gis.content import Content, Floats, Marks, MarkStyle, Shapes, ShapeStyle
from app.gis.drawn import Selector, as_drawn
from app.gis.selection import select
from app.live.map_state import MapArea

GEOD = Geod(ellps="WGS84")
MIDDLE = (118.3, 33.95)
Form = Literal["circle", "box", "polygon", "lasso"]


def marks(lon: Floats, lat: Floats) -> Content:
    ids = np.array([f"p{number}" for number in range(len(lon))], object)
    style = (np.arange(len(lon)) % 2).astype(np.uint8)
    styles = (MarkStyle(name_zh="甲", name_en="A"), MarkStyle(name_zh="乙", name_en="B"))
    return Content(marks=Marks(ids, lon, lat, style, styles), count=len(lon))


def shapes(parts: Sequence[Sequence[Sequence[tuple[float, float]]]], *, closed: bool) -> Content:
    rings = [ring for part in parts for ring in part]
    lon, lat = np.array([corner for ring in rings for corner in ring], float).T
    starts = np.cumsum([0, *map(len, rings)]).astype(np.uint32)
    held = np.cumsum([0, *map(len, parts)]).astype(np.uint32)
    ids = np.array([f"s{number}" for number in range(len(parts))], object)
    style = np.zeros(len(parts), np.uint8)
    styles = (ShapeStyle(name_zh="区", name_en="Area"),)
    return Content(shapes=(Shapes(ids, lon, lat, starts, held, style, styles, closed),))


def scattered(n: int, wide: float, seed: int = 1) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    lon = MIDDLE[0] + wide * (random.random(n) - 0.5)
    return lon, MIDDLE[1] + wide * (random.random(n) - 0.5)


@pytest.mark.parametrize("radius", [30.0, 1000.0, 25_000.0, 99_000.0, 300_000.0])
def test_a_circle_holds_what_the_geodesic_says(radius: float) -> None:
    lon, lat = scattered(20_000, radius / 30_000)
    turn = np.random.default_rng(2).random(2000) * 360  # and on its line, a micrometre aside
    here = [np.full(2000, value) for value in MIDDLE]
    for off in (-1e-6, 1e-6):
        more = GEOD.fwd(*here, turn, np.full(2000, radius + off))
        lon, lat = np.append(lon, more[0]), np.append(lat, more[1])
    found = select(MapArea("circle", (MIDDLE,), radius), {"cameras": marks(lon, lat)})
    layer = found.layers["cameras"]
    start = np.full(len(lon), MIDDLE[0]), np.full(len(lon), MIDDLE[1])
    distance = GEOD.inv(*start, lon, lat)[2]
    np.testing.assert_array_equal(np.sort(layer.index), np.flatnonzero(distance <= radius))
    assert (np.diff(layer.distance_m) >= 0).all()
    np.testing.assert_allclose(layer.distance_m, distance[layer.index], rtol=4e-5, atol=0.005)
    np.testing.assert_array_equal(layer.ids, [f"p{number}" for number in layer.index])


def test_a_box_has_its_edges_in_it_whichever_corners_were_drawn() -> None:
    lon = np.array([118.0, 118.2, 118.1, 118.2000001])
    lat = np.array([33.0, 33.2, 33.1, 33.1])
    for corners in (((118.0, 33.0), (118.2, 33.2)), ((118.2, 33.0), (118.0, 33.2))):
        found = select(MapArea("box", corners), {"points": marks(lon, lat)})
        assert sorted(found.layers["points"].index) == [0, 1, 2]
        assert found.layers["points"].ids[0] == "p2", "the middle is the nearest"
        assert found.layers["points"].classes == {("甲", "A"): 2, ("乙", "B"): 1}
    assert select(MapArea("box", ((1.0, 1.0), (2.0, 2.0))), {"points": marks(lon, lat)}).total == 0


def test_a_long_edge_is_straight_on_the_map_and_not_in_degrees() -> None:
    """Half way up one degree the chord in degrees lies 0.0014 degrees of longitude aside."""
    corners = ((118.0, 33.0), (119.0, 34.0), (118.0, 34.0))
    height = [np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) for lat in (33.0, 34.0)]
    share = 0.5
    lat = np.degrees(2 * np.arctan(np.exp(height[0] + share * (height[1] - height[0]))) - np.pi / 2)
    lon = np.array([118.5 - 2e-6, 118.5 + 2e-6])  # 20 cm on both sides of the line as drawn
    found = Selector(MapArea("polygon", corners)).covers(lon, np.full(2, lat))
    assert found.tolist() == [True, False]
    assert abs(lat - 33.5) * 111_000 > 100, "in degrees the line would lie elsewhere"


@pytest.mark.parametrize("seed", range(4))
def test_a_drawn_edge_is_left_by_less_than_a_decimetre(seed: int) -> None:
    random = np.random.default_rng(seed)
    (lon0, lat0), (lon1, lat1) = random.random((2, 2)) * (3, 3) + (116, 20 + seed * 10)
    ring = as_drawn(((lon0, lat0), (lon1, lat1), (lon0, lat1)))
    edge = ring[: int(np.flatnonzero((ring == (lon1, lat1)).all(axis=1))[0]) + 1]
    share = np.linspace(0, 1, 5001)
    merc = np.arcsinh(np.tan(np.radians([lat0, lat1])))
    drawn_lat = np.degrees(np.arctan(np.sinh(merc[0] + share * (merc[1] - merc[0]))))
    drawn_lon = lon0 + share * (lon1 - lon0)
    kept = np.interp(drawn_lon, *edge[np.argsort(edge[:, 0])].T)
    slope = np.cos(np.arctan2(abs(lat1 - lat0), abs(lon1 - lon0)))
    aside = np.abs(kept - drawn_lat) * 111_000 * slope
    assert aside.max() < 0.1


def test_lines_and_areas_are_in_where_any_of_them_is() -> None:
    square = [(118.2, 33.9), (118.3, 33.9), (118.3, 34.0), (118.2, 34.0)]
    around = [(118.0, 33.5), (118.6, 33.5), (118.6, 34.5), (118.0, 34.5)]
    hole = [(118.1, 33.6), (118.5, 33.6), (118.5, 34.4), (118.1, 34.4)]
    content = shapes(
        [[square], [around], [around, hole], [[(119.0, 33.0), (119.1, 33.0), (119.1, 33.1)]]],
        closed=True,
    )
    found = select(MapArea("circle", ((118.35, 33.95),), 1000.0), {"areas": content})
    assert sorted(found.layers["areas"].ids) == ["s1"], "in the hole of the third is outside of it"
    wide = select(MapArea("circle", ((118.35, 33.95),), 9000.0), {"areas": content})
    assert sorted(wide.layers["areas"].ids) == ["s0", "s1"]
    open_ring = shapes([[[*square]]], closed=False)
    left = MapArea("box", ((118.19, 33.94), (118.21, 33.96)))
    assert select(left, {"lines": open_ring}).total == 0, "a line is not closed"
    assert select(left, {"areas": content}).layers["areas"].ids.tolist() == ["s0", "s1"]


def test_a_lasso_that_crosses_itself_holds_both_loops_of_marks_and_shapes() -> None:
    eight = ((118.0, 33.0), (118.4, 33.4), (118.4, 33.0), (118.0, 33.4))
    lon, lat = np.array([118.05, 118.35, 118.2]), np.array([33.2, 33.2, 33.35])
    small = [
        [[(x, y), (x + 0.001, y), (x, y + 0.001)]] for x, y in zip(lon, lat, strict=True)
    ]  # fmt: skip
    area = MapArea("lasso", eight)
    found = select(area, {"p": marks(lon, lat), "s": shapes(small, closed=True)})
    assert sorted(found.layers["p"].ids) == ["p0", "p1"]
    assert sorted(found.layers["s"].ids) == ["s0", "s1"]


@pytest.mark.parametrize("seed", range(6))
def test_shapes_are_found_as_shapely_finds_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    parts = []
    for lon, lat in random.random((200, 2)) * 0.6 + (118.0, 33.6):
        turn = np.sort(random.random(int(random.integers(3, 30)))) * 2 * np.pi
        size = 0.005 + 0.05 * random.random(len(turn))
        ring = np.column_stack((lon + size * np.cos(turn), lat + size * np.sin(turn)))
        parts.append([[(float(x), float(y)) for x, y in ring]])
    content = shapes(parts, closed=True)
    area = MapArea("polygon", ((118.1, 33.7), (118.5, 33.75), (118.3, 34.1)))
    drawn = shapely.Polygon(as_drawn(area.corners))
    expected = [
        f"s{number}"
        for number, part in enumerate(parts)
        if shapely.Polygon(part[0]).buffer(0).intersects(drawn)
    ]
    assert sorted(select(area, {"a": content}).layers["a"].ids) == sorted(expected)
