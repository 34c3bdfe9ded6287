"""One sensing device: how it is and why, where it stands, what it said last (PD3)."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import SECOND
from app.core.condition import Condition
from app.core.directory import Device, DeviceKind
from app.core.model import DeviceStatus, Ms
from app.live.device_book import device_key
from app.live.fleet import By, code_of
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint.condition import paint_condition
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._card import paint_card
from widgets.panels._devices import (
    condition_of,
    device_name,
    devices_of,
    domain_word,
    group_word,
    kinds_of,
    point_name,
    power_word,
    since_text,
    why_text,
    word_of,
)
from widgets.panels._names import bureau_name, region_name
from widgets.panels._painted import Note, Painted
from widgets.panels._sheet import Line, feed_name
from widgets.panels._values import age_text, sentence, state_of
from widgets.panels.device_list import period_word
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject


class DeviceCard(Painted, kind="device"):
    """Condition and reason first, then the table."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`device`: an id, instead of the one that is chosen on the seat (else the gravest)."""

        device: str = ""

    needs = frozenset({Kind.DEVICE, Kind.SEAT})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self._fixed = options.device
        self.device: Device | None = None
        self.device_kind: DeviceKind | None = None
        self._now: Ms = 0

    def title(self) -> str:
        """Its name."""
        device = self.device
        return self.context.text("device.card") if device is None else self._name(device)

    def _name(self, device: Device) -> str:
        return device_name(self.context, device)

    def refresh(self, changes: Changes) -> None:
        """The chosen one as it is now."""
        self._now = self.context.now()
        wanted = self._fixed or self.context.selection[Subject.DEVICE] or self._worst()
        if self.device is None or self.device.id != wanted:
            found = (item for item in devices_of(self.context) if item.id == wanted)
            self.device = next(found, None)
        device = self.device
        kinds = kinds_of(self.context)
        self.device_kind = next(
            (kind for kind in kinds if device is not None and kind.code == device.kind), None
        )

    def _worst(self) -> str:
        """Where none is chosen, the one that stands first in the list."""
        context = self.context
        table = context.picture.conditions
        by, _, code = context.selection[Subject.DEVICES].partition(":")
        of = code_of(By(by), kinds_of(context)) if code and by in tuple(By) else None
        devices = (
            device.id
            for device in devices_of(context)
            if device.id in table and (of is None or of(device) == code)
        )
        return min(
            devices, key=lambda id_: (table[id_].condition.rank, -table[id_].since), default=""
        )

    def sentence(self) -> str:
        """失联 43 分：...: what is the matter, since when, what was seen."""
        assert self.device is not None
        found = condition_of(self.context, self.device.id)
        word = word_of(self.context, found.condition)
        if found.condition is Condition.ONLINE:
            return self.context.text("device.said", state=word, why=why_text(self.context, found))
        span = since_text(self.context, found, self._now)
        state = self.context.text("device.for", state=word, span=span) if span else word
        return self.context.text("device.said", state=state, why=why_text(self.context, found))

    def lines(self) -> tuple[Line, ...]:
        """The table."""
        device, kind = self.device, self.device_kind
        if device is None or kind is None:
            return ()
        return (*self._speech(device, kind), *self._place(device, kind))

    def _speech(self, device: Device, kind: DeviceKind) -> list[Line]:
        context, say = self.context, self.context.text
        key, lines = device_key(device, kind), []
        if key:
            view = context.view(key)
            quantity = context.catalog.quantities.get(kind.quantity)
            name = context.label(view) if quantity is not None else kind.quantity
            lines.append(
                Line(name, sentence(context, view), age_text(context, view, self._now),
                     state=state_of(context, view))
            )  # fmt: skip
            if view.source:
                lines.append(Line(say("device.line.feed"), feed_name(context, view.source)))
        told = context.picture.devices.get(device.id)
        status = told.record if told is not None else None
        if isinstance(status, DeviceStatus):
            ago = wording.ago(max(0, self._now - status.observed), context.translator)
            word = say(f"device.state.{status.state.value}")
            lines.append(Line(say("device.line.said"), word, ago))
            if status.battery is not None:
                lines.append(Line(say("device.line.battery"), wording.percent(status.battery)))
        due = period_word(context, kind)
        lost = wording.duration(kind.offline_after_s * SECOND, context.translator)
        note = say("device.lost_after", span=lost) if kind.offline_after_s else ""
        lines.append(Line(say("device.line.period"), due, note))
        lines.append(Line(say("device.line.protocol"), kind.protocol or wording.NO_VALUE))
        lines.append(
            Line(say("device.line.power"), power_word(context, kind.power) or wording.NO_VALUE)
        )
        return lines

    def _place(self, device: Device, kind: DeviceKind) -> list[Line]:
        context, say = self.context, self.context.text
        where = f"{device.lon:.5f}, {device.lat:.5f}"
        lines = [
            Line(say("device.line.kind"), group_word(context, By.KIND, kind.code),
                 domain_word(context, kind.domain)),
            Line(say("device.line.place"), region_name(context, device.region), where),
        ]  # fmt: skip
        if device.point:
            lines.append(Line(say("device.line.point"), point_name(context, device.point)))
        if kind.bureau_code:
            lines.append(Line(say("device.line.bureau"), bureau_name(context, kind.bureau_code)))
        if kind.fault_modes:
            modes = self.say("comma").join(part for part in kind.fault_modes.split(";") if part)
            lines.append(Line(say("device.line.modes"), modes))
        lines.append(Line(say("device.line.id"), device.id))
        return lines

    def notes_left(self) -> list[Note]:
        """What it is."""
        if self.device is None:
            return []
        return [Note(group_word(self.context, By.KIND, self.device.kind), self.theme.text2)]

    def items(self) -> list[ScreenItem]:
        """The sentence and each line."""
        device = self.device
        if device is None:
            return []
        now, world = self._now, self.context.picture.world
        key = f"device/{device.id}"
        since = condition_of(self.context, device.id).since
        found = [
            record_item(key, self.title(), self.sentence(), observed=since, now=now, world=world)
        ]
        for number, line in enumerate(self.lines()):
            text = self.say("comma").join(part for part in (line.text, line.note) if part)
            found.append(
                record_item(
                    f"{key}/line/{number}", line.name, text, observed=now, now=now, world=world
                )
            )
        return found

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Form and sentence, then the lines; what has no room is counted."""
        say = self.context.text
        if self.device is None:
            self.paint_empty(painter, rect, say("device.none"), say("device.none.why"))
            return
        condition = condition_of(self.context, self.device.id).condition
        paint_card(
            painter,
            self,
            rect,
            self.sentence(),
            self.lines(),
            lambda box: paint_condition(painter, box, condition, self.theme),
        )
