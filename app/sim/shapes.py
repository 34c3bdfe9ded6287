"""How the values of a code move: the simulator's columns of the city's catalogues.

`indicators.csv` and `metrics.csv` carry size and cycles; `shapes.csv` says what differs from the
usual cycle and what the weather does to it. See docs/howto-indicator.md.
"""

from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import ClassVar

import msgspec

from app.core.catalog import Catalog, Direction, Period, Quantity
from app.core.model import Origin
from app.core.privacy import Privacy
from app.table import load_table


class Kind(StrEnum):
    """How a value comes about."""

    CYCLE = "cycle"  # typical size, daily, weekly and seasonal waves, correlated noise
    COUNT = "count"  # small whole numbers by chance, mostly zero
    DRIVEN = "driven"  # zero unless its driver moves it
    COUNTER = "counter"  # a meter that only goes up
    ISSUED = "issued"  # the number of weather warnings in force


class Spread(StrEnum):
    """How a city's value is told for its districts."""

    NONE = ""
    MEAN = "mean"  # like the city's, each a little off; their mean by population is the city's
    SHARE = "share"  # parts of the city's, adding up to it
    OWN = "own"  # from the district's own driver


class Waves(msgspec.Struct, frozen=True):
    """Size and cycles, see the catalogue's README for the columns."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    typical: float = 0.0
    spread: float = 0.0
    daily_amplitude: float = 0.0
    peak_hour: float = 14.0
    weekly_amplitude: float = 0.0
    weekly_peak: str = "weekday"
    seasonal_amplitude: float = 0.0
    peak_month: float = 7.0
    noise: float = 0.0
    driver: str = ""
    add: float = 0.0
    mul: float = 0.0


class _ShapeRow(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    shape: Kind = Kind.CYCLE
    origin: Origin | None = None
    districts: Spread = Spread.NONE
    driver: str = ""
    add: float = 0.0
    mul: float = 0.0
    night: float = 1.0


class Shape(msgspec.Struct, frozen=True):
    """Everything about how one code moves."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    quantity: Quantity
    waves: Waves
    kind: Kind = Kind.CYCLE
    origin: Origin = Origin.MEASURED
    districts: Spread = Spread.NONE
    driver: str = ""
    add: float = 0.0
    mul: float = 0.0
    night: float = 1.0  # what is left of the day's busy hours between 2 and 4 o'clock

    @property
    def running(self) -> bool:
        """A day's total that is told while the day runs, counted from local midnight."""
        item = self.quantity
        return (
            item.period is Period.DAY
            and item.direction is Direction.NEGATIVE
            and item.lag_ms <= 3_600_000
        )


def load_shapes(folder: Traversable, catalog: Catalog) -> dict[str, Shape]:
    """The shape of each code of the catalogue; raises ConfigError."""
    waves = {row.code: row for row in load_table(folder / "indicators.csv", Waves)}
    if (folder / "metrics.csv").is_file():
        waves.update((row.code, row) for row in load_table(folder / "metrics.csv", Waves))
    special = {}
    if (folder / "shapes.csv").is_file():
        special = {row.code: row for row in load_table(folder / "shapes.csv", _ShapeRow)}
    shapes = {}
    for code, quantity in catalog.quantities.items():
        wave = waves.get(code, Waves(code))
        row = special.get(code, _ShapeRow(code, driver=wave.driver, add=wave.add, mul=wave.mul))
        shapes[code] = Shape(
            quantity=quantity,
            waves=wave,
            kind=row.shape,
            origin=row.origin or _usual_origin(quantity),
            districts=row.districts,
            driver=row.driver,
            add=row.add,
            mul=row.mul,
            night=row.night,
        )
    return shapes


def _usual_origin(quantity: Quantity) -> Origin:
    statistic = quantity.period in (Period.DAY, Period.MONTH, Period.QUARTER, Period.YEAR)
    return Origin.REPORTED if statistic else Origin.MEASURED
