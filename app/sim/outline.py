"""District outlines of a city, and places drawn inside them.

Source of the format: RFC 7946 (GeoJSON); positions are CGCS2000 degrees, taken as WGS-84.
"""

from importlib.resources.abc import Traversable
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.privacy import Privacy

Ring = np.ndarray[Any, np.dtype[np.float64]]


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


def inside(rings: list[Ring], lon: Ring, lat: Ring) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of the places lie inside a polygon, by counting crossings of its edges."""
    found = np.zeros(lon.shape, dtype=np.bool_)
    for ring in rings:
        x0, y0 = ring[:-1, 0], ring[:-1, 1]
        x1, y1 = ring[1:, 0], ring[1:, 1]
        straddles = (y0 > lat[:, None]) != (y1 > lat[:, None])
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = (x1 - x0) * (lat[:, None] - y0) / (y1 - y0) + x0
        hits = straddles & (lon[:, None] < crossing)
        found ^= (hits.sum(axis=1) % 2).astype(np.bool_)
    return found


def scatter(
    rings: list[Ring], centre: tuple[float, float], count: int, random: np.random.Generator
) -> Ring:
    """`count` places (n x 2, degrees) inside a polygon, two thirds of them near a centre."""
    low, high = rings[0].min(axis=0), rings[0].max(axis=0)
    found = np.empty((0, 2))
    while len(found) < count:
        wide = random.uniform(low, high, size=(count * 2, 2))
        near = random.normal(centre, (high - low) * 0.09, size=(count * 2, 2))
        chosen = np.where(random.random((count * 2, 1)) < 0.66, near, wide)
        found = np.vstack([found, chosen[inside(rings, chosen[:, 0], chosen[:, 1])]])
    return np.round(found[:count], 5)
