"""A feed that is connected and lies: rules over what it brought, with known answers.

A dead line is seen at once; a clock an hour off, a mapping that refuses everything, a table that is
never written again and half of the records gone look well for months. Nothing here decides about a
value: it is only said, in words, which feed to look at.
"""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from app.core.catalog import HOUR, MINUTE

NEAR_MS = 3 * MINUTE
"""A delay this near to whole hours is a clock's, where nearly all delays are."""
MOST_HOURS = 14  # between two zones of the earth
LEAST_DELAYS = 8
NEARLY_ALL = 0.9
OFTEN_MS = 30 * MINUTE
"""A source that speaks less often may bring the value of the hour before: no clock is judged."""
LEAST_REFUSED = 20
LEAST_SAME = 30
"""Values that came again unchanged, for each key that is watched."""
FEW_KEYS = 4
LEAST_WEEKS = 3
LEAST_USUAL = 20
TOO_LITTLE, TOO_MUCH = 0.3, 3.0


class Renewals(NamedTuple):
    """Of one key: how many newer values came since it last changed, and its value."""

    same: int
    value: float


def clock_hours(delays: Sequence[int], period_ms: int, usual_lag_ms: int = 0) -> int:
    """By how many whole hours a source's times are off; 0 where they are not.

    `delays` are received - observed of the newest records in ms, negative for times ahead of ours,
    those that were refused for it too. `usual_lag_ms` is the delay that the source is known for.
    """
    if len(delays) < LEAST_DELAYS or period_ms > OFTEN_MS:
        return 0
    own = [delay - usual_lag_ms for delay in delays]
    hours = round(median(own) / HOUR)
    if hours == 0 or abs(hours) > MOST_HOURS:
        return 0
    near = sum(abs(delay - hours * HOUR) <= NEAR_MS for delay in own)
    return hours if near >= NEARLY_ALL * len(own) else 0


def all_refused(accepted: int, refused: int) -> bool:
    """Whether everything of a while was turned away."""
    return accepted == 0 and refused >= LEAST_REFUSED


def frozen(renewals: Sequence[Renewals]) -> bool:
    """Whether a source brings the same values again and again under new times.

    Noughts may rightly stay (no rain, no calls) and say nothing. A source of few keys has to repeat
    itself twice as long before it is said.
    """
    moving = [item for item in renewals if item.value]
    least = LEAST_SAME if len(moving) >= FEW_KEYS else 2 * LEAST_SAME
    return bool(moving) and all(item.same >= least for item in moving)


def volume(now: int, before: Sequence[int]) -> str:
    """`too_little` or `too_much` for a full hour against the same weekday's hour of the weeks
    before; empty where it is as usual, or too little is known."""
    if len(before) < LEAST_WEEKS:
        return ""
    usual = median(before)
    if usual < LEAST_USUAL:
        return ""
    if now < TOO_LITTLE * usual:
        return "too_little"
    return "too_much" if now > TOO_MUCH * usual else ""
