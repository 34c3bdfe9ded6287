"""What cameras can see: a cone on the ground from each, filled where its picture can be watched.

A cone is schematic: the angle by the camera's form, one reach for all. Houses are not known. Of a
camera whose direction nobody has told there is none.
"""

from typing import Annotated, ClassVar

import msgspec
import numpy as np

from app.core.camera_view import REACH_M, facing, opening
from app.core.directory import Camera
from app.core.outline import Ring
from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, Flags, ShapeStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, options_of
from app.gis.layers._cameras import CameraBook, CameraColumns, CameraOptions, CameraStates
from app.gis.layers._rounds import sector
from app.gis.layers._shapes import Gathered
from app.live.hub import Kind
from app.live.picture import Picture

FEW = 2000
"""So many cones are made wherever they lie; of more only those that the views show."""
MARGIN = 0.5
"""Of a view's width and height, so much more on each side: a small step shows no edge."""

_STYLES = (
    ShapeStyle(
        line="text2", fill="text2", opacity=0.16, name_zh="可调看", name_en="Can be watched"
    ),
    ShapeStyle(line="text3", dash=(4, 3), name_zh="离线或断链", name_en="Offline or cut off"),
    ShapeStyle(line="text4", dash=(2, 3), name_zh="状态未知", name_en="State not known"),
)


class Cones(Layer, kind="cones"):
    """The fields of view of the city's `cameras.csv`, and of what its video platforms list."""

    class Options(CameraOptions, frozen=True):
        """`reach_m` is how far a cone goes."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        reach_m: Annotated[float, msgspec.Meta(gt=0, le=5000)] = REACH_M

    needs = frozenset({Kind.DEVICE, Kind.OUTAGE})
    subject = "camera"
    every_ms = 1000
    follows_view = True

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._book = CameraBook(ground, self.options.at)
        self.brought = bool(self._book.own)

        self._cones: dict[int, Ring | None] = {}
        self._of: tuple[Camera, ...] = ()

    def take(self, picture: Picture) -> CameraStates:
        """The states of its cameras."""
        return self._book.take(picture)

    def make(self, taken: CameraStates, ask: Ask) -> Content:
        """A cone for each that the filter fits."""
        if not taken.cameras:
            return EMPTY
        columns, shown = self._book.columns(taken), self._book.shown(taken, ask.filter)
        if self._of is not taken.cameras:
            self._of, self._cones = taken.cameras, {}
        styles = self._book.styles(taken)
        found = Gathered(_STYLES, closed=True)
        for row in np.flatnonzero(_near(columns, shown, ask)).tolist():
            cone = self._cone(row)
            if cone is not None:
                found.add(taken.cameras[row].id, [cone], int(styles[row]))
        shapes = found.shapes()
        number = len(columns.ids) if shown is None else int(shown.sum())
        return msgspec.structs.replace(
            self._book.content(taken, number), shapes=(shapes,) if shapes else ()
        )

    def _cone(self, row: int) -> Ring | None:
        if row not in self._cones:
            camera = self._of[row]
            angle, heading, place = opening(camera), facing(camera), camera.lon or camera.lat
            self._cones[row] = (
                sector(camera.lon, camera.lat, self.options.reach_m, heading, angle)
                if place and heading is not None and angle is not None
                else None
            )
        return self._cones[row]


def _near(columns: CameraColumns, shown: Flags | None, ask: Ask) -> Flags:
    """Those of which a cone is made."""
    keep = np.ones(len(columns.ids), np.bool_) if shown is None else shown
    if len(columns.ids) <= FEW:
        return keep
    west, south, east, north = ask.box
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    inside: Flags = (np.abs(columns.lon - (west + east) / 2) <= (east - west) / 2 + wide) & (
        np.abs(columns.lat - (south + north) / 2) <= (north - south) / 2 + high
    )
    return keep & inside
