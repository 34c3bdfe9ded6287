"""The indicators: a dense table or tiles, grouped; any number of them in one widget.

Of what changed only the rows that can be seen are looked at and repainted. The states of the
others (for the counts in the head) are gone over a part at a time, each second.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from heapq import nsmallest
from itertools import cycle, islice
from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.model import Ms
from app.live.hub import Kind
from app.live.summary import (
    Counts,
    Filter,
    GroupBy,
    IndicatorKeys,
    Tally,
    grouped,
    standing,
)
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import grid_lines
from widgets.paint.button import KeyHint
from widgets.paint.tile import paint_tile
from widgets.panels._act import act, has_scene, pick_to_compare
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import group_name
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._trended import heed_history, note_of, span_text, spark_of, trends_of, wanted
from widgets.panels._value_row import paint_value_row
from widgets.panels._values import age_text, finding_items, finding_mark, tile_of
from widgets.screen_item import ScreenItem, value_item
from widgets.selection import Subject
from widgets.theme import Role

CHUNK = 250  # unseen indicators gone over at a time, and each second
LIST_MS = 1000  # a list that depends on states is made anew at most so often
TILE = (226.0, 128.0)
HALL_TILE = (290.0, 100.0)
COLUMN = 470.0
SCENE = "indicator"  # what Enter brings up


class Form(StrEnum):
    """How values are drawn. `auto`: on the wall tiles of what stands out, elsewhere the table."""

    AUTO = "auto"
    TABLE = "table"
    TILES = "tiles"


class Indicators(Rows, kind="indicators"):
    """With `count` the values that stand out most and how many are not shown; else all of them."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`form`, `group_by`, the first `filter`; `bureau`, `theme` or `dimension` to show a part;
        `count` to show that many of those that deviate most, without groups."""

        form: Form = Form.AUTO
        group_by: GroupBy = GroupBy.BUREAU
        filter: Filter = Filter.ALL
        bureau: str = ""
        theme: str = ""
        dimension: str = ""
        count: Annotated[int, msgspec.Meta(ge=0, le=500)] = 0

    needs = frozenset({Kind.READING, Kind.FEED, Kind.FINDING, Kind.SEAT, Kind.HISTORY})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.chosen_options = options
        auto = options.form is Form.AUTO
        self.tiles = context.seat == "hall" if auto else options.form is Form.TILES
        self.picks = bool(options.count) or (auto and self.tiles)
        self.filter = options.filter
        self.views: dict[str, ValueView] = {}
        self.entries: list[str] = []  # a key, or `#group` for a heading
        self.rest: Tally | None = None
        self._group_names: dict[str, tuple[str, int]] = {}
        self._places: dict[str, int] = {}
        self._known = IndicatorKeys(context.catalog, context.city.code)
        self._keys: dict[str, str] = {}
        self._counts = Counts()
        self._empty: set[str] = set()  # keys without a value yet
        self._standing: dict[str, tuple[float, ...]] = {}
        self._painted: dict[str, tuple[object, ...]] = {}  # what can be read in a row
        self._moved = False  # a state or level, since the list was made
        self._listed: Ms = 0
        self._turn: Iterator[str] = iter(())
        self._now: Ms = 0
        self._chosen = ""
        self._tabs: list[tuple[QRectF, Filter]] = []
        self._trends = trends_of(self, self._came)

    def title(self) -> str:
        """指标, or what part of them."""
        options = self.chosen_options
        for by, code in (
            (GroupBy.BUREAU, options.bureau),
            (GroupBy.THEME, options.theme),
            (GroupBy.DIMENSION, options.dimension),
        ):
            if code:
                return group_name(self.context, by, code)
        if self.picks:
            return self.context.text("panels.verdict.list")
        return self.context.text("panels.indicators.title")

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """Look at what changed and can be seen; on a tick at all that can be seen, and a part of
        the rest."""
        heed_history(self, self._trends, changes)
        context = self.context
        self._now = context.now()
        self._chosen = context.selection[Subject.INDICATOR]
        grown = self._known.grow(context.picture.readings)
        if grown or not self._keys:
            self._find_keys()
            self._restate(key for key in self._keys.values() if key not in self.views)
            self._list()
            self.update()
            return
        seen = self._seen()
        if Kind.READING in changes and not changes.keys() - {Kind.READING, Kind.SEAT}:
            changed = changes[Kind.READING]
            # The rest is gone over in its turn, and before items() tells of it.
            self._restate(changed.intersection(seen))
            self._restate(list(islice(changed & self._empty, CHUNK)))
        else:
            self._restate(seen)
            self._restate(islice(self._turn, min(CHUNK, len(self._keys))))
        self._show(seen, all_of_it=Kind.SEAT in changes)

    def _show(self, seen: Sequence[str], *, all_of_it: bool) -> None:
        """Repaint what can be read otherwise than before."""
        depends = self.filter is not Filter.ALL or self.picks
        if self._moved and depends and self._now - self._listed >= LIST_MS:
            self._list()
            seen, all_of_it = self._seen(), True
        elif self._moved and not depends:
            self._moved = False
            self.update(self.head_rect.toAlignedRect())
        if all_of_it:
            self.update()
        else:
            self.touch([self._places[key] for key in seen if self._reads_otherwise(key)])
        self._trends.want(wanted(self.views[key] for key in seen), self._now)

    def _reads_otherwise(self, key: str) -> bool:
        view = self.views[key]
        age = age_text(self.context, view, self._now)
        found = finding_mark(self.context, key)
        reads = (view.value, view.level, view.mode, view.freshness, age, found)
        if self._painted.get(key) == reads:
            return False
        self._painted[key] = reads
        return True

    def _find_keys(self) -> None:
        options, catalog = self.chosen_options, self.context.catalog
        wanted_part = {
            "bureau": options.bureau,
            "theme": options.theme,
            "dimension": options.dimension,
        }
        self._keys = {
            code: key
            for code, key in self._known.by_code.items()
            if all(
                not part or getattr(catalog.quantities[code], name) == part
                for name, part in wanted_part.items()
            )
        }
        for key in self.views.keys() - set(self._keys.values()):
            self._counts.add(self.views.pop(key), -1)
            self._empty.discard(key)
        self._turn = cycle(list(self._keys.values()))

    def _restate(self, keys: Iterable[str]) -> None:
        """See values anew and keep the counts; notes whether the state or level of any moved."""
        for key in keys:
            before, now = self.views.get(key), self.context.view(key)
            self.views[key] = now
            if self.picks:
                self._standing[key] = standing(now, self.context.catalog.quantity(key))
            if before is not None:
                if before.freshness is now.freshness and before.level is now.level:
                    continue
                self._counts.add(before, -1)
            self._counts.add(now)
            self._moved = True
            if now.value is None:
                self._empty.add(key)
            else:
                self._empty.discard(key)

    def _seen(self) -> list[str]:
        return [self.entries[i] for i in self.visible() if not self.entries[i].startswith("#")]

    def _list(self) -> None:
        """Which rows there are, with headings; then where they stand."""
        here = self.entries[self.current] if 0 <= self.current < len(self.entries) else ""
        self.rest = None
        self._moved, self._listed = False, self._now
        if self.picks:
            first = nsmallest(self._count, self._keys.values(), key=self._standing.__getitem__)
            self.entries = [key for key in first if self.views[key].value is not None]
            self.rest = self._counts.without(self.views[key] for key in self.entries)
        else:
            self._list_groups()
        self._places = {key: index for index, key in enumerate(self.entries)}
        self.current = self._places.get(here, -1)
        self.lay_out()

    def _list_groups(self) -> None:
        self.entries, self._group_names = [], {}
        by = self.chosen_options.group_by
        for group in grouped(self._keys, self.context.catalog, by):
            keys = [key for key in group.keys if self.filter.takes(self.views[key])]
            if keys:
                heading = f"#{group.code}"
                self._group_names[heading] = (group_name(self.context, by, group.code), len(keys))
                self.entries.append(heading)
                self.entries += keys

    def _came(self, keys: Sequence[str]) -> None:
        self.touch([self._places[key] for key in keys if key in self._places])
        self._trends.want(wanted(self.views[key] for key in self._seen()), self._now)

    def scrolled(self) -> None:
        """Other values can be seen: look at them now."""
        if self._keys:
            seen = self._seen()
            self._restate(seen)
            self._trends.want(wanted(self.views[key] for key in seen), self._now)

    def set_filter(self, wanted_filter: Filter) -> None:
        """Show all, those over a limit, or those that are late or missing."""
        self.filter = wanted_filter
        self.offset = 0.0
        self._list()
        self.update()

    def items(self) -> list[ScreenItem]:
        """The value of every row; those scrolled away are not visible."""
        shown = {self.entries[index] for index in self.visible() if self.is_whole(index)}
        hidden = [key for key in self.entries if not key.startswith("#") and key not in shown]
        self._restate(hidden)
        translator = self.context.translator
        views = [(self.views[k], k in shown) for k in self.entries if not k.startswith("#")]
        found = finding_items(self.context, views, self._now)
        return [value_item(view, translator, visible=seen) for view, seen in views] + found

    # ---- the list

    @property
    def _tile_size(self) -> tuple[float, float]:
        return HALL_TILE if self.theme.kind == "hall" else TILE

    @property
    def _count(self) -> int:
        """How many stand out: as the scene says, else as many tiles as fit."""
        if self.chosen_options.count:
            return self.chosen_options.count
        wide, high = self._tile_size
        room = self.body_rect.height() - self.theme.line(Role.CAPTION) - self.px(14)
        columns = len(self.lanes(self.px(wide)))
        return max(1, int(room // self.px(high))) * columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer tiles fit."""
        super().resizeEvent(event)
        if self.picks and self._keys:
            self._list()

    def is_row(self, index: int) -> bool:
        """A heading is none."""
        return not self.entries[index].startswith("#")

    def arrange(self, width: float) -> list[QRectF]:
        """Headings across, rows or tiles in as many columns as fit."""
        tiles = self.tiles
        cell = self._tile_size if tiles else (COLUMN, self.measures.row)
        lanes = self.lanes(self.px(cell[0]))
        columns, high = len(lanes), self.px(cell[1])
        if tiles and self.picks:
            high = self._filling(high, columns)
        heading = self.px(self.measures.row * 0.9)
        places, x, y = [], 0, 0.0
        for entry in self.entries:
            if entry.startswith("#"):
                y += high if x else 0.0
                places.append(QRectF(0, y, width, heading))
                x, y = 0, y + heading
                continue
            left, wide = lanes[x]
            places.append(QRectF(left, y, wide, high))
            x += 1
            if x == columns:
                x, y = 0, y + high
        return places

    def _filling(self, least: float, columns: int) -> float:
        """Tiles grow in height until their rows fill the panel, up to half as high again."""
        rows = max(1, -(-len(self.entries) // columns))
        room = self.room / rows
        return max(least, min(room, least * 1.5))

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A heading, a tile or a table row."""
        entry = self.entries[index]
        if entry.startswith("#"):
            self._paint_heading(painter, rect, entry)
            return
        view, context = self.views[entry], self.context
        selected = self.interactive and entry == self._chosen
        spark = spark_of(self._trends, view)
        if self.tiles:
            span = span_text(context, view) if spark is not None else ""
            note = span or note_of(context, self._trends, view)
            tile = tile_of(context, view, self._now, note=note, spark=spark)
            paint_tile(painter, rect, replace(tile, selected=selected), self.theme)
            grid_lines(painter, rect, self.theme)
        else:
            paint_value_row(painter, rect, context, view, self._now, spark, selected=selected)

    def _paint_heading(self, painter: QPainter, rect: QRectF, entry: str) -> None:
        theme = self.theme
        name, count = self._group_names[entry]
        inner = rect.adjusted(self.pad, 0, -self.pad, 0)
        painter.fillRect(rect, theme.raised)
        used = lettering.draw_in(painter, theme, inner, name, Role.BODY, theme.text1, True)
        rest = inner.adjusted(used + self.px(10), 0, 0, 0)
        text = self.say("indicators.total", n=count)
        lettering.draw_in(painter, theme, rest, text, Role.CAPTION, theme.text3)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1, 2, 3 choose the filter; F goes round; C takes a row for a comparison."""
        filters = list(Filter)
        text = event.text()
        if text in ("1", "2", "3") and not self.picks:
            self.set_filter(filters[int(text) - 1])
        elif event.key() == Qt.Key.Key_F and not self.picks:
            self.set_filter(filters[(filters.index(self.filter) + 1) % len(filters)])
        elif event.key() == Qt.Key.Key_C and self._is_on_row:
            pick_to_compare(self, self.entries[self.current])
        else:
            super().keyPressEvent(event)

    @property
    def _is_on_row(self) -> bool:
        return 0 <= self.current < len(self.entries) and self.is_row(self.current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A filter in the head, else a row."""
        for rect, wanted_filter in self._tabs:
            if rect.contains(event.position()):
                self.set_filter(wanted_filter)
                return
        super().mousePressEvent(event)

    def chosen(self, index: int) -> None:
        """The history follows what is looked at."""
        self.context.selection.choose(Subject.INDICATOR, self.entries[index])

    def open(self, index: int) -> None:
        """Enter: the page of the indicator."""
        self.chosen(index)
        if has_scene(self, SCENE):
            act(self, f"switch-scene {SCENE}")

    def hints(self) -> list[KeyHint]:
        """Moving, and the filters."""
        say = self.context.text
        compare = KeyHint("C", say("detail.key.compare"))
        if self.picks:
            return [*super().hints(), compare]
        return [
            *super().hints(),
            compare,
            KeyHint("1 2 3", say("hands.keys.filter")),
            KeyHint("F", say("hands.keys.next_filter")),
        ]

    # ---- head and foot

    def counts(self) -> Tally:
        """How all of the panel's values stand, whatever the filter."""
        return self._counts.tally()

    def notes_right(self) -> list[Note]:
        """For the wall: how many there are and how many are live."""
        if not self.picks:
            return []
        counts = self.counts()
        text = self.say("verdict.fresh", fresh=counts.fresh, total=counts.total)
        return [Note(text, self.theme.text3)]

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """Title, then the three filters with their counts."""
        super().paint_head(painter, rect)
        self._tabs = []
        if self.picks:
            return
        theme, counts = self.theme, self.counts()
        x = self.pad + theme.width(self.title(), Role.TITLE, True) + self.px(24)
        numbers = {
            Filter.ALL: counts.total,
            Filter.OVER: counts.over_total + counts.stale_over,
            Filter.LATE: counts.late + counts.cached + counts.none,
        }
        for item, count in numbers.items():
            on = item is self.filter
            text = self.say(f"indicators.filter.{item.value}", count=count)
            width = theme.width(text, Role.CAPTION, on)
            if x + width > rect.right() - self.pad:
                return
            box = QRectF(x, rect.y(), width, rect.height())
            ink = theme.text1 if on else theme.text2
            lettering.draw_in(painter, theme, box, text, Role.CAPTION, ink, on)
            if on and self.interactive:
                bar = self.px(2)
                painter.fillRect(QRectF(x, rect.bottom() - bar, width, bar), theme.accent)
            self._tabs.append((box.adjusted(-self.px(8), 0, self.px(8), 0), item))
            x += width + self.px(20)

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self.entries:
            super().paint_body(painter, rect, dirty)
            return
        counts = self.counts()
        name = self.filter.value
        self.paint_empty(
            painter,
            rect,
            self.say(f"indicators.empty.{name}"),
            self.say(f"indicators.empty.{name}.why", total=counts.total, fresh=counts.fresh),
        )

    def foot_height(self) -> float:
        """Keys at a desk; on the wall what is not shown."""
        if not self.entries or (not self.interactive and self.rest is None):
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(14)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What is not shown, in words."""
        keys = [
            KeyHint("J K", self.say("key.move")),
            KeyHint(self.say("key.enter"), self.say("key.open")),
            KeyHint("F", self.say("key.filter")),
        ]
        self.paint_rest(painter, rect, keys, self._rest_text())

    def _rest_text(self) -> str:
        rest = self.rest
        if rest is None or not rest.total:
            return ""
        parts = []
        if rest.over_total + rest.stale_over:
            parts.append(self.say("more.over", n=rest.over_total + rest.stale_over))
        if rest.late + rest.cached:
            parts.append(self.say("more.stale", n=rest.late + rest.cached))
        if rest.none:
            parts.append(self.say("more.none", n=rest.none))
        if rest.calm:
            parts.insert(0, self.say("more.calm", n=rest.calm))
        return self.context.text("panels.comma").join(parts)
