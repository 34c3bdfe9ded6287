"""The map of a moment of the past: out of a real store, through the composer, as it was then."""

import asyncio
from pathlib import Path

import pytest

from app.core.catalog import HOUR, MINUTE
from app.core.clock import ManualClock
from app.core.keys import reading_key
from app.core.model import (
    AlarmKind,
    Event,
    EventStatus,
    Held,
    Level,
    Position,
    Reading,
    Segment,
    Sourced,
    Warning,
    World,
)
from app.gis.atlas import Atlas
from app.gis.composer import Composer
from app.gis.content import Content
from app.gis.frames import Origin
from app.gis.layer import Ground
from app.gis.past import Past
from app.live.hub import Hub
from app.live.map_state import LayerChoice
from app.live.picture import Picture
from app.store.store import Store
from tests.helpers.map_city import NOW, city_of, pour
from tests.helpers.store import open_store

THEN = NOW - 2 * HOUR
CITY = city_of("huaian")
KEY = reading_key("air.pm25", "320812")


def event(id_: str, status: EventStatus, at: int, revision: int = 0) -> Sourced:
    record = Event(
        id=id_,
        type="HL0101",
        occurred=THEN - HOUR,
        observed=at,
        status=status,
        revision=revision,
        lon=119.05,
        lat=33.5,
    )
    return Sourced("f", at, record)


def filled(folder: Path) -> Store:
    """An event that was open then and is closed now, one that came since, a value that rose."""
    store = open_store(folder, ManualClock(NOW))
    old = Warning(
        id="w:1",
        kind=AlarmKind.ISSUED,
        level=Level.BLUE,
        title="大风蓝色预警",
        issued=THEN - HOUR,
        observed=THEN - HOUR,
        expires=THEN + MINUTE,
        lon=119.0,
        lat=33.5,
    )
    records = [
        event("a:1", EventStatus.NEW, THEN - HOUR),
        event("a:1", EventStatus.CLOSED, THEN + HOUR, 1),
        event("a:2", EventStatus.NEW, THEN + HOUR),
        Sourced("f", THEN - HOUR, old),
    ]
    readings = [
        Segment("f", at, [Reading(KEY, value, at)])
        for at, value in ((THEN - 10 * MINUTE, 30.0), (NOW - MINUTE, 80.0))
    ]
    store.recorder.submit(readings, records)
    store.flush()
    return store


@pytest.mark.parametrize("layer", ["event_point", "warning_area", "choropleth", "bus_vehicle"])
async def test_a_layer_shows_what_was_then(tmp_path: Path, layer: str) -> None:
    store = filled(tmp_path)
    picture, clock = Picture({}, World.REAL), ManualClock(NOW)
    bus = Position(id="p:1", layer="bus", lon=119.0, lat=33.5, observed=NOW)
    pour(picture, CITY, "f", [bus])
    past = Past(lambda: store.queries, CITY, World.REAL)
    composer = Composer(
        Atlas(Ground(CITY, clock)), picture, Hub(), clock, Origin(119.0, 33.5), past=past
    )
    composer.start()
    choice = LayerChoice(layer, filter="air.pm25" if layer == "choropleth" else "")
    try:
        found = await made(composer, choice, THEN)
    finally:
        await composer.stop()
        await past.stop()
        store.close()
    check(layer, found)


async def made(composer: Composer, choice: LayerChoice, at: int) -> Content:
    """What the composer makes of a layer; waits until it has."""
    (key,) = composer.want("v", (choice,), at=at)
    come = asyncio.Event()
    composer.on_content.append(lambda told: come.set() if told == key else None)
    async with asyncio.timeout(20):
        while key not in composer.contents:
            composer.tick()
            try:
                async with asyncio.timeout(0.05):
                    await come.wait()
            except TimeoutError:
                continue
    return composer.contents[key]


def check(layer: str, found: Content) -> None:
    if layer == "event_point":
        assert found.marks is not None
        assert found.marks.ids.tolist() == ["a:1"]
        assert found.marks.styles[found.marks.style[0]].name_zh == "一般·待派遣"
    elif layer == "warning_area":  # it was in force then, and is over now
        assert found.marks is not None and found.marks.ids.tolist() == ["w:1"]
    elif layer == "choropleth":
        assert (found.count, found.newest) == (1, THEN - 10 * MINUTE)
        (shapes,) = found.shapes
        assert shapes.labels is not None and "清江浦 30" in shapes.labels.tolist()
    else:  # positions are not kept: it says so, and shows nothing of now
        assert (found.marks, found.count) == (None, 0)
        assert [fault.id for fault in found.faults] == ["maplayer.no_past_positions"]


async def test_without_a_history_the_past_is_not_shown_as_now() -> None:
    picture, clock = Picture({}, World.REAL), ManualClock(NOW)
    pour(picture, CITY, "f", [event("a:1", EventStatus.NEW, NOW).record])
    composer = Composer(Atlas(Ground(CITY, clock)), picture, Hub(), clock, Origin(119.0, 33.5))
    composer.start()
    try:
        found = await made(composer, LayerChoice("event_point"), THEN)
    finally:
        await composer.stop()
    assert found.marks is None
    assert [fault.id for fault in found.faults] == ["maplayer.no_past"]


async def test_three_moments_are_remembered(tmp_path: Path) -> None:
    store = filled(tmp_path)
    past = Past(lambda: store.queries, CITY, World.REAL)
    came: list[int] = []
    news = asyncio.Event()

    def told(at: int) -> None:
        came.append(at)
        news.set()

    past.on_ready.append(told)
    moments = [THEN + number * MINUTE for number in range(4)]
    async with asyncio.timeout(20):
        for at in moments:
            assert past.picture(at) is None
            news.clear()
            await news.wait()
    assert came == moments
    held = past.picture(moments[-1])
    assert held is not None and isinstance(held.readings[KEY], Held)
    assert past.picture(moments[0]) is None  # forgotten, and read again
    await past.stop()
    store.close()
