"""Outlines of districts: rings of places, and what lies inside them."""

from typing import Any

import numpy as np

Ring = np.ndarray[Any, np.dtype[np.float64]]
"""n x 2 degrees (longitude, latitude), closed: the last place is the first."""


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
