"""MBTiles files that others made: what is in them, and what they cannot do to us."""

import threading
from pathlib import Path

import pytest

from app.store.driver import Durability, connect
from app.store.mbtiles import BadMbtiles, MbtilesReader
from tests.helpers.tile_files import mbtiles, png

LIMIT = 1 << 20
CARTO = Path(__file__).parents[4] / "shared" / "data" / "carto"
needs_shared = pytest.mark.skipif(not CARTO.is_dir(), reason="../shared/data is not there")


def said(error: pytest.ExceptionInfo[BadMbtiles]) -> str:
    return error.value.reason.id


def foreign(path: Path, *statements: str) -> Path:
    connection = connect(path, None, Durability.NORMAL)
    for statement in statements:
        connection.execute(statement)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return path


def test_rows_count_from_the_south_in_the_file_and_from_the_north_here(tmp_path: Path) -> None:
    north, south = png(colour=(1, 1, 1)), png(colour=(2, 2, 2))
    path = foreign(
        tmp_path / "a.mbtiles",
        "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)",
        f"INSERT INTO tiles VALUES (1, 0, 1, x'{north.hex()}'), (1, 0, 0, x'{south.hex()}')",
    )
    reader = MbtilesReader(path)
    assert reader.tile(1, 0, 0, LIMIT) == north
    assert reader.tile(1, 0, 1, LIMIT) == south
    assert reader.tile(1, 1, 0, LIMIT) is None
    assert reader.zooms() == (1, 1)
    assert reader.metadata == {}
    reader.close()


def test_a_view_of_map_and_images_is_read_like_a_table(tmp_path: Path) -> None:
    path = foreign(
        tmp_path / "view.mbtiles",
        "CREATE TABLE map (zoom_level, tile_column, tile_row, tile_id)",
        "CREATE TABLE images (tile_id, tile_data)",
        "CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data"
        " FROM map JOIN images ON images.tile_id = map.tile_id",
        "INSERT INTO map VALUES (0, 0, 0, 'sea')",
        "INSERT INTO images VALUES ('sea', x'0102')",
    )
    reader = MbtilesReader(path)
    assert reader.tile(0, 0, 0, LIMIT) == b"\x01\x02"
    reader.close()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "mbtiles.no_tiles"),
        (b"<html>not here</html>" * 400, "mbtiles.no_database"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "mbtiles.no_database"),
    ],
)
def test_what_is_no_file_of_tiles_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "b.mbtiles"
    path.write_bytes(content)
    with pytest.raises(BadMbtiles) as error:
        MbtilesReader(path)
    assert said(error) == sentence
    assert path.read_bytes() == content
    assert [item.name for item in tmp_path.iterdir()] == ["b.mbtiles"]


def test_a_file_cut_short_gives_what_can_be_read_and_then_a_sentence(tmp_path: Path) -> None:
    tiles = {(6, x, y): png(colour=(x, y, 0)) for x in range(20) for y in range(20)}
    path = mbtiles(tmp_path / "c.mbtiles", tiles)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadMbtiles) as error:
        reader = MbtilesReader(path)
        for place in tiles:
            reader.tile(*place, LIMIT)
    assert said(error) == "mbtiles.broken"


def test_a_view_without_an_end_costs_its_time_and_no_more(tmp_path: Path) -> None:
    path = foreign(
        tmp_path / "d.mbtiles",
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT i AS zoom_level, i AS tile_column, i AS tile_row, NULL AS tile_data FROM n"
        " WHERE i < 0",
    )
    done = threading.Event()

    def read() -> None:
        with pytest.raises(BadMbtiles) as error:
            MbtilesReader(path, patience_s=0.05)
        assert said(error) == "mbtiles.slow"
        done.set()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(20)
    assert done.is_set()


def test_a_tile_of_megabytes_is_not_loaded(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "e.mbtiles", {(0, 0, 0): bytes(3 << 20)})
    reader = MbtilesReader(path)
    with pytest.raises(BadMbtiles) as error:
        reader.tile(0, 0, 0, LIMIT)
    assert said(error) == "mbtiles.large"
    assert error.value.reason.args["bytes"] == 3 << 20
    reader.close()


def test_text_in_the_place_of_a_tile_is_no_tile(tmp_path: Path) -> None:
    path = foreign(
        tmp_path / "f.mbtiles",
        "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)",
        "INSERT INTO tiles VALUES (0, 0, 0, '<script>')",
    )
    reader = MbtilesReader(path)
    with pytest.raises(BadMbtiles) as error:
        reader.tile(0, 0, 0, LIMIT)
    assert said(error) == "mbtiles.not_bytes"
    reader.close()


def test_nothing_is_written_beside_a_file_that_is_read(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "g.mbtiles", {(0, 0, 0): png()})
    before = path.read_bytes()
    reader = MbtilesReader(path)
    reader.tile(0, 0, 0, LIMIT)
    assert [item.name for item in tmp_path.iterdir()] == ["g.mbtiles"]
    reader.close()
    assert path.read_bytes() == before


@needs_shared
def test_files_of_others_are_read() -> None:
    reader = MbtilesReader(CARTO / "world_cities.mbtiles")
    assert reader.zooms() == (0, 6)
    assert reader.start.startswith(b"\x1f\x8b")
    found = [reader.tile(2, x, y, LIMIT) for x in range(4) for y in range(4)]
    assert sum(tile is not None for tile in found) == 7
    reader.close()
    with pytest.raises(BadMbtiles) as error:
        MbtilesReader(CARTO / "invalid.mbtiles")
    assert said(error) == "mbtiles.no_tiles"
