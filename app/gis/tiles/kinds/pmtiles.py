"""PMTiles v3: one file of raster pictures or of vector tiles, in Hilbert order."""

from pathlib import Path

from pmtiles.tile import TileType

from app.gis.tiles._base import MAX_TILE_BYTES, MAX_VECTOR_BYTES, NoTile, Place, Tile
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.content import raster, vector
from app.gis.tiles.files import FileBase
from app.gis.tiles.pmfile import BadPmtiles, PmtilesReader


class Pmtiles(FileBase, kind="pmtiles"):
    """A base of one PMTiles file."""

    def __init__(self, config: BaseConfig, place: Place) -> None:
        super().__init__(config, place)
        self._reader: PmtilesReader | None = None

    def open(self, path: Path) -> None:
        """See FileBase."""
        try:
            self._reader = PmtilesReader(path)
        except BadPmtiles as error:
            raise NoTile(error.reason) from error
        is_vector = self._reader.header["tile_type"] is TileType.MVT
        self.require_declared(is_vector=is_vector)

    def read(self, z: int, x: int, y: int) -> Tile | None:
        """See FileBase."""
        assert self._reader is not None
        limit = MAX_VECTOR_BYTES if self.config.vector else MAX_TILE_BYTES
        try:
            data = self._reader.tile(z, x, y, limit)
        except BadPmtiles as error:
            raise NoTile(error.reason) from error
        if not data:
            return None
        return vector(data) if self.config.vector else raster(data)

    def shut(self) -> None:
        """See FileBase."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
