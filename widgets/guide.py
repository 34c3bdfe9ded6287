"""What visits and presentations do to the windows, and the way back to live on a red warning.

A red that nobody acknowledged ends presentation, freeze and dark within one frame: the scene that
stood before stands again, live. What visitors must not see stays hidden, for they are still there;
the desk is told.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject

from app.core import wording
from app.core.message import Message, message
from app.live.alarms import red_waits
from app.live.hub import Kind
from app.live.presentation import Covered
from widgets.pointer import Pointer
from widgets.scene_reload import READ
from widgets.script_book import ScriptBook, read_scripts
from widgets.shade import Shade
from widgets.shell import Shell
from widgets.window import Window

log = logging.getLogger(__name__)


class Guide(QObject):
    """Follows the seat's presentation; `say` tells the desk."""

    def __init__(
        self, shell: Shell, say: Callable[[Message], None] | None, data: Path | None = None
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._say = say
        self._data = data
        self._books: dict[str, ScriptBook] = {}
        self._red = False  # it was told
        self._zone = ZoneInfo(shell.spine.city.config.zone)
        self._work: asyncio.Task[None] | None = None
        # Read and checked once, before the first window; later off this thread.
        self._use({kind: self._read(kind) for kind in shell.books})
        bridge = shell.bridge
        bridge.signal(Kind.WARNING).connect(self._on_warning)
        bridge.signal(Kind.SEAT).connect(self._on_seat)
        bridge.tick.connect(self._on_tick)

    # ---- scripts

    def _read(self, kind: str) -> ScriptBook:
        shell = self._shell
        return read_scripts(
            kind,
            shell.spine.city.name,
            shell.books[kind].scenes,
            shell.registry.names(),
            self._data,
            self._books.get(kind),
        )

    def _use(self, books: dict[str, ScriptBook]) -> None:
        self._books = books
        own, presentation = self._shell.looks.seat, self._shell.spine.seat.presentation
        for kind, book in books.items():
            presentation.scripts["" if kind == own else kind] = book.scripts

    async def _reload(self) -> None:
        loop, books = asyncio.get_running_loop(), {}
        for kind in self._shell.books:
            books[kind] = await loop.run_in_executor(None, self._read, kind)
        self._use(books)
        self.tell()
        self._shell.spine.hub.publish(Kind.SEAT, ("presentation",))

    async def stop(self) -> None:
        """A reading that was begun ends."""
        if self._work is not None:
            await asyncio.wait([self._work])

    def tell(self) -> None:
        """What was wrong with the files."""
        for book in self._books.values():
            for fault in book.faults:
                log.error("%s", self._shell.translator.render(fault.reason))
                self._tell(fault.reason)

    def _tell(self, words: Message) -> None:
        if self._say is not None:
            self._say(words)

    # ---- red

    def _on_warning(self, _: frozenset[str]) -> None:
        self._heed_red()

    def _heed_red(self) -> None:
        spine, seat = self._shell.spine, self._shell.spine.seat
        red = red_waits(spine.board.view().cards)
        if not red:
            self._red = False
            return
        if seat.presentation.is_on:
            seat.presentation.recall(seat.stage, spine.clock.now())
            spine.hub.publish(Kind.SEAT, ("presentation", "scene"))
            self._tell(message("visit.recalled_masked" if seat.visit else "visit.recalled"))
        elif not self._red and seat.visit is not None:
            self._tell(message("visit.red"))
        self._red = True

    # ---- windows

    def _on_seat(self, keys: frozenset[str]) -> None:
        if READ in keys and (self._work is None or self._work.done()):
            self._work = asyncio.get_event_loop().create_task(self._reload())
        if "visit" in keys:
            for window in self._shell.all_windows:
                window.remake()
        self.follow()

    def _on_tick(self) -> None:
        self._heed_red()
        self._dwell()
        self.follow()

    def _dwell(self) -> None:
        seat, now = self._shell.spine.seat, self._shell.spine.clock.now()
        running = seat.presentation.running
        if running is None or not running.step.dwell_s or seat.presentation.covered:
            return
        due = now - running.since >= running.step.dwell_s * 1000
        if due and seat.presentation.go(seat.stage, 1, now):
            self._shell.spine.hub.publish(Kind.SEAT, ("presentation", "scene"))

    def follow(self) -> None:
        """Cover, uncover and point as the seat says; costs nothing where all stands already."""
        presentation = self._shell.spine.seat.presentation
        for window in self._shell.all_windows:
            self._cover(window, presentation.covered.get(window.group))
            self._point(window)

    def _cover(self, window: Window, wanted: Covered | None) -> None:
        shade = window.shade
        if shade is not None and shade.covered != wanted:
            shade.lift()
            window.shade = shade = None
        if shade is not None:
            shade.fit()
            shade.update()
        elif wanted is not None and window.theme is not None:
            words = self._words(wanted)
            panels = [panel for panel in window.panels.values() if panel.isVisible()]
            window.shade = Shade(window, window.theme, panels, wanted, words)

    def _words(self, covered: Covered) -> Callable[[], tuple[str, str]]:
        def words() -> tuple[str, str]:
            shell = self._shell
            time = wording.clock(covered.since, self._zone)
            span = shell.spine.clock.now() - covered.since
            age = wording.duration(span, shell.translator)
            say = shell.translator.text
            return say("visit.frozen_at", time=time), say("visit.frozen_age", age=age)

        return words

    def _point(self, window: Window) -> None:
        running = self._shell.spine.seat.presentation.running
        kind = running.step.highlight if running is not None else ""
        panel = None
        if running is not None and running.window == window.group and window.shade is None:
            found = (item for item in window.panels.values() if item.kind == kind and item.seen)
            panel = next(found, None)
        if panel is not None and window.pointer is not None:
            window.pointer.follow(panel)
        elif panel is not None and window.theme is not None:
            window.pointer = Pointer(panel, window.theme)
        elif window.pointer is not None:
            window.pointer.hide()
            window.pointer.deleteLater()
            window.pointer = None
