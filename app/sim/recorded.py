"""Real recordings turned into our records, for the journals of the city `recorded`.

Each reader takes the file as its publisher gives it (as CSV or GeoJSON) and yields what would have
been received, when, in order. Units are converted to the catalogue's. What could point at a
household (house numbers, exact positions of requests) is left out here, before anything is written.
"""

import csv
import gzip
import json
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from app.core import keys
from app.core.catalog import HOUR
from app.core.clock import from_datetime
from app.core.model import Event, EventStatus, Ms, Origin, Reading, Record, Urgency
from app.core.privacy import Privacy

CITY = "recorded"
FOOT = 0.3048  # m, exact
CUBIC_FOOT = FOOT**3
STATIONS = ("Aotizhongxin", "Changping", "Dongsi", "Guanyuan")
AIR = {
    **{"PM2.5": "pm25", "PM10": "pm10", "SO2": "so2", "NO2": "no2", "CO": "co", "O3": "o3"},
    **{"TEMP": "temp", "RAIN": "rain", "WSPM": "wind"},
}
AIR_MONTH = ("2016", "12")  # the month of the long haze episodes
_STAGE = "USGS:01589330:00065:00000"
_FLOW = "USGS:01589330:00060:00000"
_QUAKE_SHOWN = 2.5


class Recorded(msgspec.Struct, frozen=True):
    """A record and the moment it is played at."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    received: Ms
    record: Record


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def air(folder: Path) -> list[Recorded]:
    """Hourly means of four Beijing stations, and their mean as the city's indicator."""
    hours: dict[Ms, dict[str, dict[str, float]]] = {}
    for station in STATIONS:
        for row in _rows(folder / "urban" / f"prsa_{station}.csv.gz"):
            if (row["year"], row["month"]) != AIR_MONTH:
                continue
            begin = _local(row, "Asia/Shanghai")
            values = {code: _number(row[name]) for name, code in AIR.items()}
            hours.setdefault(begin, {})[station] = {
                code: value for code, value in values.items() if value is not None
            }
    found: list[Recorded] = []
    for begin, stations in sorted(hours.items()):
        found.extend(_air_hour(begin, stations))
    return found


def _air_hour(begin: Ms, stations: dict[str, dict[str, float]]) -> Iterable[Recorded]:
    end = begin + HOUR
    for code in AIR.values():
        values = {name: found[code] for name, found in stations.items() if code in found}
        for name, value in values.items():
            key = keys.reading_key(f"station.{code}", CITY, name.lower())
            yield Recorded(
                end, Reading(key=key, value=value, observed=end, valid_from=begin, valid_to=end)
            )
        if values:
            yield Recorded(
                end,
                Reading(
                    key=keys.reading_key(f"air.{code}", CITY),
                    value=round(math.fsum(values.values()) / len(values), 2),
                    observed=end,
                    valid_from=begin,
                    valid_to=end,
                    origin=Origin.COMPUTED,
                ),
            )


def river(folder: Path) -> list[Recorded]:
    """Stage and discharge of a flashy urban creek every five minutes, in metres and m³/s."""
    found: list[Recorded] = []
    for row in _rows(folder / "hydro" / "usgs_DeadRun_Instant.csv.gz"):
        at = from_datetime(datetime.fromisoformat(row["datetimeUTC"]))
        for column, code, factor in (
            (_STAGE, "river.level", FOOT),
            (_FLOW, "river.flow", CUBIC_FOOT),
        ):
            value = _number(row[column])
            if value is not None:
                key = keys.reading_key(code, CITY)
                found.append(
                    Recorded(at, Reading(key=key, value=round(value * factor, 4), observed=at))
                )
    return found


def quakes(folder: Path) -> list[Recorded]:
    """Earthquakes of a week from magnitude 2.5, at the time of their origin."""
    with gzip.open(folder / "feeds" / "quake" / "usgs_2018_week.geojson.gz", "rb") as file:
        features = json.loads(file.read())["features"]
    found = [
        _quake(feature)
        for feature in features
        if feature["properties"]["type"] == "earthquake"
        and (feature["properties"]["mag"] or 0.0) >= _QUAKE_SHOWN
    ]
    return sorted(found, key=lambda item: item.received)


def _quake(feature: dict[str, Any]) -> Recorded:
    said = feature["properties"]
    lon, lat, depth = feature["geometry"]["coordinates"]
    at = int(said["time"])
    return Recorded(
        at,
        Event(
            id=f"usgs:{feature['id']}",
            type="QK0101",
            occurred=at,
            observed=at,
            published=at,
            status=EventStatus.NEW,
            urgency=Urgency.URGENT if said["mag"] >= 6.0 else Urgency.NORMAL,
            region="world",
            title=f"{said['mag']:.1f} 级地震：{said['place']}，深 {depth:.0f} 千米",
            place=str(said["place"]),
            bureau="usgs",
            lon=float(lon),
            lat=float(lat),
        ),
    )


def requests(folder: Path) -> list[Recorded]:
    """Service requests of one New York evening: when they came and when they were closed."""
    found: list[Recorded] = []
    for row in _rows(folder / "events" / "nyc311.csv.gz"):
        created = _new_york(row["created_date"])
        event = Event(
            id=f"nyc311:{row['unique_key']}",
            type=f"NR-{row['agency']}",
            occurred=created,
            observed=created,
            status=EventStatus.NEW,
            region="us-nyc",
            title=f"{row['complaint_type']}：{row['descriptor']}（{row['borough'].title()}）",
            place=row["borough"].title(),
            bureau="nyc311",
            lon=_coarse(row["longitude"]),
            lat=_coarse(row["latitude"]),
        )
        found.append(Recorded(created, event))
        if row["closed_date"]:
            closed = _new_york(row["closed_date"])
            if closed > created:
                found.append(
                    Recorded(
                        closed,
                        msgspec.structs.replace(
                            event, observed=closed, status=EventStatus.CLOSED, revision=1
                        ),
                    )
                )
    return sorted(found, key=lambda item: item.received)


def _local(row: dict[str, str], zone: str) -> Ms:
    year, month, day, hour = (int(row[name]) for name in ("year", "month", "day", "hour"))
    return from_datetime(datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)))


def _new_york(text: str) -> Ms:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))
    return from_datetime(local.astimezone(UTC))


def _number(text: str) -> float | None:
    """A number; None for NA, an empty cell and what is no finite number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _coarse(text: str) -> float | None:
    """Degrees to two decimals, about a kilometre: a district, not a house."""
    value = _number(text)
    return None if value is None else round(value, 2)
