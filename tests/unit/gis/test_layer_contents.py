"""What layers show of a city in a cloudburst, against what the picture holds."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest
import shapely

from app.core.catalog import MINUTE
from app.core.condition import Condition, DeviceCondition
from app.core.keys import reading_key
from app.core.message import message
from app.core.model import (
    AlarmKind,
    Area,
    DeviceState,
    DeviceStatus,
    Event,
    EventStatus,
    Level,
    Position,
    Reading,
    Record,
    Stock,
    Urgency,
    Warning,
    WarningStatus,
    World,
)
from app.gis.content import Content, Marks, Shapes
from app.gis.frames import unit_square
from app.gis.layers._districts import outlines
from app.live.outage import Outage
from app.live.picture import Picture
from tests.helpers.map_city import NOW, atlas_of, city_of, content, pour, simulated

CITY = "huaian"
HOME = (119.113, 33.552)
BOX = (118.5, 33.0, 119.7, 34.1)


def shown(id_: str, *records: Record, **ask: object) -> Content:
    """What a layer shows of a few records."""
    picture = Picture({}, World.DEMO)
    pour(picture, city_of(CITY), "f", records)
    return content(atlas_of(CITY), id_, picture, **ask)


def marks(found: Content) -> Marks:
    """Its marks."""
    assert found.marks is not None
    return found.marks


def shapes(found: Content) -> Shapes:
    """Its one set of shapes."""
    (only,) = found.shapes
    return only


def areas(drawn: Shapes) -> dict[str, shapely.Geometry]:
    """Each shape as shapely has it, by even and odd of its rings."""
    found = {}
    for number, id_ in enumerate(drawn.ids):
        whole = shapely.Polygon()
        for ring in range(drawn.shape_start[number], drawn.shape_start[number + 1]):
            part = slice(drawn.ring_start[ring], drawn.ring_start[ring + 1])
            area = shapely.Polygon(np.column_stack((drawn.lon[part], drawn.lat[part])))
            whole = whole.symmetric_difference(area.buffer(0))
        found[id_] = whole
    return found


# ---- shades by district


def values(**by_district: float) -> list[Reading]:
    return [
        Reading(key=reading_key("air.pm25", code[1:]), value=value, observed=NOW - MINUTE)
        for code, value in by_district.items()
    ]


def test_districts_are_shaded_in_round_classes_and_holes_are_hatched() -> None:
    readings = values(d320812=12.0, d320803=48.0, d320804=30.0, d320813=29.99)
    found = shown("choropleth", *readings, filter="air.pm25")
    drawn = shapes(found)
    style = {id_: drawn.styles[number] for id_, number in zip(drawn.ids, drawn.style, strict=True)}
    assert [step.text for step in found.steps] == [
        *("10 – 20", "20 – 30", "30 – 40", "40 – 50"),
        "无数据（3）",
    ]
    assert [step.colour for step in found.steps[:4]] == [
        f"sequential.{number}" for number in (1, 3, 4, 6)
    ]
    assert style["320812"].fill == "sequential.1"
    assert style["320813"].fill == "sequential.3"
    assert style["320804"].fill == "sequential.4"  # a limit belongs to the class above it
    assert style["320803"].fill == "sequential.6"
    for hole in ("320826", "320830", "320831"):
        assert style[hole].hatch and not style[hole].fill.startswith("sequential")
    assert (found.count, found.unit, found.newest) == (4, "µg/m³", NOW - MINUTE)
    assert (found.title_zh, found.estimated) == ("细颗粒物浓度", False)
    english = shown("choropleth", *readings, filter="air.pm25", language="en")
    assert english.steps[-1].text == "No value (3)"


def test_an_indicator_that_is_not_there_is_said() -> None:
    found = shown("choropleth", filter="no.such")
    assert (found.connected, found.faults[0].id) == (False, "maplayer.no_quantity")


def test_the_towns_of_a_county_are_shaded_by_their_schematic_outlines() -> None:
    picture = Picture({}, World.DEMO)
    towns = [code for code in city_of("yiyuan").catalog.regions if code != "370323"]
    readings = [
        Reading(key=reading_key("event.hotline_calls", code), value=number * 10.0, observed=NOW)
        for number, code in enumerate(towns)
    ]
    pour(picture, city_of("yiyuan"), "f", readings)
    found = content(atlas_of("yiyuan"), "choropleth", picture)
    assert len(towns) == found.count == 12
    # The county itself would lie over its towns, in the colour of their sum.
    assert set(found.shapes[0].ids) == set(towns)


# ---- grids of five levels


@pytest.mark.parametrize(
    ("name", "zoom", "level", "n"),
    [
        ("suqian", 7.0, "city", 1),
        ("suqian", 9.0, "district", 5),
        ("suqian", 11.0, "town", 105),
        ("suqian", 13.0, "village", 1408),
        ("suqian", 16.0, "grid", 2880),
        ("yiyuan", 11.0, "town", 13),
        ("yiyuan", 13.0, "village", 468),
        ("yiyuan", 16.0, "grid", 939),
        ("huaian", 13.0, "town", 84),  # no villages: what is next
        ("dezhou", 16.0, "district", 11),
    ],
)
def test_grids_of_five_levels(name: str, zoom: float, level: str, n: int) -> None:
    found = content(atlas_of(name), "grid_boundary", Picture({}, World.DEMO), zoom=zoom)
    assert found.count == len(shapes(found).ids) == n, level


def test_grids_lie_in_what_they_belong_to_and_fill_it() -> None:
    picture, atlas = Picture({}, World.DEMO), atlas_of("yiyuan")
    by_level = {
        zoom: areas(shapes(content(atlas, "grid_boundary", picture, zoom=zoom)))
        for zoom in (7.0, 11.0, 13.0, 16.0)
    }
    whole = by_level[7.0]["370323"]
    for zoom in (11.0, 13.0, 16.0):
        together = shapely.union_all(list(by_level[zoom].values()))
        missing = whole.symmetric_difference(together).area / whole.area
        assert missing < 0.12 if zoom == 13.0 else missing < 0.01  # the zone has no villages
    village = by_level[13.0]["370323001001"]
    parts = [area for id_, area in by_level[16.0].items() if id_.startswith("370323001001-")]
    assert len(parts) >= 2
    assert shapely.union_all(parts).symmetric_difference(village).area < 0.01 * village.area


def test_only_grids_in_view_are_drawn() -> None:
    box = (118.25, 33.90, 118.27, 33.92)
    found = content(
        atlas_of("suqian"), "grid_boundary", Picture({}, World.DEMO), zoom=16.0, box=box
    )
    assert 0 < len(shapes(found).ids) < 200
    assert found.count == 2880


def test_grids_say_that_they_are_schematic() -> None:
    for name in ("huaian", "suqian", "yiyuan"):
        config = atlas_of(name).configs["grid_boundary"]
        assert "示意" in config.name_zh and "演示" in config.source_zh and config.licence


# ---- cameras and devices


def camera_state(number: int, state: DeviceState) -> DeviceStatus:
    return DeviceStatus(id=city_of(CITY).cameras[number].id, observed=NOW, state=state)


def test_cameras_are_filled_where_they_can_be_watched() -> None:
    records = [camera_state(0, DeviceState.ONLINE), camera_state(1, DeviceState.OFFLINE)]
    for id_ in ("camera", "camera_fov"):
        found = shown(id_, *records)
        drawn = shapes(found) if found.marks is None else found.marks
        looks = [drawn.styles[number].name_zh for number in drawn.style[:3]]
        assert looks == ["可调看", "离线或断链", "状态未知"]
        assert found.count == len(city_of(CITY).cameras)


def test_a_cut_line_takes_all_its_cameras() -> None:
    picture = Picture({}, World.DEMO)
    pour(picture, city_of(CITY), "f", [camera_state(0, DeviceState.ONLINE)])
    picture.outages["video-net"] = Outage(links=("video-net",), since=NOW, feeds=())
    found = marks(content(atlas_of(CITY), "camera", picture))
    assert {found.styles[number].name_zh for number in found.style} == {"离线或断链"}


def test_a_cone_begins_at_its_camera_and_looks_its_way() -> None:
    camera = next(one for one in city_of(CITY).cameras if one.form == "bullet")
    drawn = shapes(shown("camera_fov"))
    cone = areas(drawn)[camera.id]
    assert shapely.Point(camera.lon, camera.lat).distance(cone) < 1e-12
    turn = np.radians(camera.heading)
    ahead = 30.0 / 111_195.0  # metres to degrees
    stretch = 1.0 / np.cos(np.radians(camera.lat))
    there = (camera.lon + ahead * np.sin(turn) * stretch, camera.lat + ahead * np.cos(turn))
    behind = (camera.lon - ahead * np.sin(turn) * stretch, camera.lat - ahead * np.cos(turn))
    assert cone.contains(shapely.Point(there)) and not cone.contains(shapely.Point(behind))


def gauge(kind: str) -> tuple[str, str]:
    """A device and the key of its readings."""
    city = city_of(CITY)
    quantity = next(one.quantity for one in city.device_kinds if one.code == kind)
    device = next(one for one in city.devices if one.kind == kind)
    return device.id, reading_key(quantity, device.region, device.foreign_id)


def test_a_gauge_carries_its_value_and_its_condition() -> None:
    id_, key = gauge("water_level_radar")
    picture = Picture({}, World.DEMO)
    status = DeviceStatus(id=id_, observed=NOW, state=DeviceState.ONLINE)
    pour(picture, city_of(CITY), "f", [Reading(key=key, value=8.4, observed=NOW - 5), status])
    atlas = atlas_of(CITY)

    def look() -> tuple[str, str]:
        found = marks(content(atlas, "water_gauge", picture))
        at = found.ids.tolist().index(id_)
        assert found.labels is not None
        return found.labels[at], found.styles[found.style[at]].name_zh

    assert look() == ("8.40 m", "正常")
    for condition, said in (
        (Condition.FLAT, "数值可疑"),
        (Condition.LOST, "离线、故障或断链"),
        (Condition.LATE, "正常"),
        (Condition.UNKNOWN, "状态未知"),
    ):
        picture.conditions[id_] = DeviceCondition(condition, NOW, message("x"))
        assert look() == ("8.40 m", said)


def test_a_value_over_a_limit_wears_the_outline_of_our_own_alarms() -> None:
    id_, key = gauge("ponding_meter")
    limits = city_of(CITY).catalog.quantities["ponding.depth"].thresholds
    assert limits.orange is not None
    status = DeviceStatus(id=id_, observed=NOW, state=DeviceState.ONLINE)
    reading = Reading(key=key, value=limits.orange, observed=NOW)
    found = marks(shown("ponding_depth", reading, status))
    style = found.styles[found.style[found.ids.tolist().index(id_)]]
    assert (style.form, style.level, style.outline) == ("warning", Level.ORANGE, True)


# ---- events, warnings, what moves


def event(number: int, **changes: object) -> Event:
    made = Event(
        id=f"a:{number}", type="HL0101", occurred=NOW, observed=NOW, lon=HOME[0], lat=HOME[1]
    )
    return msgspec.structs.replace(made, **changes)


def test_events_by_urgency_and_whether_somebody_has_them() -> None:
    found = marks(
        shown(
            "event_point",
            event(1, urgency=Urgency.URGENT),
            event(2, urgency=Urgency.URGENT, status=EventStatus.HANDLING),
            event(3),
            event(4, status=EventStatus.CLOSED),
        )
    )
    looks = [found.styles[number] for number in found.style]
    assert found.ids.tolist() == ["a:1", "a:2", "a:3"]
    assert [look.name_zh for look in looks] == ["紧急·待派遣", "紧急·处置中", "一般·待派遣"]
    assert looks[0].size > looks[2].size
    assert {look.form for look in found.styles} == {"dot"}  # never a warning's shape


def test_events_are_filtered_by_source_and_those_without_a_place_are_said() -> None:
    found = shown("event_point", event(1), event(2, type="UE0101"), filter="12345")
    assert marks(found).ids.tolist() == ["a:1"]
    found = shown("event_point", event(1), event(2, lon=None, lat=None))
    assert [(fault.id, fault.args["n"]) for fault in found.faults] == [("maplayer.no_place", 1)]


def test_events_of_a_span_of_time() -> None:
    found = shown("event_point", event(1), event(2, occurred=NOW - 100), since=NOW - 50)
    assert marks(found).ids.tolist() == ["a:1"]


def warning(number: int, **changes: object) -> Warning:
    made = Warning(
        id=f"w:{number}",
        kind=AlarmKind.ISSUED,
        level=Level.ORANGE,
        title="暴雨橙色预警",
        issued=NOW,
        observed=NOW,
    )
    return msgspec.structs.replace(made, **changes)


def test_three_kinds_of_alarm_never_look_alike() -> None:
    found = marks(
        shown(
            "warning_area",
            warning(1, lon=HOME[0], lat=HOME[1]),
            warning(2, kind=AlarmKind.HINT, lon=HOME[0], lat=HOME[1]),
        )
    )
    looks = {id_: found.styles[number] for id_, number in zip(found.ids, found.style, strict=True)}
    assert [looks[id_].outline for id_ in ("w:1", "w:2")] == [False, True]
    assert {look.form for look in looks.values()} == {"warning"}


def test_a_region_code_becomes_the_districts_outline() -> None:
    found = shown("warning_area", warning(1, areas=(Area(regions=("320812",)),)))
    drawn = shapes(found)
    assert len(drawn.lon) == len(outlines(city_of(CITY))["320812"][0])
    (lon,), (lat,) = marks(found).lon, marks(found).lat
    assert drawn.lon.min() < lon < drawn.lon.max() and drawn.lat.min() < lat < drawn.lat.max()


def test_practice_stands_apart_and_what_cannot_be_a_place_is_said() -> None:
    test = warning(1, status=WarningStatus.TEST, lon=HOME[0], lat=HOME[1])
    assert shown("warning_area", test).count == 0
    assert shown("warning_practice", test).count == 1
    swapped = Area(polygons=(((33.5, 119.0), (33.6, 119.0), (33.6, 119.1), (33.5, 119.0)),))
    found = shown("warning_area", warning(2, areas=(swapped,)))
    assert found.shapes == ()
    assert {fault.id for fault in found.faults} == {"maplayer.out_of_range", "maplayer.no_place"}


def position(number: int, **changes: object) -> Position:
    made = Position(id=f"p:{number}", layer="bus", lon=HOME[0], lat=HOME[1], observed=NOW)
    return msgspec.structs.replace(made, **changes)


def test_what_moves_fades_hollow_and_goes() -> None:
    found = shown(
        "bus_vehicle",
        position(1),
        position(2, observed=NOW - 11 * MINUTE),
        position(3, expires=NOW - 1),
        position(4, suspect="jump"),
        position(5, observed=NOW - 61 * MINUTE),
    )
    there = marks(found)
    looks = [there.styles[number].form for number in there.style]
    assert dict(zip(there.ids, looks, strict=True)) == {
        "p:1": "arrow",
        "p:2": "ring",
        "p:3": "ring",
        "p:4": "cross",
    }
    assert [fault.id for fault in found.faults] == ["maplayer.gone", "maplayer.suspect"]
    assert there.observed is not None and found.newest == NOW


def test_a_bus_draws_its_way_behind_it_and_a_track_the_same() -> None:
    picture, atlas, city = Picture({}, World.DEMO), atlas_of(CITY), city_of(CITY)
    for step in range(4):
        now = NOW + step * 10_000
        one = position(1, lon=HOME[0] + step * 0.001, observed=now)
        pour(picture, city, "f", [one, position(2, observed=now)], now)
        found = marks(content(atlas, "bus_vehicle", picture, now))
        tracks = content(atlas, "track", picture, now)
    assert found.trail_lon is not None and found.trail_start is not None
    way = found.trail_lon[found.trail_start[0] : found.trail_start[1]]
    expected = [HOME[0] + step * 0.001 for step in range(4)]
    assert way.tolist() == pytest.approx(expected)
    drawn = shapes(tracks)
    assert drawn.ids.tolist() == ["p:1", "p:2"]
    assert drawn.lon[:4].tolist() == pytest.approx(expected)
    assert drawn.closed is False


def test_names_are_made_only_where_they_can_be_read() -> None:
    near, far = (HOME[0], HOME[1]), (HOME[0] + 1.0, HOME[1])
    buses = [position(1, lon=near[0], name="3路"), position(2, lon=far[0], name="8路")]
    assert marks(shown("bus_vehicle", *buses, zoom=10.0)).labels is None
    box = (HOME[0] - 0.01, HOME[1] - 0.01, HOME[0] + 0.01, HOME[1] + 0.01)
    labels = marks(shown("bus_vehicle", *buses, zoom=15.0, box=box)).labels
    assert labels is not None and labels.tolist() == ["3路", ""]


# ---- heat, clusters, rings, rain, depots


def test_heat_counts_everything_once() -> None:
    """The integral of the density over the ground is the number of things; of a Gauss of one place
    the part under 2 % of its top, which is not painted, is 2 % of the whole."""
    found = shown("heat", *(event(number) for number in range(200)), zoom=9.0, box=BOX)
    raster = found.raster
    assert raster is not None and found.count == 200
    top = float(found.steps[-1].text.split(" – ")[1])  # per km² at 255
    shares = np.interp(
        raster.value.astype(float),
        np.linspace(1.0, 255.0, 7),
        (0.02, 0.1, 0.25, 0.45, 0.65, 0.85, 1.0),
    )
    density = np.where(raster.value == 0, 0.0, shares * top)
    rows, columns = raster.value.shape
    _, y = unit_square(np.zeros(2), np.array([raster.south, raster.north]))
    edges = np.linspace(y[1], y[0], rows + 1)
    lat = np.degrees(np.arctan(np.sinh((0.5 - edges) * 2 * np.pi)))
    # The area of a strip of a sphere between two latitudes, in km².
    strip = 6371.0088**2 * np.radians(raster.east - raster.west) / columns
    cell = strip * -np.diff(np.sin(np.radians(lat)))
    assert float((density * cell[:, None]).sum()) == pytest.approx(196.0, rel=0.02)


def test_heat_of_another_layer_is_chosen_by_the_filter() -> None:
    picture, atlas = simulated(CITY), atlas_of(CITY)
    cameras = content(atlas, "heat", picture, filter="camera", box=BOX, zoom=9.0)
    assert cameras.count == len(city_of(CITY).cameras)
    calls = content(atlas, "heat", picture, filter="12345", box=BOX, zoom=9.0)
    assert 0 < calls.count < 1500


def test_areas_of_many_events() -> None:
    crowd = [event(n, lon=HOME[0] + n * 1e-4) for n in range(9)]
    lone = event(99, lon=HOME[0] + 0.2)
    found = shown("event_cluster", *crowd, lone)
    area = areas(shapes(found))["cluster:0"]
    labels = shapes(found).labels
    assert labels is not None and labels.tolist() == ["9 件"]
    assert all(area.contains(shapely.Point(one.lon, one.lat)) for one in crowd)
    assert not area.contains(shapely.Point(lone.lon, lone.lat))


def test_rings_around_an_emergency_and_around_a_place() -> None:
    found = shown("ring", event(1, type="UE0402"), event(2))
    drawn = shapes(found)
    assert drawn.labels is not None
    assert drawn.labels.tolist() == ["500 m", "1 km", "3 km"]
    assert [bool(drawn.styles[number].dash) for number in drawn.style] == [False, True, True]
    assert set(drawn.ids.tolist()) == {"a:1"}
    place = shapes(shown("ring", filter="119.5 33.4"))
    assert place.lon.mean() == pytest.approx(119.5, abs=1e-3)
    many = shown("ring", *(event(n, type="UE0402") for n in range(201)))
    assert [fault.id for fault in many.faults] == ["maplayer.too_many_rings"]


def test_rain_says_that_it_is_an_estimate_and_what_it_left_out() -> None:
    found = content(atlas_of(CITY), "rain_grid", simulated(CITY))
    assert found.estimated and found.raster is not None and found.unit == "mm/h"
    assert found.count + int(found.faults[0].args["n"]) == 116
    dry = shown("rain_grid")
    assert (dry.raster, dry.connected, dry.faults[0].id) == (None, False, "maplayer.few_gauges")


def test_depots_and_their_stock() -> None:
    stock = Stock(id="s:1", item="boat", quantity=3, observed=NOW, depot="dp_city_a")
    found = shown("warehouse", stock)
    assert (found.count, found.newest, found.sources) == (9, NOW, ("f",))


def test_the_legend_of_every_shade_rises() -> None:
    found = content(atlas_of(CITY), "choropleth", simulated(CITY))
    lows = [float(step.text.split(" – ")[0].replace(",", "")) for step in found.steps]
    assert all(low < high for low, high in pairwise(lows))
    assert 1 <= len(lows) <= 6


def test_rain_is_painted_within_the_city() -> None:
    raster = content(atlas_of(CITY), "rain_grid", simulated(CITY)).raster
    assert raster is not None
    rows, columns = raster.value.shape
    _, y = unit_square(np.zeros(2), np.array([raster.south, raster.north]))
    middles = y[1] + (np.arange(rows) + 0.5) / rows * (y[0] - y[1])
    lat = np.degrees(np.arctan(np.sinh((0.5 - middles) * 2 * np.pi)))
    lon = raster.west + (np.arange(columns) + 0.5) / columns * (raster.east - raster.west)
    wet = raster.value > 0
    x, y2 = np.meshgrid(lon, lat)
    rings = [ring for district in outlines(city_of(CITY)).values() for ring in district]
    city = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    assert wet.sum() > 1000
    assert shapely.contains_xy(city, x[wet], y2[wet]).all()
