"""What is known of cameras on a map: which there are, and which of them can be watched.

A camera can be watched where it says that it is there and no line that it goes through is cut.
"""

from collections.abc import Mapping
from itertools import compress, count
from operator import is_not
from typing import ClassVar, NamedTuple

import numpy as np

from app.core.directory import Camera
from app.core.message import Message, message
from app.core.model import DeviceState, DeviceStatus, Sourced
from app.core.privacy import Privacy
from app.gis.content import Bytes, Content, Flags
from app.gis.layer import Ask, Ground, LayerOptions
from app.gis.layers._columns import Texts, texts
from app.gis.layers._words import fitting
from app.live.picture import Picture

WATCHABLE, GONE, UNKNOWN = 0, 1, 2


class CameraOptions(LayerOptions, frozen=True):
    """`at` keeps the cameras at places of these kinds of `point_kinds.csv`; none: all."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: tuple[str, ...] = ()


class CameraStates(NamedTuple):
    """What was taken of the picture: references only."""

    cameras: tuple[Camera, ...]
    devices: Mapping[str, Sourced]
    cut: frozenset[str]
    veiled: bool


class CameraBook:
    """The cameras of a layer: those of the city's file, and those of platforms where no kind of
    place is asked for, since of these none is known. `take` on the main loop; all else in the
    map's thread, where with tens of thousands only what changed since the last time is done."""

    def __init__(self, ground: Ground, at: tuple[str, ...]) -> None:
        city = ground.city
        kinds = {point.id: point.kind for point in city.points}
        self.own = tuple(
            camera for camera in city.cameras if not at or kinds.get(camera.point, "") in at
        )
        self._wants_listed = not at
        self._listed: tuple[Camera, ...] = ()
        self._cameras = self.own
        self._of_city = self._hidden = frozenset(city.catalog.visit.hidden_cameras)
        self._by_authority = {name: link.id for link in city.config.link for name in link.cameras}
        self._columns = CameraColumns(self.own, self._by_authority, self._hidden)
        self._known = KnownStates(self._columns)
        self._fits: tuple[str, Flags] | None = None

    def take(self, picture: Picture) -> CameraStates:
        """Their states and the links that are cut."""
        if self._wants_listed and picture.listed is not self._listed:
            self._listed = picture.listed
            self._cameras = (*self.own, *self._listed)
            self._hidden = self._of_city | picture.hidden_cameras
        return CameraStates(
            self._cameras,
            picture.devices,
            frozenset(link for outage in picture.outages.values() for link in outage.links),
            picture.is_veiled,
        )

    def columns(self, taken: CameraStates) -> "CameraColumns":
        """The columns of what was taken, made anew where there are other cameras."""
        if self._columns.cameras is not taken.cameras:
            self._columns = CameraColumns(taken.cameras, self._by_authority, self._hidden)
            self._known = KnownStates(self._columns)
            self._fits = None
        return self._columns

    def styles(self, taken: CameraStates) -> Bytes:
        """WATCHABLE, GONE or UNKNOWN for each."""
        self.columns(taken)
        return self._known.styles(taken.devices, taken.cut)

    def shown(self, taken: CameraStates, wanted: str) -> Flags | None:
        """Those that a filter fits, and that visitors may see where the picture is theirs; None:
        all of them."""
        columns = self.columns(taken)
        keep: Flags | None = None
        if wanted:
            if self._fits is None or self._fits[0] != wanted:
                self._fits = wanted, _fitting(columns, wanted)
            keep = self._fits[1]
        if taken.veiled and columns.hidden.any():
            keep = ~columns.hidden if keep is None else keep & ~columns.hidden
        return keep

    def content(self, taken: CameraStates, number: int) -> Content:
        """Count, ages and sources, as they were when `styles` was asked; what is shown comes to
        it."""
        known, unsaid = self._known, tuple[Message, ...]()
        observed = known.observed[known.observed > 0]
        if not len(observed):
            unsaid = (message("maplayer.no_camera_states", n=number),)
        return Content(
            count=number,
            newest=int(observed.max()) if len(observed) else 0,
            oldest=int(observed.min()) if len(observed) else 0,
            sources=known.sources,
            faults=unsaid,
        )


class CameraColumns:
    """What of cameras does not change from second to second."""

    def __init__(
        self, cameras: tuple[Camera, ...], by_authority: Mapping[str, str], hidden: frozenset[str]
    ) -> None:
        self.cameras = cameras
        self.ids = texts(camera.id for camera in cameras)
        self.lon = np.array([camera.lon for camera in cameras], np.float64)
        self.lat = np.array([camera.lat for camera in cameras], np.float64)
        self.hidden = np.array([camera.id in hidden for camera in cameras], np.bool_)
        self.links = [
            camera.link or by_authority.get(camera.id.partition(":")[0], "") for camera in cameras
        ]
        self._labels: dict[str, Texts] = {}

    def labels(self, ask: Ask) -> Texts:
        """Their names in the language of a content."""
        found = self._labels.get(ask.language)
        if found is None:
            found = texts(ask.pick(one.name_zh, one.name_en) for one in self.cameras)
            self._labels = {ask.language: found}
        return found


class KnownStates:
    """The states of the cameras of some columns as they were looked at last."""

    def __init__(self, columns: CameraColumns) -> None:
        n = len(columns.cameras)
        self._columns = columns
        self._ids = columns.ids.tolist()
        self._states: list[Sourced | None] = [None] * n
        self._styles = np.full(n, UNKNOWN, np.uint8)
        self._cut = frozenset[str]()
        self._by_source: dict[str, int] = {}
        self.observed = np.zeros(n, np.int64)  # 0: nothing was ever said of it
        self.changed = 0  # how many were looked at the last time

    @property
    def sources(self) -> tuple[str, ...]:
        """Who says it."""
        return tuple(sorted(self._by_source))

    def styles(self, devices: Mapping[str, Sourced], cut: frozenset[str]) -> Bytes:
        """The style of each; another array where any is another."""
        states = list(map(devices.get, self._ids))
        rows = list(compress(count(), map(is_not, states, self._states)))
        if cut != self._cut:
            moved = cut ^ self._cut
            links = self._columns.links
            rows = sorted({*rows, *(row for row, link in enumerate(links) if link in moved)})
        self.changed = len(rows)
        if rows:
            self._take(rows, states, cut)
        self._states, self._cut = states, cut
        return self._styles

    def _take(self, rows: list[int], states: list[Sourced | None], cut: frozenset[str]) -> None:
        links, styles = self._columns.links, self._styles.copy()
        for row in rows:
            before, state = self._states[row], states[row]
            for one, step in ((before, -1), (state, 1)):
                if one is not None:
                    self._by_source[one.source] = self._by_source.get(one.source, 0) + step
            styles[row] = _style(state, links[row], cut)
            self.observed[row] = 0 if state is None else state.record.observed
        self._by_source = {name: n for name, n in self._by_source.items() if n}
        if not np.array_equal(styles, self._styles):
            self._styles = styles


def _fitting(columns: CameraColumns, wanted: str) -> Flags:
    cameras = columns.cameras
    keep = fitting(
        wanted,
        [camera.name_zh for camera in cameras],
        [camera.name_en for camera in cameras],
        [camera.form for camera in cameras],
    )
    return np.ones(len(cameras), np.bool_) if keep is None else keep


def _style(state: Sourced | None, link: str, cut: frozenset[str]) -> int:
    if link in cut:
        return GONE
    if state is None or not isinstance(state.record, DeviceStatus):
        return UNKNOWN
    return WATCHABLE if state.record.state is DeviceState.ONLINE else GONE
