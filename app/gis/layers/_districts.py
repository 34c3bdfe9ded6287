"""The outlines of a city's districts, as a layer needs them: read once, whole."""

from collections.abc import Mapping

import msgspec

from app.catalogue.outline import load_outlines
from app.city import City, city_folder
from app.config import ConfigError
from app.core.outline import Ring


def outlines(city: City) -> Mapping[str, list[Ring]]:
    """The rings of each district by its code; none where the city has no `regions.geojson` or it
    cannot be read."""
    try:
        return load_outlines(city_folder(city.read_from))
    except (ConfigError, OSError, msgspec.DecodeError):
        return {}
