"""A GeoJSON file of the city, or a file that was imported: its places, lines and areas.

The layer's table declares the file's coordinate system (`crs`); one that does not is refused.
"""

from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.core.message import Refusal
from app.core.privacy import Privacy
from app.gis.content import Bytes, Content, Flags, Form, Marks, MarkStyle, Shapes, ShapeStyle
from app.gis.features import AREA, LINE, POINT
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, bad_option, options_of
from app.gis.layers._columns import texts
from app.gis.layers._file import Placed, no_file, read_placed
from app.gis.layers._words import fitting

MAX_CLASSES = 24


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How features of one class look: those whose property `by` has this `value`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    value: str = ""
    name_zh: str = ""
    name_en: str = ""
    line: str = "text2"
    width: float = 1.5
    dash: tuple[float, ...] = ()
    fill: str = ""
    opacity: float = 0.3
    hatch: bool = False
    form: Form = "dot"
    colour: str = "text2"
    size: float = 8.0
    icon: str = ""


class GeoJsonOptions(LayerOptions, frozen=True):
    """`file` is beside the table that names it. `name` and `id` are properties that call a
    feature; `by` one whose values choose a look of `classes`, others take `look`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    file: str
    name: str = ""
    id: str = ""
    by: str = ""
    look: Look = Look()
    classes: Annotated[tuple[Look, ...], msgspec.Meta(max_length=MAX_CLASSES)] = ()
    cluster: bool = False
    label_zoom: float = 11.0


class GeoJson(Layer, kind="geojson"):
    """The features of one file."""

    Options: ClassVar[type[LayerOptions]] = GeoJsonOptions
    ages = False
    every_ms = 5000
    subject = "file"

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, GeoJsonOptions)
        self._file = _beside(config, ground, self.options.file)
        self._read: tuple[int, Placed] | None = None  # when the file was changed, and what it has
        looks = (self.options.look, *self.options.classes)
        self._marks = tuple(map(_mark_style, looks))
        self._shapes = tuple(map(_shape_style, looks))

    def make(self, taken: Any, ask: Ask) -> Content:
        """All of it that the filter fits; the file is read again where it changed."""
        try:
            placed = self.placed()
        except Refusal as refusal:
            return Content(connected=False, faults=(refusal.reason,))
        names = texts(self.names(placed, taken, ask))
        keep = self._fitting(placed, ask.filter)
        styles = self._styles(placed)
        areas, lines = (self._rings(placed, form, keep, names, styles) for form in (AREA, LINE))
        return Content(
            marks=self._places(placed, keep, names, styles),
            shapes=tuple(shapes for shapes in (areas, lines) if shapes is not None),
            count=int(keep.sum()),
            faults=placed.faults,
        )

    def names(self, placed: Placed, taken: Any, ask: Ask) -> tuple[str, ...]:
        """What stands beside each feature."""
        return placed.names

    def placed(self) -> Placed:
        """What the file holds now; raises Refusal."""
        try:
            stamp = self._file.stat().st_mtime_ns
        except OSError as error:
            raise no_file(self._file, error) from error
        if self._read is None or self._read[0] != stamp:
            city, options = self.ground.city.config, self.options
            home = (city.lon, city.lat)
            read = read_placed(self._file, self.config.crs, home, options.name, options.id)
            self._read = (stamp, read)
        return self._read[1]

    def properties(self, id_: str) -> tuple[tuple[str, str], ...]:
        """What the file says of a feature."""
        if self._read is None:
            return ()
        placed = self._read[1]
        if id_ not in placed.ids:
            return ()
        return tuple(placed.features.row(placed.ids.index(id_)).items())

    def _fitting(self, placed: Placed, wanted: str) -> Flags:
        keep = fitting(wanted, placed.names, *placed.features.cells)
        return np.ones(placed.features.count, np.bool_) if keep is None else keep

    def _styles(self, placed: Placed) -> Bytes:
        """The class of each feature: 0 for the look of all."""
        columns = dict(zip(placed.features.columns, placed.features.cells, strict=True))
        values = columns.get(self.options.by)
        if values is None:
            return np.zeros(placed.features.count, np.uint8)
        classes = {look.value: number for number, look in enumerate(self.options.classes, 1)}
        return np.array([classes.get(value, 0) for value in values], np.uint8)

    def _places(self, placed: Placed, keep: Flags, names: Any, styles: Bytes) -> Marks | None:
        chosen = keep & (placed.features.form == POINT)
        points = placed.features.only(chosen)
        if not points.count:
            return None
        # A feature of several places has one ring of one vertex for each.
        owner = np.flatnonzero(chosen)[points.ring_shape()]
        return Marks(
            ids=texts(placed.ids)[owner],
            lon=points.x,
            lat=points.y,
            style=styles[owner],
            styles=self._marks,
            labels=names[owner],
            label_zoom=self.options.label_zoom,
            cluster=self.options.cluster,
        )

    def _rings(
        self, placed: Placed, form: int, keep: Flags, names: Any, styles: Bytes
    ) -> Shapes | None:
        chosen = keep & (placed.features.form == form)
        found = placed.features.only(chosen)
        if not found.count:
            return None
        labels = names[chosen]
        first = found.ring_start[found.shape_start].astype(np.int64)
        # Of a line the vertex in its middle, of an area the middle of its first ring's vertices.
        if form == LINE:
            at = (first[:-1] + first[1:]) // 2
            lon, lat = found.x[at], found.y[at]
        else:
            lon, lat = (
                _middles(values, found.ring_start, found.shape_start)
                for values in (found.x, found.y)
            )
        return Shapes(
            ids=texts(placed.ids)[chosen],
            lon=found.x,
            lat=found.y,
            ring_start=found.ring_start,
            shape_start=found.shape_start,
            style=styles[chosen],
            styles=self._shapes,
            closed=form == AREA,
            labels=labels if any(labels) else None,
            label_lon=lon if any(labels) else None,
            label_lat=lat if any(labels) else None,
            label_zoom=self.options.label_zoom,
        )


def _middles(values: Any, ring_start: Any, shape_start: Any) -> Any:
    """The middle between the least and the most of each shape's first ring."""
    rings = shape_start[:-1].astype(np.int64)
    starts = ring_start[:-1].astype(np.int64)
    low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    return (low[rings] + high[rings]) / 2.0


def _beside(config: LayerConfig, ground: Ground, file: str) -> Path:
    """The file in the folder of the table; raises ConfigError for one that lies elsewhere."""
    if ground.folder is None:
        raise bad_option(config, "options.file", "this table lies in no folder")
    folder = ground.folder.resolve()
    path = (folder / file).resolve()
    if not path.is_relative_to(folder):
        raise bad_option(config, "options.file", "a file beside the table that names it")
    return path


def _shape_style(look: Look) -> ShapeStyle:
    return ShapeStyle(
        line=look.line,
        width=look.width,
        dash=look.dash,
        fill=look.fill,
        opacity=look.opacity,
        hatch=look.hatch,
        name_zh=look.name_zh,
        name_en=look.name_en,
    )


def _mark_style(look: Look) -> MarkStyle:
    return MarkStyle(
        form=look.form,
        colour=look.colour,
        size=look.size,
        icon=look.icon,
        name_zh=look.name_zh,
        name_en=look.name_en,
    )
