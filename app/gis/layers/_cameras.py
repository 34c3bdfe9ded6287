"""What is known of cameras on a map: which there are, and which of them can be watched.

A camera can be watched where it says that it is there and no line that it goes through is cut.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from app.core.directory import Camera
from app.core.message import Message, message
from app.core.model import DeviceState, DeviceStatus, Sourced
from app.core.privacy import Privacy
from app.gis.content import Bytes, Content, Flags
from app.gis.layer import Ground, LayerOptions
from app.gis.layers._words import fitting
from app.live.picture import Picture

WATCHABLE, GONE, UNKNOWN = 0, 1, 2


class CameraOptions(LayerOptions, frozen=True):
    """`at` keeps the cameras at places of these kinds of `point_kinds.csv`; none: all."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: tuple[str, ...] = ()


class CameraStates(NamedTuple):
    """What was taken of the picture."""

    cameras: tuple[Camera, ...]  # in the order of the states
    states: list[Sourced | None]
    cut: frozenset[str]
    veiled: bool


class CameraBook:
    """The cameras of a layer, in the order of their columns: those of the city's file, and with
    `listed` those of platforms, where no kind of place is asked for: of these none is known."""

    def __init__(self, ground: Ground, at: tuple[str, ...], *, listed: bool = False) -> None:
        city = ground.city
        kinds = {point.id: point.kind for point in city.points}
        self.own = tuple(
            camera for camera in city.cameras if not at or kinds.get(camera.point, "") in at
        )
        self._wants_listed = listed and not at
        self._listed: tuple[Camera, ...] = ()
        self._cameras = self.own
        self._ids = [camera.id for camera in self.own]
        self._hidden = frozenset(city.catalog.visit.hidden_cameras)
        self._by_authority = {name: link.id for link in city.config.link for name in link.cameras}
        self._columns = CameraColumns(self.own)

    def take(self, picture: Picture) -> CameraStates:
        """Their states and the links that are cut."""
        if self._wants_listed and picture.listed is not self._listed:
            self._listed = picture.listed
            self._cameras = (*self.own, *self._listed)
            self._ids = [camera.id for camera in self._cameras]
        return CameraStates(
            self._cameras,
            list(map(picture.devices.get, self._ids)),
            frozenset(link for outage in picture.outages.values() for link in outage.links),
            picture.is_veiled,
        )

    def columns(self, taken: CameraStates) -> "CameraColumns":
        """The columns of what was taken; in a thread, made anew where there are other cameras."""
        if self._columns.cameras is not taken.cameras:
            self._columns = CameraColumns(taken.cameras)
        return self._columns

    def styles(self, taken: CameraStates) -> Bytes:
        """WATCHABLE, GONE or UNKNOWN for each."""
        links = self._by_authority
        pairs = zip(taken.states, taken.cameras, strict=True)
        return np.array(
            [
                _style(state, camera.link or links.get(camera.id.partition(":")[0], ""), taken.cut)
                for state, camera in pairs
            ],
            np.uint8,
        )

    def shown(self, taken: CameraStates, wanted: str) -> Flags:
        """Those that a filter fits, and that visitors may see where the picture is theirs."""
        cameras = taken.cameras
        keep = None
        if wanted:
            keep = fitting(
                wanted,
                [camera.name_zh for camera in cameras],
                [camera.name_en for camera in cameras],
                [camera.form for camera in cameras],
            )
        shown = np.ones(len(cameras), np.bool_) if keep is None else keep
        if taken.veiled:
            shown &= np.array([camera.id not in self._hidden for camera in cameras], np.bool_)
        return shown

    def content(self, taken: CameraStates, count: int) -> Content:
        """Count, ages and sources; what is shown comes to it."""
        told = [state for state in taken.states if state is not None]
        moments = [state.record.observed for state in told]
        unsaid: tuple[Message, ...] = ()
        if not told:
            unsaid = (message("maplayer.no_camera_states", n=count),)
        return Content(
            count=count,
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted({state.source for state in told})),
            faults=unsaid,
        )


class CameraColumns:
    """What of cameras does not change from second to second."""

    def __init__(self, cameras: tuple[Camera, ...]) -> None:
        self.cameras = cameras
        self.lon = np.array([camera.lon for camera in cameras], np.float64)
        self.lat = np.array([camera.lat for camera in cameras], np.float64)


def _style(state: Sourced | None, link: str, cut: frozenset[str]) -> int:
    if link in cut:
        return GONE
    if state is None or not isinstance(state.record, DeviceStatus):
        return UNKNOWN
    return WATCHABLE if state.record.state is DeviceState.ONLINE else GONE
