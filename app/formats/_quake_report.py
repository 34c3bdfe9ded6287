"""What one source says of one earthquake, whoever says it."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy

BEIJING, TOKYO = timezone(timedelta(hours=8)), timezone(timedelta(hours=9))
_NUMBER = re.compile(r"\s*[MＭ]?\s*(-?\d{1,6}(?:\.\d{1,9})?)\s*(?:km|公里)?\s*", re.ASCII)
_LATEST = 4_102_444_800_000
Moment = Annotated[Ms, msgspec.Meta(ge=0, le=_LATEST)]


class BadReport(ValueError):
    """A report that cannot be used: the reason's word, the field, and the report as it came."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field
        self.sample: object = ""


class Report(msgspec.Struct, frozen=True):
    """`source` is one of SOURCES, `event` its own name for the earthquake; `depth` in km, None
    where nobody measured it; `early` a warning that was reckoned while the ground still shook. The
    bounds hold for what is read back from a file."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    source: str
    event: Annotated[str, msgspec.Meta(max_length=80)]
    origin: Moment
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    magnitude: Annotated[float, msgspec.Meta(ge=-3, le=10.5)]
    reported: Moment
    depth: Annotated[float, msgspec.Meta(ge=-10, le=1000)] | None = None
    place: Annotated[str, msgspec.Meta(max_length=120)] = ""
    number: int = 0
    early: bool = False
    reviewed: bool = False
    training: bool = False
    cancelled: bool = False


SOURCES = (
    "cenc_eqlist",
    "jma_eqlist",
    "usgs",
    "emsc",
    "cenc_eew",
    "sc_eew",
    "fj_eew",
    "cq_eew",
    "cwa_eew",
    "jma_eew",
)
"""Whose word is taken before whose: what was measured before what was reckoned in seconds."""


def number(value: Any, field: str) -> float:
    """A number, also one that arrives as text, with or without its unit; raises BadReport."""
    found = number_or_none(value)
    if found is None:
        raise BadReport("not_a_number", field)
    return found


def number_or_none(value: Any) -> float | None:
    """The same, None for what states none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e9 else None  # also not a number, which is not less
    match = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    return float(match.group(1)) if match else None


def place_of(lon: Any, lat: Any) -> tuple[float, float]:
    """A place on Earth; raises BadReport."""
    x, y = number(lon, "longitude"), number(lat, "latitude")
    if abs(x) > 180 or abs(y) > 90:
        raise BadReport("out_of_range", "longitude" if abs(x) > 180 else "latitude")
    return x, y


def magnitude_of(value: Any) -> float:
    """A magnitude that there can be; raises BadReport."""
    found = number(value, "magnitude")
    if not -3 <= found <= 10.5:
        raise BadReport("out_of_range", "magnitude")
    return found


def depth_of(value: Any) -> float | None:
    """A depth in km; what cannot be one is not stated."""
    found = number_or_none(value)
    return found if found is not None and -10 <= found <= 1000 else None


def utc(text: Any, field: str) -> Ms:
    """An ISO time, of UTC where it names no offset; raises BadReport."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        at = None
    if at is None:
        raise BadReport("bad_time", field)
    return _checked(at if at.tzinfo else at.replace(tzinfo=UTC), field)


def local(text: Any, field: str) -> Ms:
    """A time without a zone: with hyphens Beijing's, with slashes Tokyo's; raises BadReport."""
    words = text.strip() if isinstance(text, str) else ""
    zone = TOKYO if "/" in words else BEIJING
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            at = datetime.strptime(words.replace("/", "-"), pattern)  # noqa: DTZ007  (zone below)
        except ValueError:
            continue
        return _checked(at.replace(tzinfo=zone), field)
    raise BadReport("bad_time", field)


def epoch(value: Any, field: str) -> Ms:
    """Milliseconds since 1970; raises BadReport."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadReport("bad_time", field)
    if not 0 < value <= _LATEST:
        raise BadReport("bad_time", field)
    return round(value)


def words(value: Any, most: int = 120) -> str:
    """A text on one line."""
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def name(value: Any, field: str) -> str:
    """A source's name for an event; raises BadReport."""
    text = str(value) if isinstance(value, int) else words(value, 80)
    if not text:
        raise BadReport("missing", field)
    return text


def _checked(at: datetime, field: str) -> Ms:
    try:
        ms = round(at.timestamp() * 1000)
    except OverflowError:
        ms = 0
    if not 0 < ms <= _LATEST:
        raise BadReport("bad_time", field)
    return ms
