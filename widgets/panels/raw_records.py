"""原始记录: every stored record of the chosen indicator, the newest first, with all its times.

The record that the index counts is marked. A shows what was known a day ago.
"""

from typing import Any, NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY, Quantity
from app.core.model import Held, Ms, Reading
from app.live.drill import index_of, used_record
from app.live.hub import Kind
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import frame
from widgets.paint.button import KeyHint
from widgets.panels._base import Changes
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._sheet import feed_name
from widgets.panels._told import IndicatorOptions, Told
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

PAGE = 200


class Records(NamedTuple):
    """The newest records of a key, newest first, and how many are stored in all."""

    held: list[Held]
    stored: int


class RawRecords(Told, Rows, kind="raw-records"):
    """J K move, M reads more, A shows what was known at this time yesterday."""

    Options = IndicatorOptions
    needs = Told.needs | {Kind.INDEX}
    told: Records | None
    every_ms = 15_000

    def __init__(
        self, context: Context, options: IndicatorOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.wanted = PAGE
        self.yesterday = False
        self._used: tuple[Ms, str] | None = None

    # ---- what is shown

    def follow(self, changes: Changes, changed_key: bool) -> None:
        """Another indicator begins at its newest page."""
        if changed_key:
            self.wanted, self.current, self.offset = PAGE, -1, 0.0
        super().follow(changes, changed_key)
        self._used = self._counted() if self.key else None

    def _counted(self) -> tuple[Ms, str] | None:
        picture = self.context.picture
        code = self.key.split("/")[1]
        index = index_of(code, picture.indices.moves, self.context.catalog)
        parts = picture.indices.parts(index) if index else ()
        return used_record(parts, picture.readings.get(self.key), self.key)

    async def tell(self, view: ValueView, quantity: Quantity) -> Any:
        """The newest moments first, then every record from the oldest of them on."""
        queries, now = self.context.queries, self.context.now()
        moments = await queries.last_readings(view.key, self.wanted)
        spans = await queries.source_spans(view.key)
        stored = sum(span.count for span in spans)
        if not len(moments):
            return Records([], stored)
        known = now - DAY if self.yesterday else None
        found = await queries.readings(view.key, int(moments.ts[0]), now + DAY, known)
        return Records(found[::-1], stored)

    def is_thin(self) -> bool:
        """Nothing stored yet."""
        return self.told is None or not self.told.held

    def arrived(self) -> None:
        """Other rows."""
        self.lay_out()

    @property
    def held(self) -> list[Held]:
        """The records, newest first."""
        return [] if self.told is None else self.told.held

    def is_used(self, held: Held) -> bool:
        """Whether the index counts this record."""
        used = self._used
        return used is not None and (held.reading.as_of, held.source) == used

    def items(self) -> list[ScreenItem]:
        """Every record that can be seen."""
        if self.view is None:
            return []
        view, shown = self.view, set(self.painted())
        return [
            record_item(
                f"{self.key}@{held.reading.observed}",
                self.context.label(view),
                round(held.reading.value, view.decimals),
                observed=held.reading.as_of,
                now=self.now,
                source=held.source,
                unit=self.context.unit(view),
                world=held.reading.world or self.context.picture.world,
                origin=held.reading.origin,
                visible=place in shown,
            )
            for place, held in enumerate(self.held)
            if place in shown
        ]

    # ---- words

    def title(self) -> str:
        """原始记录."""
        return self.context.text("detail.raw.title")

    def notes_left(self) -> list[Note]:
        """Of what, and as known when."""
        if self.view is None:
            return []
        notes = [Note(self.context.label(self.view), self.theme.text1, True)]
        if self.yesterday:
            when = wording.moment(
                self.now - DAY, self.now, self.context.zone, self.context.translator
            )
            notes.append(Note(self.context.text("detail.raw.known", when=when), self.theme.text2))
        return notes

    def _when(self, reading: Reading) -> str:
        """The moment observed, or the period that a statistic is of."""
        if not reading.valid_to:
            return self._time(reading.observed)
        since = self._time(reading.valid_from) if reading.valid_from else "…"
        return self.context.text(
            "detail.raw.valid", since=since, until=self._time(reading.valid_to)
        )

    def _time(self, at: Ms) -> str:
        zone, translator = self.context.zone, self.context.translator
        day = wording.day(at, self.now, zone, translator)
        return f"{day} {wording.clock(at, zone)}"

    def _times(self, held: Held) -> str:
        """Received, published, revision, origin, world: what the record says of itself."""
        text, reading = self.context.text, held.reading
        parts = [text("detail.raw.received", when=self._time(held.received))]
        if reading.published:
            parts.append(text("detail.raw.published", when=self._time(reading.published)))
        if reading.revision:
            parts.append(text("detail.raw.revision", n=reading.revision))
        world = reading.world or self.context.picture.world
        parts.append(text(f"panels.origin.{reading.origin.value}"))
        parts.append(text(f"panels.world.{world.value}"))
        return text("panels.comma").join(parts)

    # ---- painting

    def arrange(self, width: float) -> list[QRectF]:
        """Two lines each."""
        high = self.px(self.measures.card)
        return [QRectF(0, place * high, width, high) for place in range(len(self.held))]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The records, or why there are none."""
        if self.held:
            super().paint_body(painter, rect, dirty)
        elif self.view is None or self.quantity is None:
            self.paint_nothing(painter, rect)
        elif self.told is None:
            self.paint_waiting(painter, rect)
        else:
            what, why = self.say("history.empty"), self.say("history.empty.never")
            self.paint_empty(painter, rect, what, why)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """When and what over where from; the mark of the one that counts."""
        theme, held = self.theme, self.held[index]
        line = max(1.0, theme.stroke / 2)
        painter.fillRect(QRectF(rect.x(), rect.bottom() - line, rect.width(), line), theme.line1)
        inner = rect.adjusted(self.pad, self.px(6), -self.pad, -self.px(6))
        half = inner.height() / 2
        upper = QRectF(inner.x(), inner.y(), inner.width(), half)
        lower = QRectF(inner.x(), inner.y() + half, inner.width(), half)
        right = self._value(painter, upper, held.reading)
        if self.is_used(held):
            right = self._tag(painter, upper, right)
        room = QRectF(upper.x(), upper.y(), max(0.0, right - upper.x()), half)
        lettering.draw_in(painter, theme, room, self._when(held.reading), Role.BODY, theme.text1)
        source = lettering.fit(
            theme, feed_name(self.context, held.source), Role.CAPTION, inner.width() * 0.4
        )
        used = lettering.draw_in(
            painter, theme, lower, source, Role.CAPTION, theme.text3, right=True
        )
        room = lower.adjusted(0, 0, -used - self.px(12), 0)
        lettering.draw_in(painter, theme, room, self._times(held), Role.CAPTION, theme.text2)

    def _value(self, painter: QPainter, box: QRectF, reading: Reading) -> float:
        """Number and unit at the right; gives the left edge."""
        theme, view = self.theme, self.view
        assert view is not None
        unit = self.context.unit(view)
        wide = theme.width(unit, Role.CAPTION)
        cell = QRectF(box.right() - wide, box.y(), wide + 1, box.height())
        lettering.draw_in(painter, theme, cell, unit, Role.CAPTION, theme.text3)
        number = wording.number(reading.value, view.decimals)
        room = QRectF(box.x(), box.y(), box.width() - wide - self.px(6), box.height())
        used = lettering.draw_in(painter, theme, room, number, Role.BODY, theme.text1, right=True)
        return room.right() - used - self.px(12)

    def _tag(self, painter: QPainter, box: QRectF, right: float) -> float:
        """指数所用, in a frame; gives its left edge."""
        theme, text = self.theme, self.context.text("detail.raw.used")
        wide = theme.width(text, Role.CAPTION) + self.px(12)
        if right - wide < box.x() + box.width() * 0.3:
            return right
        high = min(box.height(), theme.line(Role.CAPTION) + self.px(2))
        cell = QRectF(right - wide, box.center().y() - high / 2, wide, high)
        frame(painter, cell, theme.line2, theme, theme.radius)
        inner = cell.adjusted(self.px(6), 0, 0, 0)
        lettering.draw_in(painter, theme, inner, text, Role.CAPTION, theme.text1)
        return cell.x() - self.px(12)

    # ---- keys and foot

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """M: more; A: as known yesterday, or now."""
        if event.key() == Qt.Key.Key_M and self._hidden_before:
            self.wanted += PAGE
            self.read()
        elif event.key() == Qt.Key.Key_A:
            self.yesterday = not self.yesterday
            self.read()
        else:
            super().keyPressEvent(event)

    @property
    def _hidden_before(self) -> int:
        return 0 if self.told is None else max(0, self.told.stored - len(self.told.held))

    def foot_height(self) -> float:
        """Keys, and how many are not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.held else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """How many records there are that the list does not show."""
        text = self.context.text
        keys = [KeyHint("A", text("detail.key.yesterday"))]
        if self._hidden_before:
            keys.insert(0, KeyHint("M", text("detail.key.more")))
        hidden = self.hidden + self._hidden_before
        self.paint_rest(painter, rect, keys, self.say("more", n=hidden) if hidden else "")
