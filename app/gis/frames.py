"""What goes to a map page: contents as binary frames (docs/decisions/0008-one-map.md).

Positions travel as float32 offsets in the unit square of Web Mercator (x east, y south, EPSG:3857
divided by its circumference) from the city's centre. The rounding is half a unit in the last place:
within 250 km of the centre under 1 cm on the ground, at the far side of the earth under 1.3 m; a
pixel of zoom 18 is 0.6 m at the equator. A coordinate that is none (not finite, beyond 180 or 90
degrees) becomes NaN and is drawn nowhere; latitudes beyond Web Mercator's stand on its edge.
"""

import struct
from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.model import Ms
from app.core.privacy import Privacy
from app.gis.content import Bytes, Floats, Marks, MarkStyle, Raster, Shapes, ShapeStyle

Offsets = np.ndarray[Any, np.dtype[np.float32]]
Section = tuple[str, np.ndarray[Any, Any]]

FRAME, BUNDLE = b"CMF1", b"CMB1"
EDGE_LATITUDE = 85.051128779806592
"""Where Web Mercator's square ends: atan(sinh(pi))."""
_TYPES = {"<f4": "f4", "<f8": "f8", "|u1": "u1", "<u2": "u2", "<u4": "u4", "<i4": "i4"}
_ALIGN = 8
NO_AGE, NO_HEADING = 65535, 255
SLICE = 16_384
"""So many places are projected at once: what lies between stays in the processor's cache, and no
memory has to be asked of the system for it."""
YOUNG = 255
"""Ages below travel in one byte each, where 255 is what does not age."""
DIRECTED = ("arrow",)
"""The forms that show where a thing heads."""
_encoder = msgspec.json.Encoder()


class Origin(msgspec.Struct, frozen=True):
    """The place that offsets count from: WGS-84 degrees."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    lon: float
    lat: float

    @property
    def square(self) -> tuple[float, float]:
        """Its place in the unit square of Web Mercator."""
        x, y = unit_square(np.array([self.lon]), np.array([self.lat]))
        return float(x[0]), float(y[0])


class Timing(msgspec.Struct, frozen=True):
    """When a content was made (`at`, ms UTC), which set of things its marks are (`set` stays while
    they are the same things in the same order), how long a glide to it may last, the minutes that
    the city's clocks are ahead of UTC, and whether its ages go on growing (not in the past)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: Ms
    set: int = 0
    same: bool = False
    glide_ms: int = 0
    zone_min: int = 0
    live: bool = True


