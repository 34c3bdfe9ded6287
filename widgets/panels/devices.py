"""The sensing devices: fitted, usable, what is the matter, by kind, bureau, district or domain
(PD1 to PD6)."""

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.condition import Condition
from app.core.model import Ms
from app.live.fleet import By, Fleet, Group, code_of, fleet
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import row_line
from widgets.paint.button import KeyHint
from widgets.paint.condition import condition_ink, paint_condition
from widgets.panels._act import act, has_scene
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._devices import counted, devices_of, group_word, kinds_of, rate_text, word_of
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

SCENE = "devices"  # what Enter brings up
EVERY_MS = 2000
"""Devices report all the time; they are counted anew at most this often."""
NARROW_BELOW = 560
ORDER = (By.KIND, By.BUREAU, By.REGION, By.DOMAIN)


class Devices(Rows, kind="devices"):
    """One row per kind, the lowest availability first; Enter lists its devices, B counts by
    another thing."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`by`: what a row stands for."""

        by: Literal["kind", "bureau", "region", "domain"] = "kind"

    needs = frozenset({Kind.DEVICE})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.by = By(options.by)
        self.fleet = Fleet()
        self._now: Ms = -EVERY_MS

    def title(self) -> str:
        """感知设备."""
        return self.context.text("panels.devices.title")

    def refresh(self, changes: Changes) -> None:
        """Count again, not more often than the eye needs."""
        now = self.context.now()
        if 0 <= now - self._now < EVERY_MS:
            return
        self._now = now
        self._count()

    def _count(self) -> None:
        context = self.context
        of = code_of(self.by, kinds_of(context))
        self.fleet = fleet(devices_of(context), context.picture.conditions, of)
        self.lay_out()

    def items(self) -> list[ScreenItem]:
        """The availability of all and of each row, in per cent, and what is counted in it."""
        if not self.fleet.whole.heard:
            return []
        shown = set(self.painted())
        found = [self._item("devices/available", self.title(), self.fleet.whole)]
        for index, group in enumerate(self.fleet.groups):
            key = f"devices/available/{self.by}/{group.code}"
            found.append(self._item(key, self._name(group), group, visible=index in shown))
        return found

    def _item(self, key: str, name: str, group: Group, *, visible: bool = True) -> ScreenItem:
        told = self._told(group)
        share = group.rate if group.heard else None
        return record_item(
            key,
            f"{name}: {told}" if told else name,
            None if share is None else round(share * 100, 1),
            observed=self._now,
            now=self._now,
            unit="%",
            world=self.context.picture.world,
            visible=visible,
        )

    def _told(self, group: Group) -> str:
        words = (f"{word_of(self.context, what)} {count}" for what, count in counted(group))
        return self.say("comma").join(words)

    def _name(self, group: Group) -> str:
        return group_word(self.context, self.by, group.code)

    # ---- the list

    def arrange(self, width: float) -> list[QRectF]:
        """Two lines each where the panel is narrow."""
        high = self.measures.row if width >= self.px(NARROW_BELOW) else self.measures.card * 0.9
        return self.stacked(len(self.fleet.groups), self.px(high))

    def open(self, index: int) -> None:
        """Enter: its devices."""
        self.chosen(index)
        if has_scene(self, SCENE):
            act(self, f"switch-scene {SCENE}")

    def chosen(self, index: int) -> None:
        """The list of devices is of this row."""
        group = self.fleet.groups[index]
        self.context.selection.choose(Subject.DEVICES, f"{self.by}:{group.code}")

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Name, conditions with their forms, availability, how many of how many."""
        theme, group = self.theme, self.fleet.groups[index]
        painter.fillRect(rect, theme.raised if index == self.current else theme.panel)
        row_line(painter, rect, theme)
        inner = rect.adjusted(self.pad, self.px(4), -self.pad, -self.px(4))
        if rect.width() >= self.px(NARROW_BELOW):
            name = QRectF(inner.x(), inner.y(), inner.width() * 0.34, inner.height())
            rest = inner.adjusted(name.width() + self.px(12), 0, 0, 0)
            rest.setRight(inner.right() - self._paint_rate(painter, inner, group) - self.px(12))
        else:
            half = inner.height() / 2
            name = QRectF(inner.x(), inner.y(), inner.width(), half)
            rest = QRectF(inner.x(), inner.y() + half, inner.width(), half)
            used = self._paint_rate(painter, name, group)
            name.setRight(name.right() - used - self.px(8))
        lettering.draw_in(painter, theme, name, self._name(group), Role.BODY, theme.text1)
        self._paint_counts(painter, rest, group)

    def _paint_rate(self, painter: QPainter, rect: QRectF, group: Group) -> float:
        """At the right edge `96 %  92/96`; gives the width."""
        theme = self.theme
        of = f"{wording.number(group.usable)}/{wording.number(group.fitted)}"
        used = lettering.draw_in(painter, theme, rect, of, Role.CAPTION, theme.text3, right=True)
        column = max(used, theme.width("888/888", Role.CAPTION)) + self.px(10)
        box = rect.adjusted(0, 0, -column, 0)
        rate = rate_text(group)
        return column + lettering.draw_in(
            painter, theme, box, rate, Role.BODY, theme.text1, right=True
        )

    def _paint_counts(self, painter: QPainter, rect: QRectF, group: Group) -> None:
        """Form, word and count of each condition, the gravest first, as many as have room."""
        theme, x = self.theme, rect.x()
        side = min(self.px(14), rect.height() * 0.7)
        for what, count in counted(group):
            text = f"{word_of(self.context, what)} {wording.number(count)}"
            wide = side + self.px(5) + theme.width(text, Role.CAPTION)
            if x + wide > rect.right() + 1:
                lettering.draw_in(
                    painter, theme, QRectF(x, rect.y(), rect.right() - x, rect.height()), "…",
                    Role.CAPTION, theme.text3,
                )  # fmt: skip
                return
            glyph = QRectF(x, rect.center().y() - side / 2, side, side)
            paint_condition(painter, glyph, what, theme)
            box = QRectF(x + side + self.px(5), rect.y(), rect.right() - x, rect.height())
            ink = theme.text2 if what is not Condition.UNKNOWN else condition_ink(theme, what)
            lettering.draw_in(painter, theme, box, text, Role.CAPTION, ink)
            x += wide + self.px(12)

    # ---- keys, head and foot

    def hints(self) -> list[KeyHint]:
        """Beside those of every list: count by another thing."""
        return [*super().hints(), KeyHint("B", self.context.text("device.key.by"))]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """B: kind, bureau, district, domain."""
        if event.key() == Qt.Key.Key_B and not event.modifiers():
            self.by = ORDER[(ORDER.index(self.by) + 1) % len(ORDER)]
            self.current, self.offset = -1, 0.0
            self._count()
            self.update()
        else:
            super().keyPressEvent(event)

    def notes_left(self) -> list[Note]:
        """Fitted and usable, in all."""
        whole = self.fleet.whole
        if not whole.heard:
            return []
        total = wording.number(whole.fitted)
        rate = rate_text(whole, 1)
        said = self.context.text("device.summary", total=total, rate=rate)
        return [Note(said, self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """What a row stands for, and how many are left out of the availability."""
        by = Note(self.context.text(f"device.by.{self.by}"), self.theme.text3)
        cut = self.fleet.whole.of(Condition.UNREACHABLE)
        if not cut or self.width() < self.px(NARROW_BELOW):
            return [by]
        text = self.context.text("device.cut", n=cut, count=wording.number(cut))
        return [by, Note(text, self.theme.text2)]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self.fleet.whole.heard:
            super().paint_body(painter, rect, dirty)
        else:
            self.paint_empty(
                painter, rect, self.say("devices.empty"), self.say("devices.empty.why")
            )

    def foot_height(self) -> float:
        """What is not shown."""
        if not self.fleet.whole.heard:
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(14)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys at a desk."""
        keys = [KeyHint(self.say("key.enter"), self.context.text("device.key.list"))]
        keys.append(KeyHint("B", self.context.text("device.key.by")))
        self.paint_rest(painter, rect, keys)
