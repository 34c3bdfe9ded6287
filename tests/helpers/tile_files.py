"""Pictures, MBTiles and PMTiles made for a test, by the formats' texts and not by our readers."""

import gzip
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from app.store.driver import Durability, connect

Place = tuple[int, int, int]

MVT_EMPTY = b"\x1a\x0b\x78\x02\x0a\x04road\x28\x80\x20"
"""A vector tile with one layer `road` of version 2, without features (vector_tile.proto)."""


def png(width: int = 256, height: int = 256, colour: tuple[int, int, int] = (40, 90, 160)) -> bytes:
    """A picture of one colour."""
    rows = (b"\0" + bytes(colour) * width) * height

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def mbtiles(
    path: Path,
    tiles: Mapping[Place, bytes],
    metadata: Mapping[str, str] | None = None,
    *,
    index: bool = True,
) -> Path:
    """An MBTiles file; rows of `tiles` count from the north, those of the file from the south."""
    connection = connect(path, None, Durability.NORMAL)
    execute = connection.execute
    execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    execute(
        "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER,"
        " tile_data BLOB)"
    )
    if index:
        execute("CREATE UNIQUE INDEX i ON tiles (zoom_level, tile_column, tile_row)")
    for name, value in (metadata or {"format": "png"}).items():
        execute("INSERT INTO metadata VALUES (?, ?)", (name, value))
    for (z, x, y), data in tiles.items():
        execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, 2**z - 1 - y, data))
    execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return path


def pmtiles(path: Path, tiles: Mapping[Place, bytes], kind: TileType = TileType.PNG) -> Path:
    """A PMTiles v3 file, by the format's own writer; vector tiles are gzipped in it."""
    packed = kind is TileType.MVT
    with path.open("wb") as file:
        writer = Writer(file)
        for place in sorted(tiles, key=lambda place: zxy_to_tileid(*place)):
            data = tiles[place]
            writer.write_tile(zxy_to_tileid(*place), gzip.compress(data) if packed else data)
        head: dict[str, Any] = {
            "tile_type": kind,
            "tile_compression": Compression.GZIP if packed else Compression.NONE,
            "min_zoom": min(z for z, _, _ in tiles),
            "max_zoom": max(z for z, _, _ in tiles),
        }
        writer.finalize(head, {})
    return path