def unit_square(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """WGS-84 degrees to the unit square of Web Mercator; NaN for what is no coordinate.

    Spherical formulas of EPSG:3857 (IOGP guidance note 7-2, section 3.2.1.2).
    """
    with np.errstate(invalid="ignore"):
        bad = ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    x = lon / 360.0 + 0.5
    # asinh(tan(lat)) is atanh(sin(lat)); numpy has both of these for several numbers at once.
    y = np.clip(lat, -EDGE_LATITUDE, EDGE_LATITUDE)
    np.arcsinh(np.tan(np.radians(y, out=y), out=y), out=y)
    y /= -2.0 * np.pi
    y += 0.5
    if bad.any():
        x, y = np.where(bad, np.nan, x), np.where(bad, np.nan, y)
    return x, y


def degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The unit square back to WGS-84 degrees."""
    return (x - 0.5) * 360.0, np.degrees(np.arctan(np.sinh((0.5 - y) * 2.0 * np.pi)))


def project(lon: Floats, lat: Floats, origin: Origin) -> Offsets:
    """Degrees to offsets, interleaved x y: 2n of float32."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    ox, oy = origin.square
    xy = np.empty(2 * len(lon), np.float32)
    for start in range(0, len(lon), SLICE):
        end = start + SLICE
        x, y = unit_square(lon[start:end], lat[start:end])
        xy[2 * start : 2 * end : 2] = x - ox
        xy[2 * start + 1 : 2 * end : 2] = y - oy
    return xy


def encode(head: dict[str, Any], sections: Sequence[Section] = ()) -> bytes:
    """One frame: its head with the list of its sections, and these."""
    listed = [(name, _TYPES[array.dtype.str], array.size) for name, array in sections]
    text = _encoder.encode({**head, "sections": listed})
    parts: list[bytes | memoryview] = [struct.pack("<4sI", FRAME, len(text)), text]
    parts.append(_padding(8 + len(text)))
    for _, array in sections:
        flat = np.ascontiguousarray(array).reshape(-1)
        parts.append(flat.view(np.uint8).data)
        parts.append(_padding(flat.nbytes))
    return b"".join(parts)


def encode_json(kind: str, data: Any) -> bytes:
    """A frame that is only its head: `state`, `look`, `draw`. `data` gives its fields (a mapping or
    a Struct)."""
    return encode({"kind": kind, **msgspec.to_builtins(data)})


def encode_drop(layer: str) -> bytes:
    """The layer leaves. A part of it that leaves is sent empty instead."""
    return encode({"kind": "drop", "layer": layer})


def encode_marks(layer: str, seq: int, marks: Marks, origin: Origin, timing: Timing) -> bytes:
    """Marks; what they are called travels apart (`encode_labels`), because it seldom changes."""
    n = len(marks.lon)
    sections: list[Section] = [
        ("xy", project(marks.lon, marks.lat, origin)),
        ("style", _column(np.asarray(marks.style, np.uint8))),
    ]
    if marks.heading is not None and any(style.form in DIRECTED for style in marks.styles):
        sections.append(("heading", _column(_directions(marks.heading))))
    if marks.observed is not None:
        sections.append(("age", _column(_ages(marks.observed, timing.at))))
    if marks.trail_start is not None and marks.trail_lon is not None:
        assert marks.trail_lat is not None
        sections.append(("trail", project(marks.trail_lon, marks.trail_lat, origin)))
        sections.append(("trail_start", np.asarray(marks.trail_start, np.uint32)))
    head = {
        "kind": "marks",
        "layer": layer,
        "seq": seq,
        "n": n,
        "at": timing.at,
        "set": timing.set,
        "same": timing.same,
        "glide_ms": timing.glide_ms,
        "zone_min": timing.zone_min,
        "live": timing.live,
        "cluster": marks.cluster,
        "label_zoom": marks.label_zoom,
        "styles": [_mark_style(style) for style in marks.styles],
    }
    return encode(head, sections)


def encode_labels(layer: str, set_: int, labels: Sequence[str]) -> bytes:
    """The labels of all marks of a set, in their order; empty where one has none."""
    return encode({"kind": "labels", "layer": layer, "set": set_, "labels": list(labels)})


def encode_shapes(
    layer: str, seq: int, shapes: Shapes, origin: Origin, timing: Timing, slot: int = 0
) -> bytes:
    """Lines or areas; `slot` tells the several shapes of one layer apart."""
    sections: list[Section] = [
        ("xy", project(shapes.lon, shapes.lat, origin)),
        ("ring", np.asarray(shapes.ring_start, np.uint32)),
        ("part", np.asarray(shapes.shape_start, np.uint32)),
        ("style", np.asarray(shapes.style, np.uint8)),
    ]
    labels: list[str] | None = None
    if shapes.labels is not None and shapes.label_lon is not None:
        assert shapes.label_lat is not None
        labels = [str(label) for label in shapes.labels]
        sections.append(("label_xy", project(shapes.label_lon, shapes.label_lat, origin)))
    head = {
        "kind": "shapes",
        "layer": layer,
        "slot": slot,
        "seq": seq,
        "n": len(shapes.style),
        "at": timing.at,
        "closed": shapes.closed,
        "label_zoom": shapes.label_zoom,
        "labels": labels,
        "styles": [_shape_style(style) for style in shapes.styles],
    }
    return encode(head, sections)


def encode_raster(layer: str, seq: int, raster: Raster, origin: Origin, timing: Timing) -> bytes:
    """A picture of values with the names of its ramp's colours; the page knows the theme."""
    height, width = raster.value.shape
    corners = project(
        np.array([raster.west, raster.east]), np.array([raster.north, raster.south]), origin
    )
    west, north, east, south = (float(offset) for offset in corners)
    head = {
        "kind": "raster",
        "layer": layer,
        "seq": seq,
        "at": timing.at,
        "width": width,
        "height": height,
        "west": west,
        "north": north,
        "east": east,
        "south": south,
        "ramp": list(raster.ramp),
        "opacity": raster.opacity,
    }
    return encode(head, [("value", np.asarray(raster.value, np.uint8))])


def bundle(frames: Sequence[bytes]) -> bytes:
    """Several frames in one answer; a bundle among them gives its frames."""
    flat = [part for frame in frames for part in unbundle(frame)]
    parts: list[bytes] = [struct.pack("<4sI", BUNDLE, len(flat))]
    for frame in flat:
        parts += [struct.pack("<Q", len(frame)), frame, _padding(len(frame))]
    return b"".join(parts)


def unbundle(data: bytes) -> list[bytes]:
    """The frames of a bundle; one frame is itself."""
    if data[:4] != BUNDLE:
        return [data]
    (count,) = struct.unpack_from("<I", data, 4)
    found, at = [], 8
    for _ in range(count):
        (length,) = struct.unpack_from("<Q", data, at)
        found.append(data[at + 8 : at + 8 + length])
        at += 8 + length + -length % _ALIGN
    return found


def replaces(frame: bytes) -> str:
    """What a frame takes the place of while it waits for a slow page: a newer one with the same
    words makes it needless. `marks buses`, `labels buses`, `shapes river 0`, `state`."""
    (length,) = struct.unpack_from("<I", frame, 4)
    head = msgspec.json.decode(frame[8 : 8 + length], type=_Head)
    return " ".join(
        str(part) for part in (head.kind, head.layer, head.slot) if part not in ("", None)
    )


class _Head(msgspec.Struct):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: str
    layer: str = ""
    slot: int | None = None


def _ages(observed: np.ndarray[Any, np.dtype[np.int64]], at: Ms) -> np.ndarray[Any, np.dtype[Any]]:
    """Whole seconds of age at the frame's moment, at most 65534; the largest number of their type
    for what does not age."""
    observed = _column(observed)
    ages = np.clip((at - observed) // 1000, 0, NO_AGE - 1)
    ageless = observed == 0
    ages[ageless] = -1
    if ages.max(initial=0) < YOUNG:
        return np.asarray(ages, np.uint8)
    return np.asarray(ages, np.uint16)


def _column(values: np.ndarray[Any, np.dtype[Any]]) -> np.ndarray[Any, np.dtype[Any]]:
    """One value where all are that."""
    return values[:1] if len(values) > 1 and (values == values[0]).all() else values


def _directions(heading: np.ndarray[Any, np.dtype[np.float32]]) -> Bytes:
    """Degrees as 255 parts of a turn; 255 for what is not known."""
    known = np.isfinite(heading)
    parts = np.rint(np.where(known, heading, 0.0) * np.float32(NO_HEADING / 360.0)) % NO_HEADING
    parts[~known] = NO_HEADING
    return np.asarray(parts, np.uint8)


def _mark_style(style: MarkStyle) -> dict[str, Any]:
    return {
        "form": style.form,
        "colour": style.colour,
        "size": style.size,
        "icon": style.icon,
        "level": style.level.value,
        "numeral": style.numeral,
        "outline": style.outline,
    }


def _shape_style(style: ShapeStyle) -> dict[str, Any]:
    return {
        "line": style.line,
        "width": style.width,
        "dash": list(style.dash),
        "fill": style.fill,
        "opacity": style.opacity,
        "hatch": style.hatch,
    }


def _padding(length: int) -> bytes:
    return bytes(-length % _ALIGN)
