"""SL 651-2014: hydrological stations, over TCP or as a platform forwards their frames.

Read only: nothing is confirmed and nothing asked, so stations that wait for an answer must be
served by their platform. Reports 30 to 37 and their elements become readings, the supply voltage
and the status bits the station's state; messages in several frames are put together. Pictures
(36) and values put in by hand (35) are left out. From the text of the standard as an open
implementation carries it, held against published frames of several makers.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import msgspec

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.model import DeviceState, DeviceStatus, Ms, Reading
from app.core.privacy import Privacy
from app.formats import _sl651_frame as frames
from app.formats._base import Format, Made, Payload
from app.formats._forwarded import Forwarded, Unforwarded
from app.formats._indicator import Station, Units, check_stations
from app.formats._sl651_elements import (
    BY_NAME,
    ELEMENTS,
    STATUS,
    VOLTAGE,
    BadBody,
    Element,
    Known,
    body_of,
)
from app.formats._sl651_frame import BadFrame, Frame
from app.formats._sl651_parts import Parts
from app.options import bad, format_options_of, said

_PICTURE = 0x36
_FAULTS = {1: "battery low", 5: "flow meter", 6: "level gauge", 8: "memory"}
"""The bits of the status element that say a fault; the others are alarms of what is measured."""


class Gauge(Station, frozen=True, forbid_unknown_fields=True):
    """A station whose relative levels (DRZ1 to DRZ8) are above a base of their own."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    base_m: Annotated[float, said("metres that are added to relative levels")] = 0.0


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an element is in the catalogue."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: Annotated[str, said("of the catalogue")]
    unit: Annotated[str, said("the standard's where left out")] = ""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`format_options` of `sl651`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    stations: Annotated[
        dict[str, Gauge], said("by address, ten digits or the last eight: {region, name, base_m}")
    ]
    elements: Annotated[
        dict[str, Meaning], said("by identifier (39, F4, FF03, or Z, DRP): {code, unit}")
    ]
    empty_v: Annotated[float, msgspec.Meta(gt=0), said("volts of an empty battery")] = 10.8
    full_v: Annotated[float, msgspec.Meta(gt=0), said("volts of a full battery")] = 12.7
    text: Annotated[Literal["", "hex"], said("hex: frames are written in hexadecimal")] = ""
    wrapped: Annotated[str, said("jmespath of the frame in a platform's JSON")] = ""


class Sl651(Format, kind="sl651"):
    """Stations and elements are named by tables; an element that is in none is left out, an
    unknown station refused. Times are Beijing's; precipitation of a period states the period."""

    settings = Options
    example = """
        [[feed]]
        id = "hydro-stations"
        kind = "mqtt"
        name_zh = "水文遥测"
        name_en = "Hydrological telemetry"
        url = "mqtts://broker.example:8883"
        bureau = "water"
        credential = "water"
        expected_period_s = 3600
        format = "sl651"

        [feed.options]
        topics = ["sl651/+"]

        [feed.format_options.stations.0012345678]
        region = "320812"
        name = "jiangba"

        [feed.format_options.elements]
        Z = {code = "water.level"}
        PN05 = {code = "rain.depth"}
        Q = {code = "water.flow"}
    """

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        super().__init__(config, catalog, zone)
        self.options = format_options_of(config, Options)
        options = self.options
        self._forwarded = Forwarded(config, options.wrapped, hexadecimal=options.text == "hex")
        self._units = Units(catalog)
        self._parts = Parts()
        self._meanings: dict[str, Meaning] = {}
        for name, meaning in options.elements.items():
            where = f"format_options.elements.{name}"
            known = _known(name)
            if known is None:
                raise bad(config.id, where, "no element of SL 651")
            unit = meaning.unit or known.unit
            self._units.check(config.id, where, meaning.code, unit)
            self._meanings[known.name] = Meaning(meaning.code, unit)
        check_stations(config.id, options.stations)
        if options.full_v <= options.empty_v:
            raise bad(config.id, "format_options.full_v", "more than empty_v")

    def cut(self, buffer: bytearray) -> list[bytes]:
        """Whole frames, found again after garbage; lines of a platform's own text."""
        return list(frames.each(buffer)) if self._forwarded.plain else super().cut(buffer)

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        try:
            for number, data in self._forwarded.frames(payload.data, frames.each):
                yield from self._frame(data, number)
        except Unforwarded as error:
            yield Made(f"{len(payload.data)} bytes", reason=str(error))

    def _frame(self, data: bytes, number: int) -> Iterator[Made]:
        try:
            frame = frames.read(data)
        except BadFrame as error:
            # The password stands in bytes 8 and 9, so of a broken frame only the size is told.
            yield Made(f"{len(data)} bytes", number, reason=str(error))
            return
        if frame.down or frame.function == _PICTURE:
            return
        station = self._station(frame.station)
        if station is None:
            yield Made(frame.shown, number, reason="unknown_station")
        else:
            whole = self._parts.take(frame)
            if self._parts.lost:
                yield Made(frame.shown, number, reason="parts_missing")
            if whole is not None:
                yield from self._report(whole, station, number)

    def _station(self, address: str) -> Gauge | None:
        stations = self.options.stations
        return stations.get(address) or (stations.get(address[2:]) if address[:2] == "00" else None)

    def _report(self, frame: Frame, station: Gauge, number: int) -> Iterator[Made]:
        try:
            body = body_of(frame)
        except BadBody as error:
            yield Made(frame.shown, number, reason=str(error))
            return
        for element in body.elements:
            meaning = self._meanings.get(element.name)
            if meaning is None:
                continue
            if element.value is None:
                yield Made(frame.shown, number, reason="no_value", field=element.name)
                continue
            yield Made(frame.shown, number, self._reading(element, meaning, station, frame.station))
        if body.fault:
            yield Made(frame.shown, number, reason=body.fault)
        yield Made(frame.shown, number, self._state(body.elements, frame.station, body.sent))

    def _reading(self, element: Element, meaning: Meaning, at: Gauge, address: str) -> Reading:
        assert element.value is not None
        end = element.observed
        value = element.value + (at.base_m if element.name.startswith("DRZ") else 0.0)
        return Reading(
            key=at.key(meaning.code, address),
            value=self._units.to_catalogue(meaning.code, meaning.unit)(value),
            observed=end,
            valid_from=end - element.period if element.period else 0,
            valid_to=end if element.period else 0,
        )

    def _state(self, elements: list[Element], address: str, sent: Ms) -> DeviceStatus:
        """That the station spoke, what its status bits say and how full its battery is."""
        options = self.options
        faults: list[str] = []
        battery: float | None = None
        for element in elements:
            if element.name == STATUS:
                faults += [word for bit, word in _FAULTS.items() if element.bits >> bit & 1]
            elif element.name == VOLTAGE and element.value is not None:
                share = (element.value - options.empty_v) / (options.full_v - options.empty_v)
                battery = round(min(1.0, max(0.0, share)), 3)
        return DeviceStatus(
            id=f"sl651:{address}",
            observed=sent,
            state=DeviceState.FAULT if faults else DeviceState.ONLINE,
            fault=", ".join(dict.fromkeys(faults)),
            battery=battery,
        )


def _known(name: str) -> Known | None:
    """What is known of an identifier, in either form; an FF.. element is a maker's own."""
    upper = name.upper()
    if upper in BY_NAME:
        return BY_NAME[upper]
    if len(upper) == 4 and upper.startswith("FF"):
        return Known(upper)
    try:
        return ELEMENTS.get(int(upper, 16)) if len(upper) == 2 else None
    except ValueError:
        return None
