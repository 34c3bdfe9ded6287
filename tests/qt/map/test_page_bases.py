"""Bases in a real page: pictures where they belong, coarser ones where there is none, never a
broken one; GCJ-02 set right; vector tiles by MapLibre."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from pmtiles.tile import TileType

from app.core.clock import ManualClock
from app.core.geo import wgs_to_gcj
from app.gis.frames import encode_json
from app.gis.tiles import grid
from app.gis.tiles._base import Place
from app.gis.tiles.card import frame
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.service import Tiles
from app.secrets import Secrets
from tests.helpers.map_page import MapPageUnderTest, opened
from tests.helpers.tile_files import mbtiles, pmtiles, png
from widgets.map.bases import MapBases

LON, LAT, ZOOM = 119.113, 33.552, 12
RED, BLUE, GREEN = (200, 20, 20), (20, 20, 200), (20, 160, 20)


def base(id_: str, path: str, **more: Any) -> BaseConfig:
    given = {"kind": "mbtiles", "crs": "cgcs2000", "tone": "picture", **more}
    return BaseConfig(id=id_, name_zh=id_, name_en=id_, path=path, **given)


@asynccontextmanager
async def shown(
    context: Any, folder: Path, *configs: BaseConfig, first: str = "1"
) -> AsyncIterator[MapPageUnderTest]:
    """A page that shows the first of these bases; `first` is said to it before it hears of any."""
    place = Place(ManualClock(0), Secrets(environment={}), (folder,))
    bases = MapBases({one.id: one for one in configs}, place)
    try:
        async with opened(context, (512, 512)) as page:
            page.view.service.serve(bases.tile, lambda _: None)
            await page.script(first)
            page.send(bases.frame())
            look(page, configs[0].id)
            yield page
            assert page.ledger.total == 0
    finally:
        await bases.stop()


def look(page: MapPageUnderTest, base_id: str, **more: Any) -> None:
    state = {"lon": LON, "lat": LAT, "zoom": ZOOM, "fly_ms": 0, "base": base_id, **more}
    page.send(encode_json("state", state))


async def complete(page: MapPageUnderTest, pane: str = "tilePane") -> None:
    await page.wait_for(
        f"(l => l.length > 0 && l.every(x => x._loading === false))"
        f"(chengmai.base.shown.get('{pane}') || [])"
    )


def near(colour: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(colour, other, strict=True)) <= 3


def test_pictures_stand_where_they_belong(run, context, tmp_path):
    x, y = grid.tile_of(LON, LAT, ZOOM)
    around = [(ZOOM, x + i, y + j) for i in (-2, -1, 0, 1, 2) for j in (-2, -1, 0, 1, 2)]
    tiles = {place: png(colour=RED if place[1:] == (x, y) else BLUE) for place in around}
    mbtiles(tmp_path / "a.mbtiles", tiles)

    async def work():
        async with shown(context, tmp_path, base("a", "a.mbtiles")) as page:
            await complete(page)
            west, south, east, north = grid.degrees_of(ZOOM, x, y)
            left, top = await page.place_of(west, north)
            right, bottom = await page.place_of(east, south)
            assert (right - left, bottom - top) == (256, 256)
            assert near(await page.colour_at(left + 3, top + 3), RED)
            for i, j in ((left - 3, top + 9), (right + 3, top + 9), (left + 9, bottom + 3)):
                if 0 <= i < 512 and 0 <= j < 512:
                    assert near(await page.colour_at(i, j), BLUE)

    run(work())


def test_where_there_is_no_tile_a_coarser_one_or_the_ground_is_seen(run, context, tmp_path):
    x, y = grid.tile_of(LON, LAT, ZOOM - 2)
    mbtiles(tmp_path / "a.mbtiles", {(ZOOM - 2, x, y): png(colour=RED)})
    mbtiles(tmp_path / "b.mbtiles", {(0, 0, 0): png(colour=GREEN)})

    async def work():
        bases = base("a", "a.mbtiles"), base("b", "b.mbtiles")
        async with shown(context, tmp_path, *bases) as page:
            await complete(page)
            assert near(await page.colour_at(256, 256), RED)
            look(page, "b")
            await page.wait_for("chengmai.base.shown.get('tilePane')?.[0]?._card.id === 'b'")
            await complete(page)
            ground = await page.colour_at(256, 256)
            assert not near(ground, RED) and not near(ground, GREEN)
            assert await page.script("document.querySelectorAll('img').length") == 0
            look(page, "nothing-of-this-name")
            await page.wait_for("chengmai.base.shown.get('tilePane')?.length === 0")
            assert near(await page.colour_at(256, 256), ground)

    run(work())


def test_a_gcj02_base_is_set_right_to_a_pixel(run, context, tmp_path):
    # One column of tiles of theirs is red: its western edge must be seen where it truly lies.
    there = wgs_to_gcj(np.array([LON]), np.array([LAT]))
    x, y = grid.tile_of(float(there[0][0]), float(there[1][0]), ZOOM)
    tiles = {
        (ZOOM, i, j): png(colour=RED if i >= x else BLUE)
        for i in range(x - 3, x + 4)
        for j in range(y - 3, y + 4)
    }
    mbtiles(tmp_path / "a.mbtiles", tiles)

    async def work():
        async with shown(context, tmp_path, base("a", "a.mbtiles", crs="gcj02")) as page:
            await complete(page)
            image = await page.image()
            colours = [image.pixelColor(i, 256).getRgb()[:3] for i in range(512)]
            edges = [
                i for i in range(1, 512) if near(colours[i - 1], BLUE) and near(colours[i], RED)
            ]
            edge_lon, _ = grid.place(x, y, ZOOM)
            # Where theirs says edge_lon it is truly at the place that GCJ-02 moves there.
            true = LON + (edge_lon - float(there[0][0]))
            expected, _ = await page.place_of(true, LAT)
            plain, _ = await page.place_of(edge_lon, LAT)
            assert len(edges) == 1 and abs(edges[0] - expected) <= 2
            assert abs(expected - plain) > 10, "half a kilometre is seen at this zoom"

    run(work())


def test_the_page_knows_the_same_shift_as_the_program(run, context, tmp_path):
    cities = ((119.1, 33.5), (87.6, 43.8), (109.5, 18.3), (126.6, 45.8))
    places = [(z, *grid.tile_of(lon, lat, z)) for z in (4, 9, 13, 18) for lon, lat in cities]
    mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): png()})

    async def work():
        async with shown(context, tmp_path, base("a", "a.mbtiles")) as page:
            listed = [list(place) for place in places]
            found = await page.script(f"{listed}.map(p => chengmai.baseShift(...p))")
            for place, theirs in zip(places, found, strict=True):
                assert theirs == pytest.approx(grid.shift(*place), abs=1e-9)

    run(work())


def test_another_base_stands_on_the_other_side_of_a_comparison(run, context, tmp_path):
    mbtiles(tmp_path / "a.mbtiles", {(ZOOM, *grid.tile_of(LON, LAT, ZOOM)): png(colour=RED)})
    mbtiles(tmp_path / "b.mbtiles", {(ZOOM, *grid.tile_of(LON, LAT, ZOOM)): png(colour=BLUE)})

    async def work():
        bases = base("a", "a.mbtiles"), base("b", "b.mbtiles")
        async with shown(context, tmp_path, *bases) as page:
            look(page, "a", compare={"form": "swipe", "base": "b"})
            await complete(page)
            await page.wait_for("(chengmai.base.shown.get('base-compare') || []).length === 1")
            await complete(page, "base-compare")
            assert near(await page.colour_at(226, 256), RED)
            assert near(await page.colour_at(286, 256), BLUE)
            look(page, "a", compare=None)
            await page.wait_for("chengmai.base.shown.get('base-compare')?.length === 0")
            assert near(await page.colour_at(286, 256), RED)

    run(work())


def test_a_base_of_lines_is_drawn_in_the_themes_colours(run, context, tmp_path):
    ring = [
        [LON - 0.02, LAT - 0.02],
        [LON + 0.02, LAT - 0.02],
        [LON + 0.02, LAT],
        [LON - 0.02, LAT],
    ]
    things = [
        ("main", "LineString", [[LON - 1, LAT + 0.02], [LON + 1, LAT + 0.02]]),
        ("water", "Polygon", [[*ring, ring[0]]]),
    ]
    made = [
        {
            "type": "Feature",
            "properties": {"class": name},
            "geometry": {"type": kind, "coordinates": at},
        }
        for name, kind, at in things
    ]
    text = json.dumps({"type": "FeatureCollection", "features": made})
    (tmp_path / "roads.geojson").write_text(text, encoding="utf-8")
    roads = base("roads", "roads.geojson", kind="drawn")

    async def work():
        async with shown(context, tmp_path, roads) as page:
            await complete(page)
            named = await page.script(
                "['line1', 'sequential.1'].map(n => chengmai.look.colours[n])"
            )
            road, water = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in named)
            assert near(await page.colour_at(*await page.place_of(LON, LAT + 0.02)), road)
            assert near(await page.colour_at(*await page.place_of(LON, LAT - 0.01)), water)
            ground = await page.colour_at(*await page.place_of(LON, LAT + 0.01))
            assert not near(ground, road) and not near(ground, water)

    run(work())


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def mvt(layer: str, kind: int, steps: list[int], **tags: str) -> bytes:
    """A vector tile of one layer with one feature (vector_tile.proto, 2.1): `kind` 1 point, 3
    polygon; `steps` are its commands with zigzag parameters in a square of 4096."""
    geometry = b"".join(varint(step) for step in steps)
    numbers = b"".join(varint(at) + varint(at) for at in range(len(tags)))
    feature = field(2, numbers) + b"\x18" + varint(kind) + field(4, geometry)
    names = b"".join(field(3, name.encode()) for name in tags)
    values = b"".join(field(4, field(1, value.encode())) for value in tags.values())
    body = b"\x78\x02" + field(1, layer.encode()) + field(2, feature) + names + values
    return field(3, body + b"\x28\x80\x20")


SQUARE = [9, 0, 0, 26, 8192, 0, 0, 8192, 8191, 0, 15]  # MoveTo, three LineTo, ClosePath
MIDDLE = [9, 4096, 4096]


def test_vector_tiles_are_drawn_by_maplibre_in_the_themes_colours(run, context, tmp_path):
    # MapLibre's tiles are 512 pixels wide: at zoom 12 of the map it takes those of zoom 11.
    x, y = grid.tile_of(LON, LAT, ZOOM - 1)
    water_and_name = mvt("water", 3, SQUARE, **{"class": "river"})
    water_and_name += mvt("place", 1, MIDDLE, **{"class": "city", "name": "淮安市区 12"})
    tiles = {(ZOOM - 1, x, y): water_and_name}
    pmtiles(tmp_path / "v.pmtiles", tiles, TileType.MVT)
    settings = {"kind": "pmtiles", "vector": True, "min_zoom": 5, "max_zoom": ZOOM - 1}
    vector = base("v", "v.pmtiles", **settings)

    async def work():
        as_if_there_were_a_gpu = "(chengmai.page.webgl = true, 1)"
        async with shown(context, tmp_path, vector, first=as_if_there_were_a_gpu) as page:
            await page.wait_for("(chengmai.base.shown.get('tilePane') || []).length === 1")
            water = await page.script("chengmai.look.colours['sequential.1']")
            expected = tuple(int(water[i : i + 2], 16) for i in (1, 3, 5))
            west, south, east, north = grid.degrees_of(ZOOM - 1, x, y)
            left, top = await page.place_of(west, north)
            right, bottom = await page.place_of(east, south)
            across, down = max(left, 0) + 20, max(top, 0) + 20
            assert across < min(right, 512) and down < min(bottom, 512)
            await page.wait_for(
                "(m => m && m.loaded() && m.queryRenderedFeatures().length > 0)"
                "(chengmai.base.shown.get('tilePane')?.[0]?.getMaplibreMap())"
            )
            assert near(await page.colour_at(across, down), expected)
            middle = {"lon": (west + east) / 2, "lat": (south + north) / 2, "zoom": ZOOM}
            page.send(encode_json("state", {**middle, "fly_ms": 0, "base": "v"}))
            await page.wait_for(
                "chengmai.base.shown.get('tilePane')?.[0]?.getMaplibreMap()"
                ".queryRenderedFeatures({layers: ['place']}).length > 0"
            )
            image = await page.image()
            ink = [
                image.pixelColor(i, j).lightness() for i in range(216, 296) for j in range(236, 276)
            ]
            ground = image.pixelColor(100, 100).lightness()
            assert sum(value > ground + 60 for value in ink) > 100, "Chinese, without glyph files"

    run(work())


def test_the_page_is_never_told_where_tiles_come_from(tmp_path):
    config = BaseConfig(
        id="t", kind="wmts", name_zh="天地图", name_en="TianDiTu", crs="cgcs2000", preset="vec_w",
        credential="tianditu",
    )  # fmt: skip
    place = Place(ManualClock(0), Secrets(environment={}), (tmp_path,))
    told = frame(Tiles({"t": config}, place).configs)
    assert b"tianditu.gov" not in told and b'"tk"' not in told
    assert msgspec.json.decode(told[8 : told.rindex(b"}") + 1])["bases"][0]["min_zoom"] == 1
