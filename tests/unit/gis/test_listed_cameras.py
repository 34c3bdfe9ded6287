"""Tens of thousands of cameras that platforms list, in the layers of the map: only what changed is
looked at, and cones are made where a view looks."""

import msgspec
import numpy as np
import pytest

from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus, Sourced, World
from app.gis.layer import Ask
from app.gis.layers._cameras import GONE, UNKNOWN, WATCHABLE
from app.live.outage import Outage
from app.live.picture import Picture
from tests.helpers.map_city import NOW, atlas_of, city_of

CITY = "huaian"
COUNT = 5000
WEST, SOUTH = 119.0, 33.5


def listed() -> tuple[Camera, ...]:
    """Five thousand in rows of one hundred, a hundredth of a degree apart."""
    return tuple(
        Camera(
            f"v:{n}", f"{n}号", f"No {n}", "320812", WEST + n % 100 * 0.01, SOUTH + n // 100 * 0.01,
            form="bullet" if n % 3 else "dome", heading=None if n % 3 == 2 else 45.0,
        )
        for n in range(COUNT)
    )  # fmt: skip


def said(picture: Picture, number: int, state: DeviceState, at: int = NOW) -> None:
    picture.apply_records([Sourced("v", at, DeviceStatus(f"v:{number}", at, state))])


@pytest.fixture
def picture() -> Picture:
    found = Picture({}, World.DEMO)
    found.listed = listed()
    for number in range(0, COUNT, 2):
        said(found, number, DeviceState.ONLINE)
    return found


def test_all_of_them_are_dots_with_their_states(picture: Picture) -> None:
    layer, own = atlas_of(CITY).layer("camera"), len(city_of(CITY).cameras)
    said(picture, 2, DeviceState.OFFLINE, NOW + 5)
    content = layer.make(layer.take(picture), Ask(NOW))
    marks = content.marks
    assert marks is not None and len(marks.ids) == own + COUNT == content.count
    assert marks.style[own : own + 4].tolist() == [WATCHABLE, UNKNOWN, GONE, UNKNOWN]
    assert (content.oldest, content.newest, content.sources) == (NOW, NOW + 5, ("v",))
    assert not content.faults and marks.cluster


def test_only_what_changed_is_looked_at(picture: Picture) -> None:
    layer, own = atlas_of(CITY).layer("camera"), len(city_of(CITY).cameras)
    known = layer._book  # type: ignore[attr-defined]
    first = layer.make(layer.take(picture), Ask(NOW)).marks
    assert known._known.changed == COUNT // 2
    again = layer.make(layer.take(picture), Ask(NOW)).marks
    assert known._known.changed == 0
    assert first is not None and again is not None
    assert again.style is first.style and again.ids is first.ids and again.labels is first.labels
    said(picture, 8, DeviceState.OFFLINE, NOW + 1)
    third = layer.make(layer.take(picture), Ask(NOW)).marks
    assert known._known.changed == 1 and third is not None
    assert np.flatnonzero(third.style != first.style).tolist() == [own + 8]
    assert third.ids is first.ids
    said(picture, 8, DeviceState.OFFLINE, NOW + 9)  # said again: nothing is drawn otherwise
    content = layer.make(layer.take(picture), Ask(NOW))
    assert content.marks is not None and content.marks.style is third.style
    assert content.newest == NOW + 9


def test_what_was_looked_at_step_by_step_is_what_is_seen_at_once(picture: Picture) -> None:
    chance = np.random.default_rng(5)
    layer = atlas_of(CITY).layer("camera")
    for step in range(12):
        for number in chance.integers(0, COUNT, 40).tolist():
            said(picture, number, chance.choice(list(DeviceState)), NOW + step)
        if step in (4, 8):
            links = ("video-net",) if step == 4 else ()
            picture.outages = {"v": Outage(links=links, since=NOW, feeds=())} if links else {}
        content = layer.make(layer.take(picture), Ask(NOW))
        fresh = atlas_of(CITY).layer("camera")
        whole = fresh.make(fresh.take(picture), Ask(NOW))
        assert content.marks is not None and whole.marks is not None
        assert content.marks.style.tolist() == whole.marks.style.tolist()
        assert msgspec.structs.replace(content, marks=None) == msgspec.structs.replace(
            whole, marks=None
        )


def test_a_filter_leaves_the_others_out(picture: Picture) -> None:
    layer = atlas_of(CITY).layer("camera")
    content = layer.make(layer.take(picture), Ask(NOW, filter="4321号"))
    assert content.marks is not None and content.marks.ids.tolist() == ["v:4321"]
    assert content.marks.labels is not None and content.marks.labels.tolist() == ["4321号"]
    english = layer.make(layer.take(picture), Ask(NOW, filter="4321号", language="en"))
    assert english.marks is not None and english.marks.labels is not None
    assert english.marks.labels.tolist() == ["No 4321"]


def test_cones_are_made_where_a_view_looks_and_a_direction_is_known(picture: Picture) -> None:
    layer = atlas_of(CITY).layer("camera_fov")
    box = (WEST + 0.095, SOUTH + 0.095, WEST + 0.115, SOUTH + 0.115)  # 10 and 11 both ways
    content = layer.make(layer.take(picture), Ask(NOW, zoom=15, box=box))
    (shapes,) = content.shapes
    drawn = {id_ for id_ in shapes.ids.tolist() if id_.startswith("v:")}
    # With half a view around it: columns and rows 9 to 12 (0.085 to 0.125).
    near = {row * 100 + column for row in range(9, 13) for column in range(9, 13)}
    assert drawn == {f"v:{n}" for n in near if n % 3 != 2}
    moved = layer.make(layer.take(picture), Ask(NOW, zoom=15, box=(0.0, 0.0, 1.0, 1.0)))
    assert moved.shapes == () and moved.count == content.count
