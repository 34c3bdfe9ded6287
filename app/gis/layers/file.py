"""A file of places as a layer: one that was imported, or one that lies beside the city's layers.

An imported layer's `.npz` (app/gis/intake.py) is WGS-84 already; any other file is read by a child
when it is first shown, in the system that the layer's `crs` declares. A file without `crs` is
refused.
"""

from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.core.message import Message, Refusal, message
from app.core.privacy import Privacy
from app.gis.content import Content, Flags, Form, Marks, MarkStyle, Shapes, ShapeStyle
from app.gis.crs import UnknownCrs, named
from app.gis.features import AREA, LINE, POINT, Broken, Features, unpacked
from app.gis.files import read
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, bad_option, options_of
from app.gis.layers._column_styles import Classed, classed
from app.gis.layers._columns import texts
from app.gis.layers._words import fitting
from app.gis.settle import settled

MAX_BYTES = 512 * 1024 * 1024
PACKED = ".npz"


class ValueClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the things look whose column says `value`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    value: str
    colour: str
    name_zh: str = ""
    name_en: str = ""


class File(Layer, kind="file"):
    """Points, lines and areas of a file, with its table."""

    class Options(LayerOptions, frozen=True):
        """`file` is relative to the folder of the layer's TOML. `by` is a column that says the
        colour: by `classes`, else a number as shades with `breaks` as limits, else each value its
        own. `label` is a column, `only` cells that a thing must have, `imported` who took it in."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        file: str
        lon: str = ""
        lat: str = ""
        swap: bool = False
        label: str = ""
        label_zoom: float = 13.0
        by: str = ""
        classes: tuple[ValueClass, ...] = ()
        breaks: Annotated[tuple[float, ...], msgspec.Meta(max_length=9)] = ()
        only: dict[str, str] = msgspec.field(default_factory=dict)
        form: Form = "dot"
        colour: str = "series.1"
        size: Annotated[float, msgspec.Meta(ge=2, le=64)] = 7.0
        icon: str = ""
        width: Annotated[float, msgspec.Meta(ge=0.5, le=16)] = 1.5
        dash: tuple[float, ...] = ()
        fill: bool = True
        cluster: bool = False
        imported: dict[str, str | int] = msgspec.field(default_factory=dict)

    ages = False
    every_ms = 1000
    subject = "file"

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        try:
            named(config.crs)
        except UnknownCrs as error:
            raise bad_option(config, "crs", config.crs or "-") from error
        path = Path(self.options.file)
        if ground.folder is None or path.is_absolute() or ".." in path.parts:
            raise bad_option(config, "options.file", self.options.file)
        if any(np.diff(self.options.breaks) <= 0) or len(self.options.breaks) == 1:
            raise bad_option(config, "options.breaks", "two limits or more, each above the last")
        self._path = ground.folder / path
        self._features: Features | None = None
        self._fault: Message | None = None

    def make(self, taken: Any, ask: Ask) -> Content:
        """All that the filter and the options leave."""
        features = self._loaded()
        if features is None:
            assert self._fault is not None
            return Content(connected=False, faults=(self._fault,))
        kept = self._kept(features, ask)
        looks = classed(features, self.options, ask)
        areas = self._shapes(features, kept & (features.form == AREA), looks, AREA)
        lines = self._shapes(features, kept & (features.form == LINE), looks, LINE)
        return Content(
            marks=self._marks(features, kept & (features.form == POINT), looks),
            shapes=tuple(shapes for shapes in (areas, lines) if shapes is not None),
            count=int(kept.sum()),
            steps=looks.steps,
            faults=features.faults,
        )

    def properties(self, id_: str) -> tuple[tuple[str, str], ...]:
        """The row of a thing, as the file has it."""
        features = self._features
        if features is None or not id_.isdecimal() or len(id_) > 9:
            return ()
        index = int(id_) - 1
        return tuple(features.row(index).items()) if 0 <= index < features.count else ()

    def _loaded(self) -> Features | None:
        if self._features is None and self._fault is None:
            try:
                self._features = self._read()
            except Refusal as error:
                self._fault = error.reason
            except (OSError, Broken):
                self._fault = message("mapfile.layer_gone", file=self.options.file)
        return self._features

    def _read(self) -> Features:
        if self._path.suffix == PACKED:
            if self._path.stat().st_size > MAX_BYTES:
                raise Broken("too large")
            return unpacked(self._path.read_bytes())
        if not self._path.is_file():
            raise Broken("gone")
        found = read(self._path, lon=self.options.lon, lat=self.options.lat)
        return settled(found, self.config.crs, swap=self.options.swap)

    def _kept(self, features: Features, ask: Ask) -> Flags:
        kept = np.ones(features.count, np.bool_)
        for name, wanted in self.options.only.items():
            if name in features.columns:
                column = features.cells[features.columns.index(name)]
                kept &= np.array([cell == wanted for cell in column], np.bool_)
        words = fitting(ask.filter, *features.cells) if features.cells else None
        return kept if words is None else kept & words

    def _labels(self, features: Features, kept: Flags) -> Any:
        if self.options.label not in features.columns:
            return None
        column = features.cells[features.columns.index(self.options.label)]
        return texts(column[index] for index in np.flatnonzero(kept))

    def _marks(self, features: Features, kept: Flags, looks: Classed) -> Marks | None:
        """One mark for each place; a thing of several places has several marks of one id."""
        if not kept.any():
            return None
        chosen = features.only(kept)
        owner = chosen.ring_shape()
        labels = self._labels(features, kept)
        styles = tuple(
            MarkStyle(
                form=self.options.form,
                colour=look.colour,
                size=self.options.size,
                icon=self.options.icon,
                name_zh=look.name_zh,
                name_en=look.name_en,
            )
            for look in looks.looks
        )
        return Marks(
            ids=_ids(kept)[owner],
            lon=chosen.x,
            lat=chosen.y,
            style=looks.style[kept][owner],
            styles=styles,
            labels=None if labels is None else labels[owner],
            label_zoom=self.options.label_zoom,
            cluster=self.options.cluster,
        )

    def _shapes(self, features: Features, kept: Flags, looks: Classed, form: int) -> Shapes | None:
        if not kept.any():
            return None
        chosen = features.only(kept)
        area = form == AREA
        styles = tuple(
            ShapeStyle(
                line=look.colour,
                width=self.options.width,
                dash=self.options.dash,
                fill=look.colour if area and self.options.fill else "",
                opacity=0.35,
                name_zh=look.name_zh,
                name_en=look.name_en,
            )
            for look in looks.looks
        )
        labels = self._labels(features, kept)
        middle = _middles(chosen) if labels is not None else None
        return Shapes(
            ids=_ids(kept),
            lon=chosen.x,
            lat=chosen.y,
            ring_start=chosen.ring_start,
            shape_start=chosen.shape_start,
            style=looks.style[kept],
            styles=styles,
            closed=area,
            labels=labels,
            label_lon=None if middle is None else middle[0],
            label_lat=None if middle is None else middle[1],
            label_zoom=self.options.label_zoom,
        )


def _ids(kept: Flags) -> Any:
    """The numbers of the rows, from 1, as a person counts them."""
    return texts(str(index + 1) for index in np.flatnonzero(kept))


def _middles(features: Features) -> tuple[Any, Any]:
    """Where each thing's name stands: the middle of the box of its first ring."""
    first = features.shape_start[:-1].astype(np.int64)
    begins = features.ring_start[first].astype(np.int64)
    ends = features.ring_start[first + 1].astype(np.int64)
    found = []
    for values in (features.x, features.y):
        bounds = np.column_stack([begins, ends]).ravel()
        padded = np.append(values, values[-1])
        low = np.minimum.reduceat(padded, bounds)[::2]
        high = np.maximum.reduceat(padded, bounds)[::2]
        found.append((low + high) / 2)
    return found[0], found[1]
