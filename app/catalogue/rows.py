"""The lines of a city's CSV files, and what the catalogue makes of them."""

import re
from typing import ClassVar, Literal

import msgspec

from app.core.catalog import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Direction,
    Period,
    Quantity,
    Region,
    Thresholds,
)
from app.core.privacy import Privacy

_LAG = re.compile(r"(\d+(?:\.\d+)?)(s|min|h|d)")
_LAG_UNIT = {"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}


class IndicatorRow(msgspec.Struct, frozen=True):
    """One line of `indicators.csv` as far as the program reads it; see docs/howto-indicator.md."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    bureau_code: str
    unit: str
    period: Period
    direction: Direction
    valid_min: float | None = None
    valid_max: float | None = None
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
    dimension: str = ""
    theme: str = ""
    weight_in_dimension: float = 0.0
    usual_lag: str = "0s"
    decimals: int = 0
    note: str = ""
    unit_en: str = ""
    secrecy: Literal["public", "internal"] = "public"


class MetricRow(msgspec.Struct, frozen=True):
    """One line of `metrics.csv`: what a kind of device measures."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    period_seconds: float
    unit: str = ""
    unit_en: str = ""
    bureau_code: str = ""
    decimals: int = 0
    lag_seconds: float = 0
    direction: Direction = Direction.BAND
    valid_min: float | None = None
    valid_max: float | None = None
    watch: float | None = None
    yellow: float | None = None
    orange: float | None = None
    red: float | None = None


class RegionRow(msgspec.Struct, frozen=True):
    """One line of `regions.csv`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    adcode: str
    name_zh: str
    short_zh: str
    name_en: str
    centre_lon: float | None = None
    centre_lat: float | None = None
    boundary: str = "yes"
    demo_population_10k: float = 0.0


class WeightRow(msgspec.Struct, frozen=True):
    """One line of `weights.csv`: a weight worked out offline and frozen."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    weight: float


def parse_lag(text: str) -> int | None:
    """`60d`, `15min`, `1h`, `30s` to milliseconds; None where it is not such a text."""
    found = _LAG.fullmatch(text.strip())
    return round(float(found.group(1)) * _LAG_UNIT[found.group(2)]) if found else None


def indicator(row: IndicatorRow) -> Quantity:
    """What a line of `indicators.csv` means; a lag that cannot be read counts as none here."""
    return Quantity(
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        unit=row.unit,
        unit_en=row.unit_en,
        period_ms=row.period.ms,
        lag_ms=parse_lag(row.usual_lag) or 0,
        decimals=row.decimals,
        bureau=row.bureau_code,
        theme=row.theme,
        dimension=row.dimension,
        weight=row.weight_in_dimension,
        direction=row.direction,
        valid_min=row.valid_min,
        valid_max=row.valid_max,
        thresholds=Thresholds(
            **{name: getattr(row, name) for name in Thresholds.__struct_fields__}
        ),
        period=row.period,
        note=row.note,
        secrecy=Privacy(row.secrecy),
    )


def metric(row: MetricRow) -> Quantity:
    """What a line of `metrics.csv` means."""
    return Quantity(
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        unit=row.unit,
        unit_en=row.unit_en,
        period_ms=round(row.period_seconds * 1000),
        lag_ms=round(row.lag_seconds * 1000),
        decimals=row.decimals,
        bureau=row.bureau_code,
        direction=row.direction,
        valid_min=row.valid_min,
        valid_max=row.valid_max,
        thresholds=Thresholds(watch=row.watch, yellow=row.yellow, orange=row.orange, red=row.red),
        is_indicator=False,
    )


def region(row: RegionRow) -> Region:
    """What a line of `regions.csv` means."""
    return Region(
        row.adcode, row.name_zh, row.short_zh, row.name_en, row.centre_lon, row.centre_lat
    )
