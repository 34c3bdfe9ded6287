"""A bureau's own JSON or CSV to our records, told by `[feed.map]` and no code.

Nothing raises out of `read`: what cannot be used comes back as `Made` with the reason.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import jmespath
import msgspec
import numpy as np

from app.config import FeedConfig
from app.core import keys
from app.core.catalog import Catalog
from app.core.geo import Crs, to_wgs84
from app.core.model import DeviceStatus, Event, Ms, Position, Reading, Record, Stock, Warning
from app.core.privacy import Privacy
from app.formats._base import Format, Made, Payload
from app.formats._map_config import FieldSpec, MapConfig, Output, map_config
from app.formats._map_field import Field, FieldError
from app.formats._map_payload import PayloadError, splitter
from app.options import bad
from app.registry import deferred

_STRUCTS: dict[str, type[Record]] = {
    "reading": Reading,
    "event": Event,
    "device": DeviceStatus,
    "position": Position,
    "warning": Warning,
    "stock": Stock,
}
_TIMES = frozenset(
    {
        "observed",
        "valid_from",
        "valid_to",
        "published",
        "occurred",
        "due",
        "issued",
        "expires",
        "onset",
    }
)
TOPIC = "_topic"


class _Pending(msgspec.Struct):
    """Fields of a record that is not a Struct yet, because its place is still to be converted."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    output: "_Output"
    sample: Any
    number: int
    fields: dict[str, Any]


class Mapping(Format, kind="mapping"):
    """The compiled mapping of one feed. Raises ConfigError where it can never work.

    It is taken wherever a feed has a `[feed.map]`; every key of it stands in howto-feed.md.
    """

    example = """
        [[feed]]
        id = "rain"
        kind = "mqtt"
        name_zh = "气象局雨量"
        name_en = "Meteorological bureau, rain"
        url = "mqtts://broker.example"

        [feed.map]
        format = "json"
        each = "data.items"
        zone = "Asia/Shanghai"

        [[feed.map.reading]]
        key = {template = "reading/rain.depth/{adcode}/{station}"}
        value = {from = "r", unit = "mm"}
        observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S"}
    """

    def __init__(self, feed: FeedConfig, catalog: Catalog, zone: str = "") -> None:
        super().__init__(feed, catalog, zone)
        config = map_config(feed.id, feed.map)
        try:
            self._split = splitter(config, feed.limits)
        except jmespath.exceptions.JMESPathError as error:
            raise bad(feed.id, "map.each", str(error)) from error
        self._outputs = [
            _Output(feed.id, kind, number, output, config, catalog)
            for kind in _STRUCTS
            for number, output in enumerate(getattr(config, kind))
        ]

    def read(self, payload: Payload) -> Iterator[Made]:
        """What a payload becomes. The levels of a topic are to be had as `_topic[0]`...; a retained
        message has no moment of its own, so an output that takes the time of receipt refuses it."""
        received, retained = payload.received, payload.retained
        try:
            records = self._split(payload.data)
        except PayloadError as error:
            yield Made(payload.data[:4000], reason=str(error))
            return
        pending: list[_Pending] = []
        for number, record in enumerate(records, 1):
            if payload.topic and isinstance(record, dict):
                record = {**record, TOPIC: list(payload.topic)}
            for output in self._outputs:
                made = output.make(record, number, received, retained=retained)
                if isinstance(made, _Pending):
                    pending.append(made)
                elif made is not None:
                    yield made
        _place(pending)
        for item in pending:
            yield item.output.finish(item)


