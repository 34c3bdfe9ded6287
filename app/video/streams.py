"""From what views want to the streams that there must be: one per camera, profile and recording.

The largest size decides the profile. A stream that nobody wants is kept for a while: a round comes
back, a layout is tried, and until the next stream shows a picture the one before it stands.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.video.platform import Profile
from app.video.tile import Demand, Playback, Weight
from app.video.wire import PixelFormat

KEEP_S = 3.0
STAND_S = 15.0
"""Longest that a stream is kept because a view still shows its last picture."""
SUB_AREA = 400_000
"""Device pixels that a substream (640x360 to 704x576) fills well enough."""


class Size(NamedTuple):
    """How a picture is wanted: a row of the board each. YUV is of the stream's own size."""

    width: int
    height: int
    format: PixelFormat


@dataclass
class Held:
    """A stream that is wanted, or was until a while ago."""

    id: int
    camera: str
    profile: Profile
    playback: Playback | None
    views: frozenset[str] = frozenset()
    sizes: frozenset[Size] = frozenset()
    weight: Weight = Weight.HIDDEN
    area: int = 0
    unwanted: float | None = None  # since when

    @property
    def name(self) -> str:
        """For the ladder: a camera's main and substream stand on the same step."""
        return f"{self.camera}@{self.id}" if self.playback else self.camera


@dataclass
class Changes:
    """What is to be done after a look."""

    opened: list[Held] = field(default_factory=list)
    closed: list[Held] = field(default_factory=list)
    sought: list[Held] = field(default_factory=list)  # playbacks that go to another moment
    resized: list[Held] = field(default_factory=list)


class _Key(NamedTuple):
    camera: str
    profile: Profile
    playback: Playback | None


class Streams:
    """Pure: no process, no clock of its own."""

    def __init__(self) -> None:
        self._demands: dict[str, Demand] = {}
        self._held: dict[int, Held] = {}
        self._shows: dict[str, Held] = {}  # by view
        self._count = 0
        self._single: set[str] = set()
        self._settled: tuple[frozenset[str], frozenset[str]] | None = None
        """With which `economy` and `barred` all streams are in line with the demands; None: they
        may not be."""

    @property
    def demands(self) -> dict[str, Demand]:
        """What each view wants."""
        return self._demands

    @property
    def held(self) -> Collection[Held]:
        """Every stream that there is to be."""
        return self._held.values()

    @property
    def single(self) -> Collection[str]:
        """Cameras that are known to have one stream: they are always asked for MAIN."""
        return self._single

    def be_single(self, camera: str) -> None:
        """What was asked for as a substream is the main one: there is no other."""
        self._single.add(camera)
        self._settled = None
        live = [held for held in self._held.values() if held.camera == camera and not held.playback]
        if all(held.profile is Profile.SUB for held in live):
            for held in live:
                held.profile = Profile.MAIN

    def want(self, view: str, demand: Demand | None) -> None:
        """Replace what a view wants."""
        self._settled = None
        if demand is None:
            self._demands.pop(view, None)
        else:
            self._demands[view] = demand

    def of(self, view: str) -> Held | None:
        """The stream that a view is to show."""
        return self._shows.get(view)

    def settle(
        self,
        now: float,
        *,
        economy: Collection[str] = (),
        barred: Collection[str] = (),
        standing: Collection[int] = (),
    ) -> Changes:
        """Bring the streams in line with the demands. `economy` are cameras whose substream must do
        (what is under the hand and beside an incident keeps its main one), `barred` those that may
        not be shown, `standing` the streams of which a view still shows the last picture."""
        changes = Changes()
        given = frozenset(economy), frozenset(barred)
        if given == self._settled:  # nobody wants anything else than at the last look
            for left in [one for one in self._held.values() if one.unwanted is not None]:
                self._leave(left, now, standing, barred, changes)
            return changes
        self._settled = given
        wanted = self._wanted(economy, barred)
        unwanted = [held for held in self._held.values() if _key(held) not in wanted]
        keys = {_key(held): held for held in self._held.values()}
        for key, views in wanted.items():
            held = keys.get(key) or self._seek(key, unwanted, changes)
            if held is None:
                self._count += 1
                held = Held(self._count, key.camera, key.profile, key.playback)
                self._held[held.id] = held
                changes.opened.append(held)
            self._fill(held, views, changes)
        for held in unwanted:
            self._leave(held, now, standing, barred, changes)
        self._shows = {view: held for held in self._held.values() for view in held.views}
        return changes

    def _wanted(
        self, economy: Collection[str], barred: Collection[str]
    ) -> dict[_Key, list[tuple[str, Demand]]]:
        largest: dict[str, int] = {}
        kept = set()
        for demand in self._demands.values():
            if demand.playback is None:
                area = demand.width * demand.height
                largest[demand.camera] = max(largest.get(demand.camera, 0), area)
                if demand.weight >= Weight.ALARM:
                    kept.add(demand.camera)
        found: dict[_Key, list[tuple[str, Demand]]] = {}
        for view, demand in self._demands.items():
            camera = demand.camera
            if camera in barred:
                continue
            profile = Profile.MAIN
            if demand.playback is None and camera not in self._single:
                spare = camera in economy and camera not in kept
                if spare or largest[camera] <= SUB_AREA:
                    profile = Profile.SUB
            found.setdefault(_Key(camera, profile, demand.playback), []).append((view, demand))
        return found

    @staticmethod
    def _seek(key: _Key, unwanted: list[Held], changes: Changes) -> Held | None:
        """A recording that nobody watches at its moment any more goes to the one wanted now."""
        if key.playback is None:
            return None
        for held in unwanted:
            same = held.camera == key.camera and held.playback is not None
            if same and held.playback is not None and held.playback.end == key.playback.end:
                unwanted.remove(held)
                held.playback = key.playback
                changes.sought.append(held)
                return held
        return None

    @staticmethod
    def _fill(held: Held, views: Iterable[tuple[str, Demand]], changes: Changes) -> None:
        demands = [demand for _, demand in views]
        sizes = frozenset(
            Size(demand.width, demand.height, demand.format)
            if demand.format is PixelFormat.BGRA
            else Size(0, 0, demand.format)
            for demand in demands
        )
        if sizes != held.sizes and held not in changes.opened:
            changes.resized.append(held)
        held.sizes = sizes
        held.views = frozenset(view for view, _ in views)
        held.weight = max(demand.weight for demand in demands)
        held.area = max(demand.width * demand.height for demand in demands)
        held.unwanted = None

    def _leave(
        self,
        held: Held,
        now: float,
        standing: Collection[int],
        barred: Collection[str],
        changes: Changes,
    ) -> None:
        held.views = frozenset()
        held.weight = Weight.HIDDEN
        if held.unwanted is None:
            held.unwanted = now
        keep = STAND_S if held.id in standing else KEEP_S
        if now - held.unwanted >= keep or held.camera in barred:
            del self._held[held.id]
            changes.closed.append(held)


def _key(held: Held) -> _Key:
    return _Key(held.camera, held.profile, held.playback)
