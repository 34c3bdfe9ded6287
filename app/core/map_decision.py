"""What officers put on the map and keep: mark-up (会商标绘), named views, geofences.

Rows of ops.db, written with the command that made them; a later row of one id holds. Places are the
text of `app.core.corners`, so that what the audit's hash covers is what an officer can read.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from app.core.model import Level, Ms, Name
from app.core.privacy import INTERNAL, Privacy

MAX_LABEL = 200


class MarkupForm(StrEnum):
    """What can be drawn."""

    POINT = "point"
    LINE = "line"
    ARROW = "arrow"
    AREA = "area"
    TEXT = "text"


class AreaForm(StrEnum):
    """How a place was drawn."""

    CIRCLE = "circle"  # its middle and a radius
    BOX = "box"  # two corners that face each other
    POLYGON = "polygon"
    LASSO = "lasso"


class FenceRule(StrEnum):
    """When a geofence speaks (电子围栏)."""

    ENTER = "enter"
    LEAVE = "leave"
    DWELL = "dwell"


class Ink(StrEnum):
    """What mark-up may wear: names of the theme's tokens. Of the warning colours only the red of a
    declared danger zone, so that no drawing looks like a warning."""

    TEXT = "text1"
    ACCENT = "accent"
    DANGER = "warning.red"
    FIRST = "series.1"
    SECOND = "series.2"
    THIRD = "series.3"
    FOURTH = "series.4"


class Markup(msgspec.Struct, frozen=True, gc=False):
    """Something drawn for everybody to see (标绘)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str  # of the command that drew it
    form: MarkupForm
    corners: str
    at: Ms
    person: str  # work number
    role: str
    text: Annotated[str, INTERNAL] = ""
    colour: Ink = Ink.ACCENT
    erased: bool = False


class Bookmark(msgspec.Struct, frozen=True, gc=False):
    """A named view of a seat. `layers` is one line per layer: id, opacity and filter, apart by
    tabs."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: Annotated[str, INTERNAL]
    seat: str
    place: str  # one corner
    zoom: float
    layers: Annotated[str, INTERNAL]
    plate: str
    base: str
    at: Ms
    person: str
    role: str
    forgotten: bool = False


class KeptMap(msgspec.Struct, frozen=True, gc=False):
    """What a map of a seat showed last; a later row of one seat and name takes its place. `moved`:
    somebody moved it (else it shows the whole city); `layers` as of a Bookmark; `area` is form,
    radius in metres and corners, apart by blanks; `apart`: its window goes its own way."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    seat: str
    name: str
    lon: float
    lat: float
    zoom: float
    moved: bool
    layers: Annotated[str, INTERNAL]
    plate: str
    base: str
    region: str
    span_ms: Ms
    area: Annotated[str, INTERNAL]
    apart: bool
    at: Ms


class Fence(msgspec.Struct, frozen=True, gc=False):
    """A geofence (电子围栏): a place, what is watched there, and when it speaks.

    It is a circle, a box, a polygon, or a district (`region`, a code of GB/T 2260). `layers` and
    `kinds` of positions are words apart by blanks, none: all. `enter` speaks of what is inside,
    `leave` of what was inside and is not any more, `dwell` of what stays for `dwell_s`. It ends by
    itself at `until` (0: never).
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    name: Annotated[str, INTERNAL]
    rule: FenceRule
    level: Level
    form: AreaForm = AreaForm.POLYGON
    corners: str = ""
    radius_m: int = 0
    region: Name = ""
    layers: str = ""
    kinds: str = ""
    dwell_s: int = 0
    until: Ms = 0
    at: Ms = 0
    person: str = ""  # work number; empty: of the city's file
    role: str = ""
    ended: bool = False

    def holds(self, now: Ms) -> bool:
        """Whether it is watched."""
        return not self.ended and not 0 < self.until <= now
