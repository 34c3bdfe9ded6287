"""What the video walls of a seat show: cells with cameras, a layout, a round.

Read it; only commands write it. A change is published as `Kind.SEAT` with the key `video/<name>`.
A wall is named by the panel that shows it; the windows that follow the same name show the same.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from app.core.decision import KeptCamera
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.camera_alarms import CameraAlarms
from app.live.camera_masks import CameraMasks
from app.live.camera_offers import CameraOffer, CameraOffers, Loss, losses
from app.live.camera_search import CameraSearch
from app.live.presets import PresetOrder
from app.live.video_grid import in_columns
from app.live.video_layout import Layout, Ways
from app.live.video_mark import Mark
from app.live.video_names import CameraNames
from app.live.video_past import Past, Replays
from app.live.view_book import HAND, ROUND, SCENE

PREFIX = "video/"
REMEMBERED = 20


class Round(msgspec.Struct, frozen=True):
    """轮巡: cameras that take turns in the free cells. `trouble` lets a camera in trouble come
    first. `at` is the first of those shown, `since` when they came."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    cameras: tuple[str, ...]
    dwell_ms: Ms = 15_000
    trouble: bool = True
    at: int = 0
    since: Ms = 0


class Look(msgspec.Struct, frozen=True):
    """All of what a wall shows, so that it can be gone back to. `count` cells of a plain grid, in
    as many columns as suit the room, or a `layout`; `cameras` by the cell's number from 0. `past`
    are those, by their ids, of which a recording is shown: it is neither gone back to nor kept for
    a camera that leaves. `review` are those of them that are on one time line."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    count: int = 4
    layout: Layout | None = None
    cameras: dict[int, str] = {}
    past: dict[str, Past] = {}
    review: tuple[str, ...] = ()
    enlarged: int | None = None
    round: Round | None = None

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.count if self.layout is None else len(self.layout.cells)


class VideoWall:
    """One wall; `locked` are cells that neither a round nor `send-to-wall` may take. `columns` is
    set by the windows: in how many its plain grid stands where it was seen last."""

    def __init__(self, look: Look | None = None) -> None:
        self._heard: tuple[int, str] | None = None  # a cell, and its camera then
        self._look = look or Look()
        self.locked: set[int] = set()
        self._chosen: frozenset[str] = frozenset()  # cameras that somebody put there
        self.columns = 0
        self._before: list[tuple[Look, Ways | None]] = []

    @property
    def look(self) -> Look:
        """What it shows."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._look = look
        if self._heard is not None:
            cell, camera = self._heard
            gone = look.enlarged not in (None, cell) or look.cameras.get(cell) != camera
            self._heard = None if gone else self._heard

    def opened_by(self, cell: int, scene: str) -> str:
        """Who or what put a cell's camera there: a person's hand, the scene, a round."""
        if self.look.round is not None and cell not in self.locked:
            return f"{ROUND}{self.look.round.name}"
        return HAND if self.look.cameras.get(cell) in self._chosen else f"{SCENE}{scene}"

    def hear(self, cell: int | None) -> None:
        """Let a cell be heard for as long as its camera stands there and is seen."""
        camera = None if cell is None else self._look.cameras.get(cell)
        self._heard = None if cell is None or camera is None else (cell, camera)

    @property
    def sound(self) -> int | None:
        """The cell that is heard."""
        return None if self._heard is None else self._heard[0]

    @property
    def layout(self) -> Layout:
        """Its cells as they stand; of a plain grid that nobody saw yet, as square as can be."""
        look = self.look
        if look.layout is not None:
            return look.layout
        return in_columns(look.count, self.columns or math.isqrt(look.count - 1) + 1)

    def change(self, look: Look, ways: Ways | None = None) -> None:
        """Show something else, and remember what stood before. `ways`: the old number of each cell
        where they are counted anew, so that what is locked or heard stays so."""
        self._before = [*self._before, (self.look, ways)][-REMEMBERED:]
        came = frozenset(look.cameras.values()) - frozenset(self.look.cameras.values())
        self._chosen = (self._chosen & frozenset(look.cameras.values())) | came
        heard = self._heard
        self.look = _present(look)
        if ways is not None:
            self._numbered({old: new for new, old in ways.items()}, heard)

    @property
    def can_undo(self) -> bool:
        """Whether something stood here before."""
        return bool(self._before)

    @property
    def taking_turns(self) -> list[int]:
        """The cells that a round fills: all that are not locked."""
        return [cell for cell in range(self.look.size) if cell not in self.locked]

    def turn(self, now: Ms, first: Sequence[str] = (), without: Collection[str] = ()) -> bool:
        """Let the round show its next cameras where their time is over; `first` are in trouble and
        come before the others for as long as they are, `without` are left out: visitors look. True
        where another camera stands now."""
        tour, cells = self.look.round, self.taking_turns
        if tour is None or not cells or self.look.review:
            return False
        takes = tour.cameras
        if without:
            takes = tuple(name for name in takes if name not in without) or takes
        if not takes:
            return False
        members = frozenset(takes)
        held = [name for name in first if name in members][: len(cells)] if tour.trouble else []
        due = now - tour.since >= tour.dwell_ms
        step = len(cells) - len(held)
        at = (tour.at + step) % len(takes) if due else tour.at % len(takes)
        order = [*takes[at:], *takes[:at]]
        shown = [*held, *(name for name in order if name not in held)]
        cameras = {cell: name for cell, name in self.look.cameras.items() if cell in self.locked}
        cameras |= dict(zip(cells, shown, strict=False))
        tour = msgspec.structs.replace(tour, at=at, since=now if due else tour.since)
        changed = cameras != self.look.cameras
        self._chosen = frozenset(cameras.values())  # who ends the round leaves them there
        self.look = _present(msgspec.structs.replace(self.look, cameras=cameras, round=tour))
        return changed

    def play(self, camera: str, past: Past | None) -> None:
        """Show a recording of a camera, or again what it sends now."""
        others = {name: one for name, one in self.look.past.items() if name != camera}
        found = others if past is None else {**others, camera: past}
        self.look = _present(msgspec.structs.replace(self.look, past=found))

    def review(self, pasts: Mapping[str, Past]) -> None:
        """Show recordings of several cameras on one time line, and of no other; none: what all of
        them send now."""
        cameras = tuple(pasts)
        self.look = _present(msgspec.structs.replace(self.look, past=dict(pasts), review=cameras))

    def beside(self, camera: str) -> tuple[str, ...]:
        """The cameras whose recordings go together with that of a camera, itself among them."""
        return self.look.review if camera in self.look.review else (camera,)

    def rebind(self, ids: Mapping[str, str]) -> bool:
        """Show cameras under the ids that they go on under; what stood before is rebound too, so
        that going back finds them. True where the wall shows one of them."""
        self._before = [(_rebound(look, ids), ways) for look, ways in self._before]
        look = _rebound(self.look, ids)
        changed = look != self.look
        self.look = look
        return changed

    def undo(self) -> bool:
        """Show again what stood before; False where nothing did."""
        if not self._before:
            return False
        # Every playback is audited, so none begins by going back.
        look, ways = self._before.pop()
        heard = self._heard
        self.look = msgspec.structs.replace(look, past={}, review=())
        if ways is not None:
            self._numbered(ways, heard)
        return True

    def _numbered(self, now: Ways, heard: tuple[int, str] | None) -> None:
        """The cells have other numbers `now`, by the ones they had: locks and sound go along."""
        self.locked = {now[cell] for cell in self.locked if cell in now}
        if heard is not None and self.look.cameras.get(now.get(heard[0], -1)) == heard[1]:
            self.hear(now[heard[0]])


