"""What an AIS message says, whether it came as bits (pyais) or as aisstream's JSON.

The values that mean "not available" (ITU-R M.1371-5, annex 8): longitude 181, latitude 91, speed
102.3 kn (63 in message 27), course 360, heading 511, altitude 4095. The classes of ships are table
53 there.
"""

from typing import Annotated, Any, ClassVar

import msgspec
from pyais import decode
from pyais.exceptions import AISBaseException

from app.core.privacy import Privacy

KNOT = 1852 / 3600
"""Metres a second."""

_DECODE_ERRORS = (AISBaseException, ValueError, LookupError, TypeError, ArithmeticError)
_POSITIONS = frozenset({1, 2, 3, 4, 9, 18, 19, 21, 27})
_STATIC = frozenset({5, 24})
_LONG_RANGE = 27
_SAR = 9
_NO_SPEED = {_LONG_RANGE: 63.0, _SAR: 1023.0}
_KINDS = {4: "base_station", _SAR: "sar_aircraft", 21: "aid"}
_SHIPS = {
    30: "fishing",
    31: "tug",
    32: "tug",
    33: "dredger",
    34: "diving",
    35: "military",
    36: "sailing",
    37: "pleasure",
    50: "pilot",
    51: "sar",
    52: "tug",
    53: "tender",
    54: "anti_pollution",
    55: "police",
    58: "medical",
}
_SHIP_TENS = {4: "high_speed", 6: "passenger", 7: "cargo", 8: "tanker"}
_BEACONS = {"970": "sart", "972": "man_overboard", "974": "epirb"}
_MESSAGES = {
    "PositionReport": 1,
    "BaseStationReport": 4,
    "ShipStaticData": 5,
    "StandardSearchAndRescueAircraftReport": _SAR,
    "StandardClassBPositionReport": 18,
    "ExtendedClassBPositionReport": 19,
    "AidsToNavigationReport": 21,
    "StaticDataReport": 24,
    "LongRangeAisBroadcastMessage": _LONG_RANGE,
}


class Said(msgspec.Struct, frozen=True, gc=False):
    """One message: who, where and how it moves, what it is called; None where it is not said.
    `speed` in m/s, `altitude` in metres, `static` for one that speaks of no place."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    mmsi: int
    static: bool = False
    lon: float | None = None
    lat: float | None = None
    speed: float | None = None
    heading: float | None = None
    altitude: float | None = None
    name: str = ""
    kind: str = ""


class NotAis(ValueError):
    """What cannot be read; the text is the reason's word."""


def of_sentences(parts: tuple[bytes, ...]) -> Said | None:
    """What the bits say; None for a message of no interest here. Raises NotAis."""
    try:
        message = decode(*parts)
        number = int(message.msg_type)
        if number not in _POSITIONS and number not in _STATIC:
            return None
        return _said(
            number,
            mmsi=int(message.mmsi),
            lon=_number(message, "lon"),
            lat=_number(message, "lat"),
            speed=_number(message, "speed"),
            course=_number(message, "course"),
            heading=_number(message, "heading"),
            altitude=_number(message, "alt"),
            name=getattr(message, "name" if number == 21 else "shipname", "") or "",
            ship=_number(message, "ship_type"),
        )
    except _DECODE_ERRORS as error:
        raise NotAis("not_ais") from error


class _Part(msgspec.Struct, frozen=True, gc=False):
    """`ReportA` (a name) and `ReportB` (a class) of a StaticDataReport."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    Name: str = ""
    ShipType: int = 0


class _Body(msgspec.Struct, frozen=True, gc=False):
    """The fields of aisstream's messages that are used; each message has some of them."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    UserID: Annotated[int, msgspec.Meta(ge=0)]
    Longitude: float | None = None
    Latitude: float | None = None
    Sog: float | None = None
    Cog: float | None = None
    TrueHeading: float | None = None
    Altitude: float | None = None
    Name: str = ""
    Type: float | None = None
    ReportA: _Part = _Part()
    ReportB: _Part = _Part()


class _Meta(msgspec.Struct, frozen=True, gc=False):
    """`MetaData`: `time_utc` is when the network heard the message."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    ShipName: str = ""
    time_utc: str = ""


class Streamed(msgspec.Struct, frozen=True, gc=False):
    """One message of aisstream (WIRE.md 8; its models' names as its clients use them)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    MessageType: str
    Message: dict[str, msgspec.Raw]
    MetaData: _Meta = _Meta()


_body = msgspec.json.Decoder(_Body)


def of_stream(streamed: Streamed) -> Said | None:
    """What aisstream's JSON says; None for a message of no interest here. Raises NotAis."""
    number = _MESSAGES.get(streamed.MessageType)
    raw = streamed.Message.get(streamed.MessageType)
    if number is None:
        return None
    if raw is None:
        raise NotAis("missing")
    try:
        body = _body.decode(raw)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise NotAis("wrong_type") from error
    return _said(
        number,
        mmsi=body.UserID,
        lon=body.Longitude,
        lat=body.Latitude,
        speed=body.Sog,
        course=body.Cog,
        heading=body.TrueHeading,
        altitude=body.Altitude,
        name=body.Name or body.ReportA.Name or streamed.MetaData.ShipName,
        ship=body.ReportB.ShipType if number == 24 else body.Type if number in (5, 19) else None,
    )


def _said(
    number: int,
    *,
    mmsi: int,
    lon: float | None,
    lat: float | None,
    speed: float | None,
    course: float | None,
    heading: float | None,
    altitude: float | None,
    name: str,
    ship: float | None,
) -> Said:
    if not 0 < mmsi <= 999_999_999:
        raise NotAis("bad_identity")
    moves = number not in (4, 21)
    placed = lon is not None and lat is not None and abs(lon) <= 180 and abs(lat) <= 90
    return Said(
        mmsi=mmsi,
        static=number in _STATIC,
        lon=lon if placed else None,
        lat=lat if placed else None,
        speed=_below(speed, _NO_SPEED.get(number, 102.25), KNOT) if moves else None,
        heading=_turned(heading, course) if moves else None,
        altitude=_below(altitude, 4094.5) if number == _SAR else None,
        name=_name(name),
        kind=_kind(number, mmsi, ship),
    )


def _kind(number: int, mmsi: int, ship: float | None) -> str:
    beacon = _BEACONS.get(f"{mmsi:09d}"[:3])
    if beacon or number in _KINDS:
        return beacon or _KINDS[number]
    code = int(ship) if ship is not None and 0 <= ship <= 99 else 0
    return _SHIPS.get(code) or _SHIP_TENS.get(code // 10, "")


def _turned(heading: float | None, course: float | None) -> float | None:
    """Where the bow points; where that is not known, where it goes."""
    for angle in (heading, course):
        if angle is not None and 0 <= angle < 360:
            return angle
    return 0.0 if heading == 360 else None


def _below(value: float | None, none: float, unit: float = 1.0) -> float | None:
    """A value in our unit; None from the number on that means that there is none."""
    return value * unit if value is not None and 0 <= value < none else None


def _number(message: Any, field: str) -> float | None:
    value = getattr(message, field, None)
    return None if value is None else float(value)


def _name(text: str) -> str:
    """Without the padding of six-bit text and what cannot be shown."""
    shown = text.partition("@")[0]
    return "".join(letter for letter in shown if letter.isprintable()).strip()[:40]
