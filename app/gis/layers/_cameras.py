"""What is known of cameras on a map: which there are, and which of them can be watched.

A camera can be watched where it says that it is there and no line that it goes through is cut.
"""

from typing import ClassVar, NamedTuple

import numpy as np

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

    states: list[Sourced | None]
    cut: frozenset[str]
    veiled: bool


class CameraBook:
    """The cameras of a layer, in the order of their columns."""

    def __init__(self, ground: Ground, at: tuple[str, ...]) -> None:
        city = ground.city
        kinds = {point.id: point.kind for point in city.points}
        self.cameras = [
            camera for camera in city.cameras if not at or kinds.get(camera.point, "") in at
        ]
        self.ids = [camera.id for camera in self.cameras]
        self._hidden = frozenset(city.catalog.visit.hidden_cameras)
        by_authority = {name: link.id for link in city.config.link for name in link.cameras}
        self._links = [
            camera.link or by_authority.get(camera.id.partition(":")[0], "")
            for camera in self.cameras
        ]

    def take(self, picture: Picture) -> CameraStates:
        """Their states and the links that are cut."""
        return CameraStates(
            list(map(picture.devices.get, self.ids)),
            frozenset(link for outage in picture.outages.values() for link in outage.links),
            picture.is_veiled,
        )

    def styles(self, taken: CameraStates) -> Bytes:
        """WATCHABLE, GONE or UNKNOWN for each."""
        pairs = zip(taken.states, self._links, strict=True)
        return np.array([_style(state, link, taken.cut) for state, link in pairs], np.uint8)

    def shown(self, taken: CameraStates, wanted: str) -> Flags:
        """Those that a filter fits, and that visitors may see where the picture is theirs."""
        keep = fitting(
            wanted,
            [camera.name_zh for camera in self.cameras],
            [camera.name_en for camera in self.cameras],
            [camera.form for camera in self.cameras],
        )
        shown = np.ones(len(self.cameras), np.bool_) if keep is None else keep
        if taken.veiled:
            shown &= np.array([id_ not in self._hidden for id_ in self.ids], np.bool_)
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


def _style(state: Sourced | None, link: str, cut: frozenset[str]) -> int:
    if link in cut:
        return GONE
    if state is None or not isinstance(state.record, DeviceStatus):
        return UNKNOWN
    return WATCHABLE if state.record.state is DeviceState.ONLINE else GONE
