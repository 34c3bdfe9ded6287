"""PMTiles made to hurt: each costs a sentence, never a gigabyte, an endless loop or a crash."""

import gzip
import struct
from pathlib import Path
from typing import Any

import pytest
import zstandard
from pmtiles.tile import Compression, Entry, TileType, serialize_directory, serialize_header

from app.gis.tiles.pmfile import BadPmtiles, PmtilesReader
from tests.helpers.tile_files import png

LIMIT = 1 << 20
PNG = png()


def file_of(
    path: Path,
    root: bytes,
    *,
    leaves: bytes = b"",
    data: bytes = PNG,
    **more: Any,
) -> Path:
    """A file of a root directory, leaves and tiles, one after the other; `more` overrides the
    header."""
    at = 127
    head: dict[str, Any] = {
        "root_offset": at,
        "root_length": len(root),
        "metadata_offset": at + len(root),
        "metadata_length": 0,
        "leaf_directory_offset": at + len(root),
        "leaf_directory_length": len(leaves),
        "tile_data_offset": at + len(root) + len(leaves),
        "tile_data_length": len(data),
        "clustered": True,
        "internal_compression": Compression.GZIP,
        "tile_compression": Compression.NONE,
        "tile_type": TileType.PNG,
        "min_zoom": 0,
        "max_zoom": 3,
    }
    path.write_bytes(serialize_header({**head, **more}) + root + leaves + data)  # type: ignore[typeddict-item]
    return path


def reason(path: Path) -> str:
    with pytest.raises(BadPmtiles) as error:
        reader = PmtilesReader(path)
        try:
            reader.tile(0, 0, 0, LIMIT)
        finally:
            reader.close()
    return error.value.reason.id


def directory(*entries: Entry) -> bytes:
    return bytes(serialize_directory(list(entries)))


def test_a_sound_file_is_read_through_its_leaf(tmp_path: Path) -> None:
    leaf = directory(Entry(0, 0, len(PNG), 3))
    path = file_of(tmp_path / "a", directory(Entry(0, 0, len(leaf), 0)), leaves=leaf)
    reader = PmtilesReader(path)
    assert reader.tile(0, 0, 0, LIMIT) == reader.tile(1, 0, 0, LIMIT) == PNG
    assert reader.tile(3, 0, 0, LIMIT) is None
    reader.close()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_tiles_are_unpacked_as_the_header_says(tmp_path: Path, pack: Any) -> None:
    data = pack(PNG)
    how = Compression.GZIP if pack is gzip.compress else Compression.ZSTD
    root = directory(Entry(0, 0, len(data), 1))
    reader = PmtilesReader(file_of(tmp_path / "a", root, data=data, tile_compression=how))
    assert reader.tile(0, 0, 0, LIMIT) == PNG
    reader.close()


@pytest.mark.parametrize(
    "entry",
    [
        Entry(0, 10**15, 100, 1),
        Entry(0, 0, 10**9, 1),
        Entry(0, len(PNG) - 1, 2, 1),
        Entry(0, 0, 2**62, 1),
        Entry(0, 10**12, 100, 0),
        Entry(0, 0, 2**40, 0),
    ],
    ids=["far", "long", "over the end", "endless", "far leaf", "long leaf"],
)
def test_places_outside_of_the_file_are_refused(tmp_path: Path, entry: Entry) -> None:
    assert reason(file_of(tmp_path / "a", directory(entry))) == "pmtiles.broken"


def test_a_tile_that_is_in_the_file_but_too_large_is_not_read(tmp_path: Path) -> None:
    data = bytes(2 * LIMIT)
    path = file_of(tmp_path / "a", directory(Entry(0, 0, len(data), 1)), data=data)
    assert reason(path) == "pmtiles.broken"


def test_leaves_that_point_at_themselves_end(tmp_path: Path) -> None:
    leaf = directory(Entry(0, 0, 1000, 0))
    for _ in range(20):  # until its own length is the one that it names
        leaf = directory(Entry(0, 0, len(leaf), 0))
    path = file_of(tmp_path / "a", directory(Entry(0, 0, len(leaf), 0)), leaves=leaf)
    assert reason(path) == "pmtiles.broken"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_bombs_cost_their_limit(tmp_path: Path, pack: Any) -> None:
    how = Compression.GZIP if pack is gzip.compress else Compression.ZSTD
    bomb = pack(bytes(64 << 20))
    root = directory(Entry(0, 0, len(bomb), 1))
    path = file_of(tmp_path / "a", root, data=bomb, tile_compression=how)
    assert reason(path) == "pmtiles.broken"
    path = file_of(tmp_path / "b", bomb, internal_compression=how)
    assert reason(path) == "pmtiles.broken"


def varints(*values: int) -> bytes:
    out = b""
    for value in values:
        while value > 0x7F:
            out += struct.pack("B", value & 0x7F | 0x80)
            value >>= 7
        out += struct.pack("B", value)
    return out


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        varints(0),
        varints(2**40, 1, 1, 1),
        varints(3, 0, 1),
        varints(2, 5, 0, 1, 1, 9, 9, 1, 1),
        b"\xff" * 40,
    ],
    ids=["empty", "no entries", "a trillion entries", "cut", "twice the same", "no number"],
)
def test_directories_that_are_none_are_refused(tmp_path: Path, plain: bytes) -> None:
    assert reason(file_of(tmp_path / "a", gzip.compress(plain))) == "pmtiles.broken"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"tile_type": TileType.UNKNOWN}, "pmtiles.type"),
        ({"tile_compression": Compression.BROTLI}, "pmtiles.brotli"),
        ({"root_offset": 2**63}, "pmtiles.broken"),
        ({"root_length": 2**63}, "pmtiles.broken"),
        ({"root_length": 0}, "pmtiles.broken"),
        ({"tile_data_offset": 2**63 + 5}, "pmtiles.broken"),
    ],
)
def test_headers_that_lie_are_refused(tmp_path: Path, more: dict[str, Any], sentence: str) -> None:
    path = file_of(tmp_path / "a", directory(Entry(0, 0, len(PNG), 1)), **more)
    assert reason(path) == sentence
