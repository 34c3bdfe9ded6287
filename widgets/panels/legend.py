"""What the signs on the map mean: classes, ranges, counts and ages of the layers that are on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.model import Ms
from app.gis.content import Content, MarkStyle, ShapeStyle
from app.gis.layer import LayerConfig
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.map_mark import paint_map_mark, paint_map_shape, paint_swatch
from widgets.panels._base import Changes
from widgets.panels._map import (
    AboutMap,
    MapOptions,
    content_age,
    content_freshness,
    layer_title,
)
from widgets.panels._ramp import paint_ramp, ramp_height, ranges
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

SHADED = "choropleth"
ROW = 0.66
"""Of a row that stands by itself: a sign and a word."""
INDENT = 4.0  # desk px, of a class below its layer


@dataclass(frozen=True)
class Line:
    """A layer's heading, or one of its classes: a mark, a shape or the colour of a range."""

    text: str
    note: str = ""
    count: str = ""
    age: str = ""
    mark: MarkStyle | None = None
    shape: ShapeStyle | None = None
    closed: bool = True
    colour: str = ""
    config: LayerConfig | None = None
    content: Content | None = None
    shades: tuple[str, ...] = ()  # of ranges, low to high, and their limits
    limits: tuple[str, ...] = ()
    is_away: bool = False  # it is on, and not drawn at this zoom


