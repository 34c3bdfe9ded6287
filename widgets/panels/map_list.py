"""What lies in the place that was marked on the map: counts by class, the nearest first."""

import asyncio
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.keys import own_id
from app.core.model import Ms
from app.gis.content import Content
from app.live.hub import Kind
from app.live.map_state import MapArea
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import selection_edge
from widgets.paint.button import KeyHint
from widgets.panels._base import Changes
from widgets.panels._headed_rows import HeadedRows
from widgets.panels._map import AboutMap, MapOptions, layer_title, quoted
from widgets.panels._map_counts import AreaCounter, summary
from widgets.panels._painted import Note
from widgets.panels._watch import has_video
from widgets.panels._watch_area import watch_area
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

EVERY_MS = 2000
LISTED = 200
"""Of each layer so many are listed; all are counted."""


@dataclass(frozen=True)
class Row:
    """A layer's heading (no id), one thing of it, or a line of the summary (no layer)."""

    layer: str
    title: str
    note: str
    id: str = ""
    lon: float = 0.0
    lat: float = 0.0
    metres: float = 0.0


class MapList(AboutMap, HeadedRows, kind="map-list"):
    """Enter picks a row on the map; V shows the cameras of the place; E exports all as a table;
    Delete lets go of the place. A click on a key at the foot is that key."""

    Options = MapOptions
    row_high, heading_high = 40, 44
    needs = frozenset({Kind.SEAT, Kind.POSITION, Kind.EVENT, Kind.WARNING})

    def __init__(
        self, context: Context, options: MapOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.said = ""
        self.rows: list[Row] = []
        self.found: Any = None
        self._counter = AreaCounter(getattr(context.spine.city, "read_from", ""))
        self._area: MapArea | None = None
        self._asked: Ms = -EVERY_MS
        self._busy = False
        self._now: Ms = 0

    def title(self) -> str:
        """圈选统计."""
        return self.context.text("mapwords.list")

    # ---- what stands in it

    def refresh(self, changes: Changes) -> None:
        """Look anew where the place is another, and now and then for what moves."""
        self._now = self.context.now()
        area = self.state.area
        if area is None:
            self._area, self.found = None, None
            if self.rows:
                self.rows = []
                self.lay_out()
        elif area != self._area or self._now - self._asked >= EVERY_MS:
            self._look(area)

    def _look(self, area: MapArea) -> None:
        if self._busy:
            return
        self._area, self._asked, self._busy = area, self._now, True
        contents = {}
        for choice in self.state.layers:
            content = self.content(choice)
            if content is not None and choice.id in self.configs:
                contents[choice.id] = content
        self.ask(self._find(area, contents))

    def _subjects(self, contents: dict[str, Content]) -> dict[str, str]:
        """What the ids of each layer are."""
        atlas = self.house.atlas if self.house is not None else None
        return {id_: atlas.layer(id_).subject for id_ in contents} if atlas is not None else {}

    async def _find(self, area: MapArea, contents: dict[str, Content]) -> None:
        """In a thread: a lasso over everything is no work for the windows."""
        picture, subjects = self.context.picture, self._subjects(contents)
        stocks = list(picture.stocks.values())
        try:
            found, counted = await asyncio.to_thread(
                self._counter.look, area, contents, subjects, picture, stocks
            )
        finally:
            self._busy = False
        if self.state.area != area:
            self._asked = -EVERY_MS  # another was drawn meanwhile
            return
        self.found = found
        told = summary(self.context, counted, subjects) if found.layers else []
        self.rows = [Row("", name, words) for name, words in told]
        self.rows += [row for layer in found.layers for row in self._rows_of(layer, contents)]
        self.lay_out()
        self.update()

    def _rows_of(self, layer: str, contents: dict[str, Content]) -> list[Row]:
        assert self.found is not None
        found, content = self.found.layers[layer], contents[layer]
        comma, pick = self.say("comma"), self.context.translator.pick
        classes = comma.join(
            f"{pick(*name)} {wording.number(count)}"
            for name, count in found.classes.items()
            if any(name)
        )
        name = layer_title(self.context, self.configs[layer], content)
        if [pick(*words) for words in found.classes if any(words)] == [name]:
            classes = ""  # its one class is what the layer is
        title = self.context.text(
            "mapwords.counted",
            name=name,
            count=wording.number(len(found.ids)),
        )
        rows = [Row(layer, title, classes)]
        return rows + [self._row(layer, content, found, n) for n in range(_listed(found))]

    def _row(self, layer: str, content: Content, found: Any, number: int) -> Row:
        index, metres = int(found.index[number]), float(found.distance_m[number])
        id_ = str(found.ids[number])
        labels = content.marks.labels if content.marks is not None and index >= 0 else None
        name = str(labels[index]) if labels is not None else ""
        name = name or self._region(id_)
        lon, lat = float(found.lon[number]), float(found.lat[number])
        return Row(layer, name, metres_text(metres), id_, lon, lat, metres)

    def _region(self, id_: str) -> str:
        region = self.context.spine.seat.maps.names.regions.get(id_)
        pick = self.context.translator.pick
        return pick(region.name_zh, region.name_en) if region is not None else own_id(id_)

    # ---- rows

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Name and distance; of a heading the classes."""
        theme, row = self.theme, self.rows[index]
        if index == self.current and self.interactive:
            selection_edge(painter, rect, theme)
        self.rule(painter, rect.bottom())
        box = rect.adjusted(self.pad, 0, -self.pad, 0)
        strong = not row.id
        kept = 0.0  # a heading keeps its name: its classes go on in the table that is exported
        if strong:
            kept = min(box.width() / 2, theme.width(row.title, Role.BODY, strong) + self.px(10))
        room = box.adjusted(kept, 0, 0, 0)
        wide = lettering.draw_in(
            painter, theme, room, row.note, Role.CAPTION, theme.text2, right=True
        )
        box.setRight(box.right() - wide - self.px(10))
        ink = theme.text1 if strong else theme.text2
        lettering.draw_in(painter, theme, box, row.title, Role.BODY, ink, strong)

    def items(self) -> list[ScreenItem]:
        """Counts by layer, then each thing with its distance in metres: also what is out of
        sight, so that an export has all that is listed."""
        now, world, found = self._now, self.context.picture.world, []
        for number, row in enumerate(self.rows):
            if not row.layer:  # a line of the summary
                told = {"observed": now, "now": now, "world": world}
                found.append(record_item(f"area/sum/{number}", row.title, row.note, **told))
                continue
            key = f"area/{row.layer}/{row.id}" if row.id else f"area/{row.layer}"
            count = len(self.found.layers[row.layer].ids) if self.found is not None else 0
            value: Any = round(row.metres) if row.id else count
            unit = "m" if row.id else ""
            told = {"observed": now, "now": now, "world": world, "unit": unit}
            found.append(record_item(key, row.title, value, **told))
        return found

    # ---- head, foot, keys

    def notes_left(self) -> list[Note]:
        """How many in all; the place."""
        say, area, found = self.context.text, self.state.area, self.found
        if self.said:
            return [Note(self.said, self.theme.text1)]
        if area is None:
            return []
        notes = [Note(say(f"mapwords.tool.{area.form}"), self.theme.text2)]
        if area.form == "circle":
            notes.append(Note(metres_text(area.radius_m), self.theme.text2))
        if found is not None:
            notes.append(Note(wording.number(found.total), self.theme.text1, True))
        return notes

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or what to do for some."""
        if self.rows:
            super().paint_body(painter, rect, dirty)
        elif self.state.area is None:
            self.paint_said(painter, rect, "list.none")
        elif self.found is not None:
            self.paint_said(painter, rect, "list.empty")

    def foot_height(self) -> float:
        """Keys, and how many are not listed."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.rows else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """The keys at a desk."""
        unlisted = 0
        if self.found is not None:
            unlisted = sum(len(f.ids) - _listed(f) for f in self.found.layers.values())
        text = self.say("more", n=wording.number(unlisted)) if unlisted else ""
        self.paint_rest(painter, rect, self._keys(), text)

    def _keys(self) -> list[KeyHint]:
        say = self.context.text
        cameras = [KeyHint("V", say("mapwords.key.cameras"))]
        return [
            KeyHint(self.say("key.enter"), say("mapwords.key.pick")),
            *(cameras if has_video(self.context) else []),
            KeyHint("E", say("mapwords.key.export")),
            KeyHint("Del", say("mapwords.key.clear")),
        ]

    def hints(self) -> list[KeyHint]:
        """Beside those of every list."""
        return [*super().hints(), *self._keys()]

    def open(self, index: int) -> None:
        """Pick it on the map."""
        row = self.rows[index]
        place = f"{row.lon:.6f},{row.lat:.6f}"
        self.do(f"pick {quoted(row.id)} layer={row.layer} place={place}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Its cameras, export, let go."""
        names = {Qt.Key.Key_Delete: "Del", Qt.Key.Key_E: "E", Qt.Key.Key_V: "V"}
        if not self._on_key(names.get(Qt.Key(event.key()), "")):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A key at the foot, or a row."""
        key = self.cap_at(event.position())
        if key == self.say("key.enter") and self.current >= 0:
            self.open(self.current)
        elif not self._on_key(key):
            super().mousePressEvent(event)

    def _on_key(self, key: str) -> bool:
        """Do what a key does; False for another, or where there is nothing to do it with."""
        area = self.state.area
        if key == "Del" and area is not None:
            self.do_named("clear-area")
        elif key == "E" and self.rows:
            self.do_whole("export-panel map-list form=xlsx")
        elif key == "V" and area is not None and has_video(self.context):
            self.ask(self._watch(area))
        else:
            return False
        return True

    async def _watch(self, area: MapArea) -> None:
        """The cameras of the place onto the wall; the list of cameras and the maps show them."""
        self.said = await watch_area(self, area, self.map_name)
        self.update()


def metres_text(metres: float) -> str:
    """`620 m`, `1.8 km`: a length as an officer reads it."""
    if metres < 1000:
        return f"{wording.number(metres)} m"
    return f"{wording.number(metres / 1000, 1)} km"


def _listed(found: Any) -> int:
    return min(LISTED, len(found.ids))
