"""A row of number tiles for chosen indicators: the desk's foot."""

from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core.catalog import HOUR
from app.core.model import Ms
from app.live.hub import Kind
from app.live.summary import indicator_keys
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint.tile import paint_tile
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Painted
from widgets.panels._trended import note_of, spark_of, trends_of, wanted
from widgets.panels._values import tile_of
from widgets.screen_item import ScreenItem, value_item

MOST, USUAL = 12, 8
NARROWEST = 185.0


class Strip(Painted, kind="strip"):
    """Tiles side by side; a code that is in no catalogue is named and not hidden."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`codes` of indicators from left to right; none: the eight of most weight among those
        that come by the hour or faster."""

        codes: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST)] = ()

    needs = frozenset({Kind.READING, Kind.FEED})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.codes = options.codes or _weightiest(context)
        self._keys: dict[str, str] = {}
        self._held = -1
        self._views: dict[str, ValueView] = {}
        self._now: Ms = 0
        self._trends = trends_of(self, lambda keys: self.update())

    def refresh(self, changes: Changes) -> None:
        """All of the few tiles: their ages change anyway."""
        context = self.context
        self._now = context.now()
        if self._held != len(context.picture.readings):
            self._held = len(context.picture.readings)
            found = indicator_keys(context.picture.readings, context.catalog, context.city.code)
            self._keys = {code: found[code] for code in self.codes if code in found}
        self._views = {code: context.view(key) for code, key in self._keys.items()}
        self._trends.want(wanted(self._views.values()), self._now)

    def items(self) -> list[ScreenItem]:
        """The value of every tile."""
        shown = self.codes[: self._fitting]
        return [
            value_item(view, self.context.translator, visible=code in shown)
            for code, view in self._views.items()
        ]

    @property
    def _fitting(self) -> int:
        """So many tiles have room for a name; the others are left out from the right."""
        return max(1, int(self.width() // self.px(NARROWEST)))

    @property
    def head_rect(self) -> QRectF:
        """Tiles need no title."""
        return QRectF(0, 0, self.width(), 0)

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """None."""

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """One tile each, parted by a line."""
        if not self.codes:
            self.paint_empty(painter, rect, self.say("strip.empty"), "")
            return
        shown = self.codes[: self._fitting]
        width = rect.width() / len(shown)
        for index, code in enumerate(shown):
            box = QRectF(rect.x() + index * width, rect.y(), width, rect.height())
            view = self._views.get(code)
            if view is None:
                self.paint_empty(painter, box, self.say("strip.unknown", code=code), "")
            else:
                spark = spark_of(self._trends, view)
                note = note_of(self.context, self._trends, view)
                tile = tile_of(self.context, view, self._now, note=note, spark=spark)
                paint_tile(painter, box, tile, self.theme)
            if index:
                line = max(1.0, self.theme.stroke / 2)
                side = QRectF(box.x(), box.y(), line, box.height())
                painter.fillRect(side, self.theme.line1)


def _weightiest(context: Context) -> tuple[str, ...]:
    """The usual choice, in the order of the catalogue, so that each keeps its place."""
    fast = [item for item in context.catalog.indicators if item.period_ms <= HOUR]
    chosen = sorted(fast, key=lambda item: -item.weight)[:USUAL]
    return tuple(item.code for item in fast if item in chosen)
