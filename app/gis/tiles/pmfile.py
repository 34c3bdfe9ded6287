"""PMTiles v3 files that others made, read piece by piece and never trusted.

Header and Hilbert order are the format's own library's; directories are read here, because the
library takes their lengths, counts and offsets at their word (and any of their compressions for
gzip). The file is read, not mapped: one that is cut short while it is mapped kills the process.
Specification: protomaps/PMTiles, spec/v3.
"""

import os
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import zstandard
from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from app.core.message import Refusal, message

MAX_DIRECTORY = 8 << 20  # bytes, uncompressed
MAX_ENTRIES = 1 << 20
_KEPT = 64  # directories
_DEPTH = 4  # root and three levels of leaves; the specification says "at most 3"
_HEADER = 127


class BadPmtiles(Refusal):
    """A file that cannot be used, or a part of it."""


class PmtilesReader:
    """One file; used by one thread at a time. Raises BadPmtiles."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._file = path.open("rb")
        self._directories: OrderedDict[tuple[int, int], list[Entry]] = OrderedDict()
        try:
            self.header = self._header()
            self._root = self._directory(self.header["root_offset"], self.header["root_length"])
        except BaseException:
            self._file.close()
            raise

    def tile(self, z: int, x: int, y: int, limit: int) -> bytes | None:
        """A tile without the compression that the file declares, None where there is none."""
        head = self.header
        wanted = zxy_to_tileid(z, x, y)
        entries = self._root
        for _ in range(_DEPTH):
            entry = find_tile(entries, wanted)
            if entry is None:
                return None
            if entry.run_length:
                data = self._part("tile_data", entry.offset, entry.length, limit)
                return self._plain(data, head["tile_compression"], limit)
            offset = head["leaf_directory_offset"] + entry.offset
            self._part("leaf_directory", entry.offset, entry.length, MAX_DIRECTORY)
            entries = self._directory(offset, entry.length)
        raise self._broken("directories")

    def close(self) -> None:
        """Let go of the file."""
        self._directories.clear()
        self._file.close()

    # ---- below

    def _header(self) -> HeaderDict:
        if os.fstat(self._file.fileno()).st_size < _HEADER:
            raise BadPmtiles(message("pmtiles.none", file=self._name))
        try:
            head = deserialize_header(self._bytes(0, _HEADER))
        except (MagicNumberNotFound, SpecVersionUnsupported, UnicodeDecodeError) as error:
            raise BadPmtiles(message("pmtiles.none", file=self._name)) from error
        except (ValueError, IndexError) as error:  # a compression or a type that there is not
            raise self._broken("header") from error
        if head["tile_type"] in (TileType.UNKNOWN, TileType.MLT):
            raise BadPmtiles(message("pmtiles.type", file=self._name))
        for which in ("internal_compression", "tile_compression"):
            if head[which] is Compression.BROTLI:
                raise BadPmtiles(message("pmtiles.brotli", file=self._name))
        return head

    def _part(self, section: str, offset: int, length: int, limit: int) -> bytes:
        """A piece of a section, which must lie within the section and the file."""
        begin = int(self.header[f"{section}_offset"])  # type: ignore[literal-required]
        whole = int(self.header[f"{section}_length"])  # type: ignore[literal-required]
        if length > limit or offset < 0 or (whole and offset + length > whole):
            raise self._broken("offsets")
        return self._bytes(begin + offset, length)

    def _bytes(self, offset: int, length: int) -> bytes:
        if length <= 0 or offset + length > 1 << 62:
            raise self._broken("offsets")
        data = os.pread(self._file.fileno(), length, offset)
        if len(data) != length:
            raise self._broken("offsets")
        return data

    def _directory(self, offset: int, length: int) -> list[Entry]:
        key = (offset, length)
        known = self._directories.get(key)
        if known is None:
            if length > MAX_DIRECTORY:
                raise self._broken("directories")
            packed = self._bytes(offset, length)
            data = self._plain(packed, self.header["internal_compression"], MAX_DIRECTORY)
            known = self._directories[key] = self._entries(data)
            if len(self._directories) > _KEPT:
                self._directories.popitem(last=False)
        else:
            self._directories.move_to_end(key)
        return known

    def _entries(self, data: bytes) -> list[Entry]:
        """The entries of a directory (specification, 4.2)."""
        more = _numbers(data, self._broken)
        count = more()
        if not 0 < count <= min(MAX_ENTRIES, len(data)):
            raise self._broken("directories")
        entries, last = [], 0
        for at in range(count):
            step = more()
            if at and not step:
                raise self._broken("directories")
            last += step
            entries.append(Entry(last, 0, 0, 0))
        for entry in entries:
            entry.run_length = more()
        for entry in entries:
            entry.length = more()
        for at, entry in enumerate(entries):
            value = more()
            before = entries[at - 1]
            entry.offset = value - 1 if value or not at else before.offset + before.length
        return entries

    def _plain(self, data: bytes, how: Compression, limit: int) -> bytes:
        """Without its compression, at most `limit` bytes."""
        if how is Compression.GZIP:
            inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                made = inflate.decompress(data, limit + 1)
            except zlib.error as error:
                raise self._broken("gzip") from error
            whole = inflate.eof
        elif how is Compression.ZSTD:
            unpack = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
            try:
                made = _bounded(unpack.decompress, data, limit)
            except zstandard.ZstdError as error:
                raise self._broken("zstd") from error
            whole = unpack.eof
        else:
            return data
        if len(made) > limit or not whole:
            raise self._broken("gzip" if how is Compression.GZIP else "zstd")
        return made

    def _broken(self, part: str) -> BadPmtiles:
        return BadPmtiles(message("pmtiles.broken", file=self._name, part=part))


def _bounded(unpack: Callable[[bytes], bytes], data: bytes, limit: int) -> bytes:
    """What comes out, a few bytes of input at a time, until it is more than the limit."""
    made = bytearray()
    for start in range(0, len(data), 64):
        made += unpack(data[start : start + 64])
        if len(made) > limit:
            break
    return bytes(made)


def _numbers(data: bytes, broken: Callable[[str], BadPmtiles]) -> Callable[[], int]:
    """Gives one varint (LEB128, at most 64 bits) after the other."""
    at = 0

    def more() -> int:
        nonlocal at
        value = shift = 0
        while True:
            if at >= len(data) or shift > 63:
                raise broken("directories")
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    return more
