"""From the bytes of a tile to what a browser may have: a picture of a tile's size, or a vector tile
without its compression. Bytes that are neither are refused by name."""

import gzip
import zlib

from app.core.message import message
from app.core.model import Ms
from app.gis.tiles._base import MAX_TILE_BYTES, MAX_VECTOR_BYTES, NoTile, Tile
from app.gis.tiles.picture import head_of

VECTOR = "application/vnd.mapbox-vector-tile"
_GZIP = b"\x1f\x8b"
_MARKUP = (b"<", b"\xef\xbb\xbf<")


def raster(data: bytes, at: Ms = 0) -> Tile:
    """A picture as a tile. Raises NoTile for what is none, or of no tile's size."""
    if len(data) > MAX_TILE_BYTES:
        raise NoTile(message("mapbase.tile_large", limit=MAX_TILE_BYTES >> 20))
    head = head_of(data)
    if head is None:
        page = data[:64].lstrip().startswith(_MARKUP)
        raise NoTile(message("mapbase.tile_page" if page else "mapbase.tile_unknown"))
    if not head.is_tile:
        size = f"{head.width}x{head.height}"
        raise NoTile(message("mapbase.tile_size", size=size))
    return Tile(data, head.type, at)


def vector(data: bytes, at: Ms = 0) -> Tile:
    """A vector tile (Mapbox Vector Tile 2.1), gzipped or not. Raises NoTile."""
    plain = unzipped(data, MAX_VECTOR_BYTES) if data.startswith(_GZIP) else data
    if len(plain) > MAX_VECTOR_BYTES:
        raise NoTile(message("mapbase.tile_large", limit=MAX_VECTOR_BYTES >> 20))
    if not _is_layers(plain):
        raise NoTile(message("mapbase.tile_unknown"))
    return Tile(plain, VECTOR, at)


def unzipped(data: bytes, limit: int) -> bytes:
    """What gzip holds, at most `limit` bytes; raises NoTile. A bomb costs the limit, not more."""
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        made = inflate.decompress(data, limit + 1)
    except zlib.error as error:
        raise NoTile(message("mapbase.tile_unknown")) from error
    if len(made) > limit:
        raise NoTile(message("mapbase.tile_large", limit=limit >> 20))
    if not inflate.eof:
        raise NoTile(message("mapbase.tile_unknown"))
    return made


def zipped(data: bytes) -> bytes:
    """As vector tiles are kept in an MBTiles file (MBTiles 1.3, Content)."""
    return gzip.compress(data, mtime=0)


def _is_layers(data: bytes) -> bool:
    """Whether the outermost message is what a tile is: fields 3 of bytes, one after the other
    (vector_tile.proto), and other fields that a reader skips."""
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        if key < 0:
            return False
        kind = key & 7
        if kind == 2:
            length, at = _varint(data, at)
            if length < 0:
                return False
            at += length
        elif kind == 0:
            value, at = _varint(data, at)
            if value < 0:
                return False
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            return False
    return at == end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place and where the next begins; -1 where there is none."""
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
    return -1, at
