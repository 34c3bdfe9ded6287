"""A frame says what went in, by a decoder that knows only decision 0008."""

import json
import math
import struct
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from app.gis.content import Marks, MarkStyle, Raster, Shapes, ShapeStyle
from app.gis.frames import (
    Origin,
    Timing,
    bundle,
    degrees,
    encode_drop,
    encode_json,
    encode_labels,
    encode_marks,
    encode_raster,
    encode_shapes,
    project,
    replaces,
    unbundle,
)

HUAIAN = Origin(119.02, 33.61)
EARTH = 6378137.0
TYPES = {"f4": "f", "f8": "d", "u1": "B", "u2": "H", "u4": "I", "i4": "i"}
SIZES = {"f4": 4, "f8": 8, "u1": 1, "u2": 2, "u4": 4, "i4": 4}


def decoded(data: bytes) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """Head and sections of one frame, as the decision describes it."""
    assert data[:4] == b"CMF1" and len(data) % 8 == 0
    length = int.from_bytes(data[4:8], "little")
    head = json.loads(data[8 : 8 + length])
    at = -(-(8 + length) // 8) * 8
    sections = {}
    for name, kind, count in head["sections"]:
        sections[name] = list(struct.unpack_from(f"<{count}{TYPES[kind]}", data, at))
        at = -(-(at + count * SIZES[kind]) // 8) * 8
    assert at == len(data)
    return head, sections


def texts(*words: str) -> np.ndarray[Any, Any]:
    return np.array(words, dtype=object)


def marks(lon: list[float], lat: list[float], **more: Any) -> Marks:
    count = len(lon)
    return Marks(
        texts(*(f"a:{number}" for number in range(count))),
        np.array(lon),
        np.array(lat),
        np.zeros(count, np.uint8),
        (MarkStyle(colour="text1"),),
        **more,
    )


def test_a_place_worked_out_by_hand() -> None:
    """Zoom 0's square: 90 degrees east is three quarters; the equator is its middle."""
    xy = project(np.array([90.0, 0.0]), np.array([0.0, 85.05112877980659]), Origin(0.0, 0.0))
    assert xy.tolist() == pytest.approx([0.25, 0.0, 0.0, -0.5], abs=1e-7)


@given(st.floats(-2.5, 2.5), st.floats(-2.0, 2.0), st.floats(-180, 180), st.floats(-84, 84))
def test_a_place_comes_back(east: float, north: float, lon: float, lat: float) -> None:
    """Within 250 km of the centre the error is under 1 cm, anywhere under 1.5 m on the ground."""
    for place, limit in (((119.02 + east, 33.61 + north), 0.01), ((lon, lat), 1.5)):
        x, y = project(np.array([place[0]]), np.array([place[1]]), HUAIAN).astype(np.float64)
        ox, oy = HUAIAN.square
        back_lon, back_lat = degrees(np.array([x + ox]), np.array([y + oy]))
        scale = math.radians(1) * EARTH
        off_east = (back_lon[0] - place[0]) * scale * math.cos(math.radians(place[1]))
        assert math.hypot(off_east, (back_lat[0] - place[1]) * scale) < limit


def test_what_is_no_coordinate_is_no_place() -> None:
    lon = np.array([math.nan, 181.0, 119.0, math.inf, 119.0, 119.0])
    lat = np.array([33.0, 33.0, 91.0, 33.0, -math.inf, 90.0])
    xy = project(lon, lat, HUAIAN).reshape(-1, 2)
    assert np.isnan(xy[:5]).all(axis=1).tolist() == [True] * 5
    assert xy[5, 1] == pytest.approx(-HUAIAN.square[1], abs=1e-6)  # the pole: the square's edge


columns = npst.arrays(np.float64, st.integers(0, 40), elements=st.floats(allow_nan=True, width=64))


@given(columns, st.integers(0, 2**53), st.text(max_size=8))
def test_marks_say_what_went_in(lon: Any, seq: int, layer: str) -> None:
    count = len(lon)
    observed = np.arange(count, dtype=np.int64) * 1000
    given_marks = marks(
        lon.tolist(),
        [33.0] * count,
        observed=observed,
        heading=np.full(count, np.nan, np.float32),
    )
    timing = Timing(at=60_000, set=3, same=True, glide_ms=250, zone_min=480)
    head, sections = decoded(encode_marks(layer, seq, given_marks, HUAIAN, timing))
    assert (head["layer"], head["seq"], head["n"], head["set"]) == (layer, seq, count, 3)
    assert len(sections["xy"]) == 2 * count and "heading" not in sections  # dots show none
    assert sections["style"] == [0] * min(count, 1)  # one for all
    assert sections["age"] == [255, *(60 - second for second in range(1, count))][:count]
    assert head["styles"][0]["colour"] == "text1" and head["glide_ms"] == 250


def test_directions_and_ages_at_their_limits() -> None:
    degrees_given = [0.0, 90.0, 359.9, -90.0, 720.0, math.nan, math.inf]
    observed = [1, 100_000_000, 200_000_000, 0, 99_999_000, 99_000_500, 5]
    given_marks = marks(
        [119.0] * 7,
        [33.0] * 7,
        heading=np.array(degrees_given, np.float32),
        observed=np.array(observed, np.int64),
    )
    arrows = msgspec.structs.replace(given_marks, styles=(MarkStyle(form="arrow"),))
    head, sections = decoded(encode_marks("a", 1, arrows, HUAIAN, Timing(at=100_000_000)))
    assert sections["heading"] == [0, 64, 0, 191, 0, 255, 255]
    assert sections["age"] == [65534, 0, 0, 65535, 1, 999, 65534]
    assert ["age", "u2", 7] in head["sections"]


@pytest.mark.parametrize(
    ("seconds", "kind", "told"),
    [
        ([5, 254, None], "u1", [5, 254, 255]),
        ([5, 255, None], "u2", [5, 255, 65535]),
        ([7, 7, 7], "u1", [7]),
        ([300, 300], "u2", [300]),
        ([None, None], "u1", [255]),
        ([-9, 3], "u1", [0, 3]),
        ([254], "u1", [254]),
    ],
)
def test_ages_take_the_bytes_that_they_need(
    seconds: list[int | None], kind: str, told: list[int]
) -> None:
    at = 1_000_000_000
    observed = np.array([0 if age is None else at - 1000 * age for age in seconds], np.int64)
    given_marks = marks([119.0] * len(seconds), [33.0] * len(seconds), observed=observed)
    head, sections = decoded(encode_marks("a", 1, given_marks, HUAIAN, Timing(at=at)))
    assert sections["age"] == told
    assert ["age", kind, len(told)] in head["sections"]


def test_many_places_are_where_each_is_by_itself() -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-190, 190, 40_000), rng.uniform(-91, 91, 40_000)
    xy = project(lon, lat, HUAIAN).reshape(-1, 2)
    for index in (0, 16_383, 16_384, 39_999):
        alone = project(lon[index : index + 1], lat[index : index + 1], HUAIAN)
        np.testing.assert_array_equal(xy[index], alone)
    assert (np.isnan(xy[:, 0]) == ((np.abs(lon) > 180) | (np.abs(lat) > 90))).all()


def test_labels_travel_as_text() -> None:
    hostile = "<img src=x onerror=alert(1)>\u0000\u2028宿迁"
    head, _ = decoded(encode_labels("buses", 7, [hostile, ""]))
    assert head["labels"] == [hostile, ""] and head["set"] == 7


def test_shapes_with_a_hole_and_a_raster() -> None:
    square = Shapes(
        texts("r:1"),
        np.array([119.0, 119.1, 119.1, 119.02, 119.03, 119.03]),
        np.array([33.0, 33.0, 33.1, 33.02, 33.02, 33.03]),
        np.array([0, 3, 6], np.uint32),
        np.array([0, 2], np.uint32),
        np.zeros(1, np.uint8),
        (ShapeStyle(fill="sequential.2", dash=(4.0, 2.0)),),
        labels=texts("淮安"),
        label_lon=np.array([119.05]),
        label_lat=np.array([33.05]),
    )
    head, sections = decoded(encode_shapes("r", 1, square, HUAIAN, Timing(at=5), slot=2))
    assert sections["ring"] == [0, 3, 6] and sections["part"] == [0, 2]
    assert (head["slot"], head["labels"], head["styles"][0]["dash"]) == (2, ["淮安"], [4, 2])
    values = np.array([[0, 128], [255, 1], [2, 3]], np.uint8)
    head, sections = decoded(
        encode_raster("h", 1, Raster(values, 118, 33, 120, 34, ("heat.1",)), HUAIAN, Timing(at=5))
    )
    assert (head["width"], head["height"], sections["value"]) == (2, 3, [0, 128, 255, 1, 2, 3])
    assert head["west"] < 0 < head["east"] and head["north"] < 0 < head["south"]


@given(st.lists(st.lists(st.text(max_size=5), max_size=3), max_size=4))
def test_a_bundle_of_bundles_gives_its_frames(groups: list[list[str]]) -> None:
    frames = [[encode_drop(layer) for layer in group] for group in groups]
    packed = bundle([bundle(group) for group in frames])
    assert unbundle(packed) == [frame for group in frames for frame in group]
    assert unbundle(encode_drop("x")) == [encode_drop("x")]


def test_what_a_frame_takes_the_place_of() -> None:
    one = marks([119.0], [33.0])
    assert replaces(encode_marks("buses", 1, one, HUAIAN, Timing(at=1))) == "marks buses"
    assert replaces(encode_labels("buses", 1, ["a"])) == "labels buses"
    assert replaces(encode_json("state", {"zoom": 3})) == "state"
