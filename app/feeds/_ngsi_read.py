"""NGSI-LD and NGSI-v2 entities to records: normalised, concise and keyValues, alone, in lists and
in notifications, with or without the `{metadata, body}` that they wear over MQTT.

From the examples of the smart data models and of Orion-LD; unit codes are those of UN/CEFACT
Recommendation 20 that such models use.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from app.config import FeedConfig
from app.core import keys
from app.core.catalog import Catalog
from app.core.model import DeviceState, DeviceStatus, Event, Ms, Reading, Record, Urgency
from app.core.privacy import Privacy
from app.feeds._gaps import fill_text, unknown
from app.formats._base import DECODE_ERRORS, Format, Made, Payload
from app.formats._indicator import BadUnit, Units, part_of_key
from app.formats._iso_time import iso_time
from app.options import bad, said, zone_of

GAPS = ("code", "region", "name", "type", "attribute")
UNIT_CODES = {
    "CEL": "℃",
    "FAH": "degF",
    "KEL": "kelvin",
    "P1": "%",
    "GQ": "µg/m³",
    "GP": "mg/m³",
    "M1": "mg/L",
    "59": "ppm",
    "MTR": "m",
    "CMT": "cm",
    "MMT": "mm",
    "KMT": "km",
    "MTK": "m²",
    "MTQ": "m³",
    "LTR": "L",
    "KMH": "km/h",
    "MTS": "m/s",
    "KNT": "knot",
    "MQS": "m³/s",
    "MQH": "m³/h",
    "HPA": "hPa",
    "A97": "hPa",
    "PAL": "Pa",
    "KPA": "kPa",
    "MPA": "MPa",
    "MBR": "hPa",
    "BAR": "bar",
    "KGM": "kg",
    "GRM": "g",
    "TNE": "吨",
    "KWT": "kW",
    "WTT": "W",
    "KWH": "kWh",
    "VLT": "V",
    "AMP": "A",
    "HTZ": "Hz",
    "2N": "dB",
    "LUX": "lux",
    "DD": "°",
    "SEC": "s",
    "MIN": "min",
    "HUR": "h",
    "DAY": "day",
    "C62": "",  # one, and a piece: counts, in the catalogue's own word
    "H87": "",
}
FROM, TO = "dateObservedFrom", "dateObservedTo"
TIMES = ("dateObserved", "observationDateTime", "TimeInstant", "dateModified", "modifiedAt")
_STATES = {
    **dict.fromkeys(("ok", "on", "online", "active", "connected"), DeviceState.ONLINE),
    **dict.fromkeys(("off", "offline", "inactive", "disconnected"), DeviceState.OFFLINE),
    **dict.fromkeys(("error", "fault", "faulty", "defective", "nok"), DeviceState.FAULT),
}
_URGENCIES = {
    "critical": Urgency.URGENT,
    "high": Urgency.URGENT,
    "medium": Urgency.QUICK,
}
_URN = re.compile(r"^urn:ngsi(-ld)?:", re.IGNORECASE)
_OUR_FIELDS = ("id", "type", "@context", "@id", "@type")
_SHOWN = 500
_MAX_DEPTH = 4


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an attribute of a type is in the catalogue."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: Annotated[str, said("of the catalogue")]
    unit: Annotated[str, said("where the entity states no unitCode; the catalogue's if empty")] = ""


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`map` of the options: what entities are here."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    attributes: Annotated[dict[str, Attribute], said("by Type.attribute: {code, unit}")] = {}
    key: Annotated[str, said("with {code} {region} {name} {type} {attribute}")] = (
        "reading/{code}/{region}/{name}"
    )
    name: Annotated[tuple[str, ...], said("attributes that name the place, before the id")] = ()
    regions: Annotated[dict[str, str], said("by id, name or areaServed: the region")] = {}
    region: Annotated[str, said("of what is in no table; left out: refused")] = ""
    zone: Annotated[str, said("of times without an offset; left out: refused")] = ""
    device: Annotated[str, said("the type whose state is read")] = "Device"
    alert: Annotated[str, said("the type that becomes events")] = "Alert"


class Value(NamedTuple):
    """One attribute's value, with what is said of it."""

    value: Any
    unit: str = ""
    observed: str = ""


