"""Kept tiles: bounded, whole after a kill, readable as MBTiles."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.store.driver import Durability, connect
from app.store.mbtiles import MbtilesReader
from app.store.tile_cache import TileCache
from tests.helpers.tile_files import png

NOW = 1_784_246_400_000
MB = 1 << 20
ROOT = Path(__file__).parents[3]


def test_what_was_kept_is_read_back_with_its_age_also_as_mbtiles(tmp_path: Path) -> None:
    path = tmp_path / "maps" / "vec.mbtiles"
    cache = TileCache(path, 64 * MB, NOW)
    assert cache.put(3, 1, 2, b"first", NOW - 5000)
    assert cache.put(3, 1, 2, png(), NOW)
    cache.describe([("name", "街道"), ("format", "png")])
    assert cache.get(3, 1, 2) == (png(), NOW)
    assert cache.get(3, 2, 1) is None
    assert (cache.count(), cache.note) == (1, None)
    cache.close()
    reader = MbtilesReader(path)
    assert reader.tile(3, 1, 2, MB) == png()
    assert reader.metadata == {"name": "街道", "format": "png"}
    reader.close()


def test_a_place_without_a_tile_need_not_be_asked_for_again(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "a.mbtiles", MB, NOW)
    cache.put_absent(5, 1, 1, NOW)
    assert cache.has(5, 1, 1, NOW - 1)
    assert not cache.has(5, 1, 1, NOW + 1)
    assert cache.get(5, 1, 1) is None
    cache.close()


def test_a_full_cache_lets_the_oldest_go_and_never_what_was_asked_for(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "a.mbtiles", 2 * MB, NOW)
    tile = bytes(10_000)
    for x in range(50):
        assert cache.put(12, x, 0, tile, NOW - 10_000_000, keep=True)
    for x in range(400):
        assert cache.put(12, x, 1, tile, NOW + x)
    assert cache.note is not None and cache.note.id == "mapcache.full"
    assert cache.size() < 3 * MB
    assert all(cache.get(12, x, 0) for x in range(50))
    assert cache.get(12, 0, 1) is None and cache.get(12, 399, 1) is not None
    cache.close()


def test_a_download_that_does_not_fit_ends_with_a_sentence(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "a.mbtiles", 2 * MB, NOW)
    kept = [cache.put(12, x, 0, bytes(10_000), NOW, keep=True) for x in range(400)]
    assert not kept[-1] and kept[0]
    assert cache.note is not None and cache.note.id == "mapcache.full_kept"
    assert cache.size() < 4 * MB
    cache.close()


@pytest.mark.parametrize(
    "spoilt", [b"no database at all" * 500, b"SQLite format 3\x00" + b"\1" * 9000]
)
def test_a_damaged_cache_is_put_aside_and_begun_anew(tmp_path: Path, spoilt: bytes) -> None:
    path = tmp_path / "a.mbtiles"
    path.write_bytes(spoilt)
    cache = TileCache(path, MB, NOW)
    assert cache.note is not None and cache.note.id == "mapcache.broken"
    assert (tmp_path / str(cache.note.args["aside"])).read_bytes() == spoilt
    assert cache.put(1, 0, 0, b"tile", NOW) and cache.get(1, 0, 0) == (b"tile", NOW)
    cache.close()


def test_a_folder_that_cannot_be_written_costs_the_cache_only(tmp_path: Path) -> None:
    (tmp_path / "a.mbtiles").mkdir()
    cache = TileCache(tmp_path / "a.mbtiles", MB, NOW)
    assert cache.note is not None and cache.note.id == "mapcache.no_place"
    assert not cache.put(1, 0, 0, b"tile", NOW)
    assert cache.get(1, 0, 0) is None
    cache.close()


_WRITER = """
import sys
from pathlib import Path
from app.store.tile_cache import TileCache
cache = TileCache(Path(sys.argv[1]), 1 << 30, 1)
x = 0
while True:
    cache.put(20, x, 0, bytes([x % 251]) * (1000 + x % 7000), x)
    x += 1
    if x == 300:
        print("far enough", flush=True)
"""


def test_a_kill_in_the_middle_of_writing_leaves_whole_tiles(tmp_path: Path) -> None:
    path = tmp_path / "a.mbtiles"
    command = [sys.executable, "-c", _WRITER, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"far enough\n"
        child.kill()
    cache = TileCache(path, 1 << 30, NOW)
    count = cache.count()
    assert count >= 300 and cache.note is None
    for x in range(count):
        assert cache.get(20, x, 0) == (bytes([x % 251]) * (1000 + x % 7000), x)
    cache.close()
    checked = connect(path, None, Durability.NORMAL)
    assert checked.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    checked.close()
