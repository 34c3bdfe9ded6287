"""A marked place in numbers, counted by hand beside it."""

import numpy as np
import pytest

from app.core.model import (
    DeviceState,
    DeviceStatus,
    Event,
    EventStatus,
    Sourced,
    Stock,
    World,
)
from app.gis.area_stats import AreaCount, Districts, StockSum, count
from app.gis.content import Content, Marks, MarkStyle
from app.gis.selection import select
from app.live.map_state import MapArea
from app.live.picture import Picture

WEST = np.array([[118.0, 33.0], [118.5, 33.0], [118.5, 34.0], [118.0, 34.0], [118.0, 33.0]])
EAST = WEST + np.array([0.5, 0.0])
PLACES = {"a": (118.4, 33.5), "b": (118.45, 33.5), "c": (118.55, 33.5), "d": (119.5, 33.5)}
BOX = MapArea("box", ((118.3, 33.4), (119.6, 33.6)))


@pytest.fixture
def counted() -> AreaCount:
    ids = list(PLACES)
    lon, lat = np.array(list(PLACES.values())).T.copy()
    styles = (
        MarkStyle(name_zh="积水", name_en="Flooding"),
        MarkStyle(name_zh="停电", name_en="Cut"),
    )
    style = np.array([0, 0, 1, 0], np.uint8)
    content = Content(marks=Marks(np.array(ids, object), lon, lat, style, styles))
    picture = Picture({}, World.REAL)
    picture.events = {
        "a": Sourced("x", 1, Event("a", "UE", 1, 1, EventStatus.NEW)),
        "b": Sourced("x", 1, Event("b", "UE", 1, 1, EventStatus.NEW)),
        "c": Sourced("x", 1, Event("c", "UE", 1, 1, EventStatus.HANDLING)),
    }
    picture.devices = {"a": Sourced("x", 1, DeviceStatus("a", 1, DeviceState.OFFLINE))}
    stocks = [
        Sourced("x", 1, Stock(f"s{at}", item, amount, 1, unit="件", lon=where, lat=33.5))
        for at, (item, amount, where) in enumerate(
            (
                ("帐篷", 10.0, 118.4),
                ("帐篷", 5.0, 118.5),
                ("冲锋舟", 2.0, 118.4),
                ("帐篷", 99.0, 120.0),
            )
        )
    ]
    found = select(BOX, {"events": content, "cameras": content})
    subjects = {"events": "event", "cameras": "camera"}
    return count(found, subjects, picture, stocks, Districts({"W": [WEST], "E": [EAST]}))


def test_counts_by_class_district_and_state(counted: AreaCount) -> None:
    events = counted.layers["events"]
    assert events.total == 4 and counted.total == 8
    assert events.classes == {("积水", "Flooding"): 3, ("停电", "Cut"): 1}
    assert events.districts == {"W": 2, "E": 1, "": 1}
    assert events.states == {"new": 2, "handling": 1}, "of d nothing is known"
    assert counted.layers["cameras"].states == {"offline": 1}


def test_stocks_inside_are_added_up_by_item_and_unit(counted: AreaCount) -> None:
    assert counted.stocks == (StockSum("冲锋舟", "件", 2.0, 1), StockSum("帐篷", "件", 15.0, 2))


def test_the_area_is_that_of_the_ellipsoid(counted: AreaCount) -> None:
    """A zone between two parallels by the closed formula of the ellipsoid's authalic integral."""
    e2 = 0.0066943799901413165
    e, b2 = np.sqrt(e2), 6378137.0**2 * (1 - e2)

    def belt(lat: float) -> float:
        s = np.sin(np.radians(lat))
        return float(s / (2 * (1 - e2 * s * s)) + np.log((1 + e * s) / (1 - e * s)) / (4 * e))

    exact = b2 * np.radians(1.3) * (belt(33.6) - belt(33.4))
    assert counted.area_m2 == pytest.approx(exact, rel=2e-3), "its edges are geodesics"
