"""Two districts side by side: what both are measured by, and how far they are apart."""

from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import keys, wording
from app.core.model import AlarmKind, Level, Ms
from app.live.hub import Kind
from app.live.league import DistrictCodes, Pair, as_part, pairs
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.bars import paint_share
from widgets.paint.button import KeyHint
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import district_item, region_name
from widgets.panels._painted import Note
from widgets.panels._table import Column, Table
from widgets.panels._value_row import paint_age, paint_number
from widgets.panels._values import age_text
from widgets.screen_item import ScreenItem
from widgets.selection import Subject
from widgets.theme import Role

EVERY_MS = 1000
TWO = 2


class Districts(Table, kind="districts"):
    """One row per indicator or index: the first district, the second, the difference."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`regions`: these two; none: those that were marked in a league table, else the first two
        of the city."""

        regions: Annotated[tuple[str, ...], msgspec.Meta(max_length=TWO)] = ()

    needs = frozenset({Kind.READING, Kind.FEED, Kind.SEAT, Kind.INDEX})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.fixed = options.regions
        self.pairs: tuple[Pair, ...] = ()
        self._codes = DistrictCodes(context.catalog, context.city.code)
        self._read: tuple[object, ...] = ()
        self._now: Ms = -EVERY_MS

    @property
    def regions(self) -> tuple[str, ...]:
        """The two districts; fewer in a city that has no two."""
        if len(self.fixed) == TWO:
            return self.fixed
        marked = tuple(self.context.selection[Subject.DISTRICTS].split())
        return marked if len(marked) == TWO else self._codes.regions[:TWO]

    def title(self) -> str:
        """The two names."""
        names = [region_name(self.context, code) for code in self.regions]
        if len(names) < TWO:
            return self.context.text("themes.districts.title")
        return self.context.text("themes.districts.of", first=names[0], second=names[1])

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """Look at both districts again, at most once a second."""
        now = self.context.now()
        if not changes.keys() - {Kind.READING, Kind.INDEX} and 0 <= now - self._now < EVERY_MS:
            return
        self._now = now
        self._codes.grow(self.context.picture.readings)
        before = len(self.pairs)
        if len(self.regions) == TWO:
            first, second = (self._views(region) for region in self.regions)
            self.pairs = pairs(self._codes.codes, first, second)
        reads = (self.regions, *(self._reads(pair) for pair in self.pairs))
        if reads != self._read:
            self._read = reads
            if before != len(self.pairs):
                self.lay_out()
            self.update()

    def _views(self, region: str) -> dict[str, ValueView]:
        view, known = self.context.view, self.context.catalog.quantities
        return {
            code: as_part(view(keys.reading_key(code, region)), known[code])
            for code in self._codes.codes
        }

    def _reads(self, pair: Pair) -> tuple[object, ...]:
        both = (pair.first, pair.second)
        ages = tuple(age_text(self.context, view, self._now) for view in both)
        return (pair.code, ages, *((view.value, view.level, view.mode) for view in both))

    # ---- the list

    def columns(self) -> list[Column]:
        """The age is that of the older value."""
        say = self.context.text
        names = [region_name(self.context, code) for code in self.regions] or ["", ""]
        return [
            Column("name", say("themes.districts.indicator"), least=90),
            Column("first", names[0], width=self._value_width, right=True),
            Column("bars", width=110, spare=2),
            Column("second", names[-1], width=self._value_width, right=True),
            Column("apart", say("themes.districts.apart"), width=76, right=True),
            Column("age", say("themes.age"), width=140, spare=1, right=True),
        ]

    @property
    def _value_width(self) -> float:
        """Room for a value with its unit and for the district's name above it, in desk px."""
        names = [region_name(self.context, code) for code in self.regions]
        widest = max((self.theme.width(name, Role.CAPTION) for name in names), default=0.0)
        return min(max(104.0, widest / self.px(1) + 2), 160.0)

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        high = self.px(self.measures.row)
        return [QRectF(0, n * high, width, high) for n in range(len(self.pairs))]

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Both values with their levels; two bars on one scale."""
        pair, cells, theme = self.pairs[index], self.cells(rect), self.theme
        label = self.context.label(pair.first)
        lettering.draw_in(painter, theme, cells["name"], label, Role.BODY, theme.text2)
        for name, view in (("first", pair.first), ("second", pair.second)):
            self._paint_value(painter, cells[name], view)
        apart = wording.number(pair.apart, pair.first.decimals, signed=True)
        lettering.draw_in(painter, theme, cells["apart"], apart, Role.BODY, theme.text1, right=True)
        if "bars" in cells:
            self._paint_bars(painter, cells["bars"], pair)
        if "age" in cells:
            paint_age(painter, cells["age"], self.context, older(pair), self._now, most=1.0)
        self.rule(painter, rect.bottom(), self.pad)

    def _paint_value(self, painter: QPainter, cell: QRectF, view: ValueView) -> None:
        side = self.px(15)
        used = paint_number(painter, cell, self.context, view)
        mark = QRectF(
            cell.right() - used - side - self.px(8), cell.center().y() - side / 2, side, side
        )
        if view.level is not Level.NONE and mark.x() >= cell.x() - self.px(8):
            paint_alarm(painter, mark, AlarmMark(view.level, AlarmKind.LIMIT), self.theme)

    def _paint_bars(self, painter: QPainter, cell: QRectF, pair: Pair) -> None:
        values = [view.value or 0.0 for view in (pair.first, pair.second)]
        most, high = max(values), self.px(6)
        if most <= 0 or min(values) < 0:
            return
        for number, value in enumerate(values):
            top = cell.center().y() + (number - 1) * (high + self.px(2)) + self.px(1)
            paint_share(
                painter, QRectF(cell.x(), top, cell.width(), high), value / most, self.theme
            )

    def chosen(self, index: int) -> None:
        """The league table shows the same indicator."""
        pair = self.pairs[index]
        whole = keys.reading_key(pair.code, self.context.city.code)
        is_index = pair.code in self.context.catalog.plan.specs
        self.context.selection.choose(Subject.INDEX if is_index else Subject.INDICATOR, whole)

    # ---- around it

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self.pairs:
            super().paint_body(painter, rect, dirty)
            return
        say = self.context.text
        self.paint_empty(painter, rect, say("themes.league.none"), say("themes.league.none.why"))

    def foot_height(self) -> float:
        """Keys at a desk; what is not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.pairs else 0.0

    def notes_right(self) -> list[Note]:
        """The age of the oldest value, where there is no column for ages."""
        if self.shows("age") or not self.pairs:
            return []
        oldest = min((older(pair) for pair in self.pairs), key=lambda view: view.as_of or 0)
        age = age_text(self.context, oldest, self._now)
        return [Note(self.context.text("themes.oldest", age=age), self.theme.text3)]

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """How the rows are read."""
        self.paint_rest(painter, rect, [KeyHint("J K", self.say("key.move"))])

    def items(self) -> list[ScreenItem]:
        """Both values of every row."""
        shown = set(self.painted())
        return [
            district_item(self.context, region, view, visible=index in shown)
            for index, pair in enumerate(self.pairs)
            for region, view in zip(self.regions, (pair.first, pair.second), strict=True)
        ]


def older(pair: Pair) -> ValueView:
    """The value that is the older of the two; one that is missing is not dated."""
    known = [view for view in (pair.first, pair.second) if view.as_of is not None]
    return min(known, key=lambda view: view.as_of or 0)
