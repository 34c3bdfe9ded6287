"""How many cameras of each group are there, by platform: whole columns at once, in a thread."""

from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any, ClassVar, NamedTuple

import msgspec
import numpy as np

from app.core.model import DeviceState, DeviceStatus, Ms, Sourced
from app.core.privacy import Privacy
from app.live.video_names import SORTS, CameraNames

UNKNOWN, KNOWN, THERE = 0, 1, 2
WHOLE = ("", "")
Group = tuple[str, str]
"""A sort of `CameraGroup` and its code; both empty: all."""
Codes = np.ndarray[Any, np.dtype[np.int64]]


class Count(NamedTuple):
    """Cameras that are there, of those whose state is known, of all that are listed."""

    there: float = 0.0
    known: float = 0.0
    listed: float = 0.0

    @property
    def rate(self) -> float | None:
        """The share that is there, 0 to 1; None where of none it is known."""
        return self.there / self.known if self.known else None

    def plus(self, other: "Count", share: float = 1.0) -> "Count":
        """Both together, the other by its share."""
        return Count(
            self.there + other.there * share,
            self.known + other.known * share,
            self.listed + other.listed * share,
        )


class PlatformAnswer(msgspec.Struct, frozen=True):
    """Whether a platform said how its cameras are when it was asked."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    platform: str
    at: Ms
    answered: bool


def state_code(item: object, since: Ms = 0) -> int:
    """UNKNOWN, KNOWN or THERE of a device's record; what was observed before `since` is unknown."""
    record = item.record if isinstance(item, Sourced) else None
    if not isinstance(record, DeviceStatus) or record.observed < since:
        return UNKNOWN
    return THERE if record.state is DeviceState.ONLINE else KNOWN


class CameraCodes:
    """The cameras of one list by platform, each with the numbers of its groups. To make it for
    40,000 cameras takes a tenth of a second, to count with it some milliseconds: in a thread."""

    def __init__(self, names: CameraNames) -> None:
        self.names = names
        self._ids: dict[str, list[str]] = {}
        for id_ in names.cameras:
            platform, colon, _ = id_.partition(":")
            if colon:
                self._ids.setdefault(platform, []).append(id_)
        self._groups: dict[tuple[str, str], tuple[list[str], Codes]] = {}
        for platform, ids in self._ids.items():
            for sort in SORTS:
                self._groups[platform, sort] = _numbered(
                    [names.group_of(id_, sort).code for id_ in ids]
                )

    @property
    def platforms(self) -> list[str]:
        """Whose cameras there are."""
        return list(self._ids)

    def count(
        self, platform: str, devices: Mapping[str, object], since: Ms = 0
    ) -> dict[Group, Count]:
        """How the cameras of a platform are, as far as it was said after `since`; groups of which
        nothing is known are left out."""
        ids = self._ids.get(platform, [])
        told = map(state_code, map(devices.get, ids), repeat(since))
        states = np.fromiter(told, np.int8, len(ids))
        known, there = states > UNKNOWN, states == THERE
        found = {WHOLE: Count(float(there.sum()), float(known.sum()), float(len(ids)))}
        for sort in SORTS:
            codes, numbers = self._groups.get((platform, sort), ([], np.zeros(0, np.int64)))
            of_known = np.bincount(numbers[known], minlength=len(codes)).tolist()
            of_there = np.bincount(numbers[there], minlength=len(codes)).tolist()
            listed = np.bincount(numbers, minlength=len(codes)).tolist()
            for code, *counts in zip(codes, of_there, of_known, listed, strict=True):
                found[sort, code] = Count(*counts)
        return {group: count for group, count in found.items() if count.known}


def _numbered(codes: list[str]) -> tuple[list[str], Codes]:
    known = {code: number for number, code in enumerate(dict.fromkeys(codes))}
    return list(known), np.fromiter((known[code] for code in codes), np.int64, len(codes))


def together(counts: Iterable[Mapping[Group, Count]]) -> dict[Group, Count]:
    """The counts of several platforms as one."""
    found: dict[Group, Count] = {}
    for one in counts:
        for group, count in one.items():
            found[group] = found.get(group, Count()).plus(count)
    return found
