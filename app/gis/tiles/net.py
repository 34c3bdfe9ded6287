"""Bases that come from a server: asked politely, kept where their licence allows it, and shown from
what was kept first, so that the map is as quick without the line as with it.

A server that hangs, lies about sizes or gives a page instead of a picture costs its own tiles only:
each has its time and its bytes, what failed is not asked for again at once, and one that does not
answer at all is left alone for a while.
"""

import asyncio
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Iterable

from app.config import FeedConfig, Limits
from app.core.catalog import Catalog
from app.core.message import Arg, Message, Refusal, message
from app.core.model import Ms
from app.feeds._base import Lost, Surroundings
from app.feeds._http import HttpLine
from app.feeds._http_auth import AuthOptions
from app.gis.tiles._base import MAX_TILE_BYTES, Base, BaseState, NoTile, Place, Tile, bad
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.content import raster, vector
from app.gis.tiles.keeper import Keeper
from app.gis.tiles.pace import Pace
from app.gis.tiles.standing import Standing

MAX_WAITING = 256
_MEMORY = 24 << 20  # bytes of tiles of this run
_REFUSED_TILES = 4096  # places remembered that have no tile, or a bad one
_NONE_MS, _BAD_MS = 600_000, 60_000
_AHEAD = 32  # tiles renewed behind what is shown
DAY_MS = 86_400_000

Key = tuple[int, int, int]
_GONE = (404, 410)
_LINE = frozenset(  # reasons that say something of the line, not of one tile
    {
        "feed.timeout",
        "feed.unreachable",
        "feed.port_closed",
        "feed.no_way",
        "feed.no_name",
        "feed.closed",
        "feed.http_proxy",
        "feed.http_busy",
    }
)


