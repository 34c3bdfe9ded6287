"""HJ 212-2017 (and the older HJ/T 212-2005): environment stations, over TCP or as a platform
forwards their frames.

Read only: nothing is answered and nothing commanded, so a station that waits for answers must be
served by its platform. Real-time (2011), minute (2051), hour (2061) and day data (2031) become
readings; the run state of facilities (2021), the state of instruments (3020) and the flags of
values become device states. The time of a minute, an hour and a day is their beginning, in
Beijing time. The standard's own text was not at hand: structure, checksum, codes and flags are
from open implementations that quote it, and are held against published frames; logs and
parameters (other 3xxx) are not read.
"""

import math
import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import msgspec

from app.config import FeedConfig
from app.core.catalog import DAY, HOUR, MINUTE, Catalog
from app.core.model import DeviceState, DeviceStatus, Ms, Origin, Reading
from app.core.privacy import Privacy
from app.formats import _hj212_frame as frames
from app.formats._base import Format, Made, Payload
from app.formats._beijing import beijing
from app.formats._forwarded import Forwarded, Unforwarded
from app.formats._hj212_frame import BadFrame, Frame
from app.formats._indicator import BadUnit, Station, Units, check_stations
from app.options import format_options_of, said

_DATA = {"2011": "", "2051": "minute", "2061": "hour", "2031": "day"}
_PLAIN = frozenset({"Rtd", "Avg", "Data"})
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{0,15})?([eE][-+]?[0-9]{1,3})?")
_MAX_PARTS = 10_000
_MAX_FLAGS = 100_000

_FLAGS = {
    "D": ("flag_fault", DeviceState.FAULT, "fault"),
    "M": ("flag_maintenance", DeviceState.UNKNOWN, "maintenance"),
    "F": ("flag_stopped", DeviceState.OFFLINE, "stopped"),
    "C": ("flag_calibration", DeviceState.UNKNOWN, "calibration"),
    "T": ("flag_over_range", DeviceState.FAULT, "over range"),
    "B": ("flag_no_connection", DeviceState.OFFLINE, "no connection"),
}
"""What a value's flag says: the reason why it is refused, and the instrument's state. N is a
good value, S one that was put in by hand."""

_RUN = {
    "0": (DeviceState.OFFLINE, "stopped"),
    "1": (DeviceState.ONLINE, ""),
    "2": (DeviceState.UNKNOWN, "calibration"),
    "3": (DeviceState.UNKNOWN, "maintenance"),
    "4": (DeviceState.FAULT, "alarm"),
    "5": (DeviceState.ONLINE, ""),  # blowing itself clean
}
_WORK = {
    "0": (DeviceState.ONLINE, ""),
    "1": (DeviceState.UNKNOWN, "maintenance"),
    "2": (DeviceState.FAULT, "fault"),
    "3": (DeviceState.UNKNOWN, "calibration"),
    "5": (DeviceState.ONLINE, ""),
    "6": (DeviceState.UNKNOWN, "calibration"),
}


class Factor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a monitored factor is in the catalogue. Periods of their own may have other codes."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: Annotated[str, said("of the catalogue")]
    unit: Annotated[str, said("of the station's values; the catalogue's where left out")] = ""
    minute: Annotated[str, said("code of minute averages, if another")] = ""
    hour: Annotated[str, said("code of hour averages, if another")] = ""
    day: Annotated[str, said("code of day averages, if another")] = ""

    def code_of(self, period: str) -> str:
        """The code for a period's name, "" for real-time values."""
        return str(getattr(self, period)) or self.code if period else self.code


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`format_options` of `hj212`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    stations: Annotated[dict[str, Station], said("by MN: {region, name}")]
    factors: Annotated[
        dict[str, Factor],
        said("by factor (a34004) or with its part (w01018-Cou): {code, unit, minute, hour, day}"),
    ]
    take: Annotated[
        tuple[Literal["2011", "2051", "2061", "2031"], ...],
        said("which data: real time, minute, hour, day"),
    ] = ("2011", "2051", "2061", "2031")
    minutes: Annotated[
        int, msgspec.Meta(ge=1, le=60), said("the period of minute data (MinInterval)")
    ] = 10
    label: Annotated[
        Literal["start", "end"], said("which end of a period its time is; 2017: the start")
    ] = "start"
    text: Annotated[Literal["", "hex"], said("hex: frames are written in hexadecimal")] = ""
    wrapped: Annotated[str, said("jmespath of the frame in a platform's JSON")] = ""


