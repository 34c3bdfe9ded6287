"""One `[[feed.map.<kind>]]`: from a foreign record to a record of ours, or the reason why not."""

from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.config import ConfigError
from app.core.catalog import Catalog
from app.core.geo import Crs, to_wgs84
from app.core.model import TIMES, DeviceStatus, Event, Position, Reading, Record, Stock, Warning
from app.core.privacy import Privacy
from app.formats._base import Made
from app.formats._indicator import BadUnit
from app.formats._jmespath import PathError
from app.formats._map_check import Check, CheckError, checks_of, number_of
from app.formats._map_config import FieldSpec, MapConfig, Output
from app.formats._map_field import Field, FieldError
from app.formats._map_path import Paths
from app.formats._map_unit import OF_A_KEY, ByKey, UnknownKey, fixed, wanted
from app.formats._xml import Element, local
from app.options import bad

STRUCTS: dict[str, type[Record]] = {
    "reading": Reading,
    "event": Event,
    "device": DeviceStatus,
    "position": Position,
    "warning": Warning,
    "stock": Stock,
}
_PLANE = 400.0  # no longitude: metres of a plane


class Pending(msgspec.Struct):
    """Fields of a record that is not a Struct yet, because its place is still to be converted."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    output: "MapOutput"
    sample: Any
    number: int
    fields: dict[str, Any]

    def finish(self) -> Made:
        """The record, now that its place is WGS-84."""
        return self.output.build(self.fields, self.sample, self.number)


class MapOutput:
    """Construction raises ConfigError where it can never work."""

    def __init__(
        self,
        feed: str,
        kind: str,
        number: int,
        output: Output,
        config: MapConfig,
        catalog: Catalog,
        paths: Paths,
    ) -> None:
        self._struct = STRUCTS[kind]
        self._feed, self._where = feed, f"map.{kind}[{number}]"
        self._config, self._paths = config, paths
        specs = dict(output)
        self.when = self._condition(specs.pop("when", None))
        self.crs = self._datum(config, specs)
        self.moved = self.crs in (Crs.GCJ02, Crs.BD09)
        self._checks = checks_of(self._struct)
        self._checks.update(lon=_degrees(self._checks, "lon"), lat=_degrees(self._checks, "lat"))
        self._units: list[tuple[str, str]] = []  # by the key of the record
        fields = [self._field(name, _spec(spec), output) for name, spec in specs.items()]
        units = [unit for _, unit in self._units]
        self._by_key = ByKey(catalog, units) if units else None
        self._received = [field.name for field in fields if field.uses_received]
        self._fields = [(field.name, field.make) for field in fields if not field.uses_received]
        self._required = [
            field.name for field in msgspec.structs.fields(self._struct) if field.required
        ]
        if missing := set(self._required) - set(specs):
            raise self._bad("", f"missing: {', '.join(sorted(missing))}")

    def make(self, record: Any, number: int, received: int, *, retained: bool) -> Made | Pending:
        """The record of a foreign one or why there is none; Pending where its place is to be
        moved. `when` has been asked before."""
        if retained and self._received:
            return Made(sample_of(record), number, reason="retained_without_time")
        fields: dict[str, Any] = {}
        try:
            for name, make in self._fields:
                value = make(record)
                if value is not None:
                    fields[name] = value
            if self._by_key is not None:
                self._convert(fields, self._by_key)
        except FieldError as error:
            return Made(sample_of(record), number, reason=error.args[1], field=error.args[0])
        for name in self._received:
            fields[name] = received
        if self.moved:
            return Pending(self, record, number, fields)
        return self.build(fields, record, number)

    def build(self, fields: dict[str, Any], sample: Any, number: int) -> Made:
        """The Struct of fields that have all been checked; the required ones may lack."""
        try:
            return Made(sample, number, self._struct(**fields))
        except TypeError:
            lacking = next(name for name in self._required if name not in fields)
            return Made(sample_of(sample), number, reason="missing", field=lacking)

    def _convert(self, fields: dict[str, Any], convert: ByKey) -> None:
        for name, unit in self._units:
            if name not in fields:
                continue
            try:
                fields[name] = convert(fields[name], unit, fields.get("key", ""))
            except UnknownKey as error:
                raise FieldError("key", error.args[0]) from error
            except BadUnit as error:
                raise FieldError(name, error.args[0]) from error

    def _field(self, name: str, spec: FieldSpec, output: Output) -> Field:
        if name not in self._struct.__struct_fields__:
            known = ", ".join(self._struct.__struct_fields__)
            raise self._bad(name, f"no such field; there are {known}")
        if name in TIMES and not spec.time:
            raise self._bad(name, "a time states its format: time = 'iso', 'epoch_ms', ...")
        try:
            convert = self._unit(name, spec, output)
            return Field(name, spec, self._config, self._paths, self._checks[name], convert)
        except ValueError as error:
            raise self._bad(name, str(error)) from error

    def _unit(self, name: str, spec: FieldSpec, output: Output) -> Callable[[float], float] | None:
        if not spec.unit:
            if spec.to:
                raise ValueError("`to` needs the source's `unit`")
            return None
        to = wanted(name, spec, output)
        if to is not None:
            return fixed(spec.unit, to)
        if self._struct is not Reading or name not in OF_A_KEY:
            raise ValueError("state `to`: nothing says into which unit")
        self._units.append((name, spec.unit))
        return None

    def _condition(self, when: str | FieldSpec | None) -> Callable[[Any], bool] | None:
        if when is None:
            return None
        if not isinstance(when, str):
            raise self._bad("when", "an expression")
        try:
            return self._paths.condition(when)
        except PathError as error:
            raise self._bad("when", str(error)) from error

    def _datum(self, config: MapConfig, specs: Output) -> Crs:
        declared = specs.pop("crs", config.crs)
        if "lon" not in specs and "lat" not in specs:
            return Crs.WGS84
        try:
            return Crs(declared)  # type: ignore[arg-type]
        except ValueError as error:
            raise self._bad("crs", f"{declared!r} is not one of {', '.join(Crs)}") from error

    def _bad(self, key: str, error: str) -> ConfigError:
        return bad(self._feed, f"{self._where}.{key}" if key else self._where, error)


def place(pending: list[Pending]) -> None:
    """Convert the places of many records at once, one datum after the other."""
    for crs in (Crs.GCJ02, Crs.BD09):
        there = [
            item.fields
            for item in pending
            if item.output.crs is crs and "lon" in item.fields and "lat" in item.fields
        ]
        if not there:
            continue
        lon = np.array([fields["lon"] for fields in there], dtype=np.float64)
        lat = np.array([fields["lat"] for fields in there], dtype=np.float64)
        sane = np.abs(lat) <= 85
        true_lon, true_lat = to_wgs84(np.where(sane, lon, 0.0), np.where(sane, lat, 0.0), crs)
        for row, fields in enumerate(there):
            if sane[row]:
                east = float(true_lon[row])
                fields["lon"] = (east + 180.0) % 360.0 - 180.0 if abs(east) > 180.0 else east
                fields["lat"] = float(true_lat[row])


def sample_of(record: Any) -> Any:
    """What is shown of a record that was refused: of an XML element the texts of its children."""
    if isinstance(record, dict | list | str | int | float | bool | None):
        return record
    return _texts(record)


def _texts(element: Element) -> dict[str, Any]:
    texts: dict[str, Any] = dict(element.attrib)
    for child in list(element)[:40]:
        texts[local(child)] = child.text
    return texts


def _spec(given: str | FieldSpec) -> FieldSpec:
    return FieldSpec(from_=given) if isinstance(given, str) else given


def _degrees(checks: dict[str, Check], name: str) -> Check:
    """The field's own limits, and a word of its own for what are no degrees at all."""
    limits = checks.get(name)

    def check(value: Any) -> float:
        number = number_of(value)
        if abs(number) > _PLANE:
            raise CheckError("plane_coordinates")
        return float(limits(number)) if limits is not None else number

    return check
