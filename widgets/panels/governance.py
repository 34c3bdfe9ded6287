"""四大治理: a row per theme with three indicators each, value on its range.

The usual rows are 大综治 大城管 大应急 大交通; a city without them shows its first themes that have
indicators enough. A cell that is not live carries its own state; the others share the head's age.
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import HOUR, Catalog, Direction, Quantity
from app.core.model import AlarmKind, Freshness, Level, Ms
from app.live.hub import Kind
from app.live.summary import IndicatorKeys
from app.live.theme_state import PILLARS
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.bars import RangeBar, paint_range
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._index import open_indicator
from widgets.panels._names import listed
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._values import age_text, state_of, value_text
from widgets.screen_item import ScreenItem, value_item
from widgets.selection import Subject
from widgets.theme import Role

ROWS, CELLS = 4, 3


class Governance(Rows, kind="governance"):
    """Arrows choose a cell, Enter opens its indicator."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`rows`: per row the code of a theme, then the codes of its indicators; none: the usual
        four themes with the weightiest that come quickly."""

        rows: Annotated[tuple[tuple[str, ...], ...], msgspec.Meta(max_length=8)] = ()

    needs = frozenset({Kind.READING, Kind.FEED, Kind.SEAT})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.rows = options.rows or usual_rows(context.catalog)
        # A place per entry: a heading `#theme`, then its cells.
        self.entries = [entry for row in self.rows for entry in (f"#{row[0]}", *row[1 : CELLS + 1])]
        self._known = IndicatorKeys(context.catalog, context.city.code)
        self._views: dict[str, ValueView] = {}
        self._now: Ms = 0

    def title(self) -> str:
        """四大治理, or the themes of another city."""
        four = tuple(row[0] for row in self.rows) == PILLARS
        return self.context.text("dash.governance" if four else "dash.governance.themes")

    def notes_right(self) -> list[Note]:
        """The age of the oldest reading among those that are live."""
        live = [v for v in self._views.values() if v.freshness is Freshness.LIVE and v.as_of]
        if not live:
            return []
        oldest = min(live, key=lambda view: view.as_of or 0)
        age = age_text(self.context, oldest, self._now)
        return [Note(self.context.text("dash.oldest", age=age), self.theme.text3)]

    def refresh(self, changes: Changes) -> None:
        """Look at the few values."""
        context = self.context
        self._now = context.now()
        self._known.grow(context.picture.readings)
        keys = self._known.by_code
        self._views = {code: context.view(keys[code]) for code in self.entries if code in keys}
        if len(self.places) != len(self.entries):
            self.lay_out()

    def items(self) -> list[ScreenItem]:
        """The value of every cell."""
        shown = {self.entries[at] for at in self.painted()}
        translator = self.context.translator
        return [
            value_item(view, translator, visible=code in shown)
            for code, view in self._views.items()
        ]

    # ---- places

    def is_row(self, index: int) -> bool:
        """A theme's name is none."""
        return not self.entries[index].startswith("#")

    def arrange(self, width: float) -> list[QRectF]:
        """The rows share the height; the names have a column, the cells the rest."""
        if not self.rows:
            return []
        least = self.theme.line(Role.CAPTION) + self.theme.line(Role.VALUE) * 0.9
        high = max(least, self.room / len(self.rows))
        high = min(high, self.px(self.measures.card) * 1.6)
        names = [self._name(row[0]) for row in self.rows]
        first = max(self.theme.width(name, Role.BODY, True) for name in names) + self.px(12)
        first = self.pad + min(first, width * 0.24)
        cells = self._cells(first, width)
        places: list[QRectF] = []
        for at, row in enumerate(self.rows):
            places.append(QRectF(0, at * high, first, high))
            places += [
                QRectF(left, at * high, wide, high)
                for (left, wide), _ in zip(cells, row[1 : CELLS + 1], strict=False)
            ]
        return places

    def _cells(self, first: float, width: float) -> list[tuple[float, float]]:
        """Left edge and width of each column; more where a seam parts them unevenly."""
        even = least = max(0.0, width - first) / CELLS
        while least >= 1.0:
            lanes = self.edges_x.lanes(first, width, least)
            if len(lanes) >= CELLS:
                return lanes
            least *= 0.9
        return [(first + number * even, even) for number in range(CELLS)]  # too narrow to read

    def _name(self, theme: str) -> str:
        if theme in PILLARS:
            return self.context.text(f"themes.pillar.{theme}")
        return listed(self.context, "themes", theme)

    # ---- painting

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that the city has no such themes."""
        if self.rows:
            super().paint_body(painter, rect, dirty)
            return
        text = self.context.text
        self.paint_empty(painter, rect, text("dash.governance.none"), "")

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A theme's name, or a cell."""
        entry, theme = self.entries[index], self.theme
        if entry.startswith("#"):
            box = rect.adjusted(self.pad, 0, 0, 0)
            name = self._name(entry[1:])
            lettering.draw_in(painter, theme, box, name, Role.BODY, theme.text1, True)
            if rect.y() > self.list_rect.y() + 1:
                self.rule(painter, rect.y(), self.pad)
            return
        view = self._views.get(entry)
        inner = rect.adjusted(0, 0, -self.pad, 0)
        if view is not None:
            self._paint_cell(painter, inner, view)

    def _paint_cell(self, painter: QPainter, rect: QRectF, view: ValueView) -> None:
        """The name over value and unit; at the right the range and the mark of its level."""
        theme, context = self.theme, self.context
        role = Role.VALUE if rect.height() >= theme.line(Role.CAPTION) * 2.1 else Role.BODY
        upper_high, lower_high = theme.line(Role.CAPTION), theme.size(role) * 1.1
        top = rect.center().y() - (upper_high + lower_high) / 2
        upper = QRectF(rect.x(), top, rect.width(), upper_high)
        lower = QRectF(rect.x(), top + upper_high, rect.width(), lower_high)
        state, side = state_of(context, view), self.px(14)
        room = upper if state is Fresh.LIVE else upper.adjusted(0, 0, -side - self.px(6), 0)
        label = context.label(view)
        used = lettering.draw_in(painter, theme, room, label, Role.CAPTION, theme.text2)
        if state is not Fresh.LIVE:
            x = upper.x() + used + self.px(6)
            paint_fresh(painter, QRectF(x, upper.center().y() - side / 2, side, side), state, theme)
        text, unit = value_text(context, view)
        ink = theme.text1 if view.freshness is Freshness.LIVE else theme.text2
        if not text:
            text, ink = wording.NO_VALUE, theme.text3
        x = lower.x()
        x += lettering.draw_in(painter, theme, lower, text, role, ink) + self.px(4)
        box = QRectF(x, lower.y(), max(0.0, lower.right() - x), lower.height())
        x += lettering.draw_in(painter, theme, box, unit, Role.CAPTION, theme.text3)
        self._paint_range(painter, QRectF(x, lower.y(), lower.right() - x, lower.height()), view)

    def _paint_range(self, painter: QPainter, rect: QRectF, view: ValueView) -> None:
        """The bar at the right edge and the mark before it, as far as there is room."""
        theme, wide = self.theme, self.px(28)
        quantity = self.context.catalog.quantity(view.key)
        bar = range_of(view, quantity) if quantity is not None else None
        right = rect.right()
        if bar is not None and rect.width() > wide + self.px(6):
            high = min(self.px(14), rect.height() * 0.6)
            paint_range(
                painter, QRectF(right - wide, rect.center().y() - high / 2, wide, high), bar, theme
            )
            right -= wide + self.px(6)
        side = theme.cap(Role.CAPTION) * 1.3
        if view.level is not Level.NONE and right - rect.x() > side + self.px(4):
            mark = QRectF(right - side, rect.center().y() - side / 2, side, side)
            paint_alarm(painter, mark, AlarmMark(view.level, AlarmKind.LIMIT), theme)

    # ---- hands

    def _key(self, index: int) -> str:
        view = self._views.get(self.entries[index])
        return view.key if view is not None else ""

    def chosen(self, index: int) -> None:
        """What is looked at."""
        if key := self._key(index):
            self.context.selection.choose(Subject.INDICATOR, key)

    def open(self, index: int) -> None:
        """The indicator."""
        if key := self._key(index):
            open_indicator(self, key)


