"""The keys of a video panel: each is a command about the cell under the hand."""

import shlex
from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent

from widgets.paint.button import KeyHint
from widgets.panels._act import act
from widgets.panels._painted import Painted
from widgets.panels._video import VideoCell
from widgets.panels._video_cells import ARROWS, WallCells
from widgets.panels._video_dividing import Dividing
from widgets.video.hand import WAYS, Hand
from widgets.video.masking import Masking
from widgets.video.replaying import Replaying
from widgets.video.saving import Saving

STEPS = (1, 4, 6, 8, 9, 10, 12, 13, 16, 20, 25, 36, 49, 64)
PLAIN = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
LOUDER = {Qt.Key.Key_BracketLeft: -10, Qt.Key.Key_BracketRight: 10}  # percent
SAVES = {Qt.Key.Key_S: "save-snapshot", Qt.Key.Key_C: "save-clip"}


class WallKeys:
    """Of one panel. `surface` is where its pictures stand; `moved` is called when the hand
    moved."""

    def __init__(
        self,
        panel: Painted,
        cells: WallCells,
        surface: Callable[[], QRect],
        moved: Callable[[], None],
    ) -> None:
        self._panel = panel
        self._cells = cells
        self._surface = surface
        self._moved = moved
        house = cells.house
        self.saving = Saving(panel)
        self.dividing = Dividing(panel, cells, self.saving, surface)
        self.replaying = Replaying(panel, cells, self.saving, surface)
        self.masking = Masking(panel)
        self.hand = Hand(panel, house.turning) if house is not None else None

    def let_go(self, *, keep_seen: bool = False) -> None:
        """No camera is turned any more; with `keep_seen` none but those that are seen."""
        if self.hand is not None:
            cells = self._cells.cells.values() if keep_seen else ()
            self.hand.let_go(but={cell.camera.id for cell in cells})
        large = self._cells.cells.get(self._enlarged)
        self.masking.look(large.camera if large else None, self._picture(large))

    def hints(self) -> list[KeyHint]:
        """What they do."""
        say = self._panel.context.text
        turn = [
            KeyHint("Ctrl+←→↑↓", say("videohand.hint.turn")),
            KeyHint("Ctrl++ Ctrl+−", say("videohand.hint.zoom")),
        ]
        louder = [KeyHint("[ ]", say("videosound.hint.volume"))]
        covers = [KeyHint("H", say("videomask.hint"))]
        return [
            *(turn if self._cells.can_turn else []),
            KeyHint("Enter", say("videowall.hint.enlarge")),
            KeyHint("L", say("videowall.hint.lock")),
            KeyHint("Del", say("videowall.hint.clear")),
            KeyHint("U", say("videowall.hint.undo")),
            KeyHint("+ −", say("videowall.hint.layout")),
            KeyHint("E", say("videolayout.key.edit")),
            KeyHint("S", say("videohand.hint.snapshot")),
            KeyHint("C", say("videohand.hint.clip")),
            KeyHint("P", say("videohand.hint.play")),
            *self.replaying.hints(),
            *(covers if self._enlarged >= 0 else []),
            KeyHint("A", say("videosound.hint.hear")),
            *(louder if self._cells.wall.sound is not None else []),
        ]

    def press(self, event: QKeyEvent) -> bool:
        """Whether a key was for the wall."""
        if self.dividing.press(event):
            return True
        key = Qt.Key(event.key())
        held = event.modifiers() & ~PLAIN
        cell = self._cells.chosen
        if held == CONTROL and key in WAYS and cell is not None and self._cells.can_turn:
            assert self.hand is not None
            if not event.isAutoRepeat():
                self.hand.press(key, cell.camera)
            return True
        return not held and self._on_key(key)

    def release(self, event: QKeyEvent) -> bool:
        """What turned a camera and is let go stops it."""
        key = Qt.Key(event.key())
        if self.hand is None or event.isAutoRepeat():
            return False
        if key in (Qt.Key.Key_Control, Qt.Key.Key_Meta):
            self.hand.let_go()
            return True
        return self.hand.lift(key)

    def _on_key(self, key: Qt.Key) -> bool:
        cells, wall = self._cells, self._cells.wall
        cell = cells.focused + 1
        if key in ARROWS:
            cells.focused = cells.beside(cells.focused, *ARROWS[key])
            self._moved()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.do("enlarge-cell", 0 if wall.look.enlarged is not None else cell)
        elif key is Qt.Key.Key_Escape and wall.look.enlarged is not None:
            self.do("enlarge-cell", 0)
        elif key is Qt.Key.Key_L and cell:
            opened = " open=true" if cells.focused in wall.locked else ""
            self.do("lock-cell", cell, opened)
        elif key is Qt.Key.Key_Delete and cell:
            self.do("clear-cell", cell)
        elif key is Qt.Key.Key_U:
            act(self._panel, f"undo-video {cells.name}")
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._divide(-1 if key is Qt.Key.Key_Minus else 1)
        elif key is Qt.Key.Key_E and wall.look.enlarged is None:
            self.dividing.begin()
        elif key in SAVES and cells.chosen is not None:
            self._ask_why(SAVES[key])
        elif key is Qt.Key.Key_A and cells.chosen is not None:
            self.do("hear-cell", 0 if wall.sound == cells.focused else cell)
        elif key in LOUDER and wall.sound is not None:
            volume = self._panel.context.spine.seat.videos.volume + LOUDER[key]
            act(self._panel, f"video-volume {min(100, max(0, volume))}")
        elif key is Qt.Key.Key_H and self._mask():
            return True
        elif key is Qt.Key.Key_P and cells.chosen is not None:
            self._play()
        else:
            return self.replaying.press(key)
        return True

    @property
    def _enlarged(self) -> int:
        found = self._cells.wall.look.enlarged
        return -1 if found is None else found

    def _picture(self, cell: VideoCell | None) -> QRect:
        """Where a cell's picture stands on the panel."""
        return cell.fitted.translated(self._surface().topLeft()) if cell else QRect()

    def _mask(self) -> bool:
        """Draw what nobody may see; only on a picture of the present that is large enough."""
        cell = self._cells.cells.get(self._enlarged)
        if cell is None or cell.camera.id in self._cells.wall.look.past:
            return False
        self.masking.begin(cell.camera, self._picture(cell))
        return True

    def _ask_why(self, verb: str) -> None:
        """A picture leaves the house only with a reason."""
        cell = self._cells.chosen
        assert cell is not None
        self.saving.ask_why(verb, cell.camera, cell.whole.translated(self._surface().topLeft()))

    def _play(self) -> None:
        """A recording from a moment that is asked for; from a recording back to now."""
        cell, name = self._cells.chosen, self._cells.name
        assert cell is not None
        if cell.camera.id in self._cells.wall.look.past:
            act(self._panel, f"play-recording {shlex.quote(cell.camera.id)} at=now wall={name}")
        else:
            self.saving.ask_when(
                cell.camera, name, cell.whole.translated(self._surface().topLeft())
            )

    def do(self, verb: str, number: int, more: str = "") -> None:
        """A command about a cell by its number on the screen."""
        act(self._panel, f"{verb} {number} wall={self._cells.name}{more}")

    def _divide(self, by: int) -> None:
        count = self._cells.wall.look.size
        more = [step for step in STEPS if step > count] if by > 0 else []
        fewer = [step for step in STEPS if step < count] if by < 0 else []
        wanted = min(more) if more else max(fewer) if fewer else count
        if wanted != count:
            self.dividing.do(f"video-layout {wanted} wall={self._cells.name}")
