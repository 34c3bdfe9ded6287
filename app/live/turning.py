"""Cameras that are to be turned: the commands put it here, the windows have it done."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy

TURNS = "turns"


class Way(StrEnum):
    """Where a camera turns to, or that it looks nearer (`in`) or wider (`out`)."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


class TurnOrder(msgspec.Struct, frozen=True):
    """A movement that somebody began; it ends when the hand that began it lets go."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    camera: str
    way: Way
