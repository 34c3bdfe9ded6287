"""Bases of files: tiles of both formats, the first sentence for each that cannot be used."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import TileType

from app.core.clock import ManualClock
from app.gis.tiles._base import NoTile, Place, Tile
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.content import VECTOR
from app.gis.tiles.service import Tiles
from app.secrets import Secrets
from tests.helpers.tile_files import MVT_EMPTY, mbtiles, pmtiles, png

NOW = 1_784_246_400_000
CARTO = Path(__file__).parents[4] / "shared" / "data" / "carto"
needs_shared = pytest.mark.skipif(not CARTO.is_dir(), reason="../shared/data is not there")


def config(id_: str, kind: str, path: str = "", **more: Any) -> BaseConfig:
    return BaseConfig(id=id_, kind=kind, name_zh=id_, name_en=id_, crs="wgs84", path=path, **more)


@asynccontextmanager
async def tiles(folder: Path, *configs: BaseConfig) -> AsyncIterator[Tiles]:
    place = Place(ManualClock(NOW), Secrets(environment={}), (folder,))
    made = Tiles({one.id: one for one in configs}, place)
    made.start()
    yield made
    await made.stop()


async def ask(made: Tiles, base: str, z: int, x: int, y: int) -> Tile | None:
    return await asyncio.wrap_future(made.ask(base, z, x, y))


async def reason(made: Tiles, base: str) -> str:
    with pytest.raises(NoTile) as error:
        await ask(made, base, 0, 0, 0)
    return error.value.reason.id


async def test_both_formats_give_the_same_tiles(tmp_path: Path) -> None:
    places = [(z, x, y) for z in range(4) for x in range(2**z) for y in range(2**z)]
    pictures = {place: png(colour=place) for place in places if place != (3, 0, 7)}
    mbtiles(tmp_path / "a.mbtiles", pictures)
    pmtiles(tmp_path / "a.pmtiles", pictures)
    a, b = config("a", "mbtiles", "a.mbtiles"), config("b", "pmtiles", "a.pmtiles")
    async with tiles(tmp_path, a, b) as made:
        for base in ("a", "b"):
            assert made.state(base).health == "idle"
            for place, data in pictures.items():
                tile = await ask(made, base, *place)
                assert tile is not None and (tile.data, tile.type) == (data, "image/png")
            assert await ask(made, base, 3, 0, 7) is None
            assert await ask(made, base, 19, 0, 0) is None
            assert made.state(base).health == "file" and made.state(base).since > 0


async def test_vector_tiles_come_unpacked(tmp_path: Path) -> None:
    pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): MVT_EMPTY}, TileType.MVT)
    mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): MVT_EMPTY}, {"format": "pbf"})
    a = config("a", "mbtiles", "a.mbtiles", vector=True)
    b = config("b", "pmtiles", "a.pmtiles", vector=True)
    async with tiles(tmp_path, a, b) as made:
        for base in ("a", "b"):
            tile = await ask(made, base, 0, 0, 0)
            assert tile is not None and (tile.data, tile.type) == (MVT_EMPTY, VECTOR)


async def test_what_cannot_be_used_says_why_and_the_others_go_on(tmp_path: Path) -> None:
    mbtiles(tmp_path / "good.mbtiles", {(0, 0, 0): png()})
    mbtiles(tmp_path / "empty.mbtiles", {})
    mbtiles(tmp_path / "vector.mbtiles", {(0, 0, 0): MVT_EMPTY}, {"format": "pbf"})
    pmtiles(tmp_path / "good.pmtiles", {(0, 0, 0): png()})
    (tmp_path / "text.pmtiles").write_bytes(b"no tiles" * 100)
    (tmp_path / "short.pmtiles").write_bytes(b"PMTiles\x03")
    expected = {
        "none": (config("none", "mbtiles", "none.mbtiles"), "mapbase.no_file"),
        "empty": (config("empty", "mbtiles", "empty.mbtiles"), "mapbase.empty_file"),
        "vector": (config("vector", "mbtiles", "vector.mbtiles"), "mapbase.is_vector"),
        "raster": (config("raster", "pmtiles", "good.pmtiles", vector=True), "mapbase.is_raster"),
        "text": (config("text", "pmtiles", "text.pmtiles"), "pmtiles.none"),
        "short": (config("short", "pmtiles", "short.pmtiles"), "pmtiles.none"),
        "swapped": (config("swapped", "mbtiles", "good.pmtiles"), "mbtiles.no_database"),
    }
    good = config("good", "mbtiles", "good.mbtiles")
    async with tiles(tmp_path, good, *(one for one, _ in expected.values())) as made:
        for base, (_, sentence) in expected.items():
            assert await reason(made, base) == sentence
            assert made.state(base).health == "refused"
        assert await ask(made, "good", 0, 0, 0) is not None
        assert await reason(made, "unheard-of") == "mapbase.unknown"


async def test_a_file_that_hangs_holds_up_no_other(tmp_path: Path) -> None:
    mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): png()})
    mbtiles(tmp_path / "b.mbtiles", {(0, 0, 0): png()})
    a, b = config("a", "mbtiles", "a.mbtiles"), config("b", "mbtiles", "b.mbtiles")
    async with tiles(tmp_path, a, b) as made:
        assert await ask(made, "a", 0, 0, 0) is not None
        go_on = threading.Event()
        base = made.bases["a"]
        base.read = lambda z, x, y: go_on.wait(30) and None  # type: ignore[attr-defined]
        hanging = made.ask("a", 0, 0, 0)
        assert await ask(made, "b", 0, 0, 0) is not None
        assert not hanging.done()
        go_on.set()
        assert await asyncio.wrap_future(hanging) is None


async def test_nothing_is_left_when_it_stops(tmp_path: Path) -> None:
    mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): png()})
    async with tiles(tmp_path, config("a", "mbtiles", "a.mbtiles")) as made:
        await ask(made, "a", 0, 0, 0)
        assert any(thread.name.startswith("tiles") for thread in threading.enumerate())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tiles")]


@needs_shared
async def test_files_of_others(tmp_path: Path) -> None:
    toner = config("toner", "pmtiles", "stamen_toner_raster_CC-BY_ODbL_z3.pmtiles")
    terrain = config("terrain", "pmtiles", "near-badschandau-z10-11.pmtiles")
    fixture = config("fixture", "pmtiles", "test_fixture_1.pmtiles", vector=True)
    buildings = config("buildings", "mbtiles", "bostonbuildings.mbtiles", vector=True)
    pictures = config("pictures", "mbtiles", "geography-class-png.mbtiles")
    async with tiles(CARTO, toner, terrain, fixture, buildings, pictures) as made:
        found = [await ask(made, "toner", 3, x, y) for x in range(8) for y in range(8)]
        assert {tile.type for tile in found if tile} == {"image/png"} and len(found) == 64
        assert await ask(made, "fixture", 0, 0, 0) is not None
        assert await ask(made, "pictures", 1, 1, 1) is not None
        # Bad Schandau is at 14.15 E, 50.92 N: column (14.15 + 180) / 360 * 1024 = 552.2 at zoom 10.
        webp = [await ask(made, "terrain", 10, 552, y) for y in range(340, 350)]
        assert [tile.type for tile in webp if tile] == ["image/webp"]
        # Boston: column (180 - 71.06) / 360 * 8192 = 2478.98, row by the formula of Web Mercator.
        houses = [await ask(made, "buildings", 13, x, y) for x in range(2476, 2482)
                  for y in range(3026, 3034)]  # fmt: skip
        assert [tile.type for tile in houses if tile] == [VECTOR] * 3
