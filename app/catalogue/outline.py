"""The district outlines of a city, from its `regions.geojson`.

Source of the format: RFC 7946 (GeoJSON); positions are CGCS2000 degrees, taken as WGS-84.
"""

from importlib.resources.abc import Traversable
from typing import ClassVar

import msgspec
import numpy as np

from app.core.outline import Ring
from app.core.privacy import Privacy


class _Geometry(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    type: str
    coordinates: list[list[tuple[float, float]]]


class _Properties(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str


class _Feature(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    properties: _Properties
    geometry: _Geometry


class _Collection(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    features: list[_Feature]


def load_outlines(folder: Traversable) -> dict[str, list[Ring]]:
    """The rings of each district of `regions.geojson`, by its code; the first ring is the outer."""
    decoded = msgspec.json.decode((folder / "regions.geojson").read_bytes(), type=_Collection)
    return {
        feature.properties.code: [np.array(ring) for ring in feature.geometry.coordinates]
        for feature in decoded.features
    }