def usual_rows(catalog: Catalog) -> tuple[tuple[str, ...], ...]:
    """The four themes of governance with three indicators each; where a city has them not, its
    first themes that have three."""
    by_theme: dict[str, list[Quantity]] = {}
    for item in catalog.indicators:
        by_theme.setdefault(item.theme, []).append(item)
    chosen: Sequence[str] = PILLARS
    if not all(len(by_theme.get(theme, ())) >= CELLS for theme in PILLARS):
        full = [theme for theme, items in by_theme.items() if theme and len(items) >= CELLS]
        chosen = full[:ROWS]
    return tuple((theme, *_quickest(by_theme[theme])) for theme in chosen)


def _quickest(items: Sequence[Quantity]) -> list[str]:
    """What comes by the hour or faster and weighs most, then the others; in catalogue order."""
    best = sorted(items, key=lambda item: (item.period_ms > HOUR, item.period_ms > 24 * HOUR,
                                           -item.weight))[:CELLS]  # fmt: skip
    return [item.code for item in items if item in best]


def range_of(view: ValueView, quantity: Quantity) -> RangeBar | None:
    """The value between its best and its gravest limit, the normal part, yellow as the tick."""
    limits = quantity.thresholds
    if view.value is None:
        return None
    good = limits.watch if limits.watch is not None else limits.good
    if quantity.direction is Direction.BAND:
        low, high = limits.red_low, limits.red
        normal_low = limits.watch_low if limits.watch_low is not None else limits.good_low
        ends = (low, high, normal_low, good)
    elif quantity.direction is Direction.NEGATIVE:
        ends = (limits.best, limits.red, limits.best, good)
    else:
        ends = (limits.red, limits.best, good, limits.best)
    low, high, normal_low, normal_high = ends
    if low is None or high is None or high <= low:
        return None
    normal = None
    if normal_low is not None and normal_high is not None:
        normal = (normal_low, normal_high)
    return RangeBar(view.value, low, high, normal, limits.yellow, view.level)
