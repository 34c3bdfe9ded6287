"""Thirty days of an index: a mean a day, its usual range, what it usually moves from day to day.

Where the history does not reach back for so long the last 24 hours stand for it.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.compare import BAND_QUANTILES, Values
from widgets.models.trends import History
from widgets.paint.spark import Spark

DAYS = 30
HOURS = 24
LEAST_DAYS = 5
LEAST_RANGE = 4.0
"""Points from the foot of a trail to its top at least: noise of a tenth is no mountain."""
REFRESH_MS = 10 * MINUTE
SOON_MS = MINUTE  # while the past is still being filled in


class Trail(msgspec.Struct, frozen=True):
    """Means at equal steps, None where nothing was; `days` is 30, or 1 for 24 hours. `band` is the
    range of eight of ten days, None where fewer than five are known."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    values: tuple[float | None, ...]
    days: int
    band: tuple[float, float] | None = None

    def spark(self, *, dimmed: bool) -> Spark | None:
        """As it is painted; None where there is no line to draw."""
        band = (self.band,) if self.band is not None else ()
        known = [value for value in (*self.values, *(self.band or ())) if value is not None]
        if not known:
            return None
        middle = (min(known) + max(known)) / 2
        half = max(LEAST_RANGE / 2, (max(known) - min(known)) * 0.64)
        found = Spark(self.values, band, dimmed=dimmed, low=middle - half, high=middle + half)
        return found if found.is_trend else None


class Trails:
    """The trails that one panel needs."""

    def __init__(
        self,
        history: Callable[[], History],
        run: Callable[[Coroutine[Any, Any, None]], object],
        arrived: Callable[[], None],
    ) -> None:
        self._history = history
        self._run = run
        self._arrived = arrived
        self._held: dict[str, Trail] = {}
        self._asked: Ms = 0
        self._for: tuple[str, ...] = ()
        self._asking = False
        self._long = False  # whether thirty days are there for all

    def get(self, key: str) -> Trail | None:
        """The trail of a key; None before it came and where nothing is known."""
        return self._held.get(key)

    def renew(self) -> None:
        """History came: ask again."""
        self._asked = 0

    def want(self, keys: Sequence[str], now: Ms) -> None:
        """Say which keys are shown; asks where they are others or the last answer is old."""
        wanted = tuple(keys)
        every = REFRESH_MS if self._long else SOON_MS
        fresh = wanted == self._for and now - self._asked < every
        if self._asking or fresh or not wanted:
            return
        self._asking, self._for, self._asked = True, wanted, now
        self._run(self._fetch(wanted, now))

    async def _fetch(self, keys: tuple[str, ...], now: Ms) -> None:
        end = now - now % HOUR + HOUR
        try:
            days = await self._history().sparks(keys, end - DAYS * DAY, end, DAYS)
            hours = await self._history().sparks(keys, end - DAY, end, HOURS)
        finally:
            self._asking = False
        self._held = {key: trail(days[key], hours[key]) for key in keys}
        self._long = all(item.days == DAYS for item in self._held.values())
        self._arrived()


def trail(days: Values, hours: Values) -> Trail:
    """Of daily and hourly means (NaN for none) what can be shown."""
    known = days[np.isfinite(days)]
    if len(known) < LEAST_DAYS:
        return Trail(_known(hours), 1)
    low, high = np.quantile(known, BAND_QUANTILES)
    return Trail(_known(days), DAYS, (float(low), float(high)))


def _known(values: Values) -> tuple[float | None, ...]:
    """NaN to None: the span stays what is written under it."""
    return tuple(None if value != value else float(value) for value in values.tolist())
