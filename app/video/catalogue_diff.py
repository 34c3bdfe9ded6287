"""What changed between two catalogues of one platform, and which camera went on under which id.

A camera that is gone and one that is new are proposed to be the same by, in this order:

- code: the last ten digits of a GB/T 28181 code (type, network, number; the first ten are centre
  and industry, which change when a district is renumbered), where name or place agrees;
- name: the same name, no further apart than 2 km where both have a place;
- place: within 15 m of each other, and of no other.

A pair is only proposed where it is the only one that fits. Pure; positions are WGS-84 degrees, a
camera without a place stands at 0, 0.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from enum import StrEnum
from math import cos, floor, hypot, radians
from typing import ClassVar

import msgspec

from app.core.directory import Camera
from app.core.privacy import Privacy

MOVED_M = 5.0
"""Less is the rounding of another system."""
SAME_PLACE_M = 15.0
NEAR_M = 50.0  # a code and this is the same camera
FAR_M = 2000.0  # a name and more than this is another
DEGREE_M = 111_195.0  # on a sphere of 6371.0 km
TAIL = 10


class By(StrEnum):
    """Why two ids are taken for one camera."""

    CODE = "code"
    NAME = "name"
    PLACE = "place"


class Renumbered(msgspec.Struct, frozen=True):
    """A camera that is proposed to go on under another id."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    old: Camera
    new: Camera
    by: By


