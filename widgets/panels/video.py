"""重点视频: the cameras of a video wall, live or saying plainly that they are not."""

import shlex
from collections.abc import Mapping
from typing import Annotated

import msgspec
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
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

from app.core import wording
from app.core.model import Freshness, Origin
from app.live.hub import Kind
from app.live.video_names import ALL
from app.live.video_wall import MAX_CELLS, VideoWall, video_key
from app.video.tile import State
from widgets.context import Context
from widgets.paint.button import KeyHint
from widgets.paint.fresh import Fresh
from widgets.paint.video import Cover, VideoTile
from widgets.panels._act import act
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._camera_tally import CameraCounts
from widgets.panels._names import bureau_name, listed, region_name
from widgets.panels._painted import Note, Painted
from widgets.panels._video import VideoCell, spread, weight_of
from widgets.screen_item import ScreenItem, record_item
from widgets.video.hand import WAYS, Hand
from widgets.video.placing import place_cells
from widgets.video.saving import Saving
from widgets.video.surface import Shown, Surface

STEPS = (1, 4, 6, 9, 12, 16, 20, 25, 36, 49, 64)
MOVED = 12  # pixels after which a press is a drag
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
PLAIN = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SAVES = {Qt.Key.Key_S: "save-snapshot", Qt.Key.Key_C: "save-clip"}
FRESHNESS = {
    State.LIVE: Freshness.LIVE,
    State.DEGRADED: Freshness.LIVE,
    State.LATE: Freshness.LATE,
    State.FROZEN: Freshness.LATE,
    State.OFFLINE: Freshness.CACHED,
}


