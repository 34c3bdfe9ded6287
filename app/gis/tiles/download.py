"""The tiles of an area, for times without a line: first what it would take, then fetching, which
may be broken off and goes on where it stopped.

Politely: never more than the base's `rate` and `requests`. Only where the base's licence allows it
to be stored. A box is WGS-84.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import ClassVar

import msgspec
import numpy as np

from app.core.clock import Clock
from app.core.geo import wgs_to_gcj
from app.core.message import Refusal, message
from app.core.privacy import Privacy
from app.gis.tiles._base import Base, NoTile, Tile
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.grid import MAX_LAT, Box, count, spans, tiles
from app.gis.tiles.net import DAY_MS, NetBase

MAX_TILES = 2_000_000
SAMPLES = 4  # of each zoom
_TRIES = 3
PAUSE_S = 5.0
_GIVE_UP = 40  # failures in a row: the line is gone
_FORMATS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


class BadDownload(Refusal):
    """What was asked for cannot be downloaded."""


class Estimate(msgspec.Struct, frozen=True):
    """What a download would take: tiles, bytes as sampled, seconds at the polite rate. `sampled`
    is how many tiles the bytes come from."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    tiles: int
    bytes: int
    seconds: float
    sampled: int


class Progress(msgspec.Struct):
    """How far a download is, in tiles: `done` of `total`, of which `held` were there already,
    `absent` are not to be had from the server, `failed` could not be had now."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    total: int
    done: int = 0
    held: int = 0
    absent: int = 0
    failed: int = 0
    bytes: int = 0


class Download:
    """One area of one base. Raises BadDownload where it cannot be, before anything is asked."""

    def __init__(
        self, base: Base, box: Box, zooms: range, clock: Clock, pause_s: float = PAUSE_S
    ) -> None:
        """`pause_s` is waited before a tile that failed is asked for again."""
        config = base.config
        names = {"base_zh": config.name_zh, "base_en": config.name_en}
        if not isinstance(base, NetBase):
            raise BadDownload(message("mapload.no_server", **names))
        if not config.may_store:
            raise BadDownload(message("mapload.licence", **names))
        low, high = max(zooms.start, config.min_zoom), min(zooms.stop - 1, config.max_zoom)
        if low > high:
            raise BadDownload(
                message("mapload.zooms", **names, low=config.min_zoom, high=config.max_zoom)
            )
        _check(box)
        self.base = base
        self.box = box
        self.zooms = range(low, high + 1)
        self._grid_box = _in_grid(config, box)
        self._clock = clock
        self._pause_s = pause_s
        total = count(self._grid_box, self.zooms)
        if total > MAX_TILES:
            raise BadDownload(message("mapload.too_many", n=total, limit=MAX_TILES))
        self.progress = Progress(total)
        self._type = ""  # of the tiles, as MBTiles names it

    async def estimate(self) -> Estimate:
        """What it would take, from some tiles of each zoom. Raises NoTile where none of them can
        be had."""
        sizes: dict[int, list[int]] = {}
        sampled, last = 0, None
        for z in self.zooms:
            sizes[z] = []
            for place in self._some(z):
                try:
                    tile = await self.base.fetch(*place)
                except NoTile as error:
                    last = error
                    continue
                sampled += 1
                sizes[z].append(len(tile.data) if tile is not None else 0)
        if not sampled and last is not None:
            raise last
        known = [size for found in sizes.values() for size in found]
        mean = sum(known) / max(1, len(known))
        total = 0.0
        for z in self.zooms:
            usual = sum(sizes[z]) / len(sizes[z]) if sizes[z] else mean
            total += usual * count(self._grid_box, range(z, z + 1))
        rate = self.base.config.rate
        return Estimate(self.progress.total, round(total), self.progress.total / rate, sampled)

    async def run(self, tell: Callable[[Progress], None] = lambda _: None) -> Progress:
        """Fetch what is not there, or is older than the base's `refresh_days`. Raises BadDownload
        where the line is gone or the file is full; what came by then is kept."""
        places = tiles(self._grid_box, self.zooms)
        since = self._clock.now() - round(self.base.config.refresh_days * DAY_MS)
        row = [0]
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.base.config.requests):
                    group.create_task(self._work(places, since, row, tell))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            if self._type:
                await self.base.keeper.describe(self.box, self.zooms, self._type)
        return self.progress

    async def _work(
        self,
        places: Iterator[tuple[int, int, int]],
        since: int,
        row: list[int],
        tell: Callable[[Progress], None],
    ) -> None:
        """One of those who fetch; `row` counts failures in a row, of all together."""
        progress, keeper = self.progress, self.base.keeper
        for place in places:
            if await keeper.held(place, since):
                progress.held += 1
            else:
                try:
                    tile = await self._fetched(place)
                except NoTile as error:
                    progress.failed += 1
                    row[0] += 1
                    if row[0] >= _GIVE_UP:
                        raise BadDownload(error.reason) from None
                else:
                    row[0] = 0
                    await self._keep(place, tile)
            progress.done += 1
            tell(progress)

    async def _fetched(self, place: tuple[int, int, int]) -> Tile | None:
        for left in range(_TRIES - 1, -1, -1):
            try:
                return await self.base.fetch(*place)
            except NoTile as error:
                id_ = error.reason.id
                of_line = id_.startswith("feed.") and id_ != "feed.http_html"
                if not left or not (of_line or id_ == "mapbase.http_status"):
                    raise
                await asyncio.sleep(self._pause_s)
        return None

    async def _keep(self, place: tuple[int, int, int], tile: Tile | None) -> None:
        keeper = self.base.keeper
        if tile is None:
            self.progress.absent += 1
            await keeper.put_absent(place, self._clock.now())
            return
        self.progress.bytes += len(tile.data)
        self._type = _FORMATS.get(tile.type, "pbf")
        if not await keeper.put(place, tile, keep=True):
            raise BadDownload(keeper.note or message("mapload.not_kept"))

    def _some(self, z: int) -> list[tuple[int, int, int]]:
        """A few places of a zoom, spread over the box."""
        first, last, top, bottom = spans(self._grid_box, z)
        parts = (0.2, 0.4, 0.6, 0.8)[:SAMPLES]
        found = [
            (z, round(first + (last - first) * a), round(top + (bottom - top) * b))
            for a, b in zip(parts, (0.6, 0.2, 0.8, 0.4), strict=False)
        ]
        return list(dict.fromkeys(found))


def _check(box: Box) -> None:
    west, south, east, north = box
    sound = -180 <= west < east <= 180 and -MAX_LAT <= south < north <= MAX_LAT
    if not sound:
        text = ",".join(f"{value:g}" for value in box)
        raise BadDownload(message("mapload.box", box=text))


def _in_grid(config: BaseConfig, box: Box) -> Box:
    """The box in the datum of the base's grid."""
    if not config.shifted:
        return box
    lon, lat = wgs_to_gcj(np.array([box[0], box[2]]), np.array([box[1], box[3]]))
    return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])