class Changed(msgspec.Struct, frozen=True):
    """A camera that reads otherwise under its id."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    old: Camera
    new: Camera


class CatalogueDiff(msgspec.Struct, frozen=True):
    """What must be done to one list for the other. A camera that was renamed and moved stands in
    both; `altered` are those whose form, district or direction alone changed. All by id."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    added: tuple[Camera, ...] = ()
    gone: tuple[Camera, ...] = ()
    renamed: tuple[Changed, ...] = ()
    moved: tuple[Changed, ...] = ()
    altered: tuple[Changed, ...] = ()
    renumbered: tuple[Renumbered, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether both lists are the same."""
        return self == CatalogueDiff()

    @property
    def is_harmless(self) -> bool:
        """Whether nothing that somebody may have bound goes or reads otherwise."""
        return not (self.gone or self.renumbered or self.renamed or self.moved)

    def rebound(self) -> dict[str, str]:
        """The id that each renumbered camera goes on under."""
        return {pair.old.id: pair.new.id for pair in self.renumbered}


def difference(old: Iterable[Camera], new: Iterable[Camera]) -> CatalogueDiff:
    """What changed; ids are unique within each list."""
    before = {camera.id: camera for camera in old}
    after = {camera.id: camera for camera in new}
    gone = [before[id_] for id_ in sorted(before.keys() - after.keys())]
    added = [after[id_] for id_ in sorted(after.keys() - before.keys())]
    pairs = _pairs(gone, added)
    old_ids, new_ids = {pair.old.id for pair in pairs}, {pair.new.id for pair in pairs}
    changed = [
        Changed(before[id_], after[id_])
        for id_ in sorted(before.keys() & after.keys())
        if before[id_] != after[id_]
    ]
    renamed = tuple(one for one in changed if _names(one.old) != _names(one.new))
    moved = tuple(one for one in changed if _has_moved(one.old, one.new))
    told = {one.new.id for one in (*renamed, *moved)}
    return CatalogueDiff(
        added=tuple(camera for camera in added if camera.id not in new_ids),
        gone=tuple(camera for camera in gone if camera.id not in old_ids),
        renamed=renamed,
        moved=moved,
        altered=tuple(one for one in changed if one.new.id not in told),
        renumbered=tuple(sorted(pairs, key=lambda pair: pair.old.id)),
    )


def applied(old: Iterable[Camera], diff: CatalogueDiff) -> tuple[Camera, ...]:
    """The new list from the old one, by id."""
    kept = {camera.id: camera for camera in old}
    for id_ in [*(camera.id for camera in diff.gone), *(pair.old.id for pair in diff.renumbered)]:
        kept.pop(id_, None)
    changed = (one.new for one in (*diff.renamed, *diff.moved, *diff.altered))
    for camera in (*diff.added, *changed, *(pair.new for pair in diff.renumbered)):
        kept[camera.id] = camera
    return tuple(kept[id_] for id_ in sorted(kept))


def metres(one: Camera, other: Camera) -> float | None:
    """How far apart two cameras stand, within some kilometres; None where one has no place."""
    if not (has_place(one) and has_place(other)):
        return None
    east = (other.lon - one.lon) * cos(radians((one.lat + other.lat) / 2))
    return hypot(east, other.lat - one.lat) * DEGREE_M


def has_place(camera: Camera) -> bool:
    """Whether it is known where it stands."""
    return camera.lon != 0 or camera.lat != 0


def _pairs(gone: Sequence[Camera], added: Sequence[Camera]) -> list[Renumbered]:
    found: list[Renumbered] = []
    left, right = list(gone), list(added)
    for by, match in ((By.CODE, _by_code), (By.NAME, _by_name), (By.PLACE, _by_place)):
        pairs = match(left, right)
        found += [Renumbered(old, new, by) for old, new in pairs]
        olds, news = {old.id for old, _ in pairs}, {new.id for _, new in pairs}
        left = [camera for camera in left if camera.id not in olds]
        right = [camera for camera in right if camera.id not in news]
    return found


_Pairs = list[tuple[Camera, Camera]]


def _by_code(left: Sequence[Camera], right: Sequence[Camera]) -> _Pairs:
    return _only(left, right, _tail, _agrees)


def _by_name(left: Sequence[Camera], right: Sequence[Camera]) -> _Pairs:
    return _only(left, right, lambda camera: _plain(camera.name_zh), _not_far)


def _only(
    left: Sequence[Camera],
    right: Sequence[Camera],
    key: Callable[[Camera], Hashable],
    fits: Callable[[Camera, Camera], bool],
) -> _Pairs:
    """Pairs of one key that fit, where neither fits another of that key."""
    olds, news = _sorted_by(left, key), _sorted_by(right, key)
    pairs: _Pairs = []
    for word, members in olds.items():
        others = news.get(word, [])
        if not word or len(members) * len(others) > _MOST_PAIRS:
            continue
        fitting = [(old, new) for old in members for new in others if fits(old, new)]
        pairs += _lonely(fitting)
    return pairs


_MOST_PAIRS = 10_000  # of one name that half the city bears nothing can be said


def _lonely(pairs: _Pairs) -> _Pairs:
    olds: dict[str, int] = defaultdict(int)
    news: dict[str, int] = defaultdict(int)
    for old, new in pairs:
        olds[old.id] += 1
        news[new.id] += 1
    return [(old, new) for old, new in pairs if olds[old.id] == 1 and news[new.id] == 1]


def _by_place(left: Sequence[Camera], right: Sequence[Camera]) -> _Pairs:
    """In cells twice as wide as what counts as one place, each looked at with its neighbours."""
    crowds = _sorted_by(left, _cell)
    left = [camera for camera in left if len(crowds[_cell(camera)]) <= _CROWD]
    cells: dict[tuple[int, int], list[Camera]] = defaultdict(list)
    for camera in right:
        if has_place(camera):
            cells[_cell(camera)].append(camera)
    cells = {cell: there for cell, there in cells.items() if len(there) <= _CROWD}
    pairs: _Pairs = []
    for old in left:
        if not has_place(old):
            continue
        x, y = _cell(old)
        near = [
            new
            for dx in _ASIDE
            for dy in _AROUND
            for new in cells.get((x + dx, y + dy), ())
            if (metres(old, new) or 0.0) <= SAME_PLACE_M
        ]
        pairs += [(old, new) for new in near]
    return _lonely(pairs)


_AROUND = (-1, 0, 1)
_ASIDE = range(-3, 4)  # degrees of longitude are narrow in the north: cells to 80 degrees
_CROWD = 20  # of one spot where so many stand nothing can be said
_CELL = 2 * SAME_PLACE_M / DEGREE_M


def _cell(camera: Camera) -> tuple[int, int]:
    return floor(camera.lon / _CELL), floor(camera.lat / _CELL)


def _sorted_by(
    cameras: Iterable[Camera], key: Callable[[Camera], Hashable]
) -> dict[Hashable, list[Camera]]:
    found: dict[Hashable, list[Camera]] = defaultdict(list)
    for camera in cameras:
        found[key(camera)].append(camera)
    return found


def _tail(camera: Camera) -> str:
    code = camera.id.partition(":")[2]
    return code[-TAIL:] if len(code) == 2 * TAIL and code.isdecimal() else ""


def _agrees(old: Camera, new: Camera) -> bool:
    apart = metres(old, new)
    return _plain(old.name_zh) == _plain(new.name_zh) or (apart is not None and apart <= NEAR_M)


def _not_far(old: Camera, new: Camera) -> bool:
    apart = metres(old, new)
    return apart is None or apart <= FAR_M


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _names(camera: Camera) -> tuple[str, str]:
    return camera.name_zh, camera.name_en


def _has_moved(old: Camera, new: Camera) -> bool:
    apart = metres(old, new)
    return has_place(old) != has_place(new) if apart is None else apart > MOVED_M
