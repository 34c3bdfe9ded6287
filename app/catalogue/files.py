"""All files of a city's folder, read; and what they say of each other, checked."""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from app.catalogue.check import (
    check_indicators,
    check_known,
    check_metrics,
    check_twice,
    codes,
)
from app.catalogue.check_indices import check_weights
from app.catalogue.faults import Faults
from app.catalogue.lookups import with_tables
from app.catalogue.own import Own, read_own
from app.catalogue.rows import IndicatorRow, MetricRow, RegionRow, WeightRow, indicator, metric
from app.config import (
    CityConfig,
    FeedConfig,
    Link,
    PageConfig,
    PlatformConfig,
    load_toml,
    locate,
)
from app.core.catalog import Bureau, Quantity
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
from app.table import numbered_table

T = TypeVar("T", bound=msgspec.Struct)
Numbered = list[tuple[int, T]]


class Files:
    """The rows of every file, each with its line; raises CityFaults where one cannot be read."""

    def __init__(self, folder: Traversable, faults: Faults) -> None:
        self._folder = folder
        self._faults = faults
        toml = folder / "city.toml"
        config = faults.trying(lambda: load_toml(toml, CityConfig), None)
        self.indicators = self._read("indicators.csv", IndicatorRow)
        self.bureaus = self._read("bureaus.csv", Bureau)
        self.regions = self._read("regions.csv", RegionRow)
        self.metrics = self._maybe("metrics.csv", MetricRow)
        self.themes = self._maybe("themes.csv", Theme)
        self.point_kinds = self._maybe("point_kinds.csv", PointKind)
        self.points = self._maybe("points.csv", Point)
        self.cameras = self._maybe("cameras.csv", Camera)
        self.device_kinds = self._maybe("device_kinds.csv", DeviceKind)
        self.devices = self._maybe("devices.csv", Device)
        self.event_types = self._maybe("event_types.csv", EventType)
        self.warning_models = self._maybe("warning_models.csv", WarningModel)
        self.duty_roles = self._maybe("duty_roles.csv", DutyRole)
        self.depots = self._maybe("depots.csv", Depot)
        weights = self._maybe("weights.csv", WeightRow)
        lines = codes(self.indicators)
        self.own = faults.trying(lambda: read_own(folder, weights, lines), Own())
        faults.end()
        assert config is not None
        self.config = faults.trying(lambda: with_tables(config, folder), config)

    def _read(self, file: str, into: type[T]) -> Numbered[T]:
        return self._faults.trying(lambda: numbered_table(self._folder / file, into), [])

    def _maybe(self, file: str, into: type[T]) -> Numbered[T]:
        return self._read(file, into) if (self._folder / file).is_file() else []

    def quantities(self) -> dict[str, Quantity]:
        """Indicators and metrics by code, as they stand in the files."""
        found = {row.code: indicator(row) for _, row in self.indicators}
        return {**found, **{row.code: metric(row) for _, row in self.metrics}}

    def check(self) -> None:
        """Put what is wrong with the lists into the faults."""
        self._check_twice()
        self._check_bureaus()
        self._check_links()
        self._check_places()
        check_indicators(self.indicators, self._faults)
        check_metrics(self.metrics, self._faults)
        check_weights(self.quantities(), self.own, self._faults)

    def _check_twice(self) -> None:
        for file, column, lines in (
            ("bureaus.csv", "code", self.bureaus),
            ("regions.csv", "adcode", self.regions),
            ("themes.csv", "code", self.themes),
            ("indicators.csv", "code", self.indicators),
            ("point_kinds.csv", "code", self.point_kinds),
            ("points.csv", "id", self.points),
            ("cameras.csv", "id", self.cameras),
            ("device_kinds.csv", "code", self.device_kinds),
            ("devices.csv", "id", self.devices),
            ("event_types.csv", "code", self.event_types),
            ("warning_models.csv", "code", self.warning_models),
            ("duty_roles.csv", "code", self.duty_roles),
            ("depots.csv", "code", self.depots),
        ):
            check_twice(file, column, lines, self._faults)
        # An indicator and a metric share one space of codes.
        check_twice("metrics.csv", "code", self.metrics, self._faults)
        known = codes(self.indicators)
        for line, row in self.metrics:
            if row.code in known:
                code, first = row.code, known[row.code]
                self._faults.add(
                    "cities.twice", "metrics.csv", line, "code", code=code, first=first
                )

    def _check_bureaus(self) -> None:
        bureaus = codes(self.bureaus)
        for file, column, lines in (
            ("indicators.csv", "bureau_code", self.indicators),
            ("metrics.csv", "bureau_code", self.metrics),
            ("themes.csv", "lead_bureau", self.themes),
            ("event_types.csv", "responsible_bureau", self.event_types),
            ("point_kinds.csv", "bureau", self.point_kinds),
            ("points.csv", "bureau", self.points),
        ):
            check_known(file, column, lines, bureaus, "bureaus.csv", self._faults)
        for number, feed in enumerate(self.config.feed):
            if feed.bureau and feed.bureau not in bureaus:
                self._unknown(f"feed[{number}].bureau", feed.bureau, "bureaus.csv")
        themes = codes(self.themes)
        check_known("indicators.csv", "theme", self.indicators, themes, "themes.csv", self._faults)

    def _check_links(self) -> None:
        links = {link.id for link in self.config.link}
        tables: list[tuple[str, Sequence[FeedConfig | Link | PlatformConfig | PageConfig]]] = [
            ("feed", self.config.feed),
            ("link", self.config.link),
            ("platform", self.config.platform),
            ("page", self.config.page),
        ]
        for table, rows in tables:
            seen: dict[str, int] = {}
            for number, row in enumerate(rows):
                if seen.setdefault(row.id, number) != number:
                    self._again(f"{table}[{number}].id", row.id, f"{table}[{seen[row.id]}].id")
                for named in row.depends:
                    if named not in links:
                        self._unknown(f"{table}[{number}].depends", named, "[[link]]")
        check_known("cameras.csv", "link", self.cameras, links, "[[link]]", self._faults)

    def _again(self, key: str, code: str, first: str) -> None:
        """A key of city.toml gives an id that another has."""
        at = self._line_of(first)
        self._faults.add("cities.twice", "city.toml", self._line_of(key), key, code=code, first=at)

    def _line_of(self, key: str) -> int:
        return locate((self._folder / "city.toml").read_text(encoding="utf-8"), key)

    def _unknown(self, key: str, code: str, known: str) -> None:
        """A key of city.toml names what is nowhere."""
        line = self._line_of(key)
        self._faults.add("cities.unknown", "city.toml", line, key, code=code, known=known)

    def _check_places(self) -> None:
        regions = {self.config.code, *codes(self.regions, "adcode")}
        for file, column, lines in (
            ("points.csv", "region", self.points),
            ("cameras.csv", "region", self.cameras),
            ("devices.csv", "region", self.devices),
            ("depots.csv", "region_adcode", self.depots),
        ):
            check_known(file, column, lines, regions, "regions.csv", self._faults)
        kinds, sensors = codes(self.point_kinds), codes(self.device_kinds)
        check_known("points.csv", "kind", self.points, kinds, "point_kinds.csv", self._faults)
        check_known("devices.csv", "kind", self.devices, sensors, "device_kinds.csv", self._faults)
