"""The districts beside the map that is shaded by them: the same indicator in order, each with its
shade, the ramp of the shades under them."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY
from app.gis.content import Shapes
from app.gis.layer import LayerConfig
from app.live.league import Place
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.map_mark import paint_swatch
from widgets.panels._map import AboutMap
from widgets.panels._names import areas
from widgets.panels._painted import Note, Painted
from widgets.panels._ramp import paint_ramp, ramp_height, ranges
from widgets.panels._table import Column
from widgets.panels._value_row import DIM
from widgets.panels._values import state_of, value_text
from widgets.panels.league import LeagueTable
from widgets.theme import Role

SHADED = "choropleth"
ROW = 0.62
"""Of a row that stands by itself: these are read together, beside the map that names them."""


class MapDistricts(AboutMap, LeagueTable, kind="map-districts"):
    """What the map's upper choropleth shows; Enter lets the map look at the district."""

    class Options(LeagueTable.Options, frozen=True, forbid_unknown_fields=True):
        """`map`: the map beside it by name; none: the seat's shared one, or the window's own. The
        order is that of the ramp."""

        map: str = ""
        order: Literal["", "best", "worst", "largest"] = "largest"

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.said = ""
        self.shades: dict[str, str] = {}  # by region
        self.drawn: frozenset[str] = frozenset()  # regions that have an outline
        self.limits: list[str] = []  # of the classes, low to high
        self.ramp: list[str] = []
        self._estimated = False

    @property
    def is_shaded(self) -> bool:
        """Whether the map is shaded by anything now; without a map there is nobody to ask."""
        return self.house is None or self._chosen() is not None

    @property
    def wanted_height(self) -> float:
        """For all districts, the title and the ramp; on a seam of the wall no row can stand."""
        around = self.parentWidget()
        seams = len(around.edges_y.at) if isinstance(around, Painted) else 0
        rows = (len(self._places or self._codes.regions) + seams) * self._row
        return self.head_rect.height() + self.heading + rows + self.foot_height()

    @property
    def _row(self) -> float:
        return self.px(self.measures.row * ROW)

    def title(self) -> str:
        """What the map is shaded by."""
        quantity = self._quantity
        if quantity is None:
            return areas(self.context)
        name = self.context.translator.pick(quantity.name_zh, quantity.name_en)
        return f"≈ {name}" if self._estimated else name

    def notes_left(self) -> list[Note]:
        """The title says enough."""
        return []

    def notes_right(self) -> list[Note]:
        """How many districts have no value."""
        silent = len(self._places) - len(self.table.ranked) if self.table is not None else 0
        said = self.context.text("themes.league.silent", n=silent)
        return [Note(said, self.theme.text3)] if silent else []

    # ---- what is shown

    def _chosen(self) -> tuple[LayerConfig, Any] | None:
        configs = self.configs
        for choice in reversed(self.state.layers):
            config = configs.get(choice.id)
            if config is not None and config.kind == SHADED:
                return config, choice
        return None

    def _follow(self) -> None:
        found = self._chosen()
        if found is None:
            super()._follow()
            self.shades, self.limits, self.ramp = {}, [], []
            return
        config, choice = found
        self.code = choice.filter.strip() or str(config.options.get("quantity", ""))
        content = self.content(choice)
        self._estimated = content is not None and content.estimated
        shapes = content.shapes if content is not None else ()
        self.shades = _shades(shapes)
        self.drawn = frozenset(str(region) for part in shapes for region in part.ids)
        steps = content.steps if content is not None else ()
        self.ramp, self.limits = ranges(steps)

    def _fill(self) -> None:
        """A district that the map does not draw is listed where it has a value."""
        super()._fill()
        if self.table is not None and self.drawn:
            kept = [p for p in self._places if p.rank is not None or p.region in self.drawn]
            self.table = msgspec.structs.replace(self.table, places=tuple(kept))

    def _reads(self, place: Place) -> tuple[object, ...]:
        return (*super()._reads(place), self.shades.get(place.region), *self.limits)

    # ---- the list

    def shows(self, name: str) -> bool:
        """No row has an age of its own."""
        return name != "age" and super().shows(name)

    def columns(self) -> list[Column]:
        """Shade, name, value, change; the age that all share stands above the names."""
        say = self.context.text
        value = self._places[0].view if self._places else None
        unit = self.context.unit(value) if value is not None else ""
        found = [
            Column("shade", width=12),
            Column("name", self._oldest(), least=self._names_width - 18),
            Column("value", unit or say("themes.value"), width=58, right=True),
        ]
        if any(self.change_of(place.view) for place in self._places):
            slow = value is not None and value.period_ms >= DAY
            word = say("themes.league.period_before" if slow else "themes.league.yesterday")
            found.append(Column("change", word, width=62, spare=2, right=True))
        return found

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        return [QRectF(0, n * self._row, width, self._row) for n in range(len(self._places))]

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """One district."""
        place, theme, cells = self._places[index], self.theme, self.cells(rect)
        shade, cell = self.shades.get(place.region), cells["shade"]
        if shade is not None:
            high = min(rect.height() * 0.7, self.px(17))
            middle = rect.center().y() - high / 2
            paint_swatch(painter, QRectF(cell.x(), middle, cell.width(), high), shade, theme)
        self._paint_name(painter, cells["name"], place)
        text, ink = self._number(place.view)
        lettering.draw_in(painter, theme, cells["value"], text, Role.BODY, ink, right=True)
        if "change" in cells:
            said = self.change_of(place.view)
            box = cells["change"]
            lettering.draw_in(painter, theme, box, said, Role.CAPTION, theme.text3, right=True)

    def _number(self, view: ValueView) -> tuple[str, QColor]:
        """As the district is written, and how bright: an old value is dimmed."""
        text, _ = value_text(self.context, view)
        if not text:
            return wording.NO_VALUE, self.theme.text3
        dim = state_of(self.context, view) in DIM
        return text, self.theme.text2 if dim else self.theme.text1

    # ---- the ramp

    def foot_height(self) -> float:
        """The ramp and its numbers."""
        return ramp_height(self.theme) + self.px(16)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """The shades from low to high."""
        inner = rect.adjusted(self.pad, self.px(8), -self.pad, 0)
        paint_ramp(painter, inner, self.ramp, self.limits, self.theme)

    # ---- hands

    def open(self, index: int) -> None:
        """The map looks at the whole of the district."""
        self.do(f"fly-to region:{self._places[index].region}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The map says which indicator it is, and nothing is marked here."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space):
            event.ignore()
            return
        super().keyPressEvent(event)


def _shades(drawn: Iterable[Shapes]) -> dict[str, str]:
    """The name of the colour of each district's class; a hole has none."""
    found: dict[str, str] = {}
    for shapes in drawn:
        for region, number in zip(shapes.ids.tolist(), shapes.style.tolist(), strict=True):
            style = shapes.styles[number]
            if style.fill and not style.hatch:
                found[str(region)] = style.fill
    return found
