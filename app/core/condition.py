"""How a sensing device is now, as far as its values and its silence tell (PD1)."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.message import Message
from app.core.model import Ms
from app.core.privacy import Privacy


class Condition(StrEnum):
    """The gravest first: a device that has several is shown by the first of them."""

    FAULT = "fault"  # it says so itself
    LOST = "lost"  # silent for longer than its kind may be
    IMPOSSIBLE = "impossible"  # values that cannot be
    FLAT = "flat"  # the same value for too long
    DRIFT = "drift"  # away from its neighbours
    LATE = "late"  # two periods and the usual lag without a word
    BATTERY = "battery"  # low
    UNREACHABLE = "unreachable"  # its line is cut: nobody can say how it is
    UNKNOWN = "unknown"  # never heard
    ONLINE = "online"

    @property
    def is_usable(self) -> bool:
        """Whether its values can be worked with."""
        return self in _USABLE

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return _RANKS[self]


_USABLE = frozenset({Condition.ONLINE, Condition.BATTERY, Condition.LATE})
_RANKS = {condition: number for number, condition in enumerate(Condition)}


class DeviceCondition(msgspec.Struct, frozen=True, gc=False):
    """The condition of one device, since when, and what was seen that says so."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    condition: Condition
    since: Ms
    why: Message
