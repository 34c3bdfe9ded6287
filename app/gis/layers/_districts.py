"""The outlines of a city's districts, as a layer needs them: read once, whole."""

from collections.abc import Mapping
from functools import cached_property

import msgspec

from app.catalogue.outline import load_outlines
from app.city import City, city_folder
from app.config import ConfigError
from app.core.outline import Ring
from app.gis.layers._grid_file import unit_outlines


class Outlines:
    """The outlines of a city, read when they are first asked for: in the map's thread."""

    def __init__(self, city: City) -> None:
        self._city = city

    @cached_property
    def all(self) -> Mapping[str, list[Ring]]:
        """The rings of each district by its code."""
        return outlines(self._city)


def outlines(city: City) -> Mapping[str, list[Ring]]:
    """The rings of each district by its code: of `regions.geojson`, and for districts that it does
    not have (the towns of a county) of `grids.geojson`. None of what cannot be read."""
    try:
        found = load_outlines(city_folder(city.read_from))
    except (ConfigError, OSError, msgspec.DecodeError):
        found = {}
    lacking = frozenset(city.catalog.regions) - frozenset(found) - {city.config.code}
    return {**found, **unit_outlines(city, lacking)}


def centre(city: City, code: str) -> tuple[float, float] | None:
    """Where the city's tables say that a district's middle is; None where they do not."""
    region = city.catalog.regions.get(code)
    if region is None or region.lon is None or region.lat is None:
        return None
    return region.lon, region.lat