class Hj212(Format, kind="hj212"):
    """Stations and factors are named by tables; a factor that is in none is left out, an unknown
    station refused. A value whose flag is not N or S is refused with the flag's meaning, and its
    instrument's state told."""

    settings = Options
    example = """
        [[feed]]
        id = "air-stations"
        kind = "mqtt"
        name_zh = "环保在线监测"
        name_en = "Environment stations"
        url = "mqtts://broker.example:8883"
        bureau = "ecology"
        credential = "ecology"
        expected_period_s = 3600
        format = "hj212"

        [feed.options]
        topics = ["hj212/#"]

        [feed.format_options]
        take = ["2061"]

        [feed.format_options.stations.010000A8900016F000169DC0]
        region = "320812"
        name = "huaiyin-1"

        [feed.format_options.factors.a34004]
        code = "air.pm25"
        unit = "mg/m³"

        [feed.format_options.factors.a34002]
        code = "air.pm10"
    """

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        super().__init__(config, catalog, zone)
        self.options = format_options_of(config, Options)
        options = self.options
        self._forwarded = Forwarded(config, options.wrapped, hexadecimal=options.text == "hex")
        self._units = Units(catalog)
        for name, factor in options.factors.items():
            for code in {factor.code, factor.minute, factor.hour, factor.day} - {""}:
                where = f"format_options.factors.{name}"
                self._units.check(config.id, where, code, factor.unit)
        check_stations(config.id, options.stations)
        self._parts: OrderedDict[tuple[str, ...], str] = OrderedDict()
        self._flags: OrderedDict[str, str] = OrderedDict()

    def cut(self, buffer: bytearray) -> list[bytes]:
        """Whole frames, found again after garbage; lines of a platform's own text."""
        return list(frames.each(buffer)) if self._forwarded.plain else super().cut(buffer)

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        try:
            for number, data in self._forwarded.frames(payload.data, frames.each):
                yield from self._frame(data, number)
        except Unforwarded as error:
            plain = self.options.text != "hex"  # a password in digits is still a password
            sample = frames.shown(payload.data) if plain else f"{len(payload.data)} bytes"
            yield Made(sample, reason=str(error))

    def _frame(self, data: bytes, number: int) -> Iterator[Made]:
        try:
            frame = frames.read(data)
        except BadFrame as error:
            yield Made(frames.shown(data), number, reason=str(error))
            return
        head = frame.head
        command, station = head.get("CN", ""), head.get("MN", "")
        if not station:
            yield Made(frame.text, number, reason="missing", field="MN")
        elif station not in self.options.stations:
            yield Made(frame.text, number, reason="unknown_station", field="MN")
        elif command in _DATA:
            yield from self._data(frame, station, number)
        elif command in ("2021", "3020"):
            yield from self._states(frame, station, number)

    # ---- values

    def _data(self, frame: Frame, station: str, number: int) -> Iterator[Made]:
        command = frame.head["CN"]
        for stamp, pairs in _moments(frame.pairs):
            at = beijing(stamp or self._of_first_part(frame))
            if at is None:
                reason = "bad_time" if stamp else "missing"
                yield Made(frame.text, number, reason=reason, field="DataTime")
                continue
            self._remember_part(frame, stamp)
            yield Made(
                frame.text,
                number,
                DeviceStatus(id=f"hj212:{station}", observed=at, state=DeviceState.ONLINE),
            )
            given = dict(pairs)
            if command in self.options.take:
                yield from self._values(frame, station, at, given, number)
            yield from self._flagged(frame, station, at, given, number)

    def _values(
        self, frame: Frame, station: str, at: Ms, given: dict[str, str], number: int
    ) -> Iterator[Made]:
        period = _DATA[frame.head["CN"]]
        for name, text in given.items():
            code, _, part = name.rpartition("-")
            factor = self.options.factors.get(name)
            if factor is None and part in _PLAIN:
                factor = self.options.factors.get(code)
            if factor is None or not code:
                continue
            flag = given.get(f"{code}-Flag", "N").upper()
            if flag not in ("N", "S"):
                reason = _FLAGS[flag][0] if flag in _FLAGS else "flag_unknown"
                yield Made(frame.text, number, reason=reason, field=name)
                continue
            value = float(text) if _NUMBER.fullmatch(text) else math.nan
            if not math.isfinite(value):
                yield Made(frame.text, number, reason="not_a_number", field=name)
                continue
            sampled = beijing(given.get(f"{code}-SampleTime", ""))
            first, last = self._span(period, at)
            wanted = factor.code_of(period)
            try:
                value = self._units.to_catalogue(wanted, factor.unit)(value)
            except BadUnit as error:
                yield Made(frame.text, number, reason=str(error), field=name)
                continue
            reading = Reading(
                key=self.options.stations[station].key(wanted, station),
                value=value,
                observed=last or sampled or at,
                valid_from=first,
                valid_to=last,
                origin=Origin.REPORTED if flag == "S" else Origin.MEASURED,
            )
            yield Made(frame.text, number, reading)

    def _span(self, period: str, at: Ms) -> tuple[Ms, Ms]:
        if not period:
            return 0, 0
        minutes = self.options.minutes * MINUTE
        long = {"minute": minutes, "hour": HOUR, "day": DAY}[period]
        return (at, at + long) if self.options.label == "start" else (at - long, at)

    # ---- states

    def _flagged(
        self, frame: Frame, station: str, at: Ms, given: dict[str, str], number: int
    ) -> Iterator[Made]:
        """The state of an instrument, when its flag changes."""
        for name, flag in given.items():
            code, _, part = name.rpartition("-")
            if part != "Flag":
                continue
            flag, identity = flag.upper(), f"hj212:{station}/{code}"[:120]
            if self._flags.get(identity, "N") == flag:
                continue
            self._flags[identity] = flag
            self._flags.move_to_end(identity)
            if len(self._flags) > _MAX_FLAGS:
                self._flags.popitem(last=False)
            _, state, fault = _FLAGS.get(flag, ("", DeviceState.ONLINE, ""))
            yield Made(
                frame.text,
                number,
                DeviceStatus(id=identity, observed=at, state=state, fault=fault),
            )

    def _states(self, frame: Frame, station: str, number: int) -> Iterator[Made]:
        """Facilities (`SB1-RS`) and instruments (`PolId` and `i12001-Info`, i12007 for those of
        gas)."""
        for stamp, pairs in _moments(frame.pairs):
            at = beijing(stamp)
            if at is None:
                yield Made(frame.text, number, reason="bad_time", field="DataTime")
                continue
            part = ""
            for name, value in pairs:
                if name == "PolId":
                    part = value
                if name.endswith("-RS"):
                    part, states = name.removesuffix("-RS"), _RUN
                elif name in ("i12001-Info", "i12007-Info"):
                    states = _WORK
                else:
                    continue
                state, fault = states.get(value, (DeviceState.UNKNOWN, value))
                identity = f"hj212:{station}/{part}" if part else f"hj212:{station}"
                record = DeviceStatus(
                    id=identity[:120], observed=at, state=state, fault=fault[:200]
                )
                yield Made(frame.text, number, record)

    # ---- frames in parts

    def _of_first_part(self, frame: Frame) -> str:
        """The time of a part that states none: that of the first part of the same message."""
        return self._parts.get(_message_of(frame), "")

    def _remember_part(self, frame: Frame, stamp: str) -> None:
        if "PNUM" not in frame.head or not stamp:
            return
        self._parts[_message_of(frame)] = stamp
        if len(self._parts) > _MAX_PARTS:
            self._parts.popitem(last=False)


def _message_of(frame: Frame) -> tuple[str, ...]:
    return tuple(frame.head.get(name, "") for name in ("MN", "CN", "QN", "PNUM"))


def _moments(
    pairs: tuple[tuple[str, str], ...],
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The pairs of each DataTime; those before the first have the time ""."""
    stamp, held = "", list[tuple[str, str]]()
    for name, value in pairs:
        if name != "DataTime":
            held.append((name, value))
            continue
        if held:
            yield stamp, held
        stamp, held = value, []
    if stamp or held:
        yield stamp, held
