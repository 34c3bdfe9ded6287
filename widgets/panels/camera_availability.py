"""视频可用率: how many cameras are there now, and were over a day, a week and thirty days, by
district, kind of place, bureau or platform. Hours in which no platform answered count for nothing,
and are told. Under them how complete the cameras' rows are."""

import asyncio
import math
from collections.abc import Mapping
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import HOUR, MINUTE
from app.core.model import Ms
from app.core.sphere import Floats
from app.live.camera_counts import WHOLE, CameraCodes, Count, Group, together
from app.live.hub import Kind
from app.live.video_names import ALL, CameraGroup, CameraNames
from app.rules.camera_availability import camera_availability_key
from app.rules.camera_register import Register, register_of
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.button import KeyHint
from widgets.panels._act import act, has_scene
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._camera_words import group_word
from widgets.panels._painted import Note
from widgets.panels._sheet import moment_text
from widgets.panels._table import Column, Table
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

SORTS = ("region", "kind", "bureau", "platform")
NOW_MS, PAST_MS = 15_000, 5 * MINUTE
HELD_MS = 15 * MINUTE
"""An older state is not known now: what holds is said again every five minutes."""
SPANS = {"day": 24, "week": 7 * 24, "month": 30 * 24}
HIGH = 46
ROOM = 300
"""Lower than this the panel has its rows only."""


class Span(NamedTuple):
    """Of a number of hours: the mean in percent of those that were counted (NaN: none), and how
    many these are."""

    mean: float = math.nan
    hours: int = 0


class Row(NamedTuple):
    """A group: how many cameras it lists, how they are now, how they were."""

    group: CameraGroup
    key: str
    now: Count
    spans: Mapping[str, Span]


