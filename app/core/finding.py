"""What is odd about a value: its data are in doubt, or it is unusual. Hints of ours, never warnings
of an authority (rule 13)."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.message import Message
from app.core.model import Ms
from app.core.privacy import Privacy


class FindingRule(StrEnum):
    """The rule that fired. The first are of the data, the later ones of the city."""

    STALE = "stale"
    FLAT = "flat"  # the same value for too long
    IMPOSSIBLE = "impossible"  # outside the valid range, or faster than it can change
    SPIKE = "spike"  # one value far from those before and after it
    UNIT_JUMP = "unit_jump"  # by a factor that a change of unit has
    COUNTER_RESET = "counter_reset"
    DUPLICATE_TIME = "duplicate_time"  # two values for one moment
    RESIDUAL = "residual"  # far from the same hour of the week (robust z)
    DRIFT = "drift"  # EWMA of the residuals
    SHIFT = "shift"  # CUSUM: a new level

    @property
    def is_quality(self) -> bool:
        """Whether it doubts the data; the others say that the city is unusual."""
        return self in _QUALITY


_QUALITY = frozenset(
    {
        FindingRule.STALE,
        FindingRule.FLAT,
        FindingRule.IMPOSSIBLE,
        FindingRule.SPIKE,
        FindingRule.UNIT_JUMP,
        FindingRule.COUNTER_RESET,
        FindingRule.DUPLICATE_TIME,
    }
)


class Finding(msgspec.Struct, frozen=True):
    """One rule that fired on one key from `since` to `until` (None while it holds).

    `why` says in words what was seen against what was expected; `size` is how far over the rule's
    limit it is (1 = just fired), for sorting.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: str
    rule: FindingRule
    since: Ms
    why: Message
    size: float = 1.0
    until: Ms | None = None
    value: float | None = None
