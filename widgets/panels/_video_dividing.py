"""Dividing a video wall by hand: a mode of its own with a rectangle of cells that is chosen, and
the choice where this machine cannot carry what was asked for."""

import shlex
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent

from app.core.message import Message, Refusal
from app.live.commands import Outcome
from app.live.video_layout import LayoutError, merged, reach, within
from widgets.paint.button import KeyHint
from widgets.panels._painted import Painted
from widgets.panels._video_cells import ARROWS, WallCells
from widgets.video.saving import Saving
from widgets.video.wall_overlay import Division, Foot, WallOverlay

OFFERS = frozenset(
    {
        "videolayout.too_many",
        "videolayout.too_much",
        "videolayout.round_too_many",
        "videolayout.round_too_much",
        "videolayout.begun",
    }
)
SHIFT = Qt.KeyboardModifier.ShiftModifier
FIRST, SECOND = Qt.Key.Key_1, Qt.Key.Key_2


class Offer(NamedTuple):
    """What was refused, and the commands that can be chosen instead."""

    reason: Message
    fewer: str  # empty where fewer cells do not help
    again: str


class Dividing:
    """Of one panel. `to` is the other corner of what is chosen, the cell under the hand being
    one; `said` a sentence that stands until the next key."""

    def __init__(
        self, panel: Painted, cells: WallCells, saving: Saving, surface: Callable[[], QRect]
    ) -> None:
        self._panel = panel
        self._cells = cells
        self._saving = saving
        self._surface = surface
        self.overlay = WallOverlay(panel.theme, panel)
        self.on = False
        self.to = -1
        self.aim = -1  # the cell that something is dragged over
        self.said: Message | None = None
        self.offer: Offer | None = None

    # ---- the mode

    def begin(self) -> None:
        """From now on rectangles are chosen."""
        self.on, self.said = True, None
        cells = self._cells
        if cells.focused not in cells.places:
            cells.focused = min(cells.places, default=-1)
        self.to = cells.focused
        self.show()

    def leave(self) -> None:
        """As before; what was offered is forgotten."""
        self.on, self.said, self.offer = False, None, None
        self.show()

    def choose(self, number: int, *, further: bool) -> None:
        """A cell alone, or all from the one under the hand to it."""
        if number < 0:
            return
        if not further:
            self._cells.focused = number
        self.to, self.said = number, None
        self.show()

    @property
    def chosen(self) -> list[int]:
        """The cells in the rectangle."""
        made, focused = self._cells.wall.layout, self._cells.focused
        last = len(made.cells)
        if not (0 <= focused < last and 0 <= self.to < last):
            return []
        return within(made, reach(made, focused, self.to))

    def show(self) -> None:
        """Everything as it stands now."""
        self.overlay.show_state(self._foot(), self._division(), self._surface())

    def _division(self) -> Division | None:
        if not self.on:
            aim = self._cells.places.get(self.aim)
            return None if aim is None else Division({}, chosen=aim)
        places, locked = dict(self._cells.places), frozenset(self._cells.wall.locked)
        chosen = QRect()
        for number in self.chosen:
            chosen = chosen.united(places.get(number, QRect()))
        return Division(places, locked, None if chosen.isNull() else chosen)

    def _foot(self) -> Foot | None:
        say, render = self._panel.context.text, self._panel.context.translator.render
        if self.offer is not None:
            return Foot(render(self.offer.reason), tuple(self._choices(self.offer)))
        if self.said is not None:
            text = render(self.said)
        elif self.on:
            made = self._cells.wall.layout
            text = say(
                "videolayout.state",
                columns=made.columns, rows=made.rows, n=len(made.cells), chosen=len(self.chosen),
            )  # fmt: skip
        else:
            return None
        return Foot(text, self._hints() if self.on else (KeyHint("Esc", say("videolayout.close")),))

    def _choices(self, offer: Offer) -> list[KeyHint]:
        say, args = self._panel.context.text, offer.reason.args
        hints = []
        if offer.fewer:
            hints.append(KeyHint("1", say("videolayout.choice.fewer", n=args.get("fewer", 0))))
        keys = say("videolayout.choice.keys", n=args.get("n", 0), keys=args.get("keys", 0))
        return [*hints, KeyHint("2", keys), KeyHint("Esc", say("videolayout.choice.none"))]

    def _hints(self) -> tuple[KeyHint, ...]:
        say = self._panel.context.text
        return (
            KeyHint("Esc", say("videolayout.key.leave")),
            KeyHint("Shift+↑↓←→", say("videolayout.key.choose")),
            KeyHint("M", say("videolayout.key.merge")),
            KeyHint("X", say("videolayout.key.split")),
            KeyHint("U", say("videowall.hint.undo")),
            KeyHint("+ −", say("videowall.hint.layout")),
            KeyHint("S", say("videolayout.key.save")),
        )

    # ---- what is dragged onto it

    def over(self, point: QPoint | None) -> bool:
        """Something is held over a point of the panel; whether it can fall there."""
        corner = self._surface().topLeft()
        cell = -1 if point is None else self._cells.at(point - corner)
        self.aim = -1 if cell in self._cells.wall.locked else cell
        self.show()
        return self.aim >= 0

    def fall(self, camera: str, point: QPoint) -> None:
        """A camera is let go over a cell."""
        cell = self._cells.at(point - self._surface().topLeft())
        self.do(f"watch-camera {shlex.quote(camera)} cell={cell + 1} wall={self._cells.name}")

    # ---- keys

    def press(self, event: QKeyEvent) -> bool:
        """Whether a key was for the offer or for the mode."""
        key = Qt.Key(event.key())
        if self.offer is not None:
            return self._on_choice(key)
        if self.said is not None and key is Qt.Key.Key_Escape and not self.on:
            self.leave()
            return True
        if not self.on or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        return self._on_key(key, further=bool(event.modifiers() & SHIFT))

    def _on_choice(self, key: Qt.Key) -> bool:
        offer = self.offer
        assert offer is not None
        if key not in (FIRST, SECOND, Qt.Key.Key_Escape) or (key is FIRST and not offer.fewer):
            return False
        self.offer = None
        self.show()
        if key is not Qt.Key.Key_Escape:
            self.do(offer.fewer if key is FIRST else offer.again)
        return True

    def _on_key(self, key: Qt.Key, *, further: bool) -> bool:
        cells, self.said = self._cells, None
        if key in ARROWS:
            here = self.to if further else cells.focused
            self.choose(cells.beside(here, *ARROWS[key]), further=further)
        elif key is Qt.Key.Key_M:
            self._merge()
        elif key is Qt.Key.Key_X:
            self.do(f"split-cell {cells.focused + 1} wall={cells.name}")
        elif key is Qt.Key.Key_S:
            self._save()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_E):
            self.leave()
        else:
            return key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)  # one that is large hides the rest
        return True

    def _merge(self) -> None:
        cells = self._cells
        one, other = cells.focused, self.to
        text = f"merge-cells {one + 1} wall={cells.name} to={other + 1}"
        self._panel.ask(self._merged(text, one, other))

    async def _merged(self, text: str, one: int, other: int) -> None:
        """The large cell is under the hand afterwards."""
        cells = self._cells
        try:
            ways = merged(cells.wall.layout, one, other).ways
        except (LayoutError, IndexError):
            ways = {}
        if await self._done(text):
            cells.focused = self.to = next((new for new, old in ways.items() if old == one), one)
        self.show()

    def _save(self) -> None:
        place = self._cells.places.get(self._cells.focused)
        corner = self._surface().topLeft()
        self._saving.ask_name(self._cells.name, (place or QRect()).translated(corner))

    # ---- what is done

    def do(self, text: str) -> None:
        """A command about the wall; a refusal is said at its foot, with what can be had instead."""
        self._panel.ask(self._do(text))

    async def _do(self, text: str) -> None:
        await self._done(text)
        cells = self._cells
        if self.to not in cells.places:
            self.to = cells.focused
        self.show()

    async def _done(self, text: str) -> bool:
        commands = self._panel.context.commands
        try:
            outcome: Outcome = await commands.submit(commands.parse(text))
        except Refusal as refusal:
            self.told(refusal.reason)
            return False
        if not outcome.done and outcome.reason is not None:
            self.told(outcome.reason)
        return outcome.done

    def told(self, reason: Message) -> None:
        """Say why something was refused; where something else can be had, offer it."""
        offer = Offer(reason, *(str(reason.args.get(name, "")) for name in ("offer", "again")))
        if not self._panel.interactive:
            return
        if reason.id in OFFERS and offer.again:
            fewer = offer.fewer if offer.fewer != offer.again else ""
            self.offer = offer._replace(fewer=fewer)
        else:
            self.said = reason
        self.show()
