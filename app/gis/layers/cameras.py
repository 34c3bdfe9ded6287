"""Cameras: a dot each, filled where its picture can be watched, hollow where it cannot."""

from typing import ClassVar

import msgspec
import numpy as np

from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, Marks, MarkStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, options_of
from app.gis.layers._cameras import CameraBook, CameraOptions, CameraStates
from app.gis.layers._columns import texts
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
        self._book = CameraBook(ground, self.options.at, listed=True)
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
        cameras = taken.cameras
        if not cameras:
            return EMPTY
        columns = self._book.columns(taken)
        rows = np.flatnonzero(self._book.shown(taken, ask.filter))
        shown = [cameras[row] for row in rows]
        marks = Marks(
            ids=texts(camera.id for camera in shown),
            lon=columns.lon[rows],
            lat=columns.lat[rows],
            style=self._book.styles(taken)[rows],
            styles=self._styles,
            labels=texts(ask.pick(camera.name_zh, camera.name_en) for camera in shown),
            label_zoom=self.options.label_zoom,
            cluster=self.options.cluster,
        )
        return msgspec.structs.replace(self._book.content(taken, len(shown)), marks=marks)
