"""What a comparison with the known boundaries came to, in words that an officer can act on."""

from typing import ClassVar, Literal

import msgspec
import numpy as np

from app.core.message import Message, message
from app.core.privacy import Privacy

Kind = Literal[
    "datum",  # one of the three; `crs` says which
    "projected",  # metres of `crs`
    "displaced",  # no datum lies so: not to be used
    "elsewhere",  # of another place
    "unclear",  # nothing is said rather than guessed
]
Certainty = Literal["certain", "likely", "none"]

WAYS = (
    ("北", "north"),
    ("东北", "north-east"),
    ("东", "east"),
    ("东南", "south-east"),
    ("南", "south"),
    ("西南", "south-west"),
    ("西", "west"),
    ("西北", "north-west"),
)


class Tried(msgspec.Struct, frozen=True):
    """What was found when the file was taken as one system: the shift that is left and how sure it
    is, the median distance between the two drawings (-1: not measured), and the share of its places
    inside the known boundaries (-1: not asked)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    crs: str
    left_m: float = -1.0
    sigma_m: float = -1.0
    median_m: float = -1.0
    inside: float = -1.0


class Verdict(msgspec.Struct, frozen=True):
    """`crs` is what to declare, empty where nothing fits; `swap`: its numbers stand in the order
    north, east. `east_m`, `north_m`: by how much it lies off when taken as WGS-84; `within_m`: what
    is left of that when taken as `crs`. `matched` areas or places of the file are known ones."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: Kind
    text: Message
    crs: str = ""
    swap: bool = False
    certainty: Certainty = "none"
    east_m: float = 0.0
    north_m: float = 0.0
    within_m: float = -1.0
    matched: int = 0
    compared: int = 0
    tried: tuple[Tried, ...] = ()

    @property
    def off_m(self) -> float:
        """Metres by which it lies off when taken as WGS-84."""
        return float(np.hypot(self.east_m, self.north_m))


def way(east: float, north: float) -> tuple[str, str]:
    """The point of the compass of a shift, in both languages."""
    return WAYS[round(float(np.degrees(np.arctan2(east, north))) / 45) % 8]


def far(metres: float) -> str:
    """`529 m`, `2.4 km`, `18 km`: as exact as it is meant."""
    if metres < 1_000:
        return f"{metres:.0f} m"
    return f"{metres / 1_000:.1f} km" if metres < 10_000 else f"{metres / 1_000:.0f} km"


def off(id_: str, east: float, north: float, **more: str | int | float) -> Message:
    """A sentence with the gaps `off` and `way`."""
    zh, en = way(east, north)
    return message(id_, off=far(float(np.hypot(east, north))), way_zh=zh, way_en=en, **more)
