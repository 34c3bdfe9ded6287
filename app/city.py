"""A city: its settings and its catalogues, from a folder of TOML and CSV files.

The folder is `assets/cities/<name>` or any other path; columns are in docs/howto-city.md. Nothing
here is kept between calls.
"""

import hashlib
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar, TypeVar

import msgspec

from app.config import CityConfig, ConfigError, load_toml
from app.core.catalog import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Bureau,
    Catalog,
    Direction,
    Period,
    Quantity,
    Region,
    Thresholds,
)
from app.core.directory import (
    Camera,
    Depot,
    Device,
    DeviceKind,
    DutyRole,
    EventType,
    Point,
    PointKind,
    Theme,
    WarningModel,
)
from app.core.message import message
from app.core.privacy import Privacy
from app.rules.plan import index_quantities, plan_of, usual_specs
from app.table import load_table

T = TypeVar("T", bound=msgspec.Struct)

_LAG = re.compile(r"(\d+(?:\.\d+)?)(s|min|h|d)")
_LAG_UNIT = {"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


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


class City(msgspec.Struct, frozen=True):
    """Everything known about a city before the first record comes."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    name: str  # the folder's name
    place: str  # as it was asked for: a name of the program's cities, or a path
    config: CityConfig
    catalog: Catalog
    themes: list[Theme] = []
    point_kinds: list[PointKind] = []
    points: list[Point] = []
    cameras: list[Camera] = []
    device_kinds: list[DeviceKind] = []
    devices: list[Device] = []
    event_types: list[EventType] = []
    warning_models: list[WarningModel] = []
    duty_roles: list[DutyRole] = []
    depots: list[Depot] = []
    version: str = ""


def city_names() -> list[str]:
    """The cities that come with the program, sorted."""
    folder = resources.files("assets") / "cities"
    return sorted(item.name for item in folder.iterdir() if (item / "city.toml").is_file())


def city_folder(name: str | Path) -> Traversable:
    """The folder of a city by its name, or by a path to it; raises ConfigError."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        folder: Traversable = resources.files("assets") / "cities" / name
        if (folder / "city.toml").is_file():
            return folder
    path = Path(name)
    if (path / "city.toml").is_file():
        return path
    raise ConfigError(message("city.unknown", city=str(name), known=", ".join(city_names())))


def load_city(name: str | Path) -> City:
    """Read a city; raises ConfigError with file, line and column."""
    folder = city_folder(name)
    config = load_toml(folder / "city.toml", CityConfig)
    version = _version(folder)
    themes = _optional(folder, "themes.csv", Theme)
    quantities = _quantities(folder)
    plan = plan_of(usual_specs(quantities, themes), quantities)
    return City(
        name=Path(name).resolve().name if Path(name).is_dir() else str(name),
        place=str(name),
        config=config,
        catalog=Catalog(
            quantities={**quantities, **index_quantities(plan, quantities)},
            bureaus={item.code: item for item in load_table(folder / "bureaus.csv", Bureau)},
            regions={item.code: item for item in _regions(folder, config)},
            version=version,
            plan=plan,
        ),
        themes=themes,
        point_kinds=_optional(folder, "point_kinds.csv", PointKind),
        points=_optional(folder, "points.csv", Point),
        cameras=_optional(folder, "cameras.csv", Camera),
        device_kinds=_optional(folder, "device_kinds.csv", DeviceKind),
        devices=_optional(folder, "devices.csv", Device),
        event_types=_optional(folder, "event_types.csv", EventType),
        warning_models=_optional(folder, "warning_models.csv", WarningModel),
        duty_roles=_optional(folder, "duty_roles.csv", DutyRole),
        depots=_optional(folder, "depots.csv", Depot),
        version=version,
    )


def parse_lag(text: str) -> int | None:
    """`60d`, `15min`, `1h`, `30s` to milliseconds; None where it is not such a text."""
    found = _LAG.fullmatch(text.strip())
    return round(float(found.group(1)) * _LAG_UNIT[found.group(2)]) if found else None


def _optional(folder: Traversable, file: str, into: type[T]) -> list[T]:
    path = folder / file
    return load_table(path, into) if path.is_file() else []


def _regions(folder: Traversable, config: CityConfig) -> list[Region]:
    """The city itself first, then its districts; the districts come from `regions.csv`."""
    city = Region(
        code=config.code,
        name_zh=config.name_zh,
        short_zh=config.name_zh,
        name_en=config.name_en,
        lon=config.lon or None,
        lat=config.lat or None,
    )
    rows = load_table(folder / "regions.csv", RegionRow)
    return [city] + [
        Region(row.adcode, row.name_zh, row.short_zh, row.name_en, row.centre_lon, row.centre_lat)
        for row in rows
    ]


def _quantities(folder: Traversable) -> dict[str, Quantity]:
    found: dict[str, Quantity] = {}
    for number, row in enumerate(load_table(folder / "indicators.csv", IndicatorRow)):
        _add(found, _indicator(row, number), "indicators.csv", number)
    for number, metric in enumerate(_optional(folder, "metrics.csv", MetricRow)):
        _add(found, _metric(metric), "metrics.csv", number)
    return found


def _add(found: dict[str, Quantity], quantity: Quantity, file: str, number: int) -> None:
    if quantity.code in found:
        reason = f"{quantity.code} stands twice"
        raise ConfigError(
            message("city.cell", file=file, line=number + 2, column="code", error=reason)
        )
    found[quantity.code] = quantity


def _indicator(row: IndicatorRow, number: int) -> Quantity:
    lag = parse_lag(row.usual_lag)
    if lag is None:
        reason = f"{row.usual_lag!r} is not a span such as 30s, 15min, 1h, 60d"
        line = number + 2  # no cell of this file holds a line break
        raise ConfigError(
            message("city.cell", file="indicators.csv", line=line, column="usual_lag", error=reason)
        )
    return Quantity(
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        unit=row.unit,
        unit_en=row.unit_en,
        period_ms=row.period.ms,
        lag_ms=lag,
        decimals=row.decimals,
        bureau=row.bureau_code,
        theme=row.theme,
        dimension=row.dimension,
        weight=row.weight_in_dimension,
        direction=row.direction,
        valid_min=row.valid_min,
        valid_max=row.valid_max,
        thresholds=_thresholds(row),
        period=row.period,
        note=row.note,
    )


def _thresholds(row: IndicatorRow) -> Thresholds:
    return Thresholds(**{name: getattr(row, name) for name in Thresholds.__struct_fields__})


def _metric(row: MetricRow) -> Quantity:
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


def _version(folder: Traversable) -> str:
    """A hash over the names and bytes of the folder's TOML and CSV files."""
    digest = hashlib.sha256()
    files = (item for item in folder.iterdir() if item.name.endswith((".csv", ".toml")))
    for item in sorted(files, key=lambda entry: entry.name):
        content = item.read_bytes()
        digest.update(f"{item.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
