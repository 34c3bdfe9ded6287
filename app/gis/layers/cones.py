"""What cameras can see: a cone on the ground from each, filled where its picture can be watched.

A cone is schematic: the angle by the camera's form, one reach for all. Houses are not known.
"""

from functools import cached_property
from typing import Annotated, ClassVar

import msgspec
import numpy as np

from app.core.outline import Ring
from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, ShapeStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, options_of
from app.gis.layers._cameras import CameraBook, CameraOptions, CameraStates
from app.gis.layers._rounds import sector
from app.gis.layers._shapes import Gathered
from app.live.hub import Kind
from app.live.picture import Picture

ALL_ROUND = 360.0
_FIELD = {"bullet": 60.0, "panorama": 180.0}
"""Degrees that a form of camera sees at once; a dome turns, so all around."""

_STYLES = (
    ShapeStyle(
        line="text2", fill="text2", opacity=0.16, name_zh="可调看", name_en="Can be watched"
    ),
    ShapeStyle(line="text3", dash=(4, 3), name_zh="离线或断链", name_en="Offline or cut off"),
    ShapeStyle(line="text4", dash=(2, 3), name_zh="状态未知", name_en="State not known"),
)


class Cones(Layer, kind="cones"):
    """The fields of view of the city's `cameras.csv`."""

    class Options(CameraOptions, frozen=True):
        """`reach_m` is how far a cone goes."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        reach_m: Annotated[float, msgspec.Meta(gt=0, le=5000)] = 60.0

    needs = frozenset({Kind.DEVICE, Kind.OUTAGE})
    subject = "camera"
    every_ms = 1000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._book = CameraBook(ground, self.options.at)
        self.brought = bool(self._book.own)

    @cached_property
    def _cones(self) -> list[Ring]:
        return [
            sector(
                camera.lon,
                camera.lat,
                self.options.reach_m,
                camera.heading,
                _FIELD.get(camera.form, ALL_ROUND),
            )
            for camera in self._book.own
        ]

    def take(self, picture: Picture) -> CameraStates:
        """The states of its cameras."""
        return self._book.take(picture)

    def make(self, taken: CameraStates, ask: Ask) -> Content:
        """A cone for each that the filter fits."""
        if not self._book.own:
            return EMPTY
        styles = self._book.styles(taken)
        found = Gathered(_STYLES, closed=True)
        for row in np.flatnonzero(self._book.shown(taken, ask.filter)):
            found.add(self._book.own[row].id, [self._cones[row]], int(styles[row]))
        shapes = found.shapes()
        return msgspec.structs.replace(
            self._book.content(taken, len(found)), shapes=(shapes,) if shapes else ()
        )