class NetBase(Base):
    """The base of the kinds that come over HTTP; a kind gives addresses."""

    def __init__(self, config: BaseConfig, place: Place) -> None:
        super().__init__(config, place)
        if not config.url.startswith(("http://", "https://")):
            raise bad(config, "url", "http:// or https://")
        self._standing = Standing(place.clock)
        self._pace = Pace(config.rate, config.requests)
        self._memory: OrderedDict[Key, Tile] = OrderedDict()
        self._memory_bytes = 0
        self._nothing: OrderedDict[Key, tuple[Ms, Message | None]] = OrderedDict()
        self._asked: dict[Key, asyncio.Task[Tile | None]] = {}
        self._keeper = Keeper(config, place)
        self._line: HttpLine | None = None

    @abstractmethod
    def address(self, z: int, x: int, y: int) -> str:
        """Where a tile is; without credential."""

    def homes(self) -> Iterable[str]:
        """Every address that the credential may go to."""
        return (self.address(self.config.min_zoom, 0, 0),)

    @property
    def keeper(self) -> Keeper:
        """Where its tiles are kept."""
        return self._keeper

    def state(self) -> BaseState:
        """See Base."""
        return self._standing.state(caches=True, note=self._keeper.note)

    async def tile(self, z: int, x: int, y: int) -> Tile | None:
        """What was kept, at once; what was not, from the server."""
        if not self.covers(z, x, y):
            return None
        key = (z, x, y)
        kept = self._memory.get(key) or await self._keeper.get(key)
        if kept is not None:
            if self._is_old(kept) and len(self._asked) < _AHEAD and self._may_ask(key) is None:
                self._renew(key)
            self._remember(key, kept)
            self._standing.shown(kept.at)
            return kept
        until, reason = self._nothing.get(key, (0, None))
        if self.place.clock.now() < until:
            if reason is None:
                return None
            raise NoTile(reason)
        closed = self._may_ask(key)
        if closed is not None:
            raise NoTile(closed)
        tile = await asyncio.shield(self._renew(key))
        if tile is not None:
            self._standing.shown(tile.at)
        return tile

    async def fetch(self, z: int, x: int, y: int) -> Tile | None:
        """A tile from the server and nowhere else. Raises NoTile."""
        async with self._pace.turn():
            return await self._fetched((z, x, y))

    async def close(self) -> None:
        """See Base."""
        tasks = list(self._asked.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._keeper.close()

    # ---- below

    def _may_ask(self, key: Key) -> Message | None:
        if key in self._asked:
            return None
        if self._pace.waiting >= MAX_WAITING:
            return message("mapbase.busy")
        return self._standing.closed

    def _renew(self, key: Key) -> asyncio.Task[Tile | None]:
        """The one request for a tile, however many ask for it."""
        task = self._asked.get(key)
        if task is None:
            task = asyncio.create_task(self._renewed(key), name=f"tile {self.config.id}")
            self._asked[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        return task

    def _done(self, key: Key, task: asyncio.Task[Tile | None]) -> None:
        self._asked.pop(key, None)
        if not task.cancelled():
            task.exception()  # whoever waits hears of it; nobody may wait

    async def _renewed(self, key: Key) -> Tile | None:
        now = self.place.clock.now
        try:
            async with self._pace.turn():
                closed = self._standing.closed
                if closed is not None:  # the line went while this one waited for its turn
                    raise NoTile(closed)
                tile = await self._fetched(key)
        except NoTile as error:
            self._nothing_at(key, now() + _BAD_MS, error.reason)
            raise
        if tile is None:
            self._nothing_at(key, now() + _NONE_MS, None)
            return None
        self._remember(key, tile)
        await self._keeper.put(key, tile)
        return tile

    async def _fetched(self, key: Key) -> Tile | None:
        """One exchange, and what it says about the server."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            answer = await self._own_line().fetch(
                self.address(*key), expect="any", conditional=False
            )
        except Lost as error:
            self._lost(error, loop.time() - begun)
            return None
        except Refusal as error:
            reason = _in_our_words(error.reason, self.config)
            self._standing.refused(reason)
            raise NoTile(reason) from None  # a cause may hold the address with its key
        now = self.place.clock.now()
        try:
            made = (vector if self.config.vector else raster)(answer.data, now) if answer else None
        except NoTile as error:
            self._standing.answered(loop.time() - begun, good=False)
            self._standing.doubted(error.reason)
            raise
        self._standing.answered(loop.time() - begun, good=True)
        return made

    def _lost(self, error: Lost, seconds: float) -> None:
        reason = _in_our_words(error.reason, self.config)
        if reason.id == "mapbase.http_status" and reason.args["status"] in _GONE:
            self._standing.answered(seconds, good=True)
            return
        if reason.id in _LINE:
            busy = reason.id == "feed.http_busy"
            self._standing.failed(reason, error.after or (5.0 if busy else 0.0))
        else:
            self._standing.answered(seconds, good=False)
            self._standing.doubted(reason)
        raise NoTile(reason) from None

    def _own_line(self) -> HttpLine:
        """The line, made in the loop; raises ConfigError where it cannot be."""
        if self._line is None:
            self._line = _line(self.config, self.place, self.homes())
        return self._line

    def _is_old(self, tile: Tile) -> bool:
        return self.place.clock.now() - tile.at > self.config.refresh_days * DAY_MS

    def _remember(self, key: Key, tile: Tile) -> None:
        before = self._memory.pop(key, None)
        self._memory_bytes += len(tile.data) - (len(before.data) if before else 0)
        self._memory[key] = tile
        while self._memory_bytes > _MEMORY:
            _, oldest = self._memory.popitem(last=False)
            self._memory_bytes -= len(oldest.data)

    def _nothing_at(self, key: Key, until: Ms, reason: Message | None) -> None:
        self._nothing.pop(key, None)
        self._nothing[key] = (until, reason)
        if len(self._nothing) > _REFUSED_TILES:
            self._nothing.popitem(last=False)


def _line(config: BaseConfig, place: Place, homes: Iterable[str]) -> HttpLine:
    """The line of feeds, for tiles: verified, bounded, to no other host, its key added last."""
    feed = FeedConfig(
        id=config.id.replace("_", "-"),
        kind="tiles",
        name_zh=config.name_zh,
        name_en=config.name_en,
        url=config.url.partition("{")[0],
        credential=config.credential,
        limits=Limits(max_bytes=MAX_TILE_BYTES),
        source_address=config.source_address,
        proxy=config.proxy,
        tls=config.tls,
        options={"allow_plain": config.allow_plain},
    )
    around = Surroundings(
        catalog=Catalog(), clock=place.clock, secrets=place.secrets, shared=place.shared
    )
    return HttpLine(
        feed,
        around,
        auth=AuthOptions(way="query", name=config.key_name),
        homes=tuple(homes),
        open_s=min(5.0, config.timeout_s),
        read_s=config.timeout_s,
        answer_s=config.timeout_s,
    )


def _in_our_words(reason: Message, config: BaseConfig) -> Message:
    """What a line of feeds says, where that would be odd for a base."""
    names: dict[str, Arg] = {"base_zh": config.name_zh, "base_en": config.name_en}
    if reason.id == "feed.credentials":
        return Message("mapbase.key_refused", names)
    if reason.id == "feed.plain_credential":
        return Message("mapbase.plain_key", names)
    if reason.id == "feed.http_status":
        return Message("mapbase.http_status", {**names, "status": reason.args["status"]})
    return reason
