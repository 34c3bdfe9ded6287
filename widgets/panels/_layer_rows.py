"""The rows of the list of layers: what there is, by group, and how each is told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from app.core.model import Freshness
from app.gis.content import Content, MarkStyle
from app.gis.layer import LayerConfig
from app.live.map_names import BaseName, PlateName
from app.live.map_state import LayerChoice
from widgets.context import Context
from widgets.paint.map_mark import paint_map_mark, paint_map_shape, paint_swatch
from widgets.panels._map import content_age, content_freshness, layer_title, sources_of
from widgets.theme import Theme


class Tab(StrEnum):
    """What the list is of."""

    LAYERS = "layers"
    PLATES = "plates"
    BASES = "bases"


@dataclass(frozen=True)
class Row:
    """One row: a heading (no id), a layer, a plate or a base."""

    id: str
    title: str
    detail: str = ""
    note: str = ""
    on: bool = False
    quiet: bool = False
    content: Content | None = None

    @property
    def looks(self) -> tuple[object, ...]:
        """What can be seen of it: of what a layer holds its symbol only."""
        symbol: tuple[object, ...] = ()
        if self.content is not None:
            shapes = [(part.styles, part.closed) for part in self.content.shapes[:1]]
            marks = self.content.marks.styles if self.content.marks is not None else None
            symbol = (marks, shapes, self.content.steps)
        return self.id, self.title, self.detail, self.note, self.on, self.quiet, symbol


GROUPS = {
    "区划与网格": "areas", "事件与预警": "matters", "视频": "video", "力量": "force",
    "安全与应急": "safety", "防汛水利": "water", "气象": "weather", "交通": "traffic",
    "城市管理": "urban", "公用生命线": "utilities", "生态环境": "ecology", "民生": "people",
    "经济与数字": "economy", "总览": "overview", "大综治": "governance", "大城管": "management",
    "大应急": "emergency", "大交通": "transport", "数字底座": "digital", "民生服务": "services",
    "经济活力": "vitality",
}  # fmt: skip
"""Headings of the program's own tables, by their word in the sentences."""


def heading_of(context: Context, group: str) -> str:
    """A heading in the window's language; one of a city's own stays as it is written there."""
    word = "other" if not group else GROUPS.get(group, "")
    return context.text(f"mapwords.group.{word}") if word else group


def layer_rows(
    context: Context,
    configs: Iterable[LayerConfig],
    choices: dict[str, LayerChoice],
    contents: dict[str, Content],
    unconnected: Collection[str] = (),
) -> list[Row]:
    """Layers under the headings of their groups, in the order in which these are first named."""
    groups: dict[str, list[Row]] = {}
    for config in configs:
        content = contents.get(config.id)
        absent = config.id in unconnected or (content is not None and not content.connected)
        row = _layer_row(context, config, choices.get(config.id), content, absent=absent)
        groups.setdefault(config.group, []).append(row)
    found = []
    for group, rows in groups.items():
        on = sum(row.on for row in rows)
        heading = heading_of(context, group)
        note = context.text("mapwords.on_of", on=on, n=len(rows)) if on else ""
        found += [Row("", heading, note=note), *rows]
    return found


def _layer_row(
    context: Context,
    config: LayerConfig,
    choice: LayerChoice | None,
    content: Content | None,
    *,
    absent: bool,
) -> Row:
    say, comma, now = context.text, context.text("panels.comma"), context.now()
    parts = [sources_of(context, config, content)]
    if content is not None and content.faults:
        told = context.translator.render(content.faults[0]).partition("\n")[0]
        parts.insert(0, told.rstrip("。."))
    missing = say("mapwords.not_connected")
    if absent and not parts[0].startswith(missing):  # why is the words of its table
        parts.insert(0, missing)
    if content is not None and content_freshness(context, content, now) is Freshness.CACHED:
        parts.insert(0, content_age(context, content, now))
    parts += [config.crs.upper(), config.licence]
    title, notes = layer_title(context, config, content), []
    if choice is not None:
        if choice.filter and content is not None and not content.title_zh:
            title = say("mapwords.filtered", name=title, filter=choice.filter)
        if choice.opacity < 1:
            notes.append(wording.percent(choice.opacity))
        if content is not None and not absent:
            notes.append(wording.number(content.count))
    detail = comma.join(part for part in parts if part)
    return Row(config.id, title, detail, "  ".join(notes), choice is not None, absent, content)


def plate_rows(context: Context, plates: Iterable[PlateName], open_: str) -> list[Row]:
    """Plates under their headings."""
    groups: dict[str, list[Row]] = {}
    for plate in plates:
        name = context.translator.pick(plate.name_zh, plate.name_en)
        layers = context.text("mapwords.layers", n=len(plate.choices))
        row = Row(plate.id, name, layers, on=plate.id == open_)
        groups.setdefault(plate.group, []).append(row)
    return [
        row
        for group, rows in groups.items()
        for row in (Row("", heading_of(context, group)), *rows)
    ]


def base_rows(
    context: Context, bases: Iterable[BaseName], shown: str, told: dict[str, str]
) -> list[Row]:
    """Bases, each with how it is."""
    pick = context.translator.pick
    return [
        Row(base.id, pick(base.name_zh, base.name_en), told.get(base.id, ""), on=base.id == shown)
        for base in bases
    ]


def paint_symbol(painter: QPainter, rect: QRectF, content: Content | None, theme: Theme) -> None:
    """The first class of a layer, as it looks on the map."""
    if content is None:
        return
    if content.marks is not None and content.marks.styles:
        paint_map_mark(painter, rect, _shown_mark(content.marks.styles), theme)
    elif content.shapes:
        shapes = content.shapes[0]
        if content.steps:
            _paint_steps(painter, rect, content, theme)
        elif shapes.styles:
            paint_map_shape(painter, rect, shapes.styles[0], theme, closed=shapes.closed)
    elif content.steps:
        _paint_steps(painter, rect, content, theme)


def _shown_mark(styles: tuple[MarkStyle, ...]) -> MarkStyle:
    return next((style for style in styles if style.form != "label"), styles[0])


def _paint_steps(painter: QPainter, rect: QRectF, content: Content, theme: Theme) -> None:
    """The ramp, small."""
    high = rect.height() * 0.5
    wide = rect.width() / len(content.steps)
    for number, step in enumerate(content.steps):
        x = rect.x() + number * wide
        paint_swatch(
            painter, QRectF(x, rect.center().y() - high / 2, wide, high), step.colour, theme
        )