class Video(Painted, kind="video"):
    """Arrows choose a cell, Enter makes it large, L keeps it, Delete empties it, U takes the last
    change back, + and − divide the wall, S and C save a picture or a clip with its
    reason, P plays a recording. A cell is dragged onto another to change places."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`wall`: its name, else the window's; `count` cells to begin with, filled with cameras at
        these `kinds` of places where nobody chose any."""

        wall: str = ""
        count: Annotated[int, msgspec.Meta(ge=1, le=MAX_CELLS)] = 4
        kinds: tuple[str, ...] = ()

    needs = frozenset({Kind.SEAT, Kind.VIDEO, Kind.DEVICE})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.options: Video.Options = options
        self.house = context.videos
        self.name = options.wall or context.window
        self.cells: dict[int, VideoCell] = {}
        self.focused = -1
        self._pressed: tuple[int, QPoint] | None = None
        self.saving = Saving(self)
        self.hand = Hand(self, self.house.turning) if self.house is not None else None
        self._counts = (0, 0)
        self._cameras = CameraCounts(self.ask, self.update)
        self._places: Mapping[int, QRect] = {}
        self.surface = (
            Surface(context.theme, self)
            if self.house is None
            else self.house.make_surface(context.theme, self)
        )
        self._number = self.house.next_number() if self.house is not None else 0
        if self.house is not None and self.house.platforms and not self.wall.look.cameras:
            self._fill()

    def title(self) -> str:
        """重点视频."""
        return self.context.text("videowall.title")

    @property
    def wall(self) -> VideoWall:
        """What it shows."""
        return self.context.spine.seat.videos[self.name]

    def _fill(self) -> None:
        assert self.house is not None
        count = self.options.count
        cameras = spread(self.house.names, self.options.kinds, count)
        look = self.wall.look
        self.wall.look = msgspec.structs.replace(look, count=count, cameras=cameras)

    # ---- life

    def showEvent(self, event: QShowEvent) -> None:
        """Seen: its streams are asked for."""
        super().showEvent(event)
        if self.house is not None:
            self.house.watch(self.surface)

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
        if self.hand is not None:
            self.hand.let_go()
        self.surface.show_cells(())
        for cell in self.cells.values():
            cell.leave()
        self.cells.clear()
        if self.house is not None:
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
        body, pad = self.body_rect, self.px(6)
        return body.adjusted(pad, pad, -pad, -pad)

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
        self._say()

    def _arrange(self) -> None:
        house = self.house
        if house is None or not self.seen:
            return
        wall, names = self.wall, house.names
        origin = self._room.topLeft()
        room = QRectF(0, 0, self.surface.width(), self.surface.height())
        edges = self.edges_x.moved(origin.x()), self.edges_y.moved(origin.y())
        self._places = places = place_cells(wall.look, room, self.theme, edges)
        wanted = {
            number: names.cameras[camera]
            for number, camera in wall.look.cameras.items()
            if number in places and camera in names.cameras
        }
        for number in list(self.cells):
            if number not in wanted or self.cells[number].camera.id != wanted[number].id:
                self.cells.pop(number).leave()
        for number, camera in wanted.items():
            if number not in self.cells:
                view = f"{self._number}/{number}"
                self.cells[number] = VideoCell(house, view, camera)
            self.cells[number].place(places[number], self.theme)
        if self.hand is not None:
            self.hand.let_go(but={cell.camera.id for cell in self.cells.values()})
        if self.focused not in places:
            self.focused = -1

    def _say(self) -> None:
        wall, ratio = self.wall, self.devicePixelRatioF()
        hidden = self._hidden
        for number, cell in self.cells.items():
            if cell.camera.id in hidden:
                cell.leave()
                continue
            focused = number == self.focused
            enlarged = wall.look.enlarged == number
            cell.read()
            weight = weight_of(cell.whole, focused=focused, enlarged=enlarged)
            cell.ask(ratio, weight, self.surface.format, wall.look.past.get(cell.camera.id))
        shown = self._empty() + [
            cell.shown(self.context, focused=number == self.focused and self.hasFocus())
            for number, cell in sorted(self.cells.items())
            if cell.camera.id not in hidden
        ]
        self.surface.show_cells(tuple(shown))

    def _empty(self) -> list[Shown]:
        """Cells without a camera, where somebody could put one."""
        if not self.interactive:
            return []
        text = self.context.text("videowall.empty")
        return [
            Shown(
                f"empty/{number}",
                rect,
                rect,
                QRect(),
                VideoTile("", Fresh.MISSING, "", text, Cover.WAITING, number == self.focused),
            )
            for number, rect in self._places.items()
            if number not in self.cells
        ]

    @property
    def _hidden(self) -> frozenset[str]:
        """What visitors must not see, where they look."""
        if self.house is None or self.context.veil is None:
            return frozenset()
        return self.house.names.hidden

    # ---- what is said

    def notes_left(self) -> list[Note]:
        """The round that runs."""
        tour = self.wall.look.round
        if tour is None:
            return []
        text = self.context.text(
            "videowall.round", name=self._group(tour.name), seconds=tour.dwell_ms // 1000
        )
        return [Note(text, self.theme.text2)]

    def _group(self, id_: str) -> str:
        sort, _, code = id_.partition(":")
        if sort == "region":
            return region_name(self.context, code)
        if sort == "bureau":
            return bureau_name(self.context, code)
        return listed(self.context, "point_kinds", code) if sort == "kind" else id_

    def notes_right(self) -> list[Note]:
        """How many cameras are there, and on a desk what decoding costs."""
        known, there = self._counts
        notes = []
        if known:
            text = self.context.text("videowall.count", n=known, online=there)
            notes.append(Note(text, self.theme.text2))
        budget = self.house.budget if self.house is not None else None
        if budget is not None and self.interactive:
            used = wording.number(budget.used, 1)
            allowed = wording.number(budget.allowed, 1)
            text = self.context.text("videowall.budget", used=used, allowed=allowed)
            notes.append(Note(text, self.theme.text2))
            if budget.reduced:
                text = self.context.text("videowall.reduced", n=budget.reduced)
                notes.append(Note(text, self.theme.freshness["late"]))
        return notes

    def items(self) -> list[ScreenItem]:
        """Each cell with its state."""
        now = self.context.now()
        return [self._item(cell, now) for _, cell in sorted(self.cells.items())]

    def _item(self, cell: VideoCell, now: int) -> ScreenItem:
        tile = cell.tile
        state = State.CONNECTING if tile is None else tile.state
        return record_item(
            f"camera/{cell.camera.id}",
            self.context.translator.pick(cell.camera.name_zh, cell.camera.name_en),
            self.context.text("videohand.no_recording")
            if cell.lacks_recording
            else self.context.text(f"videowall.state.{state.value}"),
            observed=tile.observed if tile is not None else 0,
            now=now,
            world=self.context.picture.world,
            freshness=FRESHNESS.get(state, Freshness.NONE),
            origin=Origin.MEASURED,
        )

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
        say = self.context.text
        turn = [
            KeyHint("Ctrl+←→↑↓", say("videohand.hint.turn")),
            KeyHint("Ctrl++ Ctrl+−", say("videohand.hint.zoom")),
        ]
        return [
            *(turn if self._can_turn else []),
            KeyHint("Enter", say("videowall.hint.enlarge")),
            KeyHint("L", say("videowall.hint.lock")),
            KeyHint("Del", say("videowall.hint.clear")),
            KeyHint("U", say("videowall.hint.undo")),
            KeyHint("+ −", say("videowall.hint.layout")),
            KeyHint("S", say("videohand.hint.snapshot")),
            KeyHint("C", say("videohand.hint.clip")),
            KeyHint("P", say("videohand.hint.play")),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key is a command."""
        key = Qt.Key(event.key())
        held = event.modifiers() & ~PLAIN
        if self.interactive and held == CONTROL and key in WAYS and self._can_turn:
            assert self.hand is not None
            if not event.isAutoRepeat():
                self.hand.press(key, self.cells[self.focused].camera)
        elif not self.interactive or held or not self._on_key(key):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """What turned a camera and is let go stops it."""
        key = Qt.Key(event.key())
        if self.hand is None or event.isAutoRepeat():
            super().keyReleaseEvent(event)
        elif key in (Qt.Key.Key_Control, Qt.Key.Key_Meta):
            self.hand.let_go()
        elif not self.hand.lift(key):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The hand is elsewhere."""
        super().focusOutEvent(event)
        if self.hand is not None:
            self.hand.let_go()

    @property
    def _can_turn(self) -> bool:
        """Whether the camera under the hand can be turned, and what it turns is seen."""
        cell = self.cells.get(self.focused)
        if cell is None or self.house is None or cell.camera.id in self.wall.look.past:
            return False
        return self.house.can_turn(cell.camera)

    def _on_key(self, key: Qt.Key) -> bool:
        cell, wall = self.focused + 1, self.wall
        if key in ARROWS:
            self._move(*ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do("enlarge-cell", 0 if wall.look.enlarged is not None else cell)
        elif key is Qt.Key.Key_Escape and wall.look.enlarged is not None:
            self._do("enlarge-cell", 0)
        elif key is Qt.Key.Key_L and cell:
            opened = " open=true" if self.focused in wall.locked else ""
            self._do("lock-cell", cell, opened)
        elif key is Qt.Key.Key_Delete and cell:
            self._do("clear-cell", cell)
        elif key is Qt.Key.Key_U:
            act(self, f"undo-video {self.name}")
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._divide(-1 if key is Qt.Key.Key_Minus else 1)
        elif key in SAVES and self.focused in self.cells:
            self._ask_why(SAVES[key])
        elif key is Qt.Key.Key_P and self.focused in self.cells:
            self._play()
        else:
            return False
        return True

    def _ask_why(self, verb: str) -> None:
        """A picture leaves the house only with a reason."""
        cell = self.cells[self.focused]
        self.saving.ask_why(verb, cell.camera, cell.whole.translated(self.surface.pos()))

    def _play(self) -> None:
        """A recording from a moment that is asked for; from a recording back to now."""
        cell = self.cells[self.focused]
        if cell.camera.id in self.wall.look.past:
            act(self, f"play-recording {shlex.quote(cell.camera.id)} at=now wall={self.name}")
        else:
            place = cell.whole.translated(self.surface.pos())
            self.saving.ask_when(cell.camera, self.name, place)

    def _do(self, verb: str, number: int, more: str = "") -> None:
        act(self, f"{verb} {number} wall={self.name}{more}")

    def _divide(self, by: int) -> None:
        count = self.wall.look.size
        more = [step for step in STEPS if step > count] if by > 0 else []
        fewer = [step for step in STEPS if step < count] if by < 0 else []
        wanted = min(more) if more else max(fewer) if fewer else count
        if wanted != count:
            self._do("video-layout", wanted)

    def _move(self, right: int, down: int) -> None:
        """To the nearest cell that lies that way."""
        places = self._places
        if self.focused not in places:
            self.focused = min(places, default=-1)
        else:
            here = places[self.focused].center()
            ways = {number: rect.center() - here for number, rect in places.items()}
            ways = {n: way for n, way in ways.items() if way.x() * right + way.y() * down > 0}
            self.focused = min(ways, key=lambda n: ways[n].manhattanLength(), default=self.focused)
        self._say()

    def _cell_at(self, at: QPoint) -> int:
        inside = at - self.surface.pos()
        return next((n for n, place in self._places.items() if place.contains(inside)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A cell is taken under the hand."""
        super().mousePressEvent(event)
        if self.interactive:
            at = event.position().toPoint()
            self.focused = self._cell_at(at)
            self._pressed = (self.focused, at) if self.focused >= 0 else None
            self._say()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go over another cell: they change places."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        at = event.position().toPoint()
        target = self._cell_at(at)
        if target >= 0 and target != pressed[0] and (at - pressed[1]).manhattanLength() > MOVED:
            self._do("swap-cells", pressed[0] + 1, f" to={target + 1}")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Large, and back."""
        number = self._cell_at(event.position().toPoint())
        if self.interactive and number >= 0:
            self._do("enlarge-cell", 0 if self.wall.look.enlarged is not None else number + 1)
