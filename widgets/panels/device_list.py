"""The devices of one kind, bureau, district or domain, the gravest condition first."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY, MINUTE, SECOND
from app.core.condition import Condition, DeviceCondition
from app.core.directory import Device, DeviceKind
from app.core.model import Ms
from app.live.device_book import device_key
from app.live.fleet import By, code_of
from app.live.hub import Kind
from app.rules.availability import availability_key
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import row_line
from widgets.paint.button import KeyHint
from widgets.paint.condition import condition_ink, paint_condition
from widgets.panels._act import act, has_scene
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._devices import (
    condition_of,
    device_name,
    devices_of,
    group_word,
    kinds_of,
    since_text,
    why_text,
    word_of,
)
from widgets.panels._names import region_name
from widgets.panels._painted import Note
from widgets.panels._table import Column, Table
from widgets.panels._typing import typed
from widgets.panels._values import sentence
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

EVERY_MS = 2000
PAST_ANEW_MS = 10 * MINUTE
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


@dataclass(frozen=True)
class Entry:
    """One device and how it is."""

    device: Device
    kind: DeviceKind
    found: DeviceCondition


class DeviceList(Table, kind="device-list"):
    """Enter opens the curve of a device's values; C goes through the conditions, F finds."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`of`: `kind:rain_gauge`, `bureau:water`, `region:320812` or `domain:气象`, instead of
        what is chosen on the seat (else all)."""

        of: str = ""

    needs = frozenset({Kind.DEVICE, Kind.SEAT})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self._fixed = options.of
        self.of = ""
        self.condition: Condition | None = None
        self.finding = False
        self.text = ""
        self.group: list[Entry] = []
        self.entries: list[Entry] = []
        self._now: Ms = -EVERY_MS
        self._chosen = ""
        self.past: tuple[float, float] = (math.nan, math.nan)  # per cent over a day and 30 days
        self._past_asked: tuple[str, Ms] | None = None
        if self.interactive:
            self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def title(self) -> str:
        """What they are."""
        by, _, code = self.of.partition(":")
        if not code or by not in tuple(By):
            return self.context.text("device.list.all")
        return group_word(self.context, By(by), code)

    def refresh(self, changes: Changes) -> None:
        """Sort anew, at once where another group was chosen."""
        now = self.context.now()
        of = self._fixed or self.context.selection[Subject.DEVICES]
        chosen = self.context.selection[Subject.DEVICE]
        if of != self.of:
            self.of, self.condition, self.text, self.finding = of, None, "", False
            self.offset, self._chosen = 0.0, chosen
            self.past = math.nan, math.nan
        elif 0 <= now - self._now < EVERY_MS and chosen == self._chosen:
            return
        self._now, self._chosen = now, chosen
        self._ask_past()
        self._read()
        self._list()

    def _ask_past(self) -> None:
        asked = self._past_asked
        if asked is None or asked[0] != self.of or not 0 <= self._now - asked[1] < PAST_ANEW_MS:
            self._past_asked = self.of, self._now
            self.ask(self._find_past(self.of))

    async def _find_past(self, of: str) -> None:
        """The availability as it was counted each hour."""
        by, _, code = of.partition(":")
        region = code if by == By.REGION else self.context.city.code
        key = availability_key(region, by if code and by != By.REGION else "", code)
        now, means = self._now, []
        for span in (DAY, 30 * DAY):
            found = await self.context.queries.sparks([key], now - span, now, 1)
            means.append(float(found[key][0]))
        if of == self.of:
            self.past = means[0], means[1]
            self.update()

    def _read(self) -> None:
        context = self.context
        kinds = {kind.code: kind for kind in kinds_of(context)}
        by, _, code = self.of.partition(":")
        of = code_of(By(by), kinds.values()) if code and by in tuple(By) else None
        found = [
            Entry(device, kinds[device.kind], condition_of(context, device.id))
            for device in devices_of(context)
            if device.kind in kinds and (of is None or of(device) == code)
        ]
        self.group = sorted(found, key=lambda e: (e.found.condition.rank, -e.found.since))

    def _list(self) -> None:
        wanted = self.text.casefold()
        self.entries = [
            entry
            for entry in self.group
            if (self.condition is None or entry.found.condition is self.condition)
            and (not wanted or wanted in self._words(entry))
        ]
        if len(self.entries) != len(self.places):  # else they stand where they stood
            self.lay_out()
        ids = [entry.device.id for entry in self.entries] if self._chosen else []
        self.current = ids.index(self._chosen) if self._chosen in ids else -1

    def _words(self, entry: Entry) -> str:
        device = entry.device
        place = region_name(self.context, device.region)
        return f"{device.name_zh} {device.name_en} {device.id} {place}".casefold()

    # ---- rows

    def columns(self) -> tuple[Column, ...]:
        """Condition and name always; the rest as there is room."""
        say = self.context.text
        return (
            Column("condition", say("device.column.condition"), 92),
            Column("since", say("device.column.since"), 88, 1, right=True),
            Column("name", say("device.column.name"), least=190),
            Column("why", say("device.column.why"), 224, 2),
            Column("value", say("device.column.value"), 92, 3, right=True),
            Column("place", say("device.column.place"), 84, 4),
            Column("period", say("device.column.period"), 84, 5),
            Column("protocol", say("device.column.protocol"), 96, 6),
        )

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        return [
            QRectF(0, number * self.px(30), width, self.px(30))
            for number in range(len(self.entries))
        ]

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """The cells of a device."""
        theme, entry = self.theme, self.entries[index]
        ground = theme.raised if entry.device.id == self._chosen else theme.panel
        painter.fillRect(rect, ground)
        row_line(painter, rect, theme)
        condition = entry.found.condition
        cells = self.cells(rect)
        for column in self.shown_columns():
            box = cells[column.name]
            ink = theme.text1 if column.name == "name" else theme.text2
            if column.name == "condition":
                side = self.px(14)
                glyph = QRectF(box.x(), box.center().y() - side / 2, side, side)
                paint_condition(painter, glyph, condition, theme)
                box.setLeft(box.x() + side + self.px(6))
                ink = condition_ink(theme, condition)
            role = Role.BODY if column.name == "name" else Role.CAPTION
            text = self.cell(entry, column.name)
            lettering.draw_in(painter, theme, box, text, role, ink, right=column.right)

    def cell(self, entry: Entry, column: str) -> str:
        """What stands in a column."""
        context, device, kind = self.context, entry.device, entry.kind
        if column == "condition":
            return word_of(context, entry.found.condition)
        if column == "since":
            return since_text(context, entry.found, self._now)
        if column == "name":
            return device_name(context, device)
        if column == "why":
            quiet = entry.found.condition is Condition.ONLINE
            return "" if quiet else why_text(context, entry.found)
        if column == "place":
            return region_name(context, device.region)
        if column == "protocol":
            return kind.protocol
        if column == "period":
            return period_word(context, kind)
        key = device_key(device, kind)
        return sentence(context, context.view(key)) if key else wording.NO_VALUE

    def items(self) -> list[ScreenItem]:
        """Each device that is painted, and how many there are."""
        world, now = self.context.picture.world, self._now
        count = record_item(
            "device-list/count", self.title(), len(self.entries), observed=now, now=now, world=world
        )
        found = [count]
        for index in self.painted():
            entry = self.entries[index]
            told = (self.cell(entry, item.name) for item in self.columns() if item.name != "name")
            found.append(
                record_item(
                    f"device/{entry.device.id}",
                    device_name(self.context, entry.device),
                    self.say("comma").join(part for part in told if part),
                    observed=entry.found.since or now,
                    now=now,
                    world=world,
                )
            )
        return found

    # ---- keys

    def chosen(self, index: int) -> None:
        """The card beside is of this one."""
        self._chosen = self.entries[index].device.id
        self.context.selection.choose(Subject.DEVICE, self._chosen)

    def open(self, index: int) -> None:
        """Enter: the curve of its values."""
        self.chosen(index)
        entry = self.entries[index]
        key = device_key(entry.device, entry.kind)
        if key in self.context.picture.readings and has_scene(self, "indicator"):
            self.context.selection.choose(Subject.INDICATOR, key)
            act(self, "switch-scene indicator")

    def hints(self) -> list[KeyHint]:
        """Beside those of every list."""
        say = self.context.text
        keys = (("C", "device.key.condition"), ("F", "device.key.find"))
        return [*super().hints(), *(KeyHint(key, say(id_)) for key, id_ in keys)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """C: one condition after the other; F and letters find, Esc ends it."""
        plain = event.modifiers() in _PLAIN
        if self.finding and plain and self._typed(event):
            return
        if plain and event.key() == Qt.Key.Key_F:
            self.finding = True
            self._listed()
        elif plain and event.key() == Qt.Key.Key_C:
            here = [item for item in Condition if self._of(item)]
            order = [None, *here]
            place = order.index(self.condition) if self.condition in order else -1
            self.condition = order[(place + 1) % len(order)]
            self._listed()
        else:
            super().keyPressEvent(event)

    def _typed(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.finding, self.text = False, ""
        elif (text := typed(self.text, event)) is not None:
            self.text = text
        else:
            return False
        self._listed()
        return True

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Chinese characters, while finding."""
        if self.finding and event.commitString():
            self.text += event.commitString()
            self._listed()
        event.accept()

    def _listed(self) -> None:
        self.offset = 0.0
        self._list()
        self.update()

    def _of(self, condition: Condition) -> int:
        return sum(entry.found.condition is condition for entry in self.group)

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """How many, and what they are narrowed to."""
        say, count = self.context.text, len(self.entries)
        notes = [Note(say("device.count", n=count, count=wording.number(count)), self.theme.text2)]
        if self.condition is not None:
            notes.append(Note(word_of(self.context, self.condition), self.theme.text1, True))
        if self.finding:
            notes.append(Note(say("device.finding", text=self.text), self.theme.text1))
        return notes

    def notes_right(self) -> list[Note]:
        """How available they were, as far as it was counted."""
        if any(math.isnan(share) for share in self.past):
            return []
        day, month = (f"{wording.number(share, 1)} %" for share in self.past)
        return [Note(self.context.text("device.past", day=day, month=month), self.theme.text3)]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that none is so."""
        if self.entries:
            super().paint_body(painter, rect, dirty)
            return
        say = self.context.text
        why = "device.list.none.why" if self.group else "device.list.empty.why"
        self.paint_empty(painter, rect, say("device.list.none"), say(why))

    def foot_height(self) -> float:
        """Keys, and what is not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.entries else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys at a desk."""
        say = self.context.text
        keys = [KeyHint("C", say("device.key.condition")), KeyHint("F", say("device.key.find"))]
        self.paint_rest(painter, rect, keys)


def period_word(context: Context, kind: DeviceKind) -> str:
    """每 5 分 as a span; by events where it has no period."""
    if not kind.period_seconds:
        return context.text("device.on_events")
    return wording.duration(kind.period_seconds * SECOND, context.translator)
