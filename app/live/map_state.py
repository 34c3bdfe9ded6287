"""What one map shows: the state that every view of its name follows.

Read it; only commands and a hand on a map write it. A change is published as `Kind.SEAT` with the
key `map/<name>` (`app.live.maps`); the seat's shared map has the name "".
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from app.core.model import Latitude, Longitude, Ms
from app.core.privacy import Privacy

SHARED = ""
SIZE = (900.0, 640.0)
"""Pixels of a view that nobody has opened yet."""
MIN_ZOOM, MAX_ZOOM = 3.0, 20.0
Zoom = Annotated[float, msgspec.Meta(ge=MIN_ZOOM, le=MAX_ZOOM)]
Corner = tuple[Longitude, Latitude]


class LayerChoice(msgspec.Struct, frozen=True):
    """A layer that is on. `filter` is words that the layer's things must hold."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    opacity: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    filter: str = ""


class MapArea(msgspec.Struct, frozen=True):
    """A place that was drawn: a circle (one corner and a radius), a box (two corners), a polygon or
    a lasso (three and more). WGS-84 degrees, metres."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    form: Literal["circle", "box", "polygon", "lasso"]
    corners: tuple[Corner, ...]
    radius_m: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0.0


class Picked(msgspec.Struct, frozen=True):
    """What was clicked: a layer's thing and its place."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    layer: str
    id: str
    lon: Longitude
    lat: Latitude


class Comparison(msgspec.Struct, frozen=True):
    """叠加对比: what stands on the other side. `at` is a moment of the past (0: now), `layers`
    other layers (none: the same), `base` another base."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    form: Literal["swipe", "side"]
    at: Ms = 0
    layers: tuple[LayerChoice, ...] = ()
    base: str = ""


class MapPlace(msgspec.Struct, frozen=True):
    """Where a map looks, and how far in."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    lon: Longitude
    lat: Latitude
    zoom: Zoom = 10.0


class MapState:
    """One map. `moves` counts places that a command gave, so that a view flies there once;
    `moved_by` is the view whose hand moved it last and need not be told."""

    def __init__(self, place: MapPlace) -> None:
        self.place = place
        self.moves = 0
        self.moved_by = ""
        self.layers: tuple[LayerChoice, ...] = ()  # bottom first among equals of `order`
        self.plate = ""
        self.base = ""  # empty: the city's first
        self.at: Ms = 0  # a moment of the past; 0: now
        self.span_ms: Ms = 0  # only what was observed within it; 0: all
        self.tool = ""  # circle, box, polygon, lasso, measure, markup; empty: the hand
        self.area: MapArea | None = None
        self.picked: Picked | None = None
        self.region = ""  # drilled into; empty: the whole city
        self.comparison: Comparison | None = None
        self.narrowed = 0.0  # of its zoom, what two maps side by side took
        self.measured: tuple[Corner, ...] = ()  # last; closed where it ends at its beginning
        self.size = SIZE  # pixels of the view that was opened last
        self.foot = 0.0  # of these, what the lines at its lower edge cover

    def fly(self, place: MapPlace) -> None:
        """A command's: go there."""
        self.place = place
        self.moves += 1
        self.moved_by = ""

    def drag(self, place: MapPlace, view: str) -> None:
        """A hand moved it in this view."""
        self.place = place
        self.moved_by = view

    def choice(self, layer: str) -> LayerChoice | None:
        """How a layer is on; None where it is off."""
        return next((choice for choice in self.layers if choice.id == layer), None)
