"""The tiles of one base on the disk, in a thread of their own; only where its licence allows it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from app.core.message import Message
from app.feeds._base import Lost
from app.feeds._worker import Worker
from app.gis.tiles._base import NoTile, Place, Tile
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.content import raster, vector, zipped
from app.gis.tiles.grid import Box
from app.store.tile_cache import TileCache

_WITHIN_S = 2.0
"""A disk that takes longer is as good as none."""

T = TypeVar("T")
Key = tuple[int, int, int]


class Keeper:
    """Gives and takes tiles; what goes wrong is in `note`, never raised."""

    def __init__(self, config: BaseConfig, place: Place) -> None:
        self._config = config
        self._place = place
        self._cache: TileCache | None = None
        self._worker = Worker(f"tiles kept {config.id}")
        self._lost: Message | None = None
        keeps = config.may_store and place.cache is not None
        self.path = place.cache / f"{config.id}.mbtiles" if keeps and place.cache else None

    @property
    def note(self) -> Message | None:
        """What is wrong with the cache; None where nothing is."""
        cache = self._cache
        return self._lost or (cache.note if cache is not None else None)

    async def get(self, key: Key) -> Tile | None:
        """A tile as it was kept; one that is spoilt counts as none."""
        found = await self._do(lambda cache: cache.get(*key), None)
        if found is None:
            return None
        try:
            return (vector if self._config.vector else raster)(*found)
        except NoTile:
            return None

    async def put(self, key: Key, tile: Tile, *, keep: bool = False) -> bool:
        """Keep a tile; `keep`: it belongs to a download and is never thrown out."""
        data = zipped(tile.data) if self._config.vector else tile.data
        return await self._do(lambda cache: cache.put(*key, data, tile.at, keep=keep), False)

    async def put_absent(self, key: Key, at: int) -> None:
        """The server has no such tile."""
        await self._do(lambda cache: cache.put_absent(*key, at), False)

    async def held(self, key: Key, since: int) -> bool:
        """Whether a download can leave this one out; it belongs to the download from then on."""

        def look(cache: TileCache) -> bool:
            return cache.has(*key, since) and cache.keep(*key)

        return await self._do(look, False)

    async def describe(self, box: Box, zooms: range, kind: str) -> None:
        """The metadata of an MBTiles file, with what a map owes to the base's maker; box and zooms
        hold what was downloaded before too."""
        config = self._config
        before: dict[str, str] = await self._do(TileCache.described, {})
        box, zooms = _union(box, zooms, before)
        bounds = ",".join(f"{value:.6f}" for value in box)
        rows = (
            ("name", config.name_zh),
            ("format", kind),
            ("bounds", bounds),
            ("minzoom", str(zooms.start)),
            ("maxzoom", str(zooms.stop - 1)),
            ("type", "baselayer"),
            ("attribution", config.attribution_zh or config.source_zh),
            ("description", f"{config.licence} {config.review}".strip()),
            ("crs", config.crs),
        )
        await self._do(lambda cache: cache.describe(rows), False)

    async def totals(self) -> tuple[int, int]:
        """Tiles and bytes in the file."""
        return await self._do(lambda cache: (cache.count(), cache.size()), (0, 0))

    async def close(self) -> None:
        """Close the file and end the thread."""
        cache, self._cache = self._cache, None
        if cache is not None:
            self._worker.close(cache.close)

    # ---- below

    async def _do(self, work: Callable[[TileCache], T], otherwise: T) -> T:
        if self.path is None:
            return otherwise
        path = self.path
        try:
            done = await self._worker.call(lambda: work(self._open(path)), _WITHIN_S)
        except Lost as error:
            self._lost = error.reason
            return otherwise
        except OSError as error:
            self._lost = _no_place(path, error)
            return otherwise
        self._lost = None
        return done

    def _open(self, path: Path) -> TileCache:
        if self._cache is None:
            limit = self._config.cache_mb << 20
            self._cache = TileCache(path, limit, self._place.clock.now())
        return self._cache


def _union(box: Box, zooms: range, before: Mapping[str, str]) -> tuple[Box, range]:
    try:
        west, south, east, north = (float(part) for part in before["bounds"].split(","))
        low, high = int(before["minzoom"]), int(before["maxzoom"])
    except (KeyError, ValueError):
        return box, zooms
    all_of = (min(west, box[0]), min(south, box[1]), max(east, box[2]), max(north, box[3]))
    return all_of, range(min(low, zooms.start), max(high + 1, zooms.stop))


def _no_place(path: Path, error: OSError) -> Message:
    return Message(
        "mapcache.no_place",
        {"file": path.name, "error": error.strerror or type(error).__name__},
    )