class Legend(AboutMap, Rows, kind="legend"):
    """Top layers first; on a wall as many lines as have room, the others counted."""

    Options = MapOptions
    needs = frozenset({Kind.SEAT})

    def __init__(
        self, context: Context, options: MapOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.said = ""
        self.legend: list[Line] = []
        self.is_shade_told: Callable[[], bool] = bool
        """Whether the shades of the districts are told beside it already."""
        self.zoom_of: Callable[[], float] = lambda: self.state.place.zoom
        """How near the map looks: its own view knows it best."""
        self._now: Ms = 0

    def title(self) -> str:
        """图例."""
        return self.context.text("mapwords.legend")

    def refresh(self, changes: Changes) -> None:
        """The classes of what is on."""
        self._now = self.context.now()
        configs, lines = self.configs, []
        pairs = [
            (configs[choice.id], self.content(choice))
            for choice in self.state.layers
            if choice.id in configs
        ]
        for config, content in sorted(pairs, key=lambda pair: -pair[0].order):
            if content is None or not (content.count or content.steps):
                continue
            if config.kind == SHADED and self.is_shade_told():
                continue
            lines += self._lines(config, content)
        if len(lines) != len(self.legend):
            self.legend = lines
            self.lay_out()
        self.legend = lines

    def _lines(self, config: LayerConfig, content: Content) -> list[Line]:
        pick = self.context.translator.pick
        age = content_age(self.context, content, self._now)
        count = wording.number(content.count)
        note = self.say("comma").join(part for part in (count, age) if part)
        title = layer_title(self.context, config, content)
        if content.estimated:
            title = f"≈ {title}"
        unit = pick(content.unit, content.unit_en) or content.unit
        title = f"{title} ({unit})" if unit else title
        marks, shapes = content.marks, content.shapes
        nearer = self._nearer(config)
        if nearer:
            return [Line(title, nearer, config=config, content=content, is_away=True)]
        single = _single(content)
        sign = (single.mark, single.shape, single.closed, "")
        lines = [Line(title, note, count, age, *sign, config, content)]
        for number in np.unique(marks.style).tolist() if marks is not None else ():
            style = marks.styles[number]
            if style.name_zh:
                lines.append(Line(pick(style.name_zh, style.name_en), mark=style))
        for part in shapes:
            for number in np.unique(part.style).tolist() if not content.steps else ():
                shape = part.styles[number]
                if shape.name_zh:
                    text = pick(shape.name_zh, shape.name_en)
                    lines.append(Line(text, shape=shape, closed=part.closed))
        shades, limits = ranges(content.steps)
        if shades:
            lines.append(Line("", shades=tuple(shades), limits=tuple(limits)))
        rest = [step for step in content.steps if step.colour not in shades]
        lines += [Line(step.text, colour=step.colour) for step in rest]
        return lines

    def _nearer(self, config: LayerConfig) -> str:
        """Where a layer is not drawn at this zoom: which way it is."""
        zoom = self.zoom_of()
        if zoom < config.min_zoom:
            return self.context.text("mapwords.legend.nearer")
        return self.context.text("mapwords.legend.farther") if zoom > config.max_zoom else ""

    def height_of(self, rows: int) -> float:
        """The title and so many rows."""
        return self.head_rect.height() + rows * self._row

    @property
    def _row(self) -> float:
        return self.px(self.measures.row * ROW)

    # ---- rows

    def is_row(self, index: int) -> bool:
        """Nothing here is opened."""
        return True

    def arrange(self, width: float) -> list[QRectF]:
        """One line each; a ramp has its numbers under it."""
        places, more = self.stacked(len(self.legend), self._row), 0.0
        extra = max(0.0, ramp_height(self.theme) + self.px(6) - self._row)
        for place, line in zip(places, self.legend, strict=True):
            place.translate(0, more)
            if line.shades:
                place.setHeight(place.height() + extra)
                more += extra
        return places

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Its sign and its word."""
        theme, line = self.theme, self.legend[index]
        if line.shades:
            inner = rect.adjusted(self.pad, self.px(4), -self.pad, 0)
            paint_ramp(painter, inner, line.shades, line.limits, theme)
            return
        side = self.px(18)
        head = line.config is not None
        x = rect.x() + self.pad + (0 if head else self.px(INDENT))
        box = QRectF(x, rect.center().y() - side / 2, side, side)
        if line.mark is not None:
            paint_map_mark(painter, box, line.mark, theme)
        elif line.shape is not None:
            paint_map_shape(painter, box, line.shape, theme, closed=line.closed)
        elif line.colour:
            paint_swatch(painter, box.adjusted(0, 2, 0, -2), line.colour, theme)
        inner = QRectF(box.right() + self.px(8), rect.y(), 0, rect.height())
        if head and line.mark is None and line.shape is None:
            inner.setLeft(x)
        inner.setRight(rect.right() - self.pad)
        ink = theme.text3 if line.is_away else theme.text1 if head else theme.text2
        bold = head and not line.is_away
        note = self._note(line, inner.width() - theme.width(line.text, Role.CAPTION, bold))
        wide = lettering.draw_in(painter, theme, inner, note, Role.CAPTION, theme.text3, right=True)
        inner.setRight(inner.right() - (wide + self.px(8) if wide else 0))
        lettering.draw_in(painter, theme, inner, line.text, Role.CAPTION, ink, bold)

    def _note(self, line: Line, room: float) -> str:
        """Count and age where both have room beside the name; else the age, or the count."""
        parts = [part for part in (line.age, line.count) if part]
        tries = (line.note, *parts)
        fits = [one for one in tries if self.theme.width(one, Role.CAPTION) + self.px(8) <= room]
        return fits[0] if fits else ""

    def items(self) -> list[ScreenItem]:
        """Layers with count, age and sources; classes by name."""
        now, world, found = self._now, self.context.picture.world, []
        for index in self.painted():
            line = self.legend[index]
            content = line.content
            if content is None or line.config is None:
                continue
            found.append(
                record_item(
                    f"legend/{line.config.id}",
                    line.text,
                    content.count,
                    observed=content.newest,
                    now=now,
                    source=" ".join(content.sources),
                    world=world,
                    freshness=content_freshness(self.context, content, now),
                )
            )
        return found

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The lines, or that nothing is on."""
        if self.legend:
            super().paint_body(painter, rect, dirty)
            return
        self.paint_said(painter, rect, "legend.none")


def _single(content: Content) -> Line:
    """The sign of a layer that has one class only; several have each their line."""
    marks, shapes = content.marks, content.shapes
    if marks is not None and len(marks.style):
        shown = [marks.styles[number] for number in np.unique(marks.style).tolist()]
        named = any(style.name_zh for style in shown)
        return Line("") if named else Line("", mark=shown[0])
    if marks is None and len(shapes) == 1 and len(shapes[0].styles) == 1 and not content.steps:
        return Line("", shape=shapes[0].styles[0], closed=shapes[0].closed)
    return Line("")
