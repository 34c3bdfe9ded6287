"""A base that is drawn from a file of roads, waters and green, in the theme's colours, without
tiles and without a GPU: GeoJSON or any other format that can be imported.

The column `class` says what a thing is: main, middle, small, rail, water, green, building. What the
page gets are its lines and areas as one frame (`app.gis.frames`), as tile 0/0/0.
"""

from pathlib import Path

import numpy as np

from app.core.message import Refusal, message
from app.gis._read_geojson import read_geojson
from app.gis.features import POINT, Features
from app.gis.files import read
from app.gis.frames import encode, unit_square
from app.gis.settle import settled
from app.gis.tiles._base import NoTile, Tile
from app.gis.tiles.files import FileBase

TYPE = "application/octet-stream"
CLASSES = ("green", "water", "building", "small", "middle", "main", "rail")
"""In the order in which they are drawn."""
MAX_VERTICES = 400_000
READ_HERE = 4 << 20  # bytes
_COLUMN = "class"


class Drawn(FileBase, kind="drawn"):
    """A base of one file of shapes."""

    _frame: bytes = b""

    def open(self, path: Path) -> None:
        """See FileBase. A small GeoJSON is read here, which costs less than a child; anything else
        by a child, because its readers can be broken."""
        small = path.suffix in (".geojson", ".json") and path.stat().st_size <= READ_HERE
        try:
            found = read_geojson(path.read_bytes()) if small else read(path)
            found = settled(found, self.config.crs)
        except Refusal as error:
            raise NoTile(error.reason) from error
        if len(found.x) > MAX_VERTICES:
            raise NoTile(message("mapbase.drawn_large", n=len(found.x), limit=MAX_VERTICES))
        self._frame = frame_of(found)

    def read(self, z: int, x: int, y: int) -> Tile | None:
        """See FileBase."""
        return Tile(self._frame, TYPE) if (z, x, y) == (0, 0, 0) else None

    def shut(self) -> None:
        """See FileBase."""
        self._frame = b""

    def covers(self, z: int, x: int, y: int) -> bool:
        """See Base."""
        return (z, x, y) == (0, 0, 0)


def frame_of(features: Features) -> bytes:
    """The frame `drawn`: `xy` f4 2v as offsets from `x`, `y` of its head in the unit square of Web
    Mercator, `ring` u4 (first vertex of each ring, and the last's end), `style` u1 of each ring,
    `area` u1."""
    kept = features.only(features.form != POINT) if (features.form == POINT).any() else features
    x, y = unit_square(kept.x, kept.y)
    middle = (float(x.mean()), float(y.mean())) if len(x) else (0.5, 0.5)
    xy = np.empty(2 * len(x), np.float32)
    xy[0::2], xy[1::2] = x - middle[0], y - middle[1]
    columns = dict(zip(kept.columns, kept.cells, strict=True))
    named = columns.get(_COLUMN, ("",) * kept.count)
    small = CLASSES.index("small")
    styles = [CLASSES.index(name) if name in CLASSES else small for name in named]
    owner = kept.ring_shape()
    head = {"kind": "drawn", "x": middle[0], "y": middle[1], "classes": CLASSES}
    return encode(
        head,
        [
            ("xy", xy),
            ("ring", kept.ring_start.astype(np.uint32)),
            ("style", np.array(styles, np.uint8)[owner]),
            ("area", (kept.form == 2).astype(np.uint8)[owner]),
            ("shape", owner.astype(np.uint32)),
        ],
    )
