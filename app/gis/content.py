"""What a layer shows at a moment: marks, shapes or a raster, and what its legend owes.

Positions are WGS-84/CGCS2000 degrees; the frame projects them (`app.gis.frames`). Colours are names
of the theme's tokens (`text1`, `accent`, `warning.red`, `series.2`, `sequential.4`, `heat.3`; lists
count from 1), so that a layer knows no theme.
"""

from typing import Any, ClassVar, Literal

import msgspec
import numpy as np

from app.core.message import Message
from app.core.model import Level, Ms
from app.core.privacy import Privacy

Floats = np.ndarray[Any, np.dtype[np.float64]]
Angles = np.ndarray[Any, np.dtype[np.float32]]
Moments = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Starts = np.ndarray[Any, np.dtype[np.uint32]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

Form = Literal[
    "dot",  # event, camera, device
    "ring",  # the same, not there any more or never confirmed
    "diamond",  # force
    "box",  # resource: a square with a pictogram
    "arrow",  # what moves and says where to
    "pin",  # incident
    "warning",  # one of the four warning shapes, by `level`; in outline where `outline`
    "cross",  # bad data: a track that cannot be right
    "label",  # a name, nothing else
]


class MarkStyle(msgspec.Struct, frozen=True):
    """How the marks of one class look. `size` is pixels at 100 % across, before the wall's floor;
    `icon` a pictogram of `assets/icons/map`; `outline` draws hollow."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    form: Form = "dot"
    colour: str = "text2"
    size: float = 6.0
    icon: str = ""
    level: Level = Level.NONE
    numeral: str = ""
    outline: bool = False
    name_zh: str = ""  # in the legend; empty: not listed
    name_en: str = ""


class Marks(msgspec.Struct, frozen=True):
    """Points of equal length `n`. `style` indexes `styles`; `observed` is when each was there (ms
    UTC, 0: does not age); `suspect` marks what cannot be right."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    ids: np.ndarray[Any, np.dtype[np.object_]]
    lon: Floats
    lat: Floats
    style: Bytes
    styles: tuple[MarkStyle, ...]
    observed: Moments | None = None
    heading: Angles | None = None
    speed: Angles | None = None
    labels: np.ndarray[Any, np.dtype[np.object_]] | None = None
    label_zoom: float = 14.0
    cluster: bool = False
    trail_lon: Floats | None = None  # of all marks one after the other, oldest first
    trail_lat: Floats | None = None
    trail_start: Starts | None = None  # n+1


class ShapeStyle(msgspec.Struct, frozen=True):
    """How lines or areas of one class look; widths in pixels at 100 %. `dash` in pixels, empty:
    solid. `opacity` is of the fill."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    line: str = "line2"
    width: float = 1.0
    dash: tuple[float, ...] = ()
    fill: str = ""
    opacity: float = 1.0
    hatch: bool = False
    name_zh: str = ""
    name_en: str = ""


class Shapes(msgspec.Struct, frozen=True):
    """Lines (`closed` False) or areas of `n` shapes, each of one or more rings: `ring_start` (r+1)
    is each ring's first vertex, `shape_start` (n+1) each shape's first ring. Holes are rings (even
    and odd)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    ids: np.ndarray[Any, np.dtype[np.object_]]
    lon: Floats
    lat: Floats
    ring_start: Starts
    shape_start: Starts
    style: Bytes
    styles: tuple[ShapeStyle, ...]
    closed: bool = True
    labels: np.ndarray[Any, np.dtype[np.object_]] | None = None
    label_lon: Floats | None = None
    label_lat: Floats | None = None
    label_zoom: float = 8.0


class Raster(msgspec.Struct, frozen=True):
    """A picture over the map: `value` (h, w) of 0..255 through `ramp` (names of colours, low to
    high; 0 is see-through). Rows run north to south evenly in Web Mercator, not in degrees."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    value: Bytes
    west: float
    south: float
    east: float
    north: float
    ramp: tuple[str, ...]
    opacity: float = 0.8


class LegendStep(msgspec.Struct, frozen=True):
    """One line of a legend that is no mark's or shape's class: a range of a choropleth or heat."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    colour: str
    text: str  # "40 – 60", already formatted; units stand in the title


class Content(msgspec.Struct, frozen=True):
    """What a layer shows. `count` is of things that it holds, `newest` and `oldest` the moments
    observed among them (0: none ages), `sources` the ids of feeds behind them (files: none);
    `faults` says what it could not show, in the officer's words. The title says what its steps
    are of where that is not the layer's name: the indicator of a choropleth."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    marks: Marks | None = None
    shapes: tuple[Shapes, ...] = ()
    raster: Raster | None = None
    count: int = 0
    newest: Ms = 0
    oldest: Ms = 0
    sources: tuple[str, ...] = ()
    steps: tuple[LegendStep, ...] = ()
    unit: str = ""
    unit_en: str = ""  # empty: the same
    title_zh: str = ""
    title_en: str = ""
    estimated: bool = False
    faults: tuple[Message, ...] = ()
    connected: bool = True  # False: nothing brings this layer's data in this city


EMPTY = Content(connected=False)
