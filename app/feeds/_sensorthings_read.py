"""SensorThings 1.1 entities to readings: which Datastream is which key, what an Observation says.

From the standard (OGC 18-088) as its conformance suite's bodies and FROST show it: unit, interval
times `start/end`, DataArray. Ids are numbers or texts.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from app.config import FeedConfig
from app.core import keys
from app.core.catalog import Catalog
from app.core.model import Ms, Reading
from app.core.privacy import Privacy
from app.feeds._gaps import fill_text, unknown
from app.formats._base import DECODE_ERRORS, Format, Made, Payload
from app.formats._indicator import BadUnit, Convert, Units, part_of_key
from app.formats._iso_time import iso_time
from app.options import bad, said

GAPS = ("code", "region", "thing", "stream")
_TOPIC = re.compile(r"Datastreams\((.{1,200})\)/Observations")
_SHOWN = 500


class Stream(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one Datastream is here."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: Annotated[str, said("of the readings: reading/CODE/REGION/NAME")]
    unit: Annotated[str, said("instead of the one that the server states")] = ""


class Naming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`map` of the options: keys made from what the server says of a Datastream."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: Annotated[str, said("with {code} {region} {thing} {stream}")] = (
        "reading/{code}/{region}/{thing}"
    )
    codes: Annotated[dict[str, str], said("by ObservedProperty, name or definition: its code")] = {}
    regions: Annotated[dict[str, str], said("by Thing, name or id: its region")] = {}
    region: Annotated[str, said("of Things that are in no table; left out: they are not read")] = ""


class Bound(msgspec.Struct, frozen=True):
    """A Datastream that is read: its id as the server has it, its key and conversion."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: int | str
    key: str
    convert: Convert

    @property
    def path(self) -> str:
        """Of its Observations, below the service's address: `Datastreams(5)/Observations`."""
        text = str(self.id).replace("'", "''") if isinstance(self.id, str) else str(self.id)
        quoted = f"'{text}'" if isinstance(self.id, str) else text
        return f"Datastreams({quoted})/Observations"


class _Named(msgspec.Struct):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: int | str = msgspec.field(default="", name="@iot.id")
    name: str = ""
    definition: str = ""


class _Unit(msgspec.Struct):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    symbol: str | None = None
    name: str | None = None


class Observation(msgspec.Struct):
    """As it comes in a page, in an expanded Datastream, and over MQTT."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    result: Any = None
    phenomenonTime: str | None = None  # noqa: N815  (the standard's name)
    resultTime: str | None = None  # noqa: N815


class _Datastream(msgspec.Struct):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: int | str = msgspec.field(default="", name="@iot.id")
    name: str = ""
    unitOfMeasurement: _Unit | None = None  # noqa: N815
    Thing: _Named | None = None
    ObservedProperty: _Named | None = None
    Observations: list[Observation] = []


class _Page(msgspec.Struct):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    value: list[msgspec.Raw]
    next: str = msgspec.field(default="", name="@iot.nextLink")


class _Array(msgspec.Struct):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    components: list[str]
    dataArray: list[list[Any]]  # noqa: N815


class Unusable(ValueError):
    """An Observation cannot be used; the arguments are the reason's word and the field."""


_page = msgspec.json.Decoder(_Page)
_datastream = msgspec.json.Decoder(_Datastream)
_observation = msgspec.json.Decoder(Observation)
_array = msgspec.json.Decoder(_Array)


