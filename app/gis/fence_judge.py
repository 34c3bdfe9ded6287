"""Who crossed which geofence, from one batch of positions to the next. Arithmetic, no records.

Every thing on a layer of a source has a slot; each geofence keeps who is in it as flags by slot, so
that 50 of them and 50,000 positions are a few array operations each. In is in at once; out is only
who is farther than MARGIN_M from the line, because a satellite fix wanders. A position that is
suspect or that its source no longer vouches for moves nobody.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

import msgspec
import numpy as np

from app.core.map_decision import Fence, FenceRule
from app.core.model import Ms
from app.core.privacy import Privacy
from app.gis.content import Flags, Moments
from app.gis.fence_zone import Zone
from app.gis.polygon import Whole
from app.live.batch import PositionColumns

MARGIN_M = 30.0
_SPARE = 10_000  # ids that are remembered beyond those that are there
Line = tuple[str, str]
"""Source and layer, as the picture keys positions."""


class Crossing(msgspec.Struct, frozen=True):
    """Something came in, went out, or stayed too long. `first`: it was there when it was first
    seen, so that nobody saw it come. `at` is when its position was observed."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    fence: Fence
    inside: bool
    stayed: bool
    first: bool
    source: str
    layer: str
    id: str
    name: str
    kind: str
    lon: float
    lat: float
    at: Ms


class _Slots:
    """A number for every id of one line."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._last: tuple[object, Whole] | None = None

    def of(self, ids: np.ndarray[Any, np.dtype[np.object_]]) -> Whole:
        """Of these ids; quick for the same array as last time."""
        if self._last is None or self._last[0] is not ids:
            numbers = self.numbers
            found = (numbers.setdefault(id_, len(numbers)) for id_ in ids)
            self._last = ids, np.fromiter(found, np.int64, len(ids))
        return self._last[1]

    def __len__(self) -> int:
        return len(self.numbers)


class _Inside(NamedTuple):
    """Of one geofence and one line, by slot: who is in it, whom it has seen, since when each is in
    (ms), and who was told of as staying too long."""

    inside: Flags
    seen: Flags
    since: Moments
    told: Flags


class Judge:
    """Lives in one thread."""

    def __init__(self) -> None:
        self._zones: dict[str, Zone] = {}
        self._slots: dict[Line, _Slots] = {}
        self._state: dict[tuple[str, Line], _Inside] = {}

    def use(self, zones: Iterable[Zone]) -> None:
        """Watch these; one that is the same as before goes on from where it was."""
        new = {zone.fence.id: zone for zone in zones}
        same = {id_ for id_, zone in new.items() if id_ in self._zones and
                self._zones[id_].fence == zone.fence}  # fmt: skip
        self._state = {key: held for key, held in self._state.items() if key[0] in same}
        self._zones = {id_: self._zones[id_] if id_ in same else new[id_] for id_ in new}

    def judge(self, positions: Mapping[Line, PositionColumns], now: Ms) -> list[Crossing]:
        """What happened with these positions."""
        found: list[Crossing] = []
        for line, columns in positions.items():
            if self._zones and len(columns.ids):
                found += self._line(line, columns, now)
        return found

    def fences(self) -> list[Fence]:
        """Those that are watched."""
        return [zone.fence for zone in self._zones.values()]

    def ids(self, line: Line) -> list[str]:
        """The ids of a line in the order in which they were first seen."""
        slots = self._slots.get(line)
        return list(slots.numbers) if slots is not None else []

    def is_outside(self, fence: str, line: Line, id_: str) -> bool:
        """Whether a thing was seen, and not in a geofence."""
        slots, held = self._slots.get(line), self._state.get((fence, line))
        if slots is None or held is None:
            return False
        slot = slots.numbers.get(id_, len(held.seen))
        return slot < len(held.seen) and bool(held.seen[slot]) and not held.inside[slot]

    def _line(self, line: Line, columns: PositionColumns, now: Ms) -> list[Crossing]:
        numbers = self._slots.setdefault(line, _Slots())
        if len(numbers) > 4 * len(columns.ids) + _SPARE:
            numbers = self._compact(line, columns)
        slots = numbers.of(columns.ids)
        sure = ~columns.suspect & ((columns.expires == 0) | (columns.expires > now))
        kinds: dict[str, Flags] = {"": sure}
        found: list[Crossing] = []
        for zone in self._zones.values():
            fence = zone.fence
            if fence.layers and line[1] not in fence.layers.split():
                continue
            if fence.kinds not in kinds:
                wanted = set(fence.kinds.split())
                of_kind = np.fromiter(
                    (kind in wanted for kind in columns.kinds), np.bool_, len(sure)
                )
                kinds[fence.kinds] = sure & of_kind
            held = self._held((fence.id, line), len(numbers))
            found += _cross(zone, held, line, columns, slots, kinds[fence.kinds])
        return found

    def _compact(self, line: Line, columns: PositionColumns) -> _Slots:
        """Forget what is not there any more: ships come and go for months."""
        old, new = self._slots[line], _Slots()
        slots = old.of(columns.ids)
        self._slots[line] = new
        new.of(columns.ids)
        for key in [key for key in self._state if key[1] == line]:
            held = self._held(key, len(old))
            self._state[key] = _Inside(
                held.inside[slots], held.seen[slots], held.since[slots], held.told[slots]
            )
        return new

    def _held(self, key: tuple[str, Line], count: int) -> _Inside:
        held = self._state.get(key)
        if held is None:
            none = np.zeros(0, np.bool_)
            held = _Inside(none, none, np.zeros(0, np.int64), none)
        if len(held.inside) < count:
            more = count + count // 4 - len(held.inside)
            flags, moments = np.zeros(more, np.bool_), np.zeros(more, np.int64)
            held = _Inside(
                np.append(held.inside, flags),
                np.append(held.seen, flags),
                np.append(held.since, moments),
                np.append(held.told, flags),
            )
            self._state[key] = held
        return held


def _cross(
    zone: Zone,
    held: _Inside,
    line: Line,
    columns: PositionColumns,
    slots: Whole,
    sure: Flags,
) -> list[Crossing]:
    """What one geofence says of one line; takes it into its state."""
    now_in = zone.covers(columns.lon, columns.lat) & sure
    was_in = held.inside[slots]
    came = np.flatnonzero(now_in & ~was_in)
    out = np.flatnonzero(was_in & ~now_in & sure)
    went = out[zone.away(columns.lon[out], columns.lat[out]) > MARGIN_M]
    first = ~held.seen[slots]
    held.seen[slots[sure]] = True
    held.inside[slots[came]] = True
    held.inside[slots[went]] = False
    held.since[slots[came]] = columns.observed[came]
    held.told[slots[went]] = False
    stayed = np.zeros(0, np.int64)
    if zone.fence.rule is FenceRule.DWELL:
        here = np.flatnonzero(now_in & ~held.told[slots])
        long = columns.observed[here] - held.since[slots[here]] >= zone.fence.dwell_s * 1000
        stayed = here[long]
        held.told[slots[stayed]] = True
    return [
        Crossing(
            fence=zone.fence,
            inside=inside,
            stayed=long_in,
            first=bool(first[at]),
            source=line[0],
            layer=line[1],
            id=str(columns.ids[at]),
            name=str(columns.names[at]),
            kind=str(columns.kinds[at]),
            lon=float(columns.lon[at]),
            lat=float(columns.lat[at]),
            at=int(columns.observed[at]),
        )
        for rows, inside, long_in in (
            (came, True, False),
            (went, False, False),
            (stayed, True, True),
        )
        for at in rows.tolist()
    ]
