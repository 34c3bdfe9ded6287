"""Places as text: `118.8,33.5 118.9,33.6`, longitude before latitude, WGS-84 degrees.

What stands in a command, in its audit line and in a table. Six decimals are a decimetre, which is
less than the width of a line on any map; so a text is its own normal form.
"""

import math
from collections.abc import Iterable

from app.core.message import Refusal, message

Corner = tuple[float, float]
MAX_CORNERS = 320
"""So many fit into the text of one command; the page thins out what is drawn finer."""
DECIMALS = 6


def corners_text(corners: Iterable[Corner]) -> str:
    """The normal form of places."""
    return " ".join(f"{_short(lon)},{_short(lat)}" for lon, lat in corners)


def corners_of(text: str, least: int = 1, most: int = MAX_CORNERS) -> tuple[Corner, ...]:
    """The places of a text; raises Refusal where it holds none that can be used."""
    words = text.split()
    if not least <= len(words) <= most:
        raise Refusal(message("maptool.corners", n=len(words), least=least, most=most))
    return tuple(_corner(word) for word in words)


def _corner(word: str) -> Corner:
    first, comma, second = word.partition(",")
    try:
        lon, lat = float(first), float(second)
    except ValueError as error:
        raise Refusal(message("maptool.corner", text=word[:40])) from error
    if not comma or not (math.isfinite(lon) and math.isfinite(lat)):
        raise Refusal(message("maptool.corner", text=word[:40]))
    if abs(lon) > 180 or abs(lat) > 85:
        swapped = abs(lat) <= 180 and abs(lon) <= 85
        raise Refusal(message("maptool.swapped" if swapped else "maptool.outside", text=word[:40]))
    return round(lon, DECIMALS), round(lat, DECIMALS)


def _short(degrees: float) -> str:
    return f"{round(degrees, DECIMALS) + 0.0:.{DECIMALS}f}".rstrip("0").rstrip(".")