def _present(look: Look) -> Look:
    """Without recordings of cameras that are not shown."""
    shown = frozenset(look.cameras.values())
    past = {name: one for name, one in look.past.items() if name in shown}
    review = tuple(name for name in look.review if name in past)
    if (past, review) == (look.past, look.review):
        return look
    return msgspec.structs.replace(look, past=past, review=review)


def _rebound(look: Look, ids: Mapping[str, str]) -> Look:
    tour = look.round
    if tour is not None:
        members = tuple(dict.fromkeys(ids.get(name, name) for name in tour.cameras))
        tour = msgspec.structs.replace(tour, cameras=members)
    cameras = {cell: ids.get(name, name) for cell, name in look.cameras.items()}
    past = {ids.get(name, name): one for name, one in look.past.items()}
    review = tuple(ids.get(name, name) for name in look.review)
    return msgspec.structs.replace(look, cameras=cameras, past=past, review=review, round=tour)


class VideoWalls:
    """The walls of a seat by name; a name that is new begins empty."""

    def __init__(self) -> None:
        self._walls: dict[str, VideoWall] = {}
        self.cameras = CameraNames()  # what there is to show
        self.lists = CameraOffers()  # what platforms list otherwise
        self.masks = CameraMasks()  # what nobody may see
        self.replays = Replays()  # what is known of recordings that are shown
        self.alarms = CameraAlarms()  # that platforms raised
        self.presets: list[PresetOrder] = []  # taken by the windows as they have it done
        self.mark = Mark()  # who looks, on the pictures
        self.volume = 60  # of the cell that is heard, in percent
        self.kept: dict[str, KeptCamera] = {}  # at hand, by camera
        self.recent: list[str] = []  # looked at last, newest first
        self.search: CameraSearch | None = None  # what lists of cameras look for by place

    def __getitem__(self, name: str) -> VideoWall:
        return self._walls.setdefault(name, VideoWall())

    def keep(self, effects: Iterable[object]) -> None:
        """Take which cameras are at hand."""
        for effect in effects:
            if isinstance(effect, KeptCamera):
                self.kept.pop(effect.camera, None)
                if not effect.dropped:
                    self.kept[effect.camera] = effect

    def look_at(self, camera: str) -> None:
        """Somebody looks at it now."""
        self.recent = [camera, *(one for one in self.recent if one != camera)][:REMEMBERED]

    def losses(self, offer: CameraOffer, key: Collection[str]) -> list[Loss]:
        """What would lose a camera by an offer; `key` are those of the city's own list."""
        shown = {name: set(wall.look.cameras.values()) for name, wall in self._walls.items()}
        rounds = {
            name: wall.look.round.cameras
            for name, wall in self._walls.items()
            if wall.look.round is not None
        }
        return list(losses(offer, shown, rounds, self.kept, key))

    def hear(self, name: str, cell: int | None) -> list[str]:
        """Let a cell of a wall be heard, and no other of the seat; gives the keys of the walls that
        changed."""
        before = {other: wall.sound for other, wall in self._walls.items()}
        for wall in self._walls.values():
            wall.hear(None)
        self[name].hear(cell)
        return [
            video_key(other)
            for other, wall in self._walls.items()
            if wall.sound != before.get(other)
        ]

    def names(self) -> list[str]:
        """Those that there are."""
        return list(self._walls)


def video_key(name: str) -> str:
    """What the hub is told when a wall changed."""
    return f"{PREFIX}{name}"
