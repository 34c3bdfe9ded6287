"""All bases of a seat: one thread with a loop of its own for those that come from servers, one
thread for each file. Whoever asks gets a future at once.

    tiles = Tiles(atlas.bases, Place(clock, secrets, folders, cache))
    tiles.start()
    tiles.ask("vec", 12, 3423, 1763).add_done_callback(...)   # in a thread of the tiles
    await tiles.stop()
"""

import asyncio
import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future

from app.config import ConfigError
from app.core.message import Message, message
from app.gis.tiles._base import Base, BaseState, NoTile, Place, Tile, bases
from app.gis.tiles.config import BaseConfig, check
from app.gis.tiles.files import FileBase, ended
from app.registry import UnknownKind

STOP_S = 5.0
log = logging.getLogger("chengmai.tiles")


class Tiles:
    """Bases by id. One that cannot be used is there with its reason and gives no tiles."""

    def __init__(self, configs: Mapping[str, BaseConfig], place: Place) -> None:
        self.place = place
        self.bases: dict[str, Base] = {}
        self.refused: dict[str, Message] = {}
        for config in configs.values():
            try:
                self.bases[config.id] = made(config, place)
            except ConfigError as error:
                self.refused[config.id] = error.reason
        self.configs = {id_: base.config for id_, base in self.bases.items()}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ended: Future[None] = Future()

    def start(self) -> None:
        """Begin; does nothing where it has begun."""
        if self._thread is not None:
            return
        self._loop = asyncio.new_event_loop()
        self._ended = Future()
        self._thread = threading.Thread(target=self._run, name="tiles", daemon=True)
        self._thread.start()

    def ask(self, base: str, z: int, x: int, y: int) -> Future[Tile | None]:
        """A tile, soon; None where the base has none, NoTile where it could not be had. Cancel it
        where nobody wants it any more. From any thread; callbacks run in a thread of the tiles."""
        found = self.bases.get(base)
        if found is None or self._loop is None:
            answer: Future[Tile | None] = Future()
            answer.set_exception(NoTile(self.refused.get(base) or _unknown(base)))
            return answer
        if isinstance(found, FileBase):
            return found.ask(z, x, y)
        return asyncio.run_coroutine_threadsafe(found.tile(z, x, y), self._loop)

    def state(self, base: str) -> BaseState:
        """How a base is now; from any thread."""
        found = self.bases.get(base)
        if found is None:
            return BaseState("refused", reason=self.refused.get(base) or _unknown(base))
        return found.state()

    async def stop(self) -> None:
        """Close all and end the thread; in another loop than the tiles' own."""
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop is None or thread is None:
            return
        closing = asyncio.run_coroutine_threadsafe(self._close(), loop)
        try:
            async with asyncio.timeout(STOP_S):
                await asyncio.wrap_future(closing)
        except TimeoutError:
            log.warning("a base does not close; its thread ends with the program")
        loop.call_soon_threadsafe(loop.stop)
        await ended(self._ended, thread)

    def _run(self) -> None:
        assert self._loop is not None
        loop = self._loop
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            left = asyncio.all_tasks(loop)  # tiles that a server still owes
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
            self._ended.set_result(None)

    async def _close(self) -> None:
        ended = await asyncio.gather(
            *(base.close() for base in self.bases.values()), return_exceptions=True
        )
        for error in ended:
            if isinstance(error, BaseException):
                log.error("a base did not close: %r", error)
        await self.place.shared.close()


def made(config: BaseConfig, place: Place) -> Base:
    """A base as its settings say; raises ConfigError where they cannot be used."""
    fault = check(config)
    if fault is not None:
        raise ConfigError(fault)
    try:
        kind = bases().load(config.kind)
    except UnknownKind as error:
        known = ", ".join(bases().names())
        raise ConfigError(
            message("mapbase.kind", base=config.id, kind=config.kind[:40], known=known)
        ) from error
    return kind(config, place)


def _unknown(base: str) -> Message:
    return message("mapbase.unknown", base=base[:60])
