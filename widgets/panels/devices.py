"""The sensing devices: fitted, online, what is wrong, by kind (PD1 to PD4)."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.model import Ms
from app.live.fleet import Fleet, KindHealth, fleet
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint.bars import paint_share
from widgets.paint.button import KeyHint
from widgets.paint.row import Columns, Row, paint_row
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import listed
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

COLUMNS = Columns(mark=0, source=190, time=64, state=84)
MODES = {"stuck": "stuck", "drift": "drift", "battery low": "battery", "offline": "offline"}
"""Usual words of platforms that have a sentence; any other is shown as it was sent."""
NARROW, NARROW_BELOW = Columns(mark=0, source=120, time=56, state=72), 560
EVERY_MS = 2000
"""Devices report all the time; they are counted anew at most this often."""


class Devices(Rows, kind="devices"):
    """One row per kind, the lowest share online first."""

    needs = frozenset({Kind.DEVICE})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.fleet = Fleet(())
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
        fitted = getattr(self.context.spine.city, "devices", ())
        self.fleet = fleet(fitted, self.context.picture.devices)
        self.lay_out()

    def items(self) -> list[ScreenItem]:
        """The share online of all and of each kind, in per cent of what is fitted."""
        now, world = self._now, self.context.picture.world
        shown = set(self.painted())

        def rate(key: str, label: str, share: float, *, visible: bool = True) -> ScreenItem:
            value = round(share * 100, 1)
            return record_item(
                key,
                label,
                value,
                observed=now,
                now=now,
                unit="%",
                world=world,
                visible=visible,
            )

        found = [rate("devices/online", self.title(), self.fleet.rate)] if self._heard else []
        for index, kind in enumerate(self.fleet.kinds if self._heard else ()):
            key = f"devices/online/{kind.kind}"
            found.append(rate(key, self._name(kind), kind.rate, visible=index in shown))
        return found

    @property
    def _heard(self) -> bool:
        """Whether any device has said anything; before that there is no rate to state."""
        return self.fleet.total("silent") < self.fleet.total("fitted")

    # ---- the list

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        high = self.px(self.measures.row)
        return self.stacked(len(self.fleet.kinds), high)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Name, what is wrong, the share online as text and bar, how many of how many."""
        kind = self.fleet.kinds[index]
        row = Row(
            title=self._name(kind),
            source=self._wrong(kind),
            time=wording.percent(kind.rate) if kind.silent < kind.fitted else wording.NO_VALUE,
            state=f"{wording.number(kind.online)}/{wording.number(kind.fitted)}",
            mark=None,
        )
        columns = NARROW if rect.width() < self.px(NARROW_BELOW) else COLUMNS
        paint_row(painter, rect, row, self.theme, columns)
        high = max(2.0, self.px(2))
        line = rect.adjusted(self.pad, rect.height() - 2 * high, -self.pad, -high)
        paint_share(painter, line, kind.rate, self.theme)

    def _name(self, kind: KindHealth) -> str:
        return listed(self.context, "device_kinds", kind.kind)

    def _wrong(self, kind: KindHealth) -> str:
        parts = [
            self.say(f"devices.{name}", n=count)
            for name, count in (
                ("fault", kind.fault),
                ("offline", kind.offline),
                ("unknown", kind.silent),
            )
            if count
        ]
        return self.context.text("panels.comma").join(parts)

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """Fitted and online, in all."""
        if not self._heard:
            return []
        total = wording.number(self.fleet.total("fitted"))
        rate = wording.number(self.fleet.rate * 100, 1)
        return [Note(self.say("devices.summary", total=total, rate=rate), self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """The most frequent kinds of fault, where the summary leaves room."""
        if self.width() < self.px(NARROW_BELOW):
            return []
        counts: dict[str, int] = {}
        for kind in self.fleet.kinds:
            for name, count in kind.faults:
                counts[name] = counts.get(name, 0) + count
        worst = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]
        return [
            Note(f"{self._mode(name)} {count}", self.theme.text3) for name, count in reversed(worst)
        ]

    def _mode(self, name: str) -> str:
        return self.say(f"devices.mode.{MODES[name]}") if name in MODES else name

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self._heard:
            super().paint_body(painter, rect, dirty)
        else:
            self.paint_empty(
                painter, rect, self.say("devices.empty"), self.say("devices.empty.why")
            )

    def foot_height(self) -> float:
        """What is not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self._heard else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys at a desk."""
        self.paint_rest(painter, rect, [KeyHint("J K", self.say("key.move"))])
