"""How fast tiles come out of an MBTiles file, below the page: reader alone, and through the thread
of the base as the page asks.

The page's own rate (`tiles_rate`) is measured through the scheme with the same file: make it with
`made_file`, declare it as a base of kind `mbtiles`, and let the page fetch
`city://map/tiles/<base>/<z>/<x>/<y>` for the places of `places`.
"""

import math
import os
import random
import struct
import time
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

from app.core.clock import SystemClock
from app.gis.tiles._base import Place, Tile
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.kinds.mbtiles import Mbtiles
from app.secrets import Secrets
from app.store.mbtiles import MbtilesReader
from app.store.tile_cache import TileCache

ZOOM, EDGE = 14, 64  # 4096 tiles of one zoom, as a pack of a county has
LEFT, TOP = 13_600, 6_560
BYTES = 18_000  # of one tile: the mean of a street map's pictures
_AHEAD = 64  # requests that a page has out at once


def made_file(folder: Path, seed: int = 1) -> Path:
    """An MBTiles file of pictures of a street map's size; random, so that nothing is small."""
    path = folder / "bench.mbtiles"
    draw = random.Random(seed)  # noqa: S311  (figures, not secrets)
    cache = TileCache(path, 1 << 32, 1)
    for z, x, y in places():
        cache.put(z, x, y, _picture(draw), 1)
    cache.close()
    return path


def places() -> Iterator[tuple[int, int, int]]:
    """The tiles that the file has."""
    for y in range(TOP, TOP + EDGE):
        for x in range(LEFT, LEFT + EDGE):
            yield ZOOM, x, y


def read_rate(path: Path, seconds: float = 1.0) -> float:
    """Tiles a second by the reader alone, each looked for anew."""
    reader = MbtilesReader(path)
    every = list(places())
    random.Random(2).shuffle(every)  # noqa: S311
    done, begun = 0, time.perf_counter()
    try:
        while (spent := time.perf_counter() - begun) < seconds:
            for place in every[done % len(every) :][:100]:
                if reader.tile(*place, 1 << 20) is None:
                    raise ValueError(f"no tile at {place}")
                done += 1
    finally:
        reader.close()
    return done / spent


def thread_rate(path: Path, seconds: float = 1.0) -> float:
    """Tiles a second as futures from the thread of the base, so many asked for at once."""
    config = BaseConfig(
        id="bench", kind="mbtiles", name_zh="-", name_en="-", crs="wgs84", path=str(path)
    )
    base = Mbtiles(config, Place(SystemClock(), Secrets(environment=os.environ)))
    every = list(places())
    random.Random(3).shuffle(every)  # noqa: S311
    waiting: deque[Future[Tile | None]] = deque()
    base.ask(*every[0]).result()
    done, asked, begun = 0, 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < seconds:
        while len(waiting) < _AHEAD:
            waiting.append(base.ask(*every[asked % len(every)]))
            asked += 1
        if waiting.popleft().result() is None:
            raise ValueError("a tile is missing")
        done += 1
    for future in waiting:
        future.result()
    base.end()
    return done / spent


def _picture(draw: random.Random) -> bytes:
    """A PNG of 256 x 256 in grey whose file is about BYTES long."""
    depth = 1
    row = math.ceil(256 * depth / 8)
    noise = draw.randbytes(row * 256)
    rows = b"".join(b"\0" + noise[at : at + row] for at in range(0, len(noise), row))
    head = struct.pack(">IIBBBBB", 256, 256, depth, 0, 0, 0, 0)
    extra = _chunk(
        b"tEXt", b"noise\0" + draw.randbytes(BYTES - len(rows)).hex().encode()[: BYTES - len(rows)]
    )
    body = _chunk(b"IHDR", head) + extra + _chunk(b"IDAT", zlib.compress(rows, 0))
    return b"\x89PNG\r\n\x1a\n" + body + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
