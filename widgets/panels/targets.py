"""The target tracker: the figures of the city's plan by year, and where it stands to them.

A missed target wears the tick it falls short of, never a warning's shape, and is counted apart
(rule 13). What the damaged source does not state is said and not filled in.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.model import AlarmKind, Freshness, Level, Ms
from app.core.target import Certainty, Target
from app.live.hub import Kind
from app.live.summary import IndicatorKeys
from app.live.targets import Progress, Section, Standing, counted, progress, sections, years
from app.rules.camera_availability import MEASURED, camera_availability_key
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.bars import RangeBar, paint_range
from widgets.paint.base import selection_edge
from widgets.paint.button import KeyHint
from widgets.paint.marks import paint_tick
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Note
from widgets.panels._sheet import source_name
from widgets.panels._table import Column, Table
from widgets.panels._value_row import paint_age, paint_number
from widgets.panels._values import age_text
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

EVERY_MS = 1000
YEARS = 3  # so many years have a column; the newest
_WORST_FIRST = (Standing.MISSED, Standing.RUNNING, Standing.MET, Standing.NO_DATA, Standing.LOST)


class Targets(Table, kind="targets"):
    """One row per target under the heading of its section."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`known_only`: without the targets whose figures are lost or that nothing measures, and
        without headings, the missed ones first; all are counted in the head."""

        known_only: bool = False

    needs = frozenset({Kind.READING, Kind.FEED, Kind.SEAT})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.known_only = options.known_only
        self.rows: list[Progress] = []
        self.entries: list[Section | Progress] = []
        self._keys = IndicatorKeys(context.catalog, context.city.code)
        self._years = years(context.catalog.targets)[-YEARS:]
        self._read: tuple[object, ...] = ()
        self._now: Ms = -EVERY_MS

    def title(self) -> str:
        """规划目标."""
        return self.context.text("themes.targets.title")

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """Look at the few measured targets again, at most once a second."""
        context, now = self.context, self.context.now()
        if Kind.SEAT not in changes and 0 <= now - self._now < EVERY_MS:
            return
        self._now = now
        self._keys.grow(context.picture.readings)
        self.rows = [self._progress(item) for item in context.catalog.targets]
        reads = tuple(self._reads(row) for row in self.rows)
        if reads != self._read or not self.places:
            self._read = reads
            self._list()
            self.update()

    def _progress(self, target: Target) -> Progress:
        context = self.context
        key = self._keys.by_code.get(target.indicator, "")
        if target.indicator in MEASURED:  # by this program, and in no list of indicators
            key = camera_availability_key(context.city.code, of=target.indicator)
        view = context.view(key) if key else None
        return progress(target, view, self._now, context.zone)

    def _reads(self, row: Progress) -> tuple[object, ...]:
        if row.view is None:
            return (row.standing, row.year)
        age = age_text(self.context, row.view, self._now)
        return (row.standing, row.year, row.view.value, row.view.mode, age)

    def _list(self) -> None:
        wanted = [
            row
            for row in self.rows
            if not self.known_only or row.standing not in (Standing.NO_DATA, Standing.LOST)
        ]
        before, self.entries = len(self.entries), []
        if self.known_only:
            wanted.sort(key=lambda row: _WORST_FIRST.index(row.standing))
            self.entries += wanted
        else:
            for section in sections(wanted):
                self.entries += [section, *section.rows]
        if before != len(self.entries) or not self.places:
            self.lay_out()

    # ---- the list

    def columns(self) -> list[Column]:
        """A narrow panel leaves out the years before the one that counts, then the bar."""
        say = self.context.text
        found = [Column("name", least=240)]
        for number, year in enumerate(self._years):
            found.append(Column(f"y{year}", str(year), width=64, spare=9 - number, right=True))
        return [
            *found,
            Column("value", say("themes.targets.value"), width=104, right=True),
            Column("age", say("themes.age"), width=116, spare=3, right=True),
            Column("source", say("themes.targets.source"), width=230, spare=12),
            Column("bar", width=130, spare=4),
            Column("standing", say("themes.targets.standing"), width=100, right=True),
        ]

    def is_row(self, index: int) -> bool:
        """A section's heading is none."""
        return isinstance(self.entries[index], Progress)

    def arrange(self, width: float) -> list[QRectF]:
        """Headings and cards one below the other."""
        heading, card = self.px(self.measures.row * 0.8), self._card
        places, y = [], 0.0
        for entry in self.entries:
            high = heading if isinstance(entry, Section) else card
            places.append(QRectF(0, y, width, high))
            y += high
        return places

    @property
    def _card(self) -> float:
        return self.theme.line(Role.BODY) + self.theme.line(Role.CAPTION) + self.px(10)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A heading, or a target with all that is known of it."""
        entry = self.entries[index]
        if isinstance(entry, Section):
            if self.is_whole(index + 1):  # a heading of nothing is none
                self._paint_section(painter, rect, entry)
            return
        theme, cells = self.theme, self.cells(rect)
        chosen = self.context.selection[Subject.INDICATOR]
        if self.interactive and entry.view is not None and entry.view.key == chosen:
            selection_edge(painter, rect, theme)
        self._paint_name(painter, cells["name"], entry)
        for year in self._years:
            if (cell := cells.get(f"y{year}")) is not None:
                self._paint_year(painter, cell, entry, year)
        if entry.view is not None:
            paint_number(painter, cells["value"], self.context, entry.view)
            if "source" in cells:
                source = source_name(self.context, entry.view)
                box = cells["source"]
                lettering.draw_in(painter, theme, box, source, Role.CAPTION, theme.text3)
            if "age" in cells:
                paint_age(painter, cells["age"], self.context, entry.view, self._now, most=1.0)
        if "bar" in cells:
            self._paint_progress(painter, cells["bar"], entry)
        self._paint_standing(painter, cells["standing"], entry)
        self.rule(painter, rect.bottom(), self.pad)

    def _paint_section(self, painter: QPainter, rect: QRectF, section: Section) -> None:
        theme = self.theme
        painter.fillRect(rect, theme.raised)
        name = self.context.translator.pick(section.name_zh, section.name_en)
        box = rect.adjusted(self.pad, 0, -self.pad, 0)
        used = lettering.draw_in(painter, theme, box, name, Role.BODY, theme.text1, True)
        text = self.say("indicators.total", n=len(section.rows))
        rest = box.adjusted(used + self.px(10), 0, 0, 0)
        lettering.draw_in(painter, theme, rest, text, Role.CAPTION, theme.text3)

    def _paint_name(self, painter: QPainter, cell: QRectF, row: Progress) -> None:
        theme, target = self.theme, row.target
        upper = theme.line(Role.BODY)
        top = cell.center().y() - (upper + theme.line(Role.CAPTION)) / 2
        name = self.context.translator.pick(target.name_zh, target.name_en)
        line = QRectF(cell.x(), top, cell.width(), upper)
        lettering.draw_in(painter, theme, line, name, Role.BODY, theme.text1)
        line = QRectF(cell.x(), top + upper, cell.width(), theme.line(Role.CAPTION))
        parts = (self._binding(target), *self._wanted(row), *self._doubts(row))
        text = self.context.text("panels.comma").join(parts)
        lettering.draw_in(painter, theme, line, text, Role.CAPTION, theme.text3)

    def _binding(self, target: Target) -> str:
        word = "binding" if target.binding else "expected"
        return self.context.text(f"themes.targets.{word}")

    def _wanted(self, row: Progress) -> list[str]:
        """The figure that counts, where the years have no columns."""
        if row.wanted is None or f"y{row.year}" in [item.name for item in self.shown_columns()]:
            return []
        value = f"{self._figure(row.wanted)} {self._unit(row.target)}".strip()
        return [self.context.text("themes.targets.wanted", year=row.year or "", value=value)]

    def _doubts(self, row: Progress) -> list[str]:
        """What the source does not say for certain, and that nothing measures it."""
        found = []
        if row.target.certainty is not Certainty.CERTAIN:
            found.append(self.context.text(f"themes.certainty.{row.target.certainty.value}"))
        if row.view is None and row.standing is Standing.NO_DATA:
            found.append(self.context.text("themes.targets.unbound"))
        return found

    def _paint_year(self, painter: QPainter, cell: QRectF, row: Progress, year: int) -> None:
        """The figure of a year; the one that counts is bright."""
        theme, wanted = self.theme, row.target.by_year.get(year)
        text = (
            f"{self._figure(wanted)} {self._unit(row.target)}".strip() if wanted is not None else ""
        )
        ink = theme.text1 if year == row.year else theme.text3
        if not text:
            text = wording.NO_VALUE if row.standing is Standing.LOST else ""
        lettering.draw_in(painter, theme, cell, text, Role.CAPTION, ink, right=True)

    def _figure(self, value: float) -> str:
        return wording.number(value, 0 if value == int(value) else 1)

    def _unit(self, target: Target) -> str:
        return self.context.translator.pick(target.unit, target.unit_en)

    def _paint_progress(self, painter: QPainter, cell: QRectF, row: Progress) -> None:
        value = row.view.value if row.view is not None else None
        if value is None or row.wanted is None:
            return
        low, high = row.scale
        tall = self.px(18)
        box = QRectF(cell.x(), cell.center().y() - tall / 2, cell.width(), tall)
        bar = RangeBar(value, low, high, normal=(low, min(value, high)), tick=row.wanted)
        paint_range(painter, box, bar, self.theme)

    def _paint_standing(self, painter: QPainter, cell: QRectF, row: Progress) -> None:
        theme = self.theme
        word = self.context.text(f"themes.standing.{row.standing.value}")
        ink = self._ink(row.standing)
        used = lettering.draw_in(painter, theme, cell, word, Role.CAPTION, ink, right=True)
        side = self.px(14)
        x = cell.right() - used - self.px(6) - side
        box = QRectF(x, cell.center().y() - side / 2, side, side)
        if x < cell.x():
            return
        if row.standing is Standing.MISSED:
            paint_alarm(painter, box, AlarmMark(Level.NONE, AlarmKind.TARGET), theme)
        elif row.standing is Standing.MET:
            paint_tick(painter, box, theme.text2, theme)

    def _ink(self, standing: Standing) -> QColor:
        if standing is Standing.MISSED:
            return self.theme.text1
        silent = standing in (Standing.NO_DATA, Standing.LOST)
        return self.theme.text3 if silent else self.theme.text2

    def chosen(self, index: int) -> None:
        """The history follows the indicator that measures a target."""
        entry = self.entries[index]
        if isinstance(entry, Progress) and entry.view is not None:
            self.context.selection.choose(Subject.INDICATOR, entry.view.key)

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """How many stand how, what is missed first and in bold; none missed is said too."""
        counts = counted(self.rows)
        return [
            Note(
                self.context.text(f"themes.count.{standing.value}", n=counts[standing]),
                self._ink(standing),
                standing is Standing.MISSED,
            )
            for standing in _WORST_FIRST
            if counts[standing] or standing in (Standing.MISSED, Standing.MET)
        ]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self.entries:
            super().paint_body(painter, rect, dirty)
            return
        say = self.context.text
        self.paint_empty(painter, rect, say("themes.targets.none"), say("themes.targets.none.why"))

    def foot_height(self) -> float:
        """Keys at a desk; what is not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.entries else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys and the rest."""
        hints: Sequence[KeyHint] = (
            KeyHint("J K", self.say("key.move")),
            KeyHint(self.say("key.enter"), self.say("key.open")),
        )
        self.paint_rest(painter, rect, hints)

    def items(self) -> list[ScreenItem]:
        """The counts, and of each target its standing with the value it follows from."""
        world, now = self.context.picture.world, self._now
        entries = [self.entries[index] for index in self.painted()]
        shown = {item.target.id for item in entries if isinstance(item, Progress)}
        found = [
            record_item(
                f"targets/{standing.value}",
                self.context.text(f"themes.standing.{standing.value}"),
                count,
                observed=now,
                now=now,
                world=world,
            )
            for standing, count in counted(self.rows).items()
        ]
        return found + [self._item(row, visible=row.target.id in shown) for row in self.rows]

    def _item(self, row: Progress, *, visible: bool) -> ScreenItem:
        view, target = row.view, row.target
        return record_item(
            f"target/{target.id}",
            self.context.translator.pick(target.name_zh, target.name_en),
            self.context.text(f"themes.standing.{row.standing.value}"),
            observed=(view.as_of or 0) if view is not None else 0,
            now=self._now,
            source=view.source if view is not None else "",
            world=view.world if view is not None else self.context.picture.world,
            freshness=view.freshness if view is not None else Freshness.NONE,
            visible=visible,
        )
