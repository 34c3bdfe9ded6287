"""`reload-scenes`: scene files read anew off the GUI thread; faults are told, old forms stay."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.core.message import Message
from app.live.hub import Kind
from widgets.scene_book import SceneBook, own_folder, panels_of, read_book
from widgets.shell import Shell

log = logging.getLogger(__name__)

READ = "scenes-read"
"""Published when the scenes of the files stand in the shell's books."""


class SceneReload(QObject):
    """Reads the files of every seat whose windows the shell has, as often as it is asked to."""

    def __init__(self, shell: Shell, data: Path, say: Callable[[Message], None] | None) -> None:
        super().__init__(shell)
        self._shell = shell
        self._data = data
        self._say = say
        self._done = shell.spine.seat.stage.reloads
        self._work: asyncio.Task[None] | None = None
        shell.bridge.signal(Kind.SEAT).connect(self._on_seat)

    def tell(self) -> None:
        """What was wrong with the files at the start."""
        for kind in self._shell.books:
            self._tell(self._shell.books[kind])

    async def stop(self) -> None:
        """A reading that was begun ends."""
        if self._work is not None:
            await asyncio.wait([self._work])

    def _on_seat(self, keys: frozenset[str]) -> None:
        asked = self._shell.spine.seat.stage.reloads
        if asked != self._done and (self._work is None or self._work.done()):
            self._work = asyncio.get_event_loop().create_task(self._reload())

    async def _reload(self) -> None:
        stage, loop = self._shell.spine.seat.stage, asyncio.get_running_loop()
        while self._done != stage.reloads:
            self._done = stage.reloads
            books = dict(self._shell.books)
            fresh = await loop.run_in_executor(None, self._read, books)
            self._shell.use_books(fresh)
            for book in fresh.values():
                self._tell(book)
            self._shell.spine.hub.publish(Kind.SEAT, (READ,))

    def _read(self, books: dict[str, SceneBook]) -> dict[str, SceneBook]:
        check = panels_of(self._shell.registry)
        return {
            kind: read_book(kind, own_folder(self._data, kind), check, book)
            for kind, book in books.items()
        }

    def _tell(self, book: SceneBook) -> None:
        for fault in book.faults:
            log.error("%s", self._shell.translator.render(fault.reason))
            if self._say is not None:
                self._say(fault.reason)
