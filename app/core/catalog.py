"""What a value means: indicators, metrics, bureaus, districts, read from the city's catalogues.

Columns and their meaning: docs/howto-indicator.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core import keys
from app.core.index import IndexPlan
from app.core.model import Level
from app.core.privacy import Privacy
from app.core.target import Target
from app.core.visit import VisitRules

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

DIMENSIONLESS = "无量纲"
"""The word that a catalogue states for no unit; it is not written beside a number."""


class Period(StrEnum):
    """How often a value appears."""

    REALTIME = "realtime"
    FIVE_MINUTES = "5min"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def ms(self) -> int:
        """The longest span of one period in milliseconds."""
        return _PERIOD_MS[self]


_PERIOD_MS = {
    Period.REALTIME: 5 * SECOND,
    Period.FIVE_MINUTES: 5 * MINUTE,
    Period.HOUR: HOUR,
    Period.DAY: DAY,
    Period.MONTH: 31 * DAY,
    Period.QUARTER: 92 * DAY,
    Period.YEAR: 366 * DAY,
}


class Direction(StrEnum):
    """Which way is good."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    BAND = "band"


class Thresholds(msgspec.Struct, frozen=True):
    """Limits in the quantity's unit, `watch` (blue) to `red`; None where one makes no sense."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    best: float | None = None
    good: float | None = None
    watch: float | None = None
    yellow: float | None = None
    orange: float | None = None
    red: float | None = None
    good_low: float | None = None
    watch_low: float | None = None
    yellow_low: float | None = None
    orange_low: float | None = None
    red_low: float | None = None

    def level(self, value: float, direction: Direction) -> Level:
        """The gravest limit that a value has crossed; a value on the limit has crossed it."""
        if direction is Direction.POSITIVE:
            return _gravest(value, self._upper(), below=True)
        upper = _gravest(value, self._upper(), below=False)
        if direction is Direction.NEGATIVE:
            return upper
        return max(upper, _gravest(value, self._lower(), below=True), key=lambda item: item.rank)

    def _upper(self) -> tuple[tuple[Level, float | None], ...]:
        return (
            (Level.RED, self.red),
            (Level.ORANGE, self.orange),
            (Level.YELLOW, self.yellow),
            (Level.BLUE, self.watch),
        )

    def _lower(self) -> tuple[tuple[Level, float | None], ...]:
        return (
            (Level.RED, self.red_low),
            (Level.ORANGE, self.orange_low),
            (Level.YELLOW, self.yellow_low),
            (Level.BLUE, self.watch_low),
        )


def _gravest(value: float, limits: tuple[tuple[Level, float | None], ...], *, below: bool) -> Level:
    for level, limit in limits:
        if limit is not None and (value <= limit if below else value >= limit):
            return level
    return Level.NONE


class Quantity(msgspec.Struct, frozen=True):
    """What a reading's code means: an indicator of a bureau, or a metric of a kind of device."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    unit: str
    period_ms: int
    lag_ms: int = 0
    decimals: int = 0
    bureau: str = ""
    theme: str = ""
    dimension: str = ""
    weight: float = 0.0
    direction: Direction = Direction.BAND
    valid_min: float | None = None
    valid_max: float | None = None
    thresholds: Thresholds = Thresholds()
    period: Period | None = None
    is_indicator: bool = True
    note: str = ""
    unit_en: str = ""  # of a Chinese `unit`: the same size of unit, values are not rescaled
    secrecy: Privacy = Privacy.PUBLIC  # INTERNAL: not on the wall

    def level(self, value: float) -> Level:
        """The limit that a value of this quantity has crossed."""
        return self.thresholds.level(value, self.direction)

    def in_range(self, value: float) -> bool:
        """Whether a value is physically possible; what is not goes to quarantine."""
        return (self.valid_min is None or value >= self.valid_min) and (
            self.valid_max is None or value <= self.valid_max
        )


class Bureau(msgspec.Struct, frozen=True):
    """A department that owns data."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    short_zh: str
    name_en: str


class Region(msgspec.Struct, frozen=True):
    """An administrative area; `code` is the GB/T 2260 code, the centre is CGCS2000 degrees."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    short_zh: str
    name_en: str
    lon: float | None = None
    lat: float | None = None


class Catalog(msgspec.Struct, frozen=True):
    """Everything the city's records refer to."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    quantities: Mapping[str, Quantity] = {}
    bureaus: Mapping[str, Bureau] = {}
    regions: Mapping[str, Region] = {}
    version: str = ""  # hash of the files it was read from
    plan: IndexPlan = IndexPlan()
    targets: tuple[Target, ...] = ()
    visit: VisitRules = VisitRules()

    def quantity(self, key: str) -> Quantity | None:
        """What the reading of a key means, or None for a code in no catalogue."""
        return self.quantities.get(keys.parse(key).code)

    @property
    def indicators(self) -> list[Quantity]:
        """The indicators in the order of the catalogue."""
        return [item for item in self.quantities.values() if item.is_indicator]
