"""The cockpit of one theme: its sentence, its index, its values as they stand out, its districts.

The sentence is made by rule of what is counted; it states facts and asks for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import keys
from app.core.catalog import MINUTE
from app.core.directory import Theme
from app.core.model import Ms
from app.live.hub import Kind
from app.live.league import DistrictCodes, League, as_part, league, usual_order
from app.live.summary import IndicatorKeys
from app.live.theme_state import (
    Open,
    ThemeState,
    bureaus_of,
    by_kind,
    members,
    open_matters,
    state_of_theme,
    told_by_district,
)
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint.base import grid_lines
from widgets.paint.button import KeyHint
from widgets.paint.tile import paint_tile
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import bureau_name, district_item
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._theme import index_key, theme_name, theme_sentence, themes_of
from widgets.panels._theme_head import band_height, paint_band
from widgets.panels._theme_side import paint_side
from widgets.panels._trended import heed_history, note_of, span_text, spark_of, trends_of, wanted
from widgets.panels._value_row import paint_value_row
from widgets.panels._values import age_text, tile_of
from widgets.screen_item import ScreenItem, record_item, value_item
from widgets.selection import Subject
from widgets.theme import Role

EVERY_MS = 500
ORDER_MS = 2000
"""What stands out most may change places at most so often."""
TILE = (270.0, 100.0)
HALL_TILE = (290.0, 84.0)
COLUMN = 470.0
SIDE_FROM, SIDE = 640.0, 250.0  # the districts have a column of their own in a panel so wide


class ThemeBoard(Rows, kind="theme-board"):
    """Sentence and index above, values below, the districts at the right."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`theme`: this one and no other; none: the one that is looked at, else the first."""

        theme: str = ""

    needs = frozenset(
        {Kind.READING, Kind.FEED, Kind.SEAT, Kind.INDEX, Kind.EVENT, Kind.WARNING, Kind.HISTORY}
    )
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.fixed = options.theme
        self.state = ThemeState(state_of_theme((), context.catalog).tally, ())
        self.open_now = Open()
        self.index: ValueView | None = None
        self.districts: League | None = None
        self.entries: list[str] = []  # keys in the order in which they stand out
        self.views: dict[str, ValueView] = {}
        self._shown = ""  # the theme whose values these are
        self._known = IndicatorKeys(context.catalog, context.city.code)
        self._codes = DistrictCodes(context.catalog, context.city.code)
        self._models = _bureau_of_models(context)
        self._read: dict[int, object] = {}  # what can be read in head, band, districts
        self._painted: dict[str, tuple[object, ...]] = {}
        self._now: Ms = -EVERY_MS
        self._ordered: Ms = -ORDER_MS
        self._trends = trends_of(self, lambda keys: self.update())

    @property
    def subject(self) -> Theme | None:
        """The theme that is shown; None in a city that has none."""
        themes = {theme.code: theme for theme in themes_of(self.context)}
        wanted_code = self.fixed or self.context.selection[Subject.THEME]
        if wanted_code in themes:
            return themes[wanted_code]
        return next((group[0] for _, group in by_kind(tuple(themes.values()))), None)

    def title(self) -> str:
        """The theme."""
        subject = self.subject
        return theme_name(self.context, subject) if subject else ""

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """An index at once; the rest at most twice a second."""
        heed_history(self, self._trends, changes)
        subject, now = self.subject, self.context.now()
        if subject is None:
            return
        moved = subject.code != self._shown
        if not moved and Kind.INDEX not in changes and 0 <= now - self._now < EVERY_MS:
            return
        self._now = now
        if moved:
            self._shown, self._ordered, self.current = subject.code, -ORDER_MS, -1
        self._known.grow(self.context.picture.readings)
        self._codes.grow(self.context.picture.readings)
        self._look(subject)
        self._show(all_of_it=moved or Kind.SEAT in changes)
        if moved:
            self._look_into()

    def _look_into(self) -> None:
        """Another theme is looked at: so is the value that stands out most in it, unless one of
        its values already is."""
        selection = self.context.selection
        if not self.fixed and self.entries and selection[Subject.INDICATOR] not in self.views:
            selection.choose(Subject.INDICATOR, self.entries[0])

    def _look(self, subject: Theme) -> None:
        context, by_code = self.context, self._known.by_code
        codes = members(context.catalog, subject.code)
        found = [context.view(by_code[code]) for code in codes]
        self.views = {view.key: view for view in found}
        self.state = state_of_theme(found, context.catalog)
        key = index_key(context, subject.code)
        self.index = context.view(key) if key else None
        bureaus = bureaus_of(context.catalog, subject)
        self.open_now = open_matters(
            context.picture, bureaus, frozenset(codes), self._models, self._now
        )
        self._look_at_districts(subject)

    def _look_at_districts(self, subject: Theme) -> None:
        context, regions = self.context, self._codes.regions
        code = told_by_district(context.catalog, subject.code, context.picture.readings, regions)
        self.districts = None
        if code:
            quantity = context.catalog.quantities[code]
            views = {
                at: as_part(context.view(keys.reading_key(code, at)), quantity) for at in regions
            }
            self.districts = league(quantity, views, None, usual_order(quantity))

    def _show(self, *, all_of_it: bool) -> None:
        """Repaint what reads otherwise than before; the order of the values is kept a while."""
        order = [view.key for view in self.state.ordered]
        due = self._now - self._ordered >= ORDER_MS
        if set(order) != set(self.entries) or (due and order != self.entries):
            here = self.entries[self.current] if 0 <= self.current < len(self.entries) else ""
            self.entries, self._ordered = order, self._now
            self.current = order.index(here) if here in order else -1
            self.lay_out()
            all_of_it = True
        if all_of_it:
            self.update()
        self._repaint_parts()
        self.touch([n for n in self.visible() if self._reads_otherwise(self.entries[n])])
        seen = [self.views[self.entries[n]] for n in self.visible()]
        index = [self.index] if self.index is not None else []
        self._trends.want(wanted([*index, *seen]), self._now)

    def _repaint_parts(self) -> None:
        """Of head, band and districts those that read otherwise than before."""
        index, districts = self.index, self.districts
        age = age_text(self.context, index, self._now) if index is not None else ""
        rows = districts.places if districts is not None else ()
        oldest = min((place.view.as_of or 0 for place in rows), default=0)
        minutes = (self._now - oldest) // MINUTE
        parts = (
            (self.head_rect, self.open_now),
            (self._band, (age, index and index.value, self.state.tally)),
            (self._side, (minutes, *((p.region, p.view.value, p.view.mode) for p in rows))),
        )
        for number, (rect, reads) in enumerate(parts):
            if self._read.get(number) != reads:
                self._read[number] = reads
                self.update(rect.toAlignedRect())

    def _reads_otherwise(self, key: str) -> bool:
        view = self.views[key]
        reads = (view.value, view.level, view.mode, age_text(self.context, view, self._now))
        if self._painted.get(key) == reads:
            return False
        self._painted[key] = reads
        return True

    # ---- places

    @property
    def _band(self) -> QRectF:
        body = self.body_rect
        high = min(band_height(self.theme, self.width()), body.height())
        return QRectF(0, body.y(), body.width(), high)

    @property
    def _side(self) -> QRectF:
        """The column of the districts; empty where there is no room for one, or nothing in it."""
        rect = self._beside(0.0)
        wide = self.px(SIDE) if self.width() >= self.px(SIDE_FROM) and self.districts else 0.0
        return QRectF(rect.right() - wide, rect.y(), wide, rect.height())

    def _beside(self, wide: float) -> QRectF:
        rect, band = super().list_rect, self._band
        return rect.adjusted(0, min(band.height(), rect.height()), -wide, 0)

    @property
    def list_rect(self) -> QRectF:
        """The values: below the band, left of the districts."""
        return self._beside(self._side.width())

    @property
    def _as_tiles(self) -> bool:
        """Tiles where two stand side by side, else rows of a table."""
        cell, room = self._tile_size, self.list_rect
        return room.width() >= 2 * self.px(cell[0]) and room.height() >= self.px(cell[1])

    @property
    def _tile_size(self) -> tuple[float, float]:
        return HALL_TILE if self.theme.kind == "hall" else TILE

    def arrange(self, width: float) -> list[QRectF]:
        """Tiles or rows; tiles grow until they fill the panel."""
        tiles, count = self._as_tiles, len(self.entries)
        cell = self._tile_size if tiles else (COLUMN, self.measures.row)
        lanes = self.lanes(max(self.px(cell[0]), width / max(1, count)))
        columns, high = len(lanes), self.px(cell[1])
        fitting = max(1, int(self.room // high))
        rows = min(-(-count // columns), fitting)
        if rows:
            high = max(high, min(self.room / rows, high * 1.9))
        return [
            QRectF(lanes[n % columns][0], n // columns * high, lanes[n % columns][1], high)
            for n in range(count)
        ]

    # ---- painting

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Band, values, districts; in a city without themes the reason."""
        subject = self.subject
        if subject is None:
            say = self.context.text
            self.paint_empty(painter, rect, say("themes.list.none"), say("themes.list.none.why"))
            return
        band, side = self._band, self._side
        if self.dirty_region.intersects(band.toAlignedRect()):
            spark = spark_of(self._trends, self.index) if self.index is not None else None
            said = theme_sentence(self.context, self.state)
            key = index_key(self.context, subject.code)
            edges = self.edges_x
            now = self._now
            paint_band(painter, band, self.context, said, key, self.index, spark, now, edges)
        beside = self.districts if self.dirty_region.intersects(side.toAlignedRect()) else None
        if beside is not None:
            paint_side(painter, side, self.context, beside, self._now, self.edges_y)
        super().paint_body(painter, rect, dirty)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """One value."""
        key, context = self.entries[index], self.context
        view, spark = self.views[key], spark_of(self._trends, self.views[key])
        selected = self.interactive and key == context.selection[Subject.INDICATOR]
        if not self._as_tiles:
            paint_value_row(painter, rect, context, view, self._now, spark, selected=selected)
            return
        span = span_text(context, view) if spark is not None else ""
        note = span or note_of(context, self._trends, view)
        tile = tile_of(context, view, self._now, note=note, spark=spark)
        paint_tile(painter, rect, replace(tile, selected=selected), self.theme)
        grid_lines(painter, rect, self.theme)

    # ---- head, foot, keys

    def notes_left(self) -> list[Note]:
        """Who leads it."""
        subject = self.subject
        if subject is None or not subject.lead_bureau:
            return []
        name = bureau_name(self.context, subject.lead_bureau)
        return [Note(self.context.text("themes.lead", name=name), self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """What is open at its bureaus; nought is written too, it has been counted."""
        if self.subject is None:
            return []
        counts = (
            ("events", self.open_now.events),
            ("targets", self.open_now.targets),
            ("warnings", self.open_now.warnings),
        )
        return [
            Note(
                self.context.text(f"themes.open.{name}", n=count),
                self.theme.text1 if count else self.theme.text3,
            )
            for name, count in counts
            if count or name != "targets"
        ]

    def chosen(self, index: int) -> None:
        """The history follows what is looked at."""
        self.context.selection.choose(Subject.INDICATOR, self.entries[index])

    def open(self, index: int) -> None:
        """Enter: the same."""
        self.chosen(index)

    def foot_height(self) -> float:
        """Keys at a desk; on the wall what is not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.entries else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys and the rest."""
        hints: Sequence[KeyHint] = (
            KeyHint("J K", self.say("key.move")),
            KeyHint(self.say("key.enter"), self.say("key.open")),
        )
        rest = self.hidden
        text = self.context.text("themes.more", n=rest) if rest else ""
        self.paint_rest(painter, rect, hints, text)

    def items(self) -> list[ScreenItem]:
        """The sentence, the index, what is open, every value, every district."""
        context, now, world = self.context, self._now, self.context.picture.world
        subject = self.subject
        if subject is None:
            return []
        said = theme_sentence(context, self.state)
        name = theme_name(context, subject)
        found = [
            record_item(f"theme/{subject.code}", name, said, observed=now, now=now, world=world)
        ]
        if self.index is not None:
            found.append(value_item(self.index, context.translator))
        for part in ("warnings", "targets", "events"):
            count = getattr(self.open_now, part)
            label = context.text(f"themes.open.{part}", n=count)
            key = f"theme/{subject.code}/{part}"
            found.append(record_item(key, label, count, observed=now, now=now, world=world))
        shown = {self.entries[n] for n in self.painted()}
        found += [
            value_item(self.views[key], context.translator, visible=key in shown)
            for key in self.entries
        ]
        places = self.districts.places if self.districts is not None else ()
        beside = bool(self._side.width())
        return found + [district_item(context, p.region, p.view, visible=beside) for p in places]


def _bureau_of_models(context: Context) -> Mapping[str, str]:
    """The bureau that answers for what a model hints at."""
    city = context.spine.city
    owners = {row.code: row.responsible_bureau for row in getattr(city, "event_types", ())}
    return {row.code: owners.get(row.event_type, "") for row in getattr(city, "warning_models", ())}
