"""重点视频: the cameras of a video wall, live or saying plainly that they are not."""

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from app.core.message import Message
from app.live.hub import Kind
from app.live.video_names import ALL
from app.live.video_wall import Look, VideoWall, video_key
from app.video.tile import Demand
from widgets.context import Context
from widgets.paint.button import KeyHint
from widgets.panels._base import Changes
from widgets.panels._camera_tally import CameraCounts
from widgets.panels._painted import Note
from widgets.panels._video import VideoCell
from widgets.panels._video_begin import WallOptions, lighter
from widgets.panels._video_cells import WallCells
from widgets.panels._video_dividing import SHIFT, Dividing
from widgets.panels._video_keys import WallKeys
from widgets.panels._video_target import CameraTarget
from widgets.panels._video_words import budget_notes, cell_item, count_note, round_note
from widgets.screen_item import ScreenItem
from widgets.video.saving import Saving
from widgets.video.surface import Surface

MOVED = 12  # pixels after which a press is a drag


class Video(CameraTarget, kind="video"):
    """Arrows choose a cell, Enter makes it large, L keeps it, Delete empties it, U takes the last
    change back, + and − divide the wall, E divides it by hand, S and C save a picture or a
    clip with its reason, P plays a recording, V those of all cells together, B lists presets; in a
    recording , . < > step, G goes to a moment, { } and Space change its pace. A hears a cell, [ ]
    how loud, H covers a part of a large one. A cell is dragged onto another to change places."""

    Options = WallOptions

    needs = frozenset({Kind.SEAT, Kind.VIDEO, Kind.DEVICE})

    def __init__(
        self, context: Context, options: WallOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.options: WallOptions = options
        self.house = context.videos
        self.name = options.wall or context.window
        self._pressed: tuple[int, QPoint] | None = None
        self._counts = (0, 0)
        self._begun = False  # with the scene's layout, of which nobody knows the cost yet
        self._said: Message | None = None  # why it is not the scene's layout
        self._cameras = CameraCounts(self.ask, self.update)
        self.surface = (
            Surface(context.theme, self)
            if self.house is None
            else self.house.make_surface(context.theme, self)
        )
        self.stand = WallCells(context, self.name)
        self.keys = WallKeys(self, self.stand, self.surface.geometry, self._say)
        if self.house is not None and self.interactive:
            self.receive(self.dividing.over, self.dividing.fall)
        if self.house is not None and self.house.platforms and not self.wall.look.cameras:
            self._begin()

    def title(self) -> str:
        """重点视频."""
        return self.context.text("videowall.title")

    @property
    def wall(self) -> VideoWall:
        """What it shows."""
        return self.stand.wall

    @property
    def cells(self) -> dict[int, VideoCell]:
        """Those that have a camera."""
        return self.stand.cells

    @property
    def focused(self) -> int:
        """The cell under the hand; -1: none."""
        return self.stand.focused

    @focused.setter
    def focused(self, number: int) -> None:
        self.stand.focused = number

    @property
    def dividing(self) -> Dividing:
        """The mode in which the wall is divided by hand."""
        return self.keys.dividing

    @property
    def saving(self) -> Saving:
        """What asks for a reason or a moment."""
        return self.keys.saving

    def _begin(self) -> None:
        """What the scene says, where nobody chose anything."""
        seat, now = self.context.spine.seat, self.context.now()
        self.wall.look, self._said = self.options.first_look(seat, now)
        self.wall.turn(now)
        self._begun = True
        if self._said is not None:
            self.dividing.told(self._said)

    def _lighten(self) -> None:
        """A scene begins with what this machine can carry; what it asked for can be had."""
        seat, look = self.context.spine.seat, self.wall.look
        if not self._begun or seat.plans.cost(self.name, look) is None:
            return
        self._begun = False
        found = lighter(seat, self.name, look, self.options.word)
        if found is not None:
            self.wall.look, self._said = found
            self.dividing.told(self._said)
            self._arrange()

    # ---- life

    def showEvent(self, event: QShowEvent) -> None:
        """Seen: its streams are asked for."""
        if self.house is not None:
            self.house.pricing.see(self.stand.number, self.name, self._demands)
            self.house.watch(self.surface)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Hidden: nobody looks, so nothing is decoded for it."""
        super().hideEvent(event)
        self._leave()

    def stop(self) -> None:
        """Let everything go."""
        self._leave()
        super().stop()

    def _leave(self) -> None:
        self.saving.close()
        self.keys.replaying.leave()
        self.keys.let_go()
        self.dividing.leave()
        self.surface.show_cells(())
        self.stand.leave()
        if self.house is not None:
            self.house.pricing.leave(self.stand.number)
            self.house.leave(self.surface)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything stands elsewhere."""
        super().resizeEvent(event)
        self.surface.setGeometry(self._room.toAlignedRect())
        if self.seen:
            self._arrange()
            self._say()

    @property
    def _room(self) -> QRectF:
        """For the pictures: what a strip of a review leaves."""
        body, pad = self.body_rect, self.px(6)
        return body.adjusted(pad, pad, -pad, -pad - self.keys.replaying.room)

    # ---- what stands where

    def refresh(self, changes: Changes) -> None:
        """Arrange where the wall changed; the words each second, and where a tile changed."""
        seat = changes.get(Kind.SEAT, frozenset())
        if not changes or video_key(self.name) in seat or not self.cells:
            self._arrange()
        if self.house is not None:
            devices, changed = self.context.picture.devices, changes.get(Kind.DEVICE, ())
            self._cameras.follow(self.house.names, devices, changed)
            self._counts = self._cameras.tally.of(ALL)
            if changes.keys() == {Kind.DEVICE}:
                return
        self._lighten()
        self._say()

    def _arrange(self) -> None:
        if self.house is None or not self.seen:
            return
        self.surface.setGeometry(self._room.toAlignedRect())
        origin = self._room.topLeft()
        room = QRectF(0, 0, self.surface.width(), self.surface.height())
        edges = self.edges_x.moved(origin.x()), self.edges_y.moved(origin.y())
        self.stand.arrange(room, edges)
        self.keys.let_go(keep_seen=True)
        self.dividing.show()

    def _say(self) -> None:
        self.stand.ask(self.devicePixelRatioF(), self.surface.format)
        shown = self.stand.shown(interactive=self.interactive, has_focus=self.hasFocus())
        self.surface.show_cells(shown)
        self.keys.replaying.say()

    def _demands(self, look: Look) -> list[Demand]:
        return self.stand.demands(look, self.devicePixelRatioF(), self.surface.format)

    # ---- what is said

    def notes_left(self) -> list[Note]:
        """The round that runs, and on a wall why it is not the scene's layout."""
        tour = self.wall.look.round
        notes = [round_note(self.context, tour)] if tour is not None else []
        if self._said is not None and not self.interactive:
            text = self.context.translator.render(self._said)
            notes.append(Note(text, self.theme.freshness["late"]))
        return notes

    def notes_right(self) -> list[Note]:
        """How many cameras are there, and on a desk what decoding costs."""
        notes = [count_note(self.context, *self._counts)] if self._counts[0] else []
        budget = self.house.budget if self.house is not None else None
        if budget is not None and budget.allowed and self.interactive:
            notes += budget_notes(self.context, budget)
        return notes

    def items(self) -> list[ScreenItem]:
        """Each cell with its state."""
        now = self.context.now()
        return [cell_item(self.context, cell, now) for _, cell in sorted(self.cells.items())]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The surface covers it; without a platform it says what to do."""
        none = self.house is None or not self.house.platforms
        self.surface.setVisible(not none)
        if none:
            say = self.context.text
            why = say("videowall.none.why") if self.interactive else ""
            self.paint_empty(painter, rect, say("videowall.none"), why)

    # ---- the hand

    def hints(self) -> list[KeyHint]:
        """Its keys."""
        return self.keys.hints()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key is a command."""
        if not self.interactive or not self.keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A camera turns for as long as its key is held."""
        if not self.keys.release(event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The hand is elsewhere."""
        super().focusOutEvent(event)
        self.keys.let_go()

    def _cell_at(self, event: QMouseEvent) -> int:
        return self.stand.at(event.position().toPoint() - self.surface.pos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A cell is taken under the hand."""
        super().mousePressEvent(event)
        if not self.interactive:
            return
        number, at = self._cell_at(event), event.position().toPoint()
        self._pressed = (number, at) if number >= 0 else None
        if self.dividing.on:
            self.dividing.choose(number, further=bool(event.modifiers() & SHIFT))
        else:
            self.focused = number
        self._say()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """While the wall is divided by hand: over the cells that are chosen."""
        super().mouseMoveEvent(event)
        if self._pressed is not None and self.dividing.on:
            self.dividing.choose(self._cell_at(event), further=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go over another cell: they change places."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or self.dividing.on:
            return
        far = (event.position().toPoint() - pressed[1]).manhattanLength() > MOVED
        target = self._cell_at(event)
        if target >= 0 and target != pressed[0] and far:
            self.keys.do("swap-cells", pressed[0] + 1, f" to={target + 1}")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Large, and back."""
        number = self._cell_at(event)
        if self.interactive and number >= 0 and not self.dividing.on:
            self.keys.do("enlarge-cell", 0 if self.wall.look.enlarged is not None else number + 1)
