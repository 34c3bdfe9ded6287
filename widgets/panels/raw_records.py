"""原始记录: every stored record of the chosen indicator, the newest first, with all its times.

The record that the index counts is marked, also where it is an old one carried forward. A goes
back to what was known an hour and a day ago.
"""

from typing import Any, NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY, HOUR, MINUTE, Quantity
from app.core.keys import parse
from app.core.model import Freshness, Held, Ms, Reading
from app.live.drill import index_of, used_record
from app.live.hub import Kind
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import frame, row_line
from widgets.paint.button import KeyHint
from widgets.panels._base import Changes
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._sheet import feed_name
from widgets.panels._told import IndicatorOptions, Told
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

PAGE = 200


KNOWN = (0, HOUR, DAY)
"""How long ago the moment is of which the records are shown as they were known."""


class Records(NamedTuple):
    """The newest records of a key, newest first, and how many are stored in all; None where it
    cannot be said of that moment."""

    held: list[Held]
    stored: int | None


class RawRecords(Told, Rows, kind="raw-records"):
    """J K move, M reads more, A shows what was known an hour ago, a day ago, now."""

    Options = IndicatorOptions
    needs = Told.needs | {Kind.INDEX}
    told: Records | None
    every_ms = 15_000

    def __init__(
        self, context: Context, options: IndicatorOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.wanted = PAGE
        self.ago = 0  # ms before now, one of KNOWN
        self._used: tuple[Ms, str] | None = None
        self._is_carried = False  # the index counts it though it is overdue

    # ---- what is shown

    def follow(self, changes: Changes, changed_key: bool) -> None:
        """Another indicator begins at its newest page."""
        if changed_key:
            self.wanted, self.current, self.offset = PAGE, -1, 0.0
        super().follow(changes, changed_key)
        self._look_at_index()

    def _look_at_index(self) -> None:
        """Which record the index counts, and whether it carries an overdue one forward."""
        self._used, self._is_carried = None, False
        if not self.key:
            return
        picture = self.context.picture
        code = parse(self.key).code
        if code in self.context.catalog.plan.specs:
            return  # of an index one value a minute is stored: the one shown may not be
        index = index_of(code, picture.indices.moves, self.context.catalog)
        parts = picture.indices.parts(index) if index else ()
        self._used = used_record(parts, picture.readings.get(self.key), self.key)
        own = next((part for part in parts if part.key == self.key), None)
        self._is_carried = own is not None and own.freshness is not Freshness.LIVE

    @property
    def question(self) -> str:
        """Also how many, and as known when."""
        return f"{self.key} {self.wanted} {self.ago}"

    async def tell(self, view: ValueView, quantity: Quantity) -> Any:
        """The newest records, as far as they were known."""
        known = self.context.now() - self.ago if self.ago else None
        found = await self.context.queries.newest(view.key, self.wanted, known)
        return Records(found.held[::-1], found.stored)

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
        """Whether the index counts this record: of a moment its last revision."""
        if self._used is None or self.ago:
            return False
        same = (item for item in self.held if (item.reading.as_of, item.source) == self._used)
        return next(same, None) is held

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
        if self.ago:
            when = self._time(self.now - self.ago, seconds=False)
            notes.append(Note(self.context.text("detail.raw.known", when=when), self.theme.text2))
        return notes

    def _when(self, reading: Reading) -> str:
        """The moment observed, or the period that a statistic is of."""
        if not reading.valid_to:
            return self._time(reading.observed)
        start = reading.valid_from or 0
        since = self._time(start) if start else "…"
        until = self._time(reading.valid_to, start)
        return self.context.text("detail.raw.valid", since=since, until=until)

    def _time(self, at: Ms, beside: Ms = 0, *, seconds: bool = True) -> str:
        """Day and time; the day is left out where `beside`, told before, is of the same."""
        zone, translator = self.context.zone, self.context.translator
        day = wording.day(at, self.now, zone, translator)
        clock = wording.clock(at, zone, seconds=seconds and at % MINUTE != 0)
        is_same = bool(beside) and day == wording.day(beside, self.now, zone, translator)
        return clock if is_same else f"{day} {clock}"

    def _times(self, held: Held) -> str:
        """Received, published, revision: when the record came."""
        text, reading = self.context.text, held.reading
        told = reading.valid_to or reading.observed
        parts = [text("detail.raw.received", when=self._time(held.received, told))]
        if reading.published:
            parts.append(text("detail.raw.published", when=self._time(reading.published, told)))
        if reading.revision:
            parts.append(text("detail.raw.revision", n=reading.revision))
        return text("panels.comma").join(parts)

    def _kind(self, held: Held) -> str:
        """Measured, computed or estimated, and of which world."""
        text, reading = self.context.text, held.reading
        world = reading.world or self.context.picture.world
        said = [text(f"panels.origin.{reading.origin.value}"), text(f"panels.world.{world.value}")]
        return text("panels.comma").join(said)

    # ---- painting

    def arrange(self, width: float) -> list[QRectF]:
        """Three lines each: no part of a record is cut."""
        theme = self.theme
        high = theme.line(Role.BODY) + 2 * theme.line(Role.CAPTION) + self.px(12)
        return [QRectF(0, place * high, width, high) for place in range(len(self.held))]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The records, or why there are none."""
        if self.held:
            super().paint_body(painter, rect, dirty)
        elif self.view is None or self.quantity is None:
            self.paint_nothing(painter, rect)
        elif self.told is None:
            self.paint_waiting(painter, rect)
        elif self.ago:
            self.paint_empty(painter, rect, self.context.text("detail.raw.not_yet"), "")
            foot = self.foot_height()
            self.paint_foot(painter, QRectF(0, rect.bottom() - foot, rect.width(), foot))
        else:
            what, why = self.say("history.empty"), self.say("history.empty.never")
            self.paint_empty(painter, rect, what, why)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """When and what, where from, when it came; the mark of the one that counts."""
        theme, held = self.theme, self.held[index]
        row_line(painter, rect, theme)
        inner = rect.adjusted(self.pad, self.px(6), -self.pad, -self.px(6))
        body, caption = theme.line(Role.BODY), theme.line(Role.CAPTION)
        upper = QRectF(inner.x(), inner.y(), inner.width(), body)
        middle = QRectF(inner.x(), upper.bottom(), inner.width(), caption)
        lower = QRectF(inner.x(), middle.bottom(), inner.width(), caption)
        right = self._value(painter, upper, held.reading)
        if self.is_used(held):
            right = self._tag(painter, upper, right)
        room = QRectF(upper.x(), upper.y(), max(0.0, right - upper.x()), body)
        lettering.draw_in(painter, theme, room, self._when(held.reading), Role.BODY, theme.text1)
        source = feed_name(self.context, held.source)
        lettering.draw_in(painter, theme, middle, source, Role.CAPTION, theme.text2)
        kind, times = self._kind(held), self._times(held)
        place_of_kind = lower
        spare = lower.width() - theme.width(kind, Role.CAPTION) - self.px(12)
        if theme.width(times, Role.CAPTION) > spare:
            place_of_kind = middle
        if place_of_kind is lower or theme.width(source, Role.CAPTION) <= spare:
            lettering.draw_in(
                painter, theme, place_of_kind, kind, Role.CAPTION, theme.text3, right=True
            )
        lettering.draw_in(painter, theme, lower, times, Role.CAPTION, theme.text3)

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

    def tag_text(self) -> str:
        """指数所用, or 指数沿用 of an overdue one."""
        return self.context.text("detail.raw.carried" if self._is_carried else "detail.raw.used")

    def _tag(self, painter: QPainter, box: QRectF, right: float) -> float:
        """The mark of the record that counts, in a frame; gives its left edge."""
        theme, text = self.theme, self.tag_text()
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
        """M: more; A: the moment of knowledge."""
        if event.key() == Qt.Key.Key_M and self._has_older:
            self.wanted += PAGE
            self.read()
        elif event.key() == Qt.Key.Key_A:
            self.ago = KNOWN[(KNOWN.index(self.ago) + 1) % len(KNOWN)]
            self.read()
            self.update()
        else:
            super().keyPressEvent(event)

    @property
    def _hidden_before(self) -> int:
        if self.told is None or self.told.stored is None:
            return 0
        return max(0, self.told.stored - len(self.told.held))

    @property
    def _has_older(self) -> bool:
        """Whether there are older ones, counted or not."""
        if self.told is not None and self.told.stored is None:
            return len(self.told.held) >= self.wanted
        return self._hidden_before > 0

    def foot_height(self) -> float:
        """Keys, and how many are not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.held or self.ago else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """How many records there are that the list does not show."""
        text = self.context.text
        following = KNOWN[(KNOWN.index(self.ago) + 1) % len(KNOWN)]
        keys = [KeyHint("A", text(f"detail.key.known_{KNOWN.index(following)}"))]
        if self._has_older:
            keys.insert(0, KeyHint("M", text("detail.key.more")))
        hidden = self.hidden + self._hidden_before
        said = self.say("more", n=hidden) if hidden else ""
        if self._has_older and not self._hidden_before:
            said = text("detail.raw.older")
        self.paint_rest(painter, rect, keys, said)
