"""What the signs on the map mean: classes, ranges, counts and ages of the layers that are on."""

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
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role


@dataclass(frozen=True)
class Line:
    """A layer's heading, or one of its classes: a mark, a shape or the colour of a range."""

    text: str
    note: str = ""
    mark: MarkStyle | None = None
    shape: ShapeStyle | None = None
    closed: bool = True
    colour: str = ""
    config: LayerConfig | None = None
    content: Content | None = None


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
            if content is not None and (content.count or content.steps):
                lines += self._lines(config, content)
        if len(lines) != len(self.legend):
            self.legend = lines
            self.lay_out()
        self.legend = lines

    def _lines(self, config: LayerConfig, content: Content) -> list[Line]:
        pick = self.context.translator.pick
        age = content_age(self.context, content, self._now)
        note = self.say("comma").join(part for part in (wording.number(content.count), age) if part)
        title = layer_title(self.context, config, content)
        if content.estimated:
            title = f"≈ {title}"
        unit = pick(content.unit, content.unit_en) or content.unit
        title = f"{title} ({unit})" if unit else title
        marks, shapes = content.marks, content.shapes
        single = _single(content)
        lines = [Line(title, note, single.mark, single.shape, single.closed, "", config, content)]
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
        lines += [Line(step.text, colour=step.colour) for step in content.steps]
        return lines

    # ---- rows

    def is_row(self, index: int) -> bool:
        """Nothing here is opened."""
        return True

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        return self.stacked(len(self.legend), self.px(self.measures.row * 0.8))

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Its sign and its word."""
        theme, line = self.theme, self.legend[index]
        side = self.px(18)
        head = line.config is not None
        x = rect.x() + self.pad + (0 if head else self.px(14))
        box = QRectF(x, rect.center().y() - side / 2, side, side)
        if line.mark is not None:
            paint_map_mark(painter, box, line.mark, theme)
        elif line.shape is not None:
            paint_map_shape(painter, box, line.shape, theme, closed=line.closed)
        elif line.colour:
            paint_swatch(painter, box.adjusted(0, 2, 0, -2), line.colour, theme)
        inner = QRectF(box.right() + self.px(10), rect.y(), 0, rect.height())
        inner.setRight(rect.right() - self.pad)
        wide = lettering.draw_in(
            painter, theme, inner, line.note, Role.CAPTION, theme.text3, right=True
        )
        inner.setRight(inner.right() - wide - self.px(8))
        ink = theme.text1 if head else theme.text2
        lettering.draw_in(painter, theme, inner, line.text, Role.CAPTION, ink, head)

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