class _Output:
    """One `[[feed.map.<kind>]]`."""

    def __init__(
        self,
        feed: str,
        kind: str,
        number: int,
        output: Output,
        config: MapConfig,
        catalog: Catalog,
    ) -> None:
        self._struct = _STRUCTS[kind]
        self._catalog = catalog
        self._where = f"map.{kind}[{number}]"
        specs = dict(sorted(output.items(), key=lambda item: item[0] != "key"))
        self._when = self._condition(feed, specs.pop("when", None))
        self.crs = self._datum(feed, config, specs)
        self._fields = [
            self._field(feed, name, _spec(spec), config) for name, spec in specs.items()
        ]
        self._texts = _text_fields(self._struct)
        self.uses_received = any(field.uses_received for field in self._fields)
        if any(field.spec.unit for field in self._fields):
            deferred("app.core.units")  # now, not with the first message
        missing = set(_required(self._struct)) - set(specs)
        if missing:
            raise bad(feed, self._where, f"missing: {', '.join(sorted(missing))}")

    def _field(self, feed: str, name: str, spec: FieldSpec, config: MapConfig) -> Field:
        where = f"{self._where}.{name}"
        if name not in self._struct.__struct_fields__:
            known = ", ".join(self._struct.__struct_fields__)
            raise bad(feed, where, f"no such field; there are {known}")
        if name in _TIMES and not spec.time:
            raise bad(feed, where, "a time states its format: time = 'iso', 'epoch_ms', ...")
        if (spec.unit or spec.to) and (self._struct is not Reading or name != "value"):
            raise bad(feed, where, "only the value of a reading has a unit")
        try:
            return Field(name, spec, config.zone, column=config.format == "csv")
        except (ValueError, jmespath.exceptions.JMESPathError) as error:
            raise bad(feed, where, str(error)) from error

    def _condition(self, feed: str, when: str | FieldSpec | None) -> Callable[[Any], Any] | None:
        if when is None:
            return None
        if not isinstance(when, str):
            raise bad(feed, f"{self._where}.when", "a jmespath expression")
        try:
            return jmespath.compile(when).search  # type: ignore[no-any-return]
        except jmespath.exceptions.JMESPathError as error:
            raise bad(feed, f"{self._where}.when", str(error)) from error

    def _datum(self, feed: str, config: MapConfig, specs: Output) -> Crs:
        declared = specs.pop("crs", config.crs)
        if "lon" not in specs and "lat" not in specs:
            return Crs.WGS84
        try:
            return Crs(declared)  # type: ignore[arg-type]
        except ValueError as error:
            known = ", ".join(Crs)
            raise bad(feed, f"{self._where}.crs", f"{declared!r} is not one of {known}") from error

    def make(
        self, record: Any, number: int, received: Ms, *, retained: bool
    ) -> Made | _Pending | None:
        """The fields of one record, a refusal, or None where `when` says no."""
        try:
            if self._when is not None and not self._when(record):
                return None
        except jmespath.exceptions.JMESPathError:
            return None
        if retained and self.uses_received:
            return Made(record, number, reason="retained_without_time")
        fields: dict[str, Any] = {}
        try:
            for field in self._fields:
                value = field.make(record, received)
                if value is not None:
                    fields[field.name] = self._typed(field, value, fields)
        except FieldError as error:
            name, why = error.args
            return Made(record, number, reason=why, field=name)
        return _Pending(self, record, number, fields)

    def finish(self, pending: _Pending) -> Made:
        """The record, now that its place is WGS-84."""
        try:
            record = msgspec.convert(pending.fields, self._struct, strict=False)
        except msgspec.ValidationError as error:
            reason, _, path = str(error).partition(" - at `")
            missing = reason.startswith("Object missing")
            name = reason.rpartition("field ")[2].strip("`") if missing else path.strip("`$.")
            return Made(
                pending.sample,
                pending.number,
                reason="missing" if missing else "wrong_type",
                field=name,
            )
        return Made(pending.sample, pending.number, record)

    def _typed(self, field: Field, value: Any, fields: dict[str, Any]) -> Any:
        name = field.name
        if name in self._texts:
            if isinstance(value, dict | list | bool):
                raise FieldError(name, "wrong_type")
            return str(value)
        if name == "value":
            return self._in_catalogue_unit(field, field.number(value), fields)
        if isinstance(value, float) and not math.isfinite(value):
            raise FieldError(name, "not_a_number")
        if name in ("lon", "lat", "low", "high"):
            return field.number(value)
        return value

    def _in_catalogue_unit(self, field: Field, value: float, fields: dict[str, Any]) -> float:
        given, wanted = field.spec.unit, field.spec.to
        if not given:
            return value
        if not wanted:
            try:
                quantity = self._catalog.quantity(str(fields.get("key", "")))
            except keys.BadKey as error:
                raise FieldError("key", "bad_key") from error
            if quantity is None:
                raise FieldError("key", "not_in_catalogue")
            wanted = quantity.unit
        if given == wanted:
            return value
        units = deferred("app.core.units")
        try:
            return float(units.converter(given, wanted)(value))
        except units.UnitError as error:
            raise FieldError("value", "bad_unit") from error


def _spec(given: str | FieldSpec) -> FieldSpec:
    return FieldSpec(from_=given) if isinstance(given, str) else given


def _place(pending: list[_Pending]) -> None:
    """Convert all places of a payload at once, one datum after the other."""
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
        sane = (np.abs(lon) <= 180) & (np.abs(lat) <= 85)
        true_lon, true_lat = to_wgs84(np.where(sane, lon, 0.0), np.where(sane, lat, 0.0), crs)
        for row, fields in enumerate(there):
            if sane[row]:
                fields["lon"], fields["lat"] = float(true_lon[row]), float(true_lat[row])


def _required(struct: type[msgspec.Struct]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(struct) if field.required]


def _text_fields(struct: type[msgspec.Struct]) -> frozenset[str]:
    info = msgspec.inspect.type_info(struct)
    assert isinstance(info, msgspec.inspect.StructType)
    return frozenset(
        field.name for field in info.fields if isinstance(field.type, msgspec.inspect.StrType)
    )
