"""What a wall shows of the past: one recording in a cell, or several cameras on one time line.

Read it in `VideoWall.look`; only commands write it. Moments are those of the recording.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy


class Pace(StrEnum):
    """How fast a recording runs; a platform may know fewer of them. 0 stands still."""

    STILL = "0"
    QUARTER = "0.25"
    HALF = "0.5"
    REAL = "1"
    DOUBLE = "2"
    FOURFOLD = "4"
    EIGHTFOLD = "8"

    @property
    def speed(self) -> float:
        """As a factor."""
        return float(self.value)


class Past(msgspec.Struct, frozen=True):
    """A recording in place of the present: a stretch from `begin` to `end`, the moment `at` that
    was sought last and the speed since (0 stands still). `turn` counts what was sought, so that the
    same moment sought again is something else."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    begin: Ms
    end: Ms
    at: Ms
    speed: float = 1.0
    turn: int = 0


class Review(msgspec.Struct, frozen=True):
    """同步回看: cameras of a wall on one time line from `begin` to `end`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    cameras: tuple[str, ...]
    begin: Ms
    end: Ms


class Powers(msgspec.Struct, frozen=True):
    """What a platform can do with the past and with a camera's head. `speeds` are empty where it
    neither stands still nor runs faster; then it goes to another moment by beginning anew."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    records: bool = False
    presets: bool = False
    speeds: tuple[float, ...] = ()


def stretch(begin: Ms, end: Ms) -> Past:
    """A recording from its begin on."""
    return Past(begin, end, begin)


def sought(past: Past, at: Ms) -> Past:
    """The same at another moment, within its stretch."""
    at = min(max(at, past.begin), past.end - 1)
    return msgspec.structs.replace(past, at=at, turn=past.turn + 1)


def paced(past: Past, speed: float) -> Past:
    """The same at another speed, from where it is."""
    return msgspec.structs.replace(past, speed=speed)


def reference(moments: Iterable[Ms]) -> Ms:
    """The moment that cameras on one time line are compared with: the lower median of theirs, so
    that it is a picture that somebody sees and one camera that hangs does not move it. 0: none."""
    known = sorted(moment for moment in moments if moment)
    return known[(len(known) - 1) // 2] if known else 0


def drifts(moments: Mapping[str, Ms]) -> dict[str, Ms]:
    """By how many ms each camera is ahead of the others (below 0: behind); those without a picture
    are left out."""
    common = reference(moments.values())
    return {camera: moment - common for camera, moment in moments.items() if moment}