class Streams(Format):
    """The Datastreams of one server that are read, and the meaning of what it sends: pages of
    Datastreams, and Observations by topic."""

    def __init__(
        self,
        config: FeedConfig,
        catalog: Catalog,
        zone: str,
        *,
        table: Mapping[str, Stream],
        naming: Naming,
    ) -> None:
        super().__init__(config, catalog, zone)
        self._table = table
        self._naming = naming
        self._units = Units(catalog)
        self.bound: dict[str, Bound] = {}
        self.newest: dict[str, Ms] = {}
        self.next = ""
        for name, stream in table.items():
            self._check(f"options.streams.{name}", stream.key, stream.unit)
        if gap := unknown(naming.key, GAPS):
            raise bad(config.id, "options.map.key", f"{{{gap}}}")
        if not table and not naming.codes:
            raise bad(config.id, "options.streams", "streams, or map.codes")
        for name, code in naming.codes.items():
            if code not in catalog.quantities:
                raise bad(config.id, f"options.map.codes.{name}", "not in the catalogue")

    def _check(self, where: str, key: str, unit: str) -> None:
        try:
            code = keys.parse(key).code
        except keys.BadKey as error:
            raise bad(self.config.id, where, str(error)) from error
        self._units.check(self.config.id, where, code, unit)

    def read(self, payload: Payload) -> Iterator[Made]:
        """A page of Datastreams with their last Observation, or an Observation by its topic."""
        if payload.topic:
            yield from self._message(payload)
            return
        try:
            page = _page.decode(payload.data)
        except DECODE_ERRORS:
            self.next = ""
            yield Made(payload.data[:_SHOWN], reason="not_sensorthings")
            return
        self.next = page.next
        for number, raw in enumerate(page.value, 1):
            yield from self._stream(bytes(raw), number)

    def history(self, stream: Bound, data: bytes) -> Iterator[Made]:
        """A page of one Datastream's Observations, as DataArray or as entities."""
        try:
            page = _page.decode(data)
        except DECODE_ERRORS:
            self.next = ""
            yield Made(data[:_SHOWN], reason="not_sensorthings")
            return
        self.next = page.next
        for number, raw in enumerate(page.value, 1):
            try:
                rows = list(_rows(_array.decode(raw)))
            except DECODE_ERRORS:
                yield self._entity(stream, bytes(raw), number)
                continue
            for observation in rows:
                yield self._made(stream, observation, number)

    # ---- one entity

    def _message(self, payload: Payload) -> Iterator[Made]:
        found = _TOPIC.search("/".join(payload.topic))
        text = found.group(1) if found else ""
        stream = self.bound.get(text.strip("'").replace("''", "'"))
        if stream is None:
            yield Made("/".join(payload.topic)[:_SHOWN], reason="unknown_stream")
        else:
            yield self._entity(stream, payload.data, 1)

    def _entity(self, stream: Bound, data: bytes, number: int) -> Made:
        try:
            observation = _observation.decode(data)
        except DECODE_ERRORS:
            return Made(data[:_SHOWN], number, reason="not_sensorthings")
        return self._made(stream, observation, number)

    def _stream(self, data: bytes, number: int) -> Iterator[Made]:
        try:
            found = _datastream.decode(data)
        except DECODE_ERRORS:
            yield Made(data[:_SHOWN], number, reason="wrong_type")
            return
        try:
            stream = self._bind(found)
        except (BadUnit, keys.BadKey) as error:
            reason = str(error) if isinstance(error, BadUnit) else "bad_key"
            yield Made(data[:_SHOWN], number, reason=reason)
            return
        if stream is not None:
            for observation in found.Observations[:1]:
                yield self._made(stream, observation, number)

    def _bind(self, found: _Datastream) -> Bound | None:
        """What a Datastream is here, None for one that is not read; raises BadUnit and BadKey."""
        if found.id == "":
            return None
        text = str(found.id)
        symbol = (found.unitOfMeasurement.symbol if found.unitOfMeasurement else "") or ""
        listed = self._table.get(text) or self._table.get(found.name)
        key, unit = (listed.key, listed.unit or symbol) if listed else (self._named(found), symbol)
        if not key:
            return None
        known = self.bound.get(text)
        convert = self._units.to_catalogue(keys.parse(key).code, unit)
        if known is None or known.key != key or known.convert is not convert:
            known = self.bound[text] = Bound(found.id, key, convert)
        return known

    def _named(self, found: _Datastream) -> str:
        naming, thing = self._naming, found.Thing or _Named()
        observed = found.ObservedProperty or _Named()
        code = naming.codes.get(observed.name) or naming.codes.get(observed.definition)
        region = naming.regions.get(thing.name) or naming.regions.get(str(thing.id))
        region = region or naming.region
        if not code or not region:
            return ""
        values = {
            "code": code,
            "region": region,
            "thing": part_of_key(thing.name or str(thing.id)),
            "stream": part_of_key(str(found.id)),
        }
        return fill_text(naming.key, values)

    def _made(self, stream: Bound, observation: Observation, number: int) -> Made:
        sample = {"stream": stream.id, "observation": observation}
        try:
            reading = reading_of(stream, observation)
        except Unusable as error:
            reason, name = error.args
            return Made(sample, number, reason=reason, field=name)
        self.newest[str(stream.id)] = max(reading.observed, self.newest.get(str(stream.id), 0))
        return Made(sample, number, reading)


def reading_of(stream: Bound, observation: Observation) -> Reading:
    """The reading of an Observation; raises Unusable."""
    result = observation.result
    if isinstance(result, bool) or not isinstance(result, int | float):
        raise Unusable("missing" if result is None else "wrong_type", "result")
    when = observation.phenomenonTime or observation.resultTime
    if not when:
        raise Unusable("missing", "phenomenonTime")
    start, _, end = when.partition("/")
    first, last = _moment(start), _moment(end) if end else 0
    if end and last < first:
        raise Unusable("bad_time", "phenomenonTime")
    try:
        value = stream.convert(float(result))
    except OverflowError as error:
        raise Unusable("not_a_number", "result") from error
    published = observation.resultTime or ""
    return Reading(
        key=stream.key,
        value=value,
        observed=last or first,
        valid_from=first if end else 0,
        valid_to=last,
        published=_moment(published) if published and published != when else 0,
    )


def _moment(text: str) -> Ms:
    """A time with its offset; raises Unusable."""
    at = iso_time(text)
    if at is None:
        raise Unusable("bad_time", "phenomenonTime")
    return at


def _rows(array: _Array) -> Iterator[Observation]:
    """The Observations of a DataArray; a row that is short lacks what it lacks."""
    places = {name: place for place, name in enumerate(array.components)}
    for row in array.dataArray:
        given = {
            name: row[place]
            for name in ("result", "phenomenonTime", "resultTime")
            if (place := places.get(name, len(row))) < len(row)
        }
        times = {
            name: given[name] if isinstance(given.get(name), str) else None
            for name in ("phenomenonTime", "resultTime")
        }
        yield Observation(result=given.get("result"), **times)
