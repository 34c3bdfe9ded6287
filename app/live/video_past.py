"""What a wall shows of the past: one recording in a cell, or several cameras on one time line.

Read it in `VideoWall.look`; only commands write it. Moments are those of the recording.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy

YOUNG_MS: Ms = 30_000
"""So much workers keep of a stream; a stretch ends no later than when it was asked for."""
LAST_MS: Ms = 1_000
"""Nothing nearer to now can be played."""


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

    @property
    def is_young(self) -> bool:
        """Whether it is of the seconds that workers keep: no platform is asked for it."""
        return self.end - self.begin <= YOUNG_MS


class Powers(msgspec.Struct, frozen=True):
    """What a platform can do with the past and with a camera's head. `speeds` are empty where it
    runs only as it was recorded; then it goes to another moment, and on from standing still, by
    beginning anew."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    records: bool = False
    presets: bool = False
    speeds: tuple[float, ...] = ()


class Replays:
    """What the video service says of recordings, for commands and windows. `powers` by platform,
    empty before it runs; moments are those that can be seen now."""

    def __init__(self) -> None:
        self.powers: dict[str, Powers] = {}
        self._moments: dict[tuple[str, Ms], Ms] = {}

    def put(self, moments: Mapping[tuple[str, Ms], Ms]) -> None:
        """The moments of all recordings that are shown, by camera and end of the stretch."""
        self._moments = dict(moments)

    def moment(self, camera: str, past: Past) -> Ms:
        """The moment that is seen of a recording; what was sought where no picture came yet."""
        return self._moments.get((camera, past.end)) or past.at

    def seen(self, camera: str, past: Past) -> Ms:
        """The same; 0 where no picture came yet."""
        return self._moments.get((camera, past.end), 0)

    def speeds(self, camera: str, past: Past) -> tuple[float, ...]:
        """At which speeds a recording can run, standing still not counted; empty where it can only
        run as it was recorded."""
        if past.is_young:
            return tuple(pace.speed for pace in Pace if pace.speed)
        known = self.powers.get(camera.partition(":")[0])
        return known.speeds if known is not None else ()


def stretch(begin: Ms, end: Ms) -> Past:
    """A recording from its begin on."""
    return Past(begin, end, begin)


def sought(past: Past, at: Ms, now: Ms) -> Past:
    """The same at another moment; a stretch grows to hold it, and never beyond now."""
    at = max(0, min(at, now - LAST_MS))
    end = past.end if at < past.end else min(now, at + past.end - past.begin)
    begin = min(past.begin, at)
    return msgspec.structs.replace(past, begin=begin, end=end, at=at, turn=past.turn + 1)


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
