"""Aircraft by ADS-B: readsb's and dump1090's JSON, and BaseStation lines (SBS-1, port 30003).

Field names are those of readsb's README-json.md: a snapshot (`aircraft.json`; `ac` of the public
services), one aircraft a line, or the trace of one aircraft. Feet become metres and knots metres a
second. An aircraft that cannot have got there in time is marked, not left out: by spoofing, by
a wrong decoding, or by two transponders of one address (`app/formats/_track.py`).
"""

import math
import re
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.clock import from_datetime
from app.core.model import Ms, Position
from app.core.privacy import Privacy
from app.formats._base import DECODE_ERRORS, Format, Made, Payload
from app.formats._track import Track
from app.options import format_options_of, said, zone_of

FOOT_M = 0.3048
KNOT_M_S = 1852 / 3600
_MAX_SPEED_M_S = 500.0
_MAX_KNOWN = 50_000
_HEX = re.compile(r"~?[0-9a-f]{6}")
_HUGE = 1e12  # nothing here is as large; not a number is neither
_SECONDS = 100_000_000_000  # a `now` beyond this is in milliseconds
_FIELDS = 16  # of a BaseStation line, as far as its place
_PLACES = frozenset({"2", "3"})  # transmission types that state a place: surface, airborne

_KINDS = {
    "A1": "airplane",
    "A2": "airplane",
    "A3": "airplane",
    "A4": "airplane",
    "A5": "airplane",
    "A6": "airplane",
    "A7": "helicopter",
    "B1": "glider",
    "B2": "balloon",
    "B3": "parachutist",
    "B4": "ultralight",
    "B6": "drone",
    "C1": "vehicle",
    "C2": "vehicle",
    "C3": "obstacle",
    "C4": "obstacle",
    "C5": "obstacle",
}
"""Emitter categories of DO-260B."""
GROUND = "ground"
"""The kind of one that stands or taxies, whatever it is."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`format_options` of `adsb`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    layer: Annotated[str, msgspec.Meta(min_length=1, max_length=60), said("of the positions")] = (
        "aircraft"
    )
    expire_s: Annotated[
        float, msgspec.Meta(gt=0, le=86_400), said("how long a position is vouched for")
    ] = 60.0
    limit_m_s: Annotated[
        float, msgspec.Meta(gt=0, le=3000), said("the greatest speed that is believed")
    ] = 350.0
    min_nic: Annotated[
        int, msgspec.Meta(ge=0, le=11), said("positions of less integrity are marked; 0: none")
    ] = 0
    ground: Annotated[bool, said("take those on the ground too")] = True
    zone: Annotated[str, said("of BaseStation lines; the city's where left out")] = ""


class _Aircraft(msgspec.Struct):
    """One aircraft of readsb's JSON, as far as it is used."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    hex: str
    lat: float | None = None
    lon: float | None = None
    seen_pos: float | None = None
    seen: float = 0.0
    now: float | None = None
    flight: str = ""
    r: str = ""
    category: str = ""
    type: str = ""
    alt_baro: float | str | None = None
    alt_geom: float | None = None
    gs: float | None = None
    track: float | None = None
    true_heading: float | None = None
    nic: int | None = None


class _Snapshot(msgspec.Struct):
    """`aircraft.json`, an aircraft's trace, or one aircraft."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    now: float | None = None
    aircraft: list[msgspec.Raw] | None = None
    ac: list[msgspec.Raw] | None = None
    hex: str = ""
    icao: str = ""
    r: str = ""
    timestamp: float | None = None
    trace: list[list[Any]] | None = None


class _Heard(msgspec.Struct):
    """What BaseStation lines said of an aircraft beside its place."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str = ""
    speed: float | None = None
    track: float | None = None


_snapshot = msgspec.json.Decoder(_Snapshot)
_aircraft = msgspec.json.Decoder(_Aircraft)


