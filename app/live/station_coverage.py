"""The coverage of a city by its stations of one kind (PD7): what works, against what is wanted."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec
import numpy as np

from app.catalogue.outline import load_outlines
from app.city import city_folder
from app.config import ConfigError
from app.core.condition import DeviceCondition
from app.core.directory import Device, Point
from app.core.outline import Ring
from app.core.privacy import Privacy
from app.rules.coverage import DistrictCoverage, coverage, plane


class PlacedCoverage(msgspec.Struct, frozen=True):
    """One district, the two stations that stand farthest apart, and the key place next to its
    widest gap, by their ids."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    found: DistrictCoverage
    longest: tuple[str, str] | None = None
    near: str = ""


def outlines_of(place: str) -> dict[str, list[Ring]]:
    """The districts of a city by its folder; empty where it has no outlines or they cannot be
    read."""
    try:
        return load_outlines(city_folder(place))
    except (OSError, ConfigError, msgspec.DecodeError, ValueError):
        return {}


def station_coverage(
    outlines: dict[str, list[Ring]],
    stations: Sequence[Device],
    conditions: Mapping[str, DeviceCondition],
    points: Sequence[Point],
    wanted_km: float,
) -> list[PlacedCoverage]:
    """Every district, the widest gap first. Some ten milliseconds: not for the main loop."""
    lon = np.array([station.lon for station in stations])
    lat = np.array([station.lat for station in stations])
    works = [
        (held := conditions.get(station.id)) is not None and held.condition.is_usable
        for station in stations
    ]
    regions = [station.region for station in stations]
    found = coverage(outlines, lon, lat, regions, np.array(works, np.bool_), wanted_km)
    placed = [
        PlacedCoverage(
            one,
            (stations[one.longest[0]].id, stations[one.longest[1]].id) if one.longest else None,
            _nearest(one, points),
        )
        for one in found
    ]
    return sorted(placed, key=lambda one: -one.found.gap.km if one.found.gap else 0.0)


def _nearest(one: DistrictCoverage, points: Sequence[Point]) -> str:
    """The id of the key place next to the middle of the gap."""
    if one.gap is None or not points:
        return ""
    lon, lat = np.array([[point.lon, point.lat] for point in points]).T
    here = plane(lon, lat, one.gap.lat)
    middle = plane(np.array([one.gap.lon]), np.array([one.gap.lat]), one.gap.lat)
    return points[int(np.argmin(((here - middle) ** 2).sum(axis=1)))].id