class Unusable(ValueError):
    """Something cannot be used; the arguments are the reason's word and the field."""


class Entities(Format):
    """What the entities of one broker are here."""

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str, meaning: Meaning) -> None:
        super().__init__(config, catalog, zone)
        self._meaning = meaning
        self._units = Units(catalog)
        self.count = 0
        self._by_type: dict[str, dict[str, Attribute]] = {}
        for name, attribute in meaning.attributes.items():
            kind, dot, inner = name.partition(".")
            where = f"options.map.attributes.{name}"
            if not (kind and dot and inner):
                raise bad(config.id, where, "Type.attribute")
            self._units.check(config.id, where, attribute.code, attribute.unit)
            self._by_type.setdefault(kind, {})[inner] = attribute
        if gap := unknown(meaning.key, GAPS):
            raise bad(config.id, "options.map.key", f"{{{gap}}}")
        self._zone: ZoneInfo | None = None
        if meaning.zone:
            self._zone = zone_of(config.id, "options.map.zone", meaning.zone)

    def read(self, payload: Payload) -> Iterator[Made]:
        """An answer, a notification or one entity."""
        answer = not payload.topic
        if answer:  # a notification may come in the midst of one
            self.count = 0
        try:
            found = msgspec.json.decode(payload.data)
            entities = list(_entities(found))
        except DECODE_ERRORS:
            yield Made(payload.data[:_SHOWN], reason="not_json")
            return
        except Unusable as error:
            yield Made(payload.data[:_SHOWN], reason=error.args[0])
            return
        if answer:
            self.count = len(entities)
        for number, entity in enumerate(entities, 1):
            yield from self._entity(entity, number, payload)

    def _entity(self, entity: Any, number: int, payload: Payload) -> Iterator[Made]:
        kind, identity = _kind(entity), _text(entity, "id", "@id")
        if not kind or not identity:
            yield Made(_shown(entity), number, reason="not_ngsi")
            return
        values = {
            _short(name): _value(given) for name, given in entity.items() if name not in _OUR_FIELDS
        }
        name = self._name(identity, kind, values)
        if kind == self._meaning.device:
            yield self._record(entity, number, self._device, name, values, payload)
        elif kind == self._meaning.alert:
            yield self._record(entity, number, self._event, name, values, payload)
        for attribute, meaning in self._by_type.get(kind, {}).items():
            found = values.get(attribute)
            if found is None or found.value is None:
                continue
            try:
                reading = self._reading(kind, attribute, meaning, name, values)
            except Unusable as error:
                reason, field = error.args
                yield Made(_shown(entity), number, reason=reason, field=field)
            else:
                yield Made(_shown(entity), number, reading)

    def _record(
        self,
        entity: Any,
        number: int,
        make: Callable[[str, Mapping[str, Value], Payload], Record],
        name: str,
        values: Mapping[str, Value],
        payload: Payload,
    ) -> Made:
        try:
            record = make(name, values, payload)
        except Unusable as error:
            reason, field = error.args
            return Made(_shown(entity), number, reason=reason, field=field)
        return Made(_shown(entity), number, record)

    # ---- records

    def _reading(
        self,
        kind: str,
        attribute: str,
        meaning: Attribute,
        name: str,
        values: Mapping[str, Value],
    ) -> Reading:
        found = values[attribute]
        value = found.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unusable("wrong_type", attribute)
        if not abs(value) < math.inf:
            raise Unusable("not_a_number", attribute)
        if found.unit and found.unit not in UNIT_CODES:
            raise Unusable("bad_unit", attribute)
        unit = UNIT_CODES[found.unit] if found.unit else meaning.unit
        first, observed = self._times(found, values)
        key = fill_text(
            self._meaning.key,
            {
                "code": meaning.code,
                "region": self._region(name, values),
                "name": name,
                "type": kind,
                "attribute": attribute,
            },
        )
        try:
            keys.parse(key)
            converted = self._units.to_catalogue(meaning.code, unit)(float(value))
        except keys.BadKey as error:
            raise Unusable("bad_key", "id") from error
        except (BadUnit, OverflowError) as error:
            raise Unusable("bad_unit", attribute) from error
        return Reading(
            key, converted, observed, valid_from=first, valid_to=observed if first else 0
        )

    def _device(self, name: str, values: Mapping[str, Value], payload: Payload) -> DeviceStatus:
        """A twin's state holds now; when it was said counts, where that is said."""
        said_state = str(_of(values, "deviceState") or "").strip()
        state = _STATES.get(said_state.lower(), DeviceState.UNKNOWN)
        battery = _of(values, "batteryLevel")
        full = isinstance(battery, int | float) and not isinstance(battery, bool)
        stated = values.get("deviceState", Value(None)).observed
        stated = stated or _text_of(values, "dateLastValueReported", *TIMES)
        if not stated and payload.retained:
            raise Unusable("retained_without_time", "deviceState")
        return DeviceStatus(
            id=f"ngsi:{name}"[:120],
            observed=self._moment(stated) if stated else payload.received,
            state=state,
            fault=said_state[:200] if state is DeviceState.FAULT else "",
            battery=float(battery) if full and 0 <= battery <= 1 else None,
        )

    def _event(self, name: str, values: Mapping[str, Value], payload: Payload) -> Event:
        issued = _text_of(values, "dateIssued", "validFrom", *TIMES)
        if not issued:
            raise Unusable("missing", "dateIssued")
        at = self._moment(issued)
        place = _of(values, "location")
        lon, lat = _point(place)
        address = _of(values, "address")
        street = address.get("streetAddress") if isinstance(address, dict) else None
        category = _text_of(values, "category") or "alert"
        sub = _text_of(values, "subCategory")
        return Event(
            id=f"ngsi:{name}"[:120],
            type=(f"{category}/{sub}" if sub else category)[:200],
            occurred=at,
            observed=at,
            urgency=_URGENCIES.get(_text_of(values, "severity").lower(), Urgency.NORMAL),
            region=self._meaning.regions.get(name, self._meaning.region)[:200],
            title=_text_of(values, "description", "name")[:400],
            place=street[:400] if isinstance(street, str) else "",
            lon=lon,
            lat=lat,
            published=min(at, payload.received),
        )

    # ---- what they are made of

    def _name(self, identity: str, kind: str, values: Mapping[str, Value]) -> str:
        for attribute in self._meaning.name:
            found = _of(values, attribute)
            if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
                return part_of_key(_bare(str(found), ""))
        return part_of_key(_bare(identity, kind))

    def _region(self, name: str, values: Mapping[str, Value]) -> str:
        regions = self._meaning.regions
        served = _of(values, "areaServed")
        found = regions.get(name) or (regions.get(served) if isinstance(served, str) else "")
        region = found or self._meaning.region
        if not region:
            raise Unusable("no_region", "id")
        return region

    def _times(self, found: Value, values: Mapping[str, Value]) -> tuple[Ms, Ms]:
        """Beginning (0 for an instant) and end of what a value is of."""
        if found.observed:
            return 0, self._moment(found.observed)
        first, last = _text_of(values, FROM), _text_of(values, TO)
        if not (first and last):
            stated = _text_of(values, *TIMES)
            if not stated:
                raise Unusable("missing", "dateObserved")
            first, slash, last = stated.partition("/")
            if not slash:
                return 0, self._moment(first)
        begin, end = self._moment(first), self._moment(last)
        if end < begin:
            raise Unusable("bad_time", "dateObserved")
        return begin, end

    def _moment(self, text: str) -> Ms:
        at = iso_time(text, self._zone)
        if at is None:
            raise Unusable("bad_time", "dateObserved")
        return at