class Adsb(Format, kind="adsb"):
    """Positions of the layer `aircraft`, by `icao:<address>`; the kind is that of the emitter's
    category, or `ground`."""

    settings = Options
    example = """
        [[feed]]
        id = "aircraft"
        kind = "mqtt"
        name_zh = "机场周边航空器"
        name_en = "Aircraft around the airport"
        url = "mqtts://broker.example:8883"
        credential = "airport"
        expected_period_s = 5
        format = "adsb"

        [feed.options]
        topics = ["adsb/aircraft"]

        [feed.format_options]
        expire_s = 60
        limit_m_s = 350
    """

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        super().__init__(config, catalog, zone)
        self.options = format_options_of(config, Options)
        name = self.options.zone or zone or "UTC"
        self._zone = zone_of(config.id, "format_options.zone", name)
        self._tracks = Track(self.options.limit_m_s)
        self._heard: OrderedDict[str, _Heard] = OrderedDict()

    @property
    def urgent(self) -> bool:
        """Positions only."""
        return False

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        if len(payload.data) > self.config.limits.max_bytes:
            yield Made(f"{len(payload.data)} bytes", reason="oversized")
        elif payload.data.lstrip()[:1] == b"{":
            yield from self._json(payload)
        else:
            for number, line in enumerate(payload.data.splitlines(), 1):
                if line.strip():
                    yield from self._line(line, number)

    # ---- JSON

    def _json(self, payload: Payload) -> Iterator[Made]:
        try:
            found = _snapshot.decode(payload.data)
        except DECODE_ERRORS:
            many = payload.data.strip().splitlines()
            if len(many) < 2:
                yield Made(payload.data[:500], reason="not_json")
                return
            for number, line in enumerate(many, 1):  # one aircraft a line
                yield from self._one(line, None, number)
            return
        aircraft = found.aircraft if found.aircraft is not None else found.ac
        if aircraft is not None:
            for number, raw in enumerate(aircraft, 1):
                yield from self._one(bytes(raw), found.now, number)
        elif found.trace is not None:
            yield from self._trace(found)
        elif found.hex:
            yield from self._one(payload.data, None, 1)
        else:
            yield Made(payload.data[:500], reason="not_adsb")

    def _one(self, raw: bytes, now: float | None, number: int) -> Iterator[Made]:
        try:
            item = _aircraft.decode(raw)
        except DECODE_ERRORS:
            yield Made(raw[:500], number, reason="wrong_type")
            return
        moment = now if now is not None else item.now
        if moment is None:
            yield Made(raw[:500], number, reason="missing", field="now")
            return
        if item.lat is None or item.lon is None:
            return  # heard, but without a place
        moment = moment / 1000 if moment > _SECONDS else moment
        age = item.seen if item.seen_pos is None else item.seen_pos
        on_ground = item.alt_baro == GROUND
        height = item.alt_baro if isinstance(item.alt_baro, int | float) else None
        yield from self._position(
            raw[:500],
            number,
            address=item.hex,
            place=(item.lon, item.lat),
            observed=moment - age,
            name=item.flight.strip() or item.r.strip(),
            kind=GROUND if on_ground else _KINDS.get(item.category, ""),
            feet=item.alt_geom if height is None and not on_ground else height,
            knots=item.gs,
            heading=item.true_heading if item.track is None else item.track,
            doubtful=item.nic is not None and item.nic < self.options.min_nic,
        )

    def _trace(self, found: _Snapshot) -> Iterator[Made]:
        """`trace_full_<hex>.json`: rows of seconds, latitude, longitude, feet or "ground", knots,
        track, ... and now and then all that is known, as the ninth."""
        name = found.r
        for number, row in enumerate(found.trace or (), 1):
            known = row[8] if len(row) > 8 and isinstance(row[8], dict) else {}
            name = str(known.get("flight") or "").strip() or name
            if found.timestamp is None or len(row) < 6 or not all(map(_is_number, row[:3])):
                yield Made(row, number, reason="wrong_type")
                continue
            on_ground = row[3] == GROUND
            yield from self._position(
                row,
                number,
                address=found.icao,
                place=(row[2], row[1]),
                observed=found.timestamp + row[0],
                name=name[:200],
                kind=GROUND if on_ground else _KINDS.get(str(known.get("category")), ""),
                feet=row[3] if _is_number(row[3]) else None,
                knots=row[4] if _is_number(row[4]) else None,
                heading=row[5] if _is_number(row[5]) else None,
            )

    # ---- BaseStation

    def _line(self, line: bytes, number: int) -> Iterator[Made]:
        fields = [field.strip() for field in line.decode("latin-1").split(",")]
        if fields[0] in ("SEL", "ID", "AIR", "STA", "CLK"):
            return
        if fields[0] != "MSG" or len(fields) < 11:
            yield Made(line[:200], number, reason="not_adsb")
            return
        fields += [""] * (22 - len(fields))
        address = fields[4].lower()
        if not _HEX.fullmatch(address):
            yield Made(line[:200], number, reason="bad_identity")
            return
        heard = self._known(address)
        heard.name = fields[10][:200] or heard.name
        heard.speed = _number(fields[12]) if fields[12] else heard.speed
        heard.track = _number(fields[13]) if fields[13] else heard.track
        if fields[1] not in _PLACES or not (fields[14] and fields[15]):
            return
        lat, lon, observed = _number(fields[14]), _number(fields[15]), self._moment(fields)
        if lat is None or lon is None or observed is None:
            yield Made(line[:200], number, reason="bad_time" if observed is None else "no_place")
            return
        on_ground = fields[21] in ("1", "-1") or fields[1] == "2"
        yield from self._position(
            line[:200],
            number,
            address=address,
            place=(lon, lat),
            observed=observed / 1000,
            name=heard.name,
            kind=GROUND if on_ground else "",
            feet=None if on_ground else _number(fields[11]),
            knots=heard.speed,
            heading=heard.track,
        )

    def _known(self, address: str) -> _Heard:
        heard = self._heard.get(address)
        if heard is None:
            heard = self._heard[address] = _Heard()
            if len(self._heard) > _MAX_KNOWN:
                self._heard.popitem(last=False)
        self._heard.move_to_end(address)
        return heard

    def _moment(self, fields: list[str]) -> Ms | None:
        """When the message was made, in the receiver's zone."""
        try:
            made = datetime.strptime(f"{fields[6]} {fields[7]}", "%Y/%m/%d %H:%M:%S.%f")  # noqa: DTZ007
            return from_datetime(made.replace(tzinfo=self._zone))
        except (ValueError, OverflowError):
            return None

    # ---- both

    def _position(
        self,
        sample: Any,
        number: int,
        *,
        address: str,
        place: tuple[float, float],
        observed: float,
        name: str,
        kind: str,
        feet: float | None,
        knots: float | None,
        heading: float | None,
        doubtful: bool = False,
    ) -> Iterator[Made]:
        address = address.lower()
        lon, lat = place
        if reason := _unusable(address, lon, lat, observed):
            yield Made(sample, number, reason=reason)
            return
        if kind == GROUND and not self.options.ground:
            return
        at = round(observed * 1000)
        suspect = self._tracks.judge(address, lon, lat, at)
        speed = None if knots is None else knots * KNOT_M_S
        yield Made(
            sample,
            number,
            Position(
                id=f"icao:{address}",
                layer=self.options.layer,
                lon=lon,
                lat=lat,
                observed=at,
                heading=heading % 360 if heading is not None and _is_number(heading) else None,
                speed=speed if speed is not None and 0 <= speed <= _MAX_SPEED_M_S else None,
                name=name[:200],
                kind=kind,
                altitude=round(feet * FOOT_M, 1) if feet is not None and _is_number(feet) else None,
                expires=at + round(self.options.expire_s * 1000),
                suspect=suspect or ("low_integrity" if doubtful else ""),
            ),
        )


def _unusable(address: str, lon: float, lat: float, observed: float) -> str:
    """Why a position cannot be one, "" where it can; `observed` in seconds, from 2000 to 2099."""
    if not _HEX.fullmatch(address):
        return "bad_identity"
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return "no_place"
    return "" if 946_684_800 <= observed < 4_102_444_800 else "bad_time"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _HUGE


def _number(text: str) -> float | None:
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
