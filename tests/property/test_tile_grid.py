"""The grid of tiles and the parsers of what comes in them."""

import contextlib
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.tile import tileid_to_zxy, zxy_to_tileid

from app.core.geo import wgs_to_gcj
from app.gis.tiles import grid
from app.gis.tiles._base import NoTile
from app.gis.tiles.content import raster, vector
from app.gis.tiles.picture import head_of
from app.gis.tiles.pmfile import BadPmtiles, PmtilesReader
from app.store.mbtiles import BadMbtiles, MbtilesReader
from tests.helpers.tile_files import MVT_EMPTY, mbtiles, pmtiles, png

LON = st.floats(-179.999, 179.999)
LAT = st.floats(-85.0, 85.0)
ZOOM = st.integers(0, 20)
CHINA = (st.floats(74.0, 134.0), st.floats(18.0, 53.0))


@given(LON, LAT, ZOOM)
def test_a_place_lies_in_its_tile_and_in_its_box(lon: float, lat: float, z: int) -> None:
    x, y = grid.tile_of(lon, lat, z)
    west, south, east, north = grid.degrees_of(z, x, y)
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9


@given(LON, LAT, ZOOM)
def test_position_and_place_are_inverse(lon: float, lat: float, z: int) -> None:
    there = grid.place(*grid.position(lon, lat, z), z)
    assert there == pytest.approx((lon, lat), abs=1e-9)


@given(ZOOM, st.data())
def test_boxes_of_neighbours_meet(z: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, 2**z - 1))
    y = data.draw(st.integers(0, 2**z - 1))
    west, south, east, north = grid.metres_of(z, x, y)
    assert east - west == pytest.approx(north - south)
    assert grid.metres_of(z, x + 1, y)[0] == pytest.approx(east, abs=1e-6)
    assert grid.metres_of(z, x, y + 1)[3] == pytest.approx(south, abs=1e-6)


def test_known_tiles() -> None:
    # The square of Huai'an's centre at zoom 12, by the formula of OGC 17-083r4 on paper:
    # x = (119.113 + 180) / 360 * 4096 = 3403.24; y from asinh(tan(33.552 deg)) = 0.62225.
    assert grid.tile_of(119.113, 33.552, 12) == (3403, 1642)
    assert grid.metres_of(0, 0, 0) == pytest.approx(
        (-20037508.34, -20037508.34, 20037508.34, 20037508.34)
    )
    assert grid.tile_of(-180.0, 90.0, 3) == (0, 0)
    assert grid.tile_of(180.0, -90.0, 3) == (7, 7)


def test_hilbert_known_answer() -> None:
    assert zxy_to_tileid(12, 3423, 1763) == 19078479
    assert tileid_to_zxy(19078479) == (12, 3423, 1763)


@given(st.integers(0, 8), *CHINA, st.floats(0.01, 3), st.floats(0.01, 3))
def test_a_box_counts_the_tiles_that_it_lists(
    z: int, west: float, south: float, wide: float, high: float
) -> None:
    box = (west, south, west + wide, south + high)
    zooms = range(z, z + 3)
    listed = list(grid.tiles(box, zooms))
    assert len(listed) == len(set(listed)) == grid.count(box, zooms)
    assert [place[0] for place in listed] == sorted(place[0] for place in listed)


@given(*CHINA, st.integers(1, 18), st.floats(0, 1), st.floats(0, 1))
def test_within_a_tile_the_shift_of_gcj02_is_the_same_to_a_pixel(
    lon: float, lat: float, z: int, right: float, down: float
) -> None:
    x, y = grid.tile_of(lon, lat, z)
    dx, dy = grid.shift(z, x, y)
    here = grid.place(x + right, y + down, z)
    theirs = wgs_to_gcj(*(np.array([value]) for value in here))
    there_x, there_y = grid.position(float(theirs[0][0]), float(theirs[1][0]), z)
    away = math.hypot(there_x - (x + right) - dx, there_y - (y + down) - dy)
    assert away * 256 < 1.1


@given(st.binary(max_size=200))
def test_any_bytes_have_a_head_or_none(data: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF0000WEBP", b"GIF89a", b"\x1f\x8b"):
        head_of(start + data)
        for read in (raster, vector):
            with contextlib.suppress(NoTile):
                read(start + data)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_a_picture_that_was_spoilt_is_a_picture_or_none(at: int, junk: bytes) -> None:
    good = png()
    data = good[: at % len(good)] + junk + good[at % len(good) :]
    with contextlib.suppress(NoTile):
        assert raster(data).type == "image/png"


@pytest.fixture(scope="module")
def pm_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    tiles = {
        (z, x, y): png(colour=(z, x, y)) for z in range(4) for x in range(2**z) for y in range(2**z)
    }
    return pmtiles(tmp_path_factory.mktemp("pm") / "a.pmtiles", tiles).read_bytes()


@pytest.fixture(scope="module")
def mb_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    tiles = {
        (z, x, y): png(colour=(z, x, y)) for z in range(4) for x in range(2**z) for y in range(2**z)
    }
    return mbtiles(tmp_path_factory.mktemp("mb") / "a.mbtiles", tiles).read_bytes()


def spoilt(good: bytes, at: int, junk: bytes, cut: int) -> bytes:
    """The bytes with some of them overwritten, and perhaps an end too early."""
    at %= len(good)
    data = good[:at] + junk + good[at + len(junk) :]
    return data[: max(1, len(data) - cut)]


HEADER_OR_ANY = st.one_of(st.integers(0, 400), st.integers(0, 1 << 30))
CUT = st.one_of(st.just(0), st.integers(0, 5000))


@given(HEADER_OR_ANY, st.binary(min_size=1, max_size=16), CUT)
def test_spoilt_pmtiles_give_tiles_or_a_sentence(
    pm_bytes: bytes, tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes, cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "spoilt.pmtiles"
    path.write_bytes(spoilt(pm_bytes, at, junk, cut))
    try:
        reader = PmtilesReader(path)
    except BadPmtiles:
        return
    for place in ((0, 0, 0), (1, 1, 0), (3, 7, 7), (3, 0, 4)):
        with contextlib.suppress(BadPmtiles):
            reader.tile(*place, 1 << 20)
    reader.close()


@given(HEADER_OR_ANY, st.binary(min_size=1, max_size=16), CUT)
def test_spoilt_mbtiles_give_tiles_or_a_sentence(
    mb_bytes: bytes, tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes, cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "spoilt.mbtiles"
    path.write_bytes(spoilt(mb_bytes, at, junk, cut))
    try:
        reader = MbtilesReader(path)
    except BadMbtiles:
        return
    for place in ((0, 0, 0), (1, 1, 0), (3, 7, 7), (3, 0, 4)):
        with contextlib.suppress(BadMbtiles):
            reader.tile(*place, 1 << 20)
    reader.close()


def test_a_vector_tile_is_told_from_text(tmp_path: Path) -> None:
    assert vector(MVT_EMPTY).data == MVT_EMPTY
    for other in (b"<html></html>", b'{"error": 1}', MVT_EMPTY[:-1]):
        with pytest.raises(NoTile):
            vector(other)