def _entities(found: Any, depth: int = 0) -> Iterator[Any]:
    """The entities of an answer, a notification, or what MQTT wraps it in; raises Unusable."""
    if depth > _MAX_DEPTH:
        raise Unusable("not_ngsi", "")
    if isinstance(found, list):
        yield from found
    elif not isinstance(found, dict):
        raise Unusable("not_ngsi", "")
    elif "body" in found and "metadata" in found and "id" not in found:
        yield from _entities(found["body"], depth + 1)
    elif "subscriptionId" in found and isinstance(found.get("data"), list):
        yield from found["data"]
    else:
        yield found


def _kind(entity: Any) -> str:
    if not isinstance(entity, dict):
        return ""
    kind = entity.get("type", entity.get("@type"))
    if isinstance(kind, list):
        kind = kind[0] if kind else ""
    return _short(kind) if isinstance(kind, str) else ""


def _text(entity: Any, *names: str) -> str:
    for name in names:
        found = entity.get(name) if isinstance(entity, dict) else None
        if isinstance(found, str) and found:
            return found
    return ""


def _short(name: str) -> str:
    """`https://uri.fiware.org/ns/data-models#temperature` is temperature."""
    return re.split("[#/]", name)[-1] if ":/" in name else name


def _value(given: Any) -> Value:
    """An attribute in any of its forms. Of several instances the first is taken."""
    if isinstance(given, list) and given and _is_attribute(given[0]):
        given = given[0]
    if not _is_attribute(given):
        return Value(_bare_value(given))
    found = given.get("value", given.get("object"))
    inner = given.get("metadata")
    about = {**given, **inner} if isinstance(inner, dict) else given  # NGSI-v2 puts them there
    unit, observed = _bare_value(about.get("unitCode")), _bare_value(about.get("observedAt"))
    if observed is None:
        observed = _bare_value(about.get("TimeInstant"))
    return Value(
        _bare_value(found),
        unit if isinstance(unit, str) else "",
        observed if isinstance(observed, str) else "",
    )


