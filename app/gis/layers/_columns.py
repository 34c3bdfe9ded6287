"""Columns of what contents are made of, and the check of places before any is drawn."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from app.core.message import Message, message
from app.gis.content import Flags, Floats

Texts = np.ndarray[Any, np.dtype[np.object_]]

NEAR = 8.0
"""Degrees from the city within which a place is taken to be meant there."""


def texts(values: Iterable[str]) -> Texts:
    """A column of words."""
    rows = list(values)
    column = np.empty(len(rows), object)
    column[:] = rows
    return column


class Places(NamedTuple):
    """Which of the places can be shown, and why the others cannot."""

    good: Flags
    swapped: Flags
    outside: Flags

    @property
    def faults(self) -> tuple[Message, ...]:
        """What is said of those that are not shown."""
        return said(int(self.swapped.sum()), int(self.outside.sum()))


def check_places(lon: Floats, lat: Floats, home: tuple[float, float]) -> Places:
    """Places that are none (out of range, not a number, 0° 0° as receivers without a fix say), and
    places whose longitude and latitude stand in each other's column, are not shown and are counted.
    Swapped is what lies near the city's centre `home` the other way round and far from it as it
    stands."""
    there = np.isfinite(lon) & np.isfinite(lat) & ((lon != 0.0) | (lat != 0.0))
    inside = there & (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
    swapped = there & ~_near(lon, lat, home) & _near(lat, lon, home)
    return Places(inside & ~swapped, swapped, ~inside & ~swapped)


def said(swapped: int, outside: int) -> tuple[Message, ...]:
    """How many things are swapped, and how many nowhere."""
    faults = []
    if swapped:
        faults.append(message("maplayer.swapped", n=swapped))
    if outside:
        faults.append(message("maplayer.out_of_range", n=outside))
    return tuple(faults)


def _near(lon: Floats, lat: Floats, home: tuple[float, float]) -> Flags:
    return np.asarray((np.abs(lon - home[0]) < NEAR) & (np.abs(lat - home[1]) < NEAR))
