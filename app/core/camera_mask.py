"""Areas of a camera's picture that nobody may see (隐私遮挡): polygons in shares of the picture.

    areas = read_areas("0.1,0.2 0.4,0.5; 0.6,0.1 0.9,0.1 0.9,0.4")

Two points are the corners of a rectangle; x goes right and y down, both from 0 to 1 of the picture
as the camera sends it.
"""

import hashlib
import math
from typing import Annotated, TypeAlias

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Area: TypeAlias = Annotated[
    tuple[tuple[Share, Share], ...], msgspec.Meta(min_length=2, max_length=64)
]
Areas: TypeAlias = Annotated[tuple[Area, ...], msgspec.Meta(max_length=32)]

MOST_AREAS = 32
MOST_POINTS = 64
MOST_TEXT = 8000
DIGITS = 4
"""Of a share: a tenth of a pixel of 1000."""
LEAST = 1e-4
"""Of the picture's surface: what is smaller hides nothing."""


def read_areas(text: str) -> Areas:
    """The areas that a text names; raises ValueError for one that hides nothing or is none."""
    parts = [part for part in text.split(";") if part.strip()]
    if not 1 <= len(parts) <= MOST_AREAS or len(text) > MOST_TEXT:
        raise ValueError("areas")
    return tuple(_area(part) for part in parts)


def require_areas(areas: Areas) -> Areas:
    """The same, where each of them hides something; raises ValueError."""
    return read_areas(areas_text(areas)) if areas else ()


def areas_text(areas: Areas) -> str:
    """The text form; `read_areas` is its inverse."""
    return "; ".join(" ".join(f"{_share(x)},{_share(y)}" for x, y in area) for area in areas)


def digest(areas: Areas) -> str:
    """Tells one mask from another; empty where there is none."""
    return hashlib.sha256(areas_text(areas).encode()).hexdigest()[:16] if areas else ""


def corners(area: Area) -> Area:
    """The polygon of an area: a rectangle has four corners."""
    if len(area) > 2:
        return area
    (left, top), (right, bottom) = area
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _area(text: str) -> Area:
    points = tuple(_point(word) for word in text.split())
    if not 2 <= len(points) <= MOST_POINTS or _surface(corners(points)) < LEAST:
        raise ValueError("area")
    return points


def _point(text: str) -> tuple[float, float]:
    across, comma, down = text.partition(",")
    x, y = float(across), float(down)
    if not comma or not all(math.isfinite(share) and 0 <= share <= 1 for share in (x, y)):
        raise ValueError("point")
    return round(x, DIGITS), round(y, DIGITS)


def _surface(polygon: Area) -> float:
    """Half the sum of cross products; of one that crosses itself, the difference of its parts
    counts, so its box does instead."""
    turned = zip(polygon, (*polygon[1:], polygon[0]), strict=True)
    found = abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in turned)) / 2
    if len(polygon) < 4 or found >= LEAST:
        return found
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def _share(value: float) -> str:
    return f"{value:.{DIGITS}f}".rstrip("0").rstrip(".") or "0"
