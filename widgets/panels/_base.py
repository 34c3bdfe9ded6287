"""A panel: one block of a scene. A new one is one file here that registers by its class line.

    class Indicators(Panel, kind="indicators"):
        class Options(PanelOptions):
            bureau: str = ""
        needs = frozenset({Kind.READING})

How to write one: docs/howto-panel.md.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

import msgspec
from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QAccessible, QShowEvent
from PySide6.QtWidgets import QWidget

from app.core.privacy import Privacy
from app.live.hub import Kind
from widgets.context import Context
from widgets.screen_item import ScreenItem, spoken

log = logging.getLogger(__name__)

Changes = dict[Kind, frozenset[str]]
_SMOOTHED = 0.3  # the weight of the newest duration
WALL_GAP_S = 0.25
"""On a wall a panel is refreshed at most so often: read from ten metres, a figure that changes more
often than four times a second is no figure any more, and each change costs a painting."""


class PanelOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scene may set on a panel; each panel kind derives its own."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC


class PanelType(type(QWidget)):  # type: ignore[misc]
    """Lets a panel's class line carry `kind="..."`: Qt's own metaclass takes no keywords."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], members: dict[str, Any], kind: str = ""
    ) -> Any:
        """The class, with its kind."""
        return super().__new__(mcs, name, bases, {**members, "kind": kind})

    def __init__(
        cls, name: str, bases: tuple[type, ...], members: dict[str, Any], kind: str = ""
    ) -> None:
        super().__init__(name, bases, members)


class Panel(QWidget, metaclass=PanelType):
    """The base of every panel.

    A subclass says what it `needs`, builds what it paints in `refresh`, paints in `paintEvent`,
    and lists the same values in `items`. `refresh` runs at most once per frame and only while
    the panel can be seen; a hidden panel remembers that it is dirty and refreshes once on show.
    With `ticking` it is also refreshed each second, for the ages. Where many panels have news in
    one frame some of them are refreshed in the next ones (`Bridge.turn`).
    """

    kind: ClassVar[str]
    Options: ClassVar[type[PanelOptions]] = PanelOptions
    needs: ClassVar[frozenset[Kind]] = frozenset()
    ticking: ClassVar[bool] = True
    repaints: ClassVar[bool] = True  # False: `refresh` itself says what to repaint

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.options = options
        self.refreshes = 0
        self._pending: Changes = {}
        self._dirty = True  # never refreshed yet
        self._refresh_s = 0.0
        self._paint_s = 0.0
        self._gap_s = WALL_GAP_S if context.seat == "hall" else 0.0
        self._refreshed = -WALL_GAP_S  # on the clock of the machine
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._on_frame)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._receivers = {kind: self._receiver(kind) for kind in self.needs}
        bridge = context.bridge
        for kind, receive in self._receivers.items():
            bridge.signal(kind).connect(receive)
        bridge.frame.connect(self._on_frame)
        if self.ticking:
            bridge.tick.connect(self._on_tick)

    # For subclasses ---------------------------------------------------------------------------

    def title(self) -> str:
        """The panel's title in the window's language; empty for bars."""
        return ""

    def items(self) -> list[ScreenItem]:
        """What the panel shows now, for the screen JSON and for accessible text."""
        return []

    def refresh(self, changes: Changes) -> None:
        """Take what changed (empty on the first call and on ticks); `update()` follows by itself.

        Runs on the GUI thread: pictures and dictionaries only, well under 8 ms.
        """

    def lit(self) -> list[QRect]:
        """Places of the panel that nothing opened over the window may darken."""
        return []

    def ask(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a question to `context.queries` (or a command); cancelled with the panel.

        An error that the coroutine does not handle is logged, never swallowed.
        """
        # The first panels are shown before the loop runs; it is set by then.
        task = asyncio.get_event_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    # Of the machinery -------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Whether something changed that was not refreshed yet."""
        return self._dirty

    @property
    def asked(self) -> frozenset[asyncio.Task[Any]]:
        """The questions that were not answered yet."""
        return frozenset(self._tasks)

    @property
    def seen(self) -> bool:
        """Whether a person could see the panel now."""
        return self.isVisible() and not self.window().isMinimized()

    def stop(self) -> None:
        """Let go of the bridge and cancel what was asked; called before the panel is deleted."""
        self._later.stop()
        bridge = self.context.bridge
        bridge.forget(self)
        bridge.frame.disconnect(self._on_frame)
        if self.ticking:
            bridge.tick.disconnect(self._on_tick)
        for kind, receive in self._receivers.items():
            bridge.signal(kind).disconnect(receive)
        for task in self._tasks:
            task.cancel()

    def showEvent(self, event: QShowEvent) -> None:
        """Refresh once for all that changed while hidden."""
        super().showEvent(event)
        self._flush()

    def _receiver(self, kind: Kind) -> Callable[[frozenset[str]], None]:
        def receive(keys: frozenset[str]) -> None:
            held = self._pending.get(kind)
            self._pending[kind] = keys if held is None else held | keys
            self._dirty = True

        return receive

    def _on_frame(self) -> None:
        if not self._dirty or not self.seen:
            return
        wait = self._gap_s - (time.perf_counter() - self._refreshed)
        if wait <= 0:
            self.context.bridge.turn(self)
        elif not self._later.isActive():
            self._later.start(math.ceil(wait * 1000))

    def _on_tick(self) -> None:
        self._dirty = True
        self._on_frame()

    @property
    def cost_s(self) -> float:
        """How long a refresh and a painting took lately."""
        return self._refresh_s + self._paint_s

    def take_turn(self) -> None:
        """The bridge's: refresh now."""
        self._flush()

    def painted_in(self, seconds: float) -> None:
        """Note how long a painting took, so that the bridge can share out the frames."""
        self._paint_s += _SMOOTHED * (seconds - self._paint_s)

    def go_on(self) -> None:
        """To be called by a `refresh` that has done a part: the rest comes with the next frame."""
        self._dirty = True
        self.context.bridge.next_turn(self)

    def _flush(self) -> None:
        if not self._dirty or not self.seen:
            return
        changes, self._pending = self._pending, {}
        self._dirty = False
        self.refreshes += 1
        began = self._refreshed = time.perf_counter()
        self.refresh(changes)
        self._refresh_s += _SMOOTHED * (time.perf_counter() - began - self._refresh_s)
        if self.repaints:
            self.update()
        self._speak()

    def _speak(self) -> None:
        if not QAccessible.isActive():
            return  # nobody listens; the text is made again on the next refresh after one does
        self.setAccessibleName(self.title() or self.kind)
        self.setAccessibleDescription("\n".join(spoken(item) for item in self.items()))

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("panel %s: a question failed", self.kind, exc_info=error)
