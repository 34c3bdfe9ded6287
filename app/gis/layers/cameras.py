"""Cameras: a dot each, filled where its picture can be watched, hollow where it cannot."""

from typing import ClassVar

import msgspec
import numpy as np

from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, Marks, MarkStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, options_of
from app.gis.layers._cameras import CameraBook, CameraOptions, CameraStates
from app.live.hub import Kind
from app.live.picture import Picture


class Cameras(Layer, kind="cameras"):
    """The city's `cameras.csv`, and what its video platforms list."""

    class Options(CameraOptions, frozen=True):
        """`at` as of all layers of cameras; how the dots look."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        colour: str = "text1"
        size: float = 8.0
        cluster: bool = True
        label_zoom: float = 15.0

    needs = frozenset({Kind.DEVICE, Kind.OUTAGE})
    subject = "camera"
    every_ms = 1000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._book = CameraBook(ground, self.options.at)
        self.brought = bool(self._book.own)
        look = MarkStyle(colour=self.options.colour, size=self.options.size)
        change = msgspec.structs.replace
        self._styles = (
            change(look, name_zh="可调看", name_en="Can be watched"),
            change(look, outline=True, name_zh="离线或断链", name_en="Offline or cut off"),
            change(
                look, outline=True, colour="text3", name_zh="状态未知", name_en="State not known"
            ),
        )

    def take(self, picture: Picture) -> CameraStates:
        """The states of its cameras."""
        return self._book.take(picture)

    def make(self, taken: CameraStates, ask: Ask) -> Content:
        """A dot for each that the filter fits."""
        if not taken.cameras:
            return EMPTY
        book = self._book
        columns, shown = book.columns(taken), book.shown(taken, ask.filter)
        ids, lon, lat = columns.ids, columns.lon, columns.lat
        style, labels = book.styles(taken), columns.labels(ask)
        if shown is not None:  # else they go on as they are, and are not compared either
            rows = np.flatnonzero(shown)
            ids, lon, lat, style, labels = (
                ids[rows],
                lon[rows],
                lat[rows],
                style[rows],
                labels[rows],
            )
        marks = Marks(
            ids=ids,
            lon=lon,
            lat=lat,
            style=style,
            styles=self._styles,
            labels=labels,
            label_zoom=self.options.label_zoom,
            cluster=self.options.cluster,
        )
        return msgspec.structs.replace(book.content(taken, len(marks.ids)), marks=marks)
