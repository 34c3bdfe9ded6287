"""A list of any length painted by one widget: only what can be seen is looked at (rule 6).

No widget per row. A row has a place in the list's own coordinates; scrolling moves the window
over them from row to row: half a row would be half a number, so only whole rows are painted.
Keys: ↑ ↓ ← → J K, PageUp, PageDown, Home, End, Enter.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QMoveEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.context import Context
from widgets.edges import Edges
from widgets.paint import text as lettering
from widgets.paint.base import focus_frame
from widgets.paint.button import KeyHint, key_places, paint_keys
from widgets.panels._base import PanelOptions
from widgets.panels._painted import Painted
from widgets.theme import Role

TRIES = 4

TOUCHED = "cockpit"  # the seat that is touched, not clicked twice


class Rows(Painted):
    """A painted panel whose body is a virtual list.

    A subclass fills `places` (see `lay_out`), paints one row in `paint_row`, and says with
    `is_row` which places can be chosen. On the hall's wall nothing scrolls: what does not fit is
    counted at the foot.
    """

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.places: list[QRectF] = []
        self._count_of_rows = 0
        self._tops: list[float] = []
        self._tallest = 0.0
        self.current = -1
        self.offset = 0.0
        self._given_up = 0.0  # of the height, to the seams of a wall
        self.caps: tuple[tuple[QRectF, KeyHint], ...] = ()  # the keys at the foot
        self._aim = 0.0  # where the pointer scrolled to; the offset is the next row

    # ---- for subclasses

    def arrange(self, width: float) -> list[QRectF]:
        """Where each row stands when the list is this wide, from the top; tops never go back."""
        return []

    def is_row(self, index: int) -> bool:
        """Whether a place can be chosen; a heading cannot."""
        return True

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Paint one row in the widget's coordinates."""

    def open(self, index: int) -> None:
        """Enter or a click on a row."""

    def chosen(self, index: int) -> None:
        """The focus moved to a row."""

    def foot_height(self) -> float:
        """What the foot takes; nothing by default."""
        return 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What stands under the list."""

    @property
    def row_has_focus(self) -> bool:
        """The current row wears it where it can be seen."""
        return self.current in self.painted()

    def hints(self) -> list[KeyHint]:
        """How to move in a list."""
        say = self.context.text
        return [
            KeyHint("J K ↑ ↓", say("hands.keys.move")),
            KeyHint("PgUp PgDn", say("hands.keys.page")),
            KeyHint("Home End", say("hands.keys.ends")),
            KeyHint(self.say("key.enter"), say("hands.keys.open")),
        ]

    # ---- places

    @property
    def list_rect(self) -> QRectF:
        """Where the list can be seen."""
        body = self.body_rect
        return body.adjusted(0, 0, 0, -min(body.height(), self.foot_height()))

    def lay_out(self) -> None:
        """Arrange again: after a resize and whenever the rows themselves changed."""
        self._arrange()
        self._count_of_rows = sum(map(self.is_row, range(len(self.places))))
        self._tops = [place.y() for place in self.places]
        self._tallest = max((place.height() for place in self.places), default=0.0)
        if self.current >= len(self.places):
            self.current = len(self.places) - 1
        self.scroll_to(self.offset)

    def _arrange(self) -> None:
        """Rows that would lie on a seam stand below it; where all had room before, they are
        arranged in less of it until all have room again."""
        height, self._given_up = self.list_rect.height(), 0.0
        self.places = self.arrange(self.list_rect.width())
        edges = self.edges_y.moved(self.list_rect.y())
        if not edges.at:
            return
        wanted = _fitting(self.places, height)
        self.places = first = _cleared(self.places, edges)
        for _ in range(TRIES):
            if _fitting(self.places, height) >= wanted:
                return
            self._given_up += max(height * 0.01, self.places[wanted - 1].bottom() - height)
            self.places = _cleared(self.arrange(self.list_rect.width()), edges)
            if len(self.places) < wanted:
                break
        self.places = first

    @property
    def room(self) -> float:
        """The height that rows may share when they fill the list."""
        return max(0.0, self.list_rect.height() - self._given_up)

    def lanes(self, least: float = 0.0) -> list[tuple[float, float]]:
        """Columns at least so wide, as many as fit, none across a seam: left edge and width; with
        0 the whole width, or one for each part of the wall."""
        return self.edges_x.lanes(0.0, self.list_rect.width(), least)

    def stacked(self, count: int, high: float) -> list[QRectF]:
        """Rows one below the other, across the whole list; side by side where a seam parts it."""
        lanes = self.lanes()
        across = len(lanes)
        places = []
        for number in range(count):
            left, wide = lanes[number % across]
            places.append(QRectF(left, number // across * high, wide, high))
        return places

    @property
    def length(self) -> float:
        """The height of the whole list."""
        return max((place.bottom() for place in self.places[-32:]), default=0.0)

    def visible(self) -> range:
        """The places that can be seen at least in part."""
        return self._between(self.offset, self.offset + self.list_rect.height())

    def is_whole(self, index: int) -> bool:
        """Whether a place can be seen whole."""
        return self._is_whole(index, self.list_rect.height())

    def _is_whole(self, index: int, height: float) -> bool:
        place = self.places[index]
        return place.y() >= self.offset - 0.5 and place.bottom() <= self.offset + height + 0.5

    def _is_painted(self, index: int, height: float) -> bool:
        """Whole rows, and at a desk the first one where the list is too low for any."""
        first = self.interactive and self.places[index].y() == self.offset
        return self._is_whole(index, height) or (first and self.places[index].height() > height)

    def painted(self) -> list[int]:
        """The places that are painted now."""
        height = self.list_rect.height()
        return [index for index in self.visible() if self._is_painted(index, height)]

    @property
    def hidden(self) -> int:
        """How many rows cannot be seen whole. Only what is in the window is looked at."""
        height = self.list_rect.height()
        whole = (self.is_row(i) and self._is_whole(i, height) for i in self.visible())
        return self._count_of_rows - sum(whole)

    @property
    def overflows(self) -> bool:
        """Whether the rows are more than fit where nothing stands under them: what a foot may
        depend on, for `hidden` depends on the foot."""
        return self.length > self.body_rect.height() + 0.5

    def _between(self, top: float, bottom: float) -> range:
        first = bisect_left(self._tops, top - self._tallest)
        last = bisect_right(self._tops, bottom)
        while first < last and self.places[first].bottom() <= top:
            first += 1
        while last > first and self._tops[last - 1] >= bottom:
            last -= 1
        return range(first, last)

    def place_of(self, index: int) -> QRectF:
        """A place in the widget's coordinates."""
        return self.places[index].translated(0, self.list_rect.y() - self.offset)

    def touch(self, indices: Sequence[int]) -> None:
        """Repaint these rows and nothing else."""
        seen, shift = self.visible(), self.list_rect.y() - self.offset
        for index in indices:
            if index in seen:
                self.update(self.places[index].translated(0, shift).toAlignedRect())

    # ---- scrolling and keys

    def scroll_to(self, offset: float) -> None:
        """Move the window to the row at or below an offset; ends are kept."""
        longest = max(0.0, self.length - self.list_rect.height())
        self._aim = min(max(0.0, offset), longest) if self.interactive else 0.0
        row = bisect_left(self._tops, self._aim - 0.5)
        wanted = self._tops[row] if row < len(self._tops) else self._aim
        if wanted != self.offset:
            self.offset = wanted
            self.scrolled()
            self.update()

    def scrolled(self) -> None:
        """Other rows can be seen now."""

    def choose(self, index: int) -> None:
        """Move the focus to a row and make it visible."""
        if not 0 <= index < len(self.places) or not self.is_row(index):
            return
        self.current = index
        place, height = self.places[index], self.list_rect.height()
        if place.y() < self.offset:
            self.scroll_to(place.y() - self._tallest)
        elif place.bottom() > self.offset + height:
            self.scroll_to(place.bottom() - height)
        self.chosen(index)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, and open with Enter."""
        key, page = event.key(), max(1.0, self.list_rect.height() - self._tallest)
        moves = {
            Qt.Key.Key_Down: lambda: self._step(1), Qt.Key.Key_J: lambda: self._step(1),
            Qt.Key.Key_Up: lambda: self._step(-1), Qt.Key.Key_K: lambda: self._step(-1),
            Qt.Key.Key_Right: lambda: self._next(self.current + 1, 1),
            Qt.Key.Key_Left: lambda: self._next(self.current - 1, -1),
            Qt.Key.Key_PageDown: lambda: self._far(page),
            Qt.Key.Key_PageUp: lambda: self._far(-page),
            Qt.Key.Key_Home: lambda: self._next(0, 1),
            Qt.Key.Key_End: lambda: self._next(len(self.places) - 1, -1),
        }  # fmt: skip
        move = moves.get(Qt.Key(key))
        if move is not None and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            move()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current >= 0:
            self.open(self.current)
        else:
            super().keyPressEvent(event)

    def _next(self, index: int, step: int) -> None:
        while 0 <= index < len(self.places):
            if self.is_row(index):
                self.choose(index)
                return
            index += step

    def _step(self, step: int) -> None:
        """To the next row above or below, in the same column where there are several."""
        if not 0 <= self.current < len(self.places):
            self._next(0, 1)
            return
        here = self.places[self.current]
        index = self.current + step
        fallback = -1
        while 0 <= index < len(self.places):
            place = self.places[index]
            if place.y() != here.y() and self.is_row(index):
                if abs(place.x() - here.x()) < here.width() / 2:
                    self.choose(index)
                    return
                fallback = index if fallback < 0 else fallback
                if abs(place.y() - here.y()) > 3 * self._tallest:
                    break
            index += step
        if fallback >= 0:
            self.choose(fallback)

    def _far(self, distance: float) -> None:
        if not self.places:
            return
        here = self.places[max(0, self.current)]
        index = bisect_left(self._tops, here.y() + distance)
        step = 1 if distance < 0 else -1
        self._next(min(max(0, index), len(self.places) - 1), step)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Three rows a notch."""
        pixels = event.pixelDelta().y() or event.angleDelta().y() / 120 * 3 * self._tallest
        self.scroll_to(self._aim - pixels)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer; in the cockpit a touch opens it at once."""
        index = self.at(event.position())
        if self.interactive and index >= 0:
            self.choose(index)
            if self.context.seat == TOUCHED:
                self.open(index)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what is under the pointer."""
        index = self.at(event.position())
        if self.interactive and index >= 0 and self.context.seat != TOUCHED:
            self.open(index)

    def at(self, point: QPointF) -> int:
        """The row under a point, or -1."""
        if not self.list_rect.contains(point):
            return -1
        for index in self.visible():
            if not self._is_painted(index, self.list_rect.height()):
                continue
            if self.place_of(index).contains(point) and self.is_row(index):
                return index
        return -1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns and what fits depend on the size."""
        super().resizeEvent(event)
        self.lay_out()

    def moveEvent(self, event: QMoveEvent) -> None:
        """And on where the seams of a wall are."""
        super().moveEvent(event)
        if self.context.profile.has_edges and not self.interactive:
            self.lay_out()

    # ---- painting

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows that meet the dirty part, the mark of where one is in the list, the foot."""
        window = self.list_rect
        if self.dirty_region.intersects(window.toAlignedRect()):
            self._paint_rows(painter, window, dirty)
        self._paint_bar(painter, window)
        foot = self.foot_height()
        if foot:
            self.paint_foot(painter, QRectF(0, window.bottom(), self.width(), foot))

    def _paint_rows(self, painter: QPainter, window: QRectF, dirty: QRectF) -> None:
        shift = self.offset - window.y()
        painter.save()
        painter.setClipRect(window, Qt.ClipOperation.IntersectClip)
        top = max(self.offset, dirty.y() + shift)
        height = window.height()
        for index in self._between(top, min(dirty.bottom() + shift, self.offset + height)):
            place = self.places[index].translated(0, -shift)
            if not self.dirty_region.intersects(place.toAlignedRect()):
                continue
            if not self._is_painted(index, height):
                continue
            self.paint_row(painter, place, index)
            if index == self.current and self.hasFocus():
                focus_frame(painter, place, self.theme)
        painter.restore()

    def _paint_bar(self, painter: QPainter, window: QRectF) -> None:
        if not self.interactive or self.length <= window.height() or window.height() <= 0:
            return
        share = min(1.0, window.height() / self.length)
        height = max(self.px(24), window.height() * share)
        room = window.height() - height
        gone = min(1.0, self.offset / (self.length - window.height()))  # the last may end above
        top = window.y() + room * gone
        wide = self.px(4)
        painter.fillRect(QRectF(window.right() - wide, top, wide, height), self.theme.line2)

    def paint_rest(
        self, painter: QPainter, rect: QRectF, keys: Sequence[KeyHint], text: str = ""
    ) -> None:
        """At a desk the keys; at the right how many rows are not shown, or another sentence."""
        theme = self.theme
        if not text and (hidden := self.hidden):
            text = self.say("more", n=hidden)
        wide = theme.width(text, Role.CAPTION)
        self.rule(painter, rect.y() + theme.stroke)
        box = rect.adjusted(self.pad, 0, -self.pad, 0)
        box.setRight(self.edges_x.before(box.right(), wide))
        lettering.draw_in(painter, theme, box, text, Role.CAPTION, theme.text3, right=True)
        if self.interactive:
            room = box.adjusted(0, 0, -wide - self.px(16), 0)
            paint_keys(painter, room, tuple(keys), theme)
            places = key_places(room, keys, theme)
            self.caps = tuple(zip(places, keys, strict=False))

    def cap_at(self, point: QPointF) -> str:
        """The key at the foot that is under a point; empty where none is."""
        return next((hint.key for place, hint in self.caps if place.contains(point)), "")


def _cleared(places: Sequence[QRectF], edges: Edges) -> list[QRectF]:
    """The places with every row that would lie on a seam moved below it, and all after it."""
    found: list[QRectF] = []
    top, shift = None, 0.0
    for place in places:
        if place.y() != top:
            top = place.y()
            shift = edges.past(top + shift, place.height()) - top
        found.append(place.translated(0, shift))
    return found


def _fitting(places: Sequence[QRectF], height: float) -> int:
    """How many rows have room in a list of that height."""
    return sum(place.bottom() <= height + 0.5 for place in places)
