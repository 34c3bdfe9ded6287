"""MBTiles 1.3: a SQLite file of raster pictures or of vector tiles."""

from pathlib import Path

from app.core.message import message
from app.gis.tiles._base import MAX_TILE_BYTES, NoTile, Place, Tile
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.content import raster, vector
from app.gis.tiles.files import FileBase
from app.gis.tiles.picture import head_of
from app.store.mbtiles import BadMbtiles, MbtilesReader


class Mbtiles(FileBase, kind="mbtiles"):
    """A base of one MBTiles file."""

    def __init__(self, config: BaseConfig, place: Place) -> None:
        super().__init__(config, place)
        self._reader: MbtilesReader | None = None

    def open(self, path: Path) -> None:
        """See FileBase. Whether it is vector is looked at: the page has to draw it as declared."""
        try:
            self._reader = MbtilesReader(path)
        except BadMbtiles as error:
            raise NoTile(error.reason) from error
        start = self._reader.start
        if not start:
            raise NoTile(message("mapbase.empty_file", file=path.name))
        named = self._reader.metadata.get("format", "")
        is_vector = named in ("pbf", "mvt") or (not named and head_of(start.ljust(32)) is None)
        self.require_declared(is_vector=is_vector)

    def read(self, z: int, x: int, y: int) -> Tile | None:
        """See FileBase."""
        assert self._reader is not None
        try:
            data = self._reader.tile(z, x, y, MAX_TILE_BYTES)
        except BadMbtiles as error:
            raise NoTile(error.reason) from error
        if data is None:
            return None
        return vector(data) if self.config.vector else raster(data)

    def shut(self) -> None:
        """See FileBase."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