class CameraAvailability(Table, kind="camera-availability"):
    """T sorts otherwise; Enter opens the curve of a group."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`by`: how cameras are grouped at first."""

        by: Annotated[str, msgspec.Meta(pattern="^(region|kind|bureau|platform)$")] = "region"

    needs = frozenset({Kind.DEVICE, Kind.SEAT, Kind.READING})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.by = options.by
        self.rows: list[Row] = []
        self.last: Ms = 0  # the newest hour that was counted began then
        self.register: Register | None = None
        """What the cameras' rows say; None before they were looked through."""
        self._foot = 0.0
        self._lines: tuple[tuple[object, ...], tuple[str, ...]] = ((), ())
        self._codes: CameraCodes | None = None
        self._counts: dict[Group, Count] = {}
        self._spans: dict[str, dict[str, Span]] = {}
        self._counted: Ms = -NOW_MS
        self._asked: tuple[CameraNames, Ms] | None = None
        self._busy = False
        self._now: Ms = 0

    def title(self) -> str:
        """视频可用率."""
        return self.context.text("hands.panel.camera-availability")

    @property
    def names(self) -> CameraNames:
        """The cameras of the seat."""
        return self.context.spine.seat.videos.cameras

    # ---- what there is

    def refresh(self, changes: Changes) -> None:
        """Count anew now and then, in a thread; ask for the hours of the past more seldom."""
        self._now = now = self.context.now()
        names = self.names
        other = self._codes is None or self._codes.names is not names
        if not self._busy and (other or not 0 <= now - self._counted < NOW_MS):
            self._counted, self._busy = now, True
            self.ask(self._count(names))
        asked = self._asked
        if asked is None or asked[0] is not names or not 0 <= now - asked[1] < PAST_MS:
            self._asked = names, now
            self.ask(self._find_past(names))

    async def _count(self, names: CameraNames) -> None:
        codes, since = self._codes, self._now - HELD_MS
        try:
            if codes is None or codes.names is not names:
                codes = await asyncio.to_thread(CameraCodes, names)
                self.register = await asyncio.to_thread(register_of, names.cameras.values())
            devices = self.context.picture.devices
            self._counts = await asyncio.to_thread(_counted, codes, devices, since)
            self._codes = codes
        finally:
            self._busy = False
        self._list()
        if self.foot_height() != self._foot:
            self._foot = self.foot_height()
            self.lay_out()

    async def _find_past(self, names: CameraNames) -> None:
        keys = [self._key(group) for sort in SORTS for group in names.sorted_by(sort)]
        keys = [
            *filter(None, dict.fromkeys([camera_availability_key(self.context.city.code), *keys]))
        ]
        hours = max(SPANS.values())
        end = (self._now // HOUR + 1) * HOUR
        found = await self.context.queries.sparks(keys, end - hours * HOUR, end, hours)
        if self.names is not names:
            return
        self._spans = {
            key: {name: _span(values[-count:]) for name, count in SPANS.items()}
            for key, values in found.items()
        }
        whole = found[keys[0]]
        there = np.flatnonzero(~np.isnan(whole))
        self.last = end - (hours - int(there[-1])) * HOUR if len(there) else 0
        self._list()

    def _key(self, group: CameraGroup) -> str:
        """Of what its hours are kept; empty for cameras without a group."""
        city = self.context.city.code
        if group.sort == ALL:
            return camera_availability_key(city)
        if not group.code or (group.sort == "region" and group.code == city):
            return ""
        if group.sort == "region":
            return camera_availability_key(group.code)
        return camera_availability_key(city, group.sort, group.code)

    def _list(self) -> None:
        names = self.names
        whole = names.groups.get(ALL)
        rows = [self._row(group) for group in names.sorted_by(self.by)]
        rows.sort(key=_worst_first)
        self.rows = [self._row(whole), *rows] if whole is not None else []
        if len(self.rows) != len(self.places):
            self.lay_out()
        self.update()

    def _row(self, group: CameraGroup) -> Row:
        at = WHOLE if group.sort == ALL else (group.sort, group.code)
        key = self._key(group)
        return Row(group, key, self._counts.get(at, Count()), self._spans.get(key, {}))

    # ---- rows

    def columns(self) -> tuple[Column, ...]:
        """The group and how it is now always; the rest as there is room."""
        say = self.context.text
        return (
            Column("name", least=88),
            Column("known", say("videolist.column.known"), 96, 2, right=True),
            Column("now", say("videolist.column.now"), 62, right=True),
            Column("day", say("videolist.column.day"), 62, right=True),
            Column("week", say("videolist.column.week"), 62, 1, right=True),
            Column("month", say("videolist.column.month"), 62, right=True),
        )

    def arrange(self, width: float) -> list[QRectF]:
        """Two lines each: the share, and of how many hours it is."""
        return self.stacked(len(self.rows), self.px(HIGH))

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """The cells of a group."""
        theme, row = self.theme, self.rows[index]
        self.rule(painter, rect.bottom())
        cells = self.cells(rect)
        for column in self.shown_columns():
            box = cells[column.name]
            text, under = self.cell(row, column.name)
            bold = column.name == "name" and row.group.sort == ALL
            if under:
                upper = QRectF(box.x(), box.y() + self.px(4), box.width(), box.height() * 0.5)
                lower = upper.translated(0, box.height() * 0.42)
                self._write(painter, upper, text, Role.BODY, column.right)
                self._write(painter, lower, under, Role.CAPTION, column.right)
                continue
            lettering.draw_in(
                painter, theme, box, text, Role.BODY, theme.text1, bold, right=column.right
            )

    def _write(self, painter: QPainter, box: QRectF, text: str, role: Role, right: bool) -> None:
        ink = self.theme.text1 if role is Role.BODY else self.theme.text3
        lettering.draw_in(painter, self.theme, box, text, role, ink, right=right)

    def cell(self, row: Row, column: str) -> tuple[str, str]:
        """What stands in a column, and below it."""
        if column == "name":
            every = row.group.sort == ALL
            word = (
                self.context.text("videolist.all") if every else group_word(self.context, row.group)
            )
            return word, ""
        if column == "known":
            total = wording.number(len(row.group.cameras))
            return f"{wording.number(row.now.known)}/{total}", ""
        if column == "now":
            rate = row.now.rate
            return (wording.NO_VALUE if rate is None else f"{wording.number(100 * rate, 1)} %"), ""
        span = row.spans.get(column, Span())
        if not span.hours:
            return wording.NO_VALUE, ""
        hours = self.context.text("videolist.hours", n=span.hours, all=SPANS[column])
        return f"{wording.number(span.mean, 1)} %", hours

    def items(self) -> list[ScreenItem]:
        """Each group with all of its cells."""
        found = []
        for row in self.rows:
            told = (self.cell(row, column.name) for column in self.columns()[1:])
            value = self.say("comma").join(f"{text} {under}".strip() for text, under in told)
            found.append(
                record_item(
                    f"availability/{row.group.id}", self.cell(row, "name")[0], value,
                    observed=self._now, now=self._now, world=self.context.picture.world,
                )
            )  # fmt: skip
        told = self.told_of_rows()
        if told:
            found.append(
                record_item(
                    "availability/register", self.context.text("videolist.register.label"),
                    "".join(told), observed=self._now, now=self._now,
                    world=self.context.picture.world,
                )
            )  # fmt: skip
        return found

    # ---- keys, head, foot

    def open(self, index: int) -> None:
        """The curve of its hours."""
        key = self.rows[index].key
        if key in self.context.picture.readings and has_scene(self, "indicator"):
            self.context.selection.choose(Subject.INDICATOR, key)
            act(self, "switch-scene indicator")

    def hints(self) -> list[KeyHint]:
        """Beside those of every list."""
        return [*super().hints(), KeyHint("T", self.context.text("videowall.hint.sort"))]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """T sorts otherwise."""
        if event.key() == Qt.Key.Key_T and not event.modifiers():
            self.by = SORTS[(SORTS.index(self.by) + 1) % len(SORTS)]
            self._list()
        else:
            super().keyPressEvent(event)

    def notes_left(self) -> list[Note]:
        """How they are sorted."""
        return [Note(self.context.text(f"videowall.by.{self.by}"), self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """Until when the hours are counted."""
        if not self.last:
            return []
        until = moment_text(self.context, min(self.last + HOUR, self._now), self._now, fine=False)
        return [Note(self.context.text("videolist.until", at=until), self.theme.text2)]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that there are no cameras."""
        if self.rows:
            super().paint_body(painter, rect, dirty)
            return
        say = self.context.text
        self.paint_empty(
            painter, rect, say("videowall.no_cameras"), say("videowall.no_cameras.why")
        )

    def told_of_rows(self) -> list[str]:
        """How complete the cameras' rows are, by which measure, and what is not measured."""
        register = self.register
        if register is None or register.share is None:
            return []
        say = self.context.text
        lacking = [
            say(f"videolist.register.{field}", n=wording.number(count))
            for field, count in register.lacking.items()
            if count
        ]
        whole = say(
            "videolist.register",
            share=wording.number(100 * register.share, 1),
            whole=wording.number(register.whole),
            listed=wording.number(register.listed),
        )
        lack = say("videolist.register.lacking", what=self.say("comma").join(lacking))
        return [whole + lack if lacking else whole, say("videolist.register.not_counted")]

    def _foot_lines(self) -> tuple[str, ...]:
        """The same, as broad as the panel; none where the list needs the room."""
        wide = self.width() - 2 * self.pad
        key = (self.theme, self.register, wide, self.body_rect.height() >= self.px(ROOM))
        if self._lines[0] != key:
            told = self.told_of_rows() if key[3] else []
            lines = [lettering.wrap(self.theme, text, Role.CAPTION, wide, 2) for text in told]
            self._lines = key, tuple(line for part in lines for line in part)
        return self._lines[1]

    def foot_height(self) -> float:
        """What the shares are of, and the keys."""
        if not self.rows:
            return 0.0
        line = self.theme.line(Role.CAPTION)
        told = len(self._foot_lines()) * line
        return line + self.px(14) + (told + self.px(8) if told else 0.0)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """How complete the rows are; at a desk the keys."""
        say, theme = self.context.text, self.theme
        line, lines = theme.line(Role.CAPTION), self._foot_lines()
        if lines:
            self.rule(painter, rect.y() + theme.stroke)
            box = QRectF(self.pad, rect.y() + self.px(6), rect.width() - 2 * self.pad, line)
            for text in lines:
                lettering.draw_in(painter, theme, box, text, Role.CAPTION, theme.text2)
                box.translate(0, line)
            rect = rect.adjusted(0, len(lines) * line + self.px(8), 0, 0)
        keys = [
            KeyHint("T", say("videowall.hint.sort")),
            KeyHint(self.say("key.enter"), say("videolist.hint.curve")),
        ]
        self.paint_rest(painter, rect, keys)


def _counted(codes: CameraCodes, devices: Mapping[str, object], since: Ms) -> dict[Group, Count]:
    """In a thread."""
    return together(codes.count(platform, devices, since) for platform in codes.platforms)


def _span(values: Floats) -> Span:
    kept = values[~np.isnan(values)]
    return Span(float(kept.mean()), len(kept)) if len(kept) else Span()


def _worst_first(row: Row) -> tuple[float, int, str]:
    rate = row.now.rate
    return (2.0 if rate is None else rate, -len(row.group.cameras), row.group.code)
