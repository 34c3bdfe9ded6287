"""All themes as a way in: the four pillars of the house, the city's themes, scenarios, and a
province's panels; each with its index, its move, its worst level and its age."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core.directory import Theme
from app.core.model import Freshness, Level, Ms
from app.live.hub import Kind
from app.live.summary import IndicatorKeys
from app.live.theme_state import KINDS, ThemeState, by_kind, members, state_of_theme
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import grid_lines, row_line
from widgets.paint.button import KeyHint
from widgets.paint.fresh import Fresh
from widgets.paint.tile import Tile, paint_tile
from widgets.panels._act import act
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._theme import index_key, move_text, short_name, themes_of, withheld
from widgets.panels._theme_row import MOST, columns_of, paint_theme_row, row_views
from widgets.panels._trended import heed_history, spark_of, trends_of
from widgets.panels._values import age_text, tile_of
from widgets.screen_item import ScreenItem, record_item, value_item
from widgets.selection import Subject
from widgets.theme import Role

EVERY_MS = 2000
CHUNK = 6  # themes looked at in one frame
CELL = (226.0, 104.0)
HALL_CELL = (230.0, 84.0)
ROW_WIDTH, ROW = 420.0, 41.0
SCENE = "theme"


class Themes(Rows, kind="themes"):
    """Cells under headings; Enter opens the cockpit of a theme."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`kinds`: only these groups, of pillar, city, scenario, province."""

        kinds: Annotated[tuple[str, ...], msgspec.Meta(max_length=len(KINDS))] = ()

    needs = frozenset({Kind.READING, Kind.FEED, Kind.SEAT, Kind.INDEX, Kind.HISTORY})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        groups = by_kind(themes_of(context))
        self.groups = [pair for pair in groups if not options.kinds or pair[0] in options.kinds]
        self.entries: list[str | Theme] = []
        for kind, themes in self.groups:
            self.entries += [kind, *themes] if len(self.groups) > 1 else themes
        self.states: dict[str, ThemeState] = {}
        self.views: dict[str, ValueView] = {}  # of the indices, by theme
        self._members = {theme.code: members(context.catalog, theme.code) for theme in self._themes}
        self._known = IndicatorKeys(context.catalog, context.city.code)
        self._rest: Iterator[Theme] = iter(())
        self._read: dict[str, tuple[object, ...]] = {}
        self._now: Ms = -EVERY_MS
        self._trends = trends_of(self, lambda keys: self.update())

    @property
    def _themes(self) -> list[Theme]:
        return [entry for entry in self.entries if isinstance(entry, Theme)]

    def title(self) -> str:
        """主题, or the one group that is shown."""
        if len(self.groups) == 1:
            return self.context.text(f"themes.kind.{self.groups[0][0]}")
        return self.context.text("themes.list.title")

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """Look at a few themes in each frame, at all of them every two seconds; the first time at
        all at once."""
        heed_history(self, self._trends, changes)
        now = self.context.now()
        begun = 0 <= now - self._now < EVERY_MS
        if not begun:
            self._now = now
            self._known.grow(self.context.picture.readings)
            self._rest = iter(self._themes)
        part = list(islice(self._rest, CHUNK if self.states else None))
        for theme in part:
            self._look(theme)
        if len(part) == CHUNK:
            self.go_on()
        elif part:
            self._trends.want([(v.key, v.period_ms) for v in self.views.values()], now)
        if Kind.SEAT in changes:
            self.update()

    def _look(self, theme: Theme) -> None:
        context, by_code = self.context, self._known.by_code
        views = [context.view(by_code[code]) for code in self._members[theme.code]]
        self.states[theme.code] = state_of_theme(views, context.catalog)
        if key := index_key(context, theme.code):
            self.views[theme.code] = context.view(key)
        tile = self._tile(theme)
        shown = tuple((v.key, v.value, v.mode) for v in row_views(self.states[theme.code], MOST))
        reads = (tile.value, tile.age, tile.state, tile.note, tile.level, shown)
        if self._read.get(theme.code) != reads:
            self._read[theme.code] = reads
            self.touch([self.entries.index(theme)])

    def _tile(self, theme: Theme) -> Tile:
        """Index, age and state; what is over; the gravest level of its live values."""
        context = self.context
        view, state = self.views.get(theme.code), self.states.get(theme.code)
        level = state.worst if state is not None else Level.NONE
        name, note = short_name(context, theme), self._note(theme)
        if view is None:
            return Tile(name, "", state=Fresh.MISSING, note=note, level=level, foot=True)
        spark = spark_of(self._trends, view) if self._has_room(name, view) else None
        return replace(
            tile_of(context, view, self._now, name=name, note=note, spark=spark), level=level
        )

    def _has_room(self, name: str, view: ValueView) -> bool:
        """Whether name and age stand on one line; else the age takes the trend's place."""
        theme = self.theme
        age = age_text(self.context, view, self._now)
        needed = theme.width(name, Role.CAPTION) + theme.width(age, Role.CAPTION) + self.px(94)
        return needed <= max((place.width() for place in self.places[-1:]), default=0.0)

    def _note(self, theme: Theme) -> str:
        """`↑ 1.2，3 项越限` against yesterday; without an index why there is none."""
        context, key = self.context, index_key(self.context, theme.code)
        state = self.states.get(theme.code)
        if why := withheld(context, key, self.views.get(theme.code)):
            return why
        parts = []
        if move := move_text(context, key):
            parts.append(move)
        if state is not None and state.tally.over_total:
            parts.append(context.text("themes.over", n=state.tally.over_total))
        elif state is not None and not parts:
            parts.append(context.text("themes.sentence.calm", n=state.tally.calm))
        return context.text("panels.comma").join(parts)

    # ---- the list

    def is_row(self, index: int) -> bool:
        """A heading is none."""
        return isinstance(self.entries[index], Theme)

    def arrange(self, width: float) -> list[QRectF]:
        """Headings across, cells in as many columns as fit; a wall fills its height."""
        cell = self._cell
        if self.as_rows:
            cell = (ROW_WIDTH, min(self.measures.card, ROW))
        lanes = self.lanes(self.px(cell[0]))
        columns, heading = len(lanes), self._heading
        least = self.px(cell[1])
        room = self.room - heading * len(self.groups)
        high = max(least, min(room / max(1, self._lines(columns)), least * 1.5))
        places, y = [], 0.0
        for _, themes in self.groups:
            if heading:
                places.append(QRectF(0, y, width, heading))
            y += heading
            for number in range(len(themes)):
                row, column = divmod(number, columns)
                left, wide = lanes[column]
                places.append(QRectF(left, y + row * high, wide, high))
            y += -(-len(themes) // columns) * high
        return places

    @property
    def _cell(self) -> tuple[float, float]:
        return HALL_CELL if self.theme.kind == "hall" else CELL

    @property
    def _heading(self) -> float:
        """Of one group the panel's title is the heading."""
        return self.px(self.measures.row * 0.8) if len(self.groups) > 1 else 0.0

    def _lines(self, columns: int) -> int:
        return sum(-(-len(themes) // columns) for _, themes in self.groups)

    @property
    def as_rows(self) -> bool:
        """On a wall, where nothing scrolls: rows where the cells would not all fit."""
        if self.interactive:
            return False
        cell, room = self._cell, self.list_rect
        lines = self._lines(len(self.lanes(self.px(cell[0]))))
        return lines * self.px(cell[1]) + self._heading * len(self.groups) > room.height()

    def _paint_as_row(self, painter: QPainter, rect: QRectF, entry: Theme) -> None:
        state = self.states.get(entry.code)
        count = columns_of(self.context, rect.width())
        views = row_views(state, count) if state is not None else []
        paint_theme_row(painter, rect, self.context, entry, self.views.get(entry.code), views)
        row_line(painter, rect, self.theme)

    def notes_right(self) -> list[Note]:
        """Of rows the age of the oldest value: they share one line for it. Of cells what their
        moves are against."""
        if not self.states:
            return []
        if not self.as_rows:
            return [Note(self.context.text("themes.moves"), self.theme.text3)]
        count = columns_of(self.context, self.width())
        shown = [view for state in self.states.values() for view in row_views(state, count)]
        live = [view for view in shown if view.freshness is Freshness.LIVE]
        if not live:
            return []
        oldest = min(live, key=lambda view: view.as_of or 0)
        age = age_text(self.context, oldest, self._now)
        return [Note(self.context.text("themes.oldest", age=age), self.theme.text3)]

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A heading or a cell."""
        entry, theme = self.entries[index], self.theme
        if not isinstance(entry, Theme):
            painter.fillRect(rect, theme.raised)
            box = rect.adjusted(self.pad, 0, -self.pad, 0)
            name = self.context.text(f"themes.kind.{entry}")
            lettering.draw_in(painter, theme, box, name, Role.BODY, theme.text1, True)
            return
        if self.as_rows:
            self._paint_as_row(painter, rect, entry)
            return
        chosen = self.interactive and self.context.selection[Subject.THEME] == entry.code
        paint_tile(painter, rect, replace(self._tile(entry), selected=chosen), theme)
        grid_lines(painter, rect, theme)

    # ---- the way in

    def chosen(self, index: int) -> None:
        """The theme is what is looked at."""
        entry = self.entries[index]
        if isinstance(entry, Theme):
            self.context.selection.choose(Subject.THEME, entry.code)

    def open(self, index: int) -> None:
        """Enter: its cockpit."""
        self.chosen(index)
        entry = self.entries[index]
        if isinstance(entry, Theme):
            act(self, f"switch-scene {SCENE}/{entry.code}")

    # ---- around it

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The cells, or that there are no themes."""
        if self.entries:
            super().paint_body(painter, rect, dirty)
            return
        say = self.context.text
        self.paint_empty(painter, rect, say("themes.list.none"), say("themes.list.none.why"))

    def foot_height(self) -> float:
        """Keys at a desk; on a wall nothing where every theme is shown."""
        if not self.entries or (not self.interactive and self._all_fit):
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(14)

    @property
    def _all_fit(self) -> bool:
        """Whether every theme has room in rows, without a foot."""
        columns = len(self.edges_x.lanes(0.0, self.width(), self.px(ROW_WIDTH)))
        needed = self._lines(columns) * self.px(min(self.measures.card, ROW))
        return needed + self._heading * len(self.groups) <= self.body_rect.height()

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys and the rest."""
        hints: Sequence[KeyHint] = (
            KeyHint("J K", self.say("key.move")),
            KeyHint(self.say("key.enter"), self.context.text("themes.key.open")),
        )
        self.paint_rest(painter, rect, hints, self.rest_text())

    def rest_text(self) -> str:
        """How many themes are not shown, and in how many of those something is over its limit."""
        shown = set(self.painted())
        hidden = [
            entry
            for index, entry in enumerate(self.entries)
            if isinstance(entry, Theme) and index not in shown
        ]
        if not hidden:
            return ""
        states = [self.states[theme.code] for theme in hidden if theme.code in self.states]
        over = sum(state.worst is not Level.NONE for state in states)
        said = [self.context.text("themes.list.rest", n=len(hidden))]
        if over:
            said.append(self.context.text("themes.list.rest_over", n=over))
        return self.context.text("panels.comma").join(said)

    def items(self) -> list[ScreenItem]:
        """The index of every theme; one without an index by the reason."""
        painted = [self.entries[index] for index in self.painted()]
        shown = {entry.code for entry in painted if isinstance(entry, Theme)}
        found = []
        for theme in self._themes:
            view, visible = self.views.get(theme.code), theme.code in shown
            if view is not None:
                found.append(value_item(view, self.context.translator, visible=visible))
                continue
            name, why = short_name(self.context, theme), self._note(theme)
            item = record_item(
                f"theme/{theme.code}", name, why, observed=0, now=self._now, visible=visible
            )
            found.append(item)
        return found
