"""Where a CAP message holds: shapes with latitude first to ours with longitude first, and codes.

Polygons are `lat,lon` pairs apart by blanks, the last equal to the first; circles are `lat,lon` and
a radius in km. A shape that is none is left out and told of; the warning stays, because its words
still say where. A warning has at most MOST_POINTS points: longer rings are thinned evenly.
"""

import math
import re
from collections.abc import Iterable
from itertools import pairwise

from app.core.model import Area
from app.formats._cap_message import Place

MOST_POINTS = 20_000
MOST_READ = 50_000
"""Points of one warning that are looked at; the rings of one that has more are left out whole."""
Ring = tuple[tuple[float, float], ...]

_CODE_NAMES = re.compile(
    r"adcode|(gb[ /_-]?t?[ /_-]?)?2260.*|行政区划(代码|编码|码)?|区划(代码|码)?|区域编码",
    re.IGNORECASE,
)
_CODE = re.compile(r"\d{6}(\d{3}|\d{6})?", re.ASCII)


def area(place: Place, named: bool, flaws: list[tuple[str, str]], thin: int = 1) -> Area:
    """One area; without its name where that is not for everybody."""
    polygons = []
    if place.polygons and not thin:
        flaws.append(("cap_too_much", "polygon"))
    for text in place.polygons if thin else ():
        found = ring(text)
        if found is None:
            flaws.append(("cap_shape", "polygon"))
        else:
            polygons.append(thinned(found, thin))
    circles = []
    for text in place.circles:
        disc = circle(text)
        if disc is None:
            flaws.append(("cap_shape", "circle"))
        else:
            circles.append(disc)
    return Area(place.name if named else "", tuple(polygons), tuple(circles), codes(place))


def stride(places: Iterable[Place]) -> int:
    """How many points stand for one of them, so that all rings together have few enough; 0 where
    there are too many to be read."""
    points = sum(text.count(",") for place in places for text in place.polygons)
    return max(1, math.ceil(points / MOST_POINTS)) if points <= MOST_READ else 0


def codes(place: Place) -> tuple[str, ...]:
    """The Chinese codes of regions; those of other countries are none of ours."""
    found = [value for name, value in place.codes if _CODE_NAMES.fullmatch(name.strip())]
    return tuple(dict.fromkeys(code for code in found if _CODE.fullmatch(code)))


def ring(text: str) -> Ring | None:
    """A closed ring of (lon, lat), None for what is none."""
    points = [pair(word) for word in text.split()]
    if len(points) < 3 or None in points:
        return None
    found = tuple(point for point in points if point is not None)
    closed = found if found[0] == found[-1] else (*found, found[0])
    return closed if len(set(closed)) >= 3 else None


def circle(text: str) -> tuple[float, float, float] | None:
    """(lon, lat, radius in km), None for what is none; the radius may be 0."""
    centre, _, radius = text.strip().partition(" ")
    point = pair(centre)
    try:
        km = float(radius)
    except ValueError:
        return None
    if point is None or not 0 <= km <= 20_100:
        return None
    return (*point, km)


def pair(word: str) -> tuple[float, float] | None:
    """`lat,lon` as (lon, lat); None for what is none."""
    lat, _, lon = word.partition(",")
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (x, y) if abs(x) <= 180 and abs(y) <= 90 else None


def thinned(found: Ring, step: int) -> Ring:
    """Every so many points of a ring, closed; never fewer than a triangle."""
    if step <= 1 or len(found) <= 4:
        return found
    kept = found[: -1 : min(step, max(1, (len(found) - 1) // 3))]
    return (*kept, kept[0])


def middle(areas: Iterable[Area]) -> tuple[float, float] | None:
    """The centroid of the largest polygon (in the plane), else the centre of the first circle."""
    rings = [found for one in areas for found in one.polygons]
    if rings:
        return _centroid(max(rings, key=lambda found: abs(_doubled(found))))
    for one in areas:
        for lon, lat, _ in one.circles:
            return (lon, lat)
    return None


def _doubled(found: Ring) -> float:
    x0, y0 = found[0]
    return sum(
        (ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in pairwise(found)
    )


def _centroid(found: Ring) -> tuple[float, float]:
    """Reckoned from the first point, so that small shapes far from 0 keep their digits."""
    doubled = _doubled(found)
    x0, y0 = found[0]
    if abs(doubled) < 1e-12:  # a line
        count = len(found) - 1
        return sum(x for x, _ in found[:-1]) / count, sum(y for _, y in found[:-1]) / count
    x = y = 0.0
    for (ax, ay), (bx, by) in pairwise(found):
        cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
        x += (ax - x0 + bx - x0) * cross
        y += (ay - y0 + by - y0) * cross
    lon, lat = x0 + x / (3 * doubled), y0 + y / (3 * doubled)
    return min(180.0, max(-180.0, lon)), min(90.0, max(-90.0, lat))
