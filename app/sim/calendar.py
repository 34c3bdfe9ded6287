"""Days, weeks, seasons and reporting periods in the city's zone.

The zone's offset is taken once: a demonstration city lies in a zone without summer time.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from app.core.catalog import DAY, HOUR, Period
from app.core.clock import from_datetime, to_datetime
from app.core.model import Ms
from app.sim.noise import Floats, Ints

YEAR_DAYS = 365.2425
_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


class Calendar:
    """Local time of one zone; all moments are ms UTC."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        offset = datetime(2026, 1, 1, tzinfo=UTC).astimezone(self.zone).utcoffset()
        assert offset is not None
        self.offset = round(offset.total_seconds() * 1000)

    def day(self, at: Ms) -> int:
        """The number of the local day."""
        return (at + self.offset) // DAY

    def midnight(self, day: int) -> Ms:
        """The moment a local day begins."""
        return day * DAY - self.offset

    def days(self, at: Ints) -> Ints:
        """The numbers of the local days."""
        return np.asarray((at + self.offset) // DAY)

    def hours(self, at: Ints) -> Floats:
        """Local hour of the day, 0 to 24."""
        return np.asarray(((at + self.offset) % DAY) / HOUR)

    def weekend(self, at: Ints) -> Floats:
        """1.0 on Saturday and Sunday, else 0.0 (day 0 of the epoch was a Thursday)."""
        return np.asarray(((self.days(at) + 3) % 7 >= 5).astype(np.float64))

    def months(self, at: Ints) -> Floats:
        """Position in the year in months: the middle of January is 1.0."""
        return np.asarray((((at + self.offset) / DAY) % YEAR_DAYS) / YEAR_DAYS * 12.0 + 0.5)

    def period(self, at: Ms, period: Period, back: int = 0) -> tuple[Ms, Ms, int]:
        """Start, end and number of the month, quarter or year `back` before the one of `at`."""
        length = _MONTHS[period]
        local = to_datetime(at, self.zone)
        number = (local.year * 12 + local.month - 1) // length - back
        return self._first(number * length), self._first((number + 1) * length), number

    def _first(self, month: int) -> Ms:
        return from_datetime(datetime(month // 12, month % 12 + 1, 1, tzinfo=self.zone))