def _is_attribute(given: Any) -> bool:
    return isinstance(given, dict) and ("value" in given or "object" in given)


def _bare_value(given: Any) -> Any:
    if isinstance(given, dict):
        if "@value" in given:
            return given["@value"]
        if "value" in given and "type" in given and "coordinates" not in given:
            return given["value"]
    return given


def _of(values: Mapping[str, Value], name: str) -> Any:
    found = values.get(name)
    return found.value if found is not None else None


def _text_of(values: Mapping[str, Value], *names: str) -> str:
    for name in names:
        found = _of(values, name)
        if isinstance(found, str) and found:
            return found
    return ""


def _point(place: Any) -> tuple[float | None, float | None]:
    """Longitude and latitude of a GeoJSON point."""
    if isinstance(place, dict) and place.get("type") == "Point":
        at = place.get("coordinates")
        if isinstance(at, list) and len(at) >= 2:
            lon, lat = at[:2]
            sane = all(isinstance(one, int | float) for one in (lon, lat))
            if sane and -180 <= lon <= 180 and -90 <= lat <= 90:
                return float(lon), float(lat)
    return None, None


def _bare(identity: str, kind: str) -> str:
    """An id without `urn:ngsi-ld:` and the type, which some states put before it and some not."""
    bare = _URN.sub("", identity)
    head = f"{kind}:".lower()
    while kind and bare.lower().startswith(head) and len(bare) > len(head):
        bare = bare[len(head) :]
    return bare


def _shown(entity: Any) -> str:
    if not isinstance(entity, dict):
        return str(entity)[:100]
    return f"{_kind(entity)} {_text(entity, 'id', '@id')}"[:_SHOWN]
