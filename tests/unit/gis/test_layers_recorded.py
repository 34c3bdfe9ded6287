"""Real recorded feeds on the map: through the real formats and a sink into a picture, and out as
what a layer shows."""

import gzip
import json
from typing import Any

import numpy as np
import pytest
from pyproj import Geod

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.model import Position, Record, World
from app.formats._base import Payload
from app.formats.adsb import Adsb
from app.gis.content import Content, Marks
from app.live.picture import Picture
from tests.helpers.map_city import NOW, SHARED, atlas_of, city_of, content, decoded, pour

FEEDS = SHARED / "feeds"
pytestmark = pytest.mark.skipif(not FEEDS.is_dir(), reason="../shared/data is not there")
GEOD = Geod(ellps="WGS84")


def shown(id_: str, feed: str, records: list[Record], now: int, **ask: Any) -> Content:
    """What a layer shows of some records."""
    picture = Picture({}, World.REAL)
    pour(picture, city_of("huaian"), feed, records, now)
    return content(atlas_of("huaian"), id_, picture, now, **ask)


def marks(found: Content) -> Marks:
    """Its marks."""
    assert found.marks is not None
    return found.marks


def forms(found: Content) -> list[str]:
    """The form of each mark."""
    there = marks(found)
    return [there.styles[number].form for number in there.style]


def test_the_buses_of_seattle() -> None:
    sent = 1_630_596_716_000
    data = (FEEDS / "gtfsrt/kcm_vehicle_positions_1630596716.pb").read_bytes()
    records = decoded("gtfs-rt", data, sent)
    found = shown("bus_vehicle", "metro", records, sent)
    assert (found.count, found.sources, found.connected) == (627, ("metro",), True)
    there = marks(found)
    at = {one.id: (one.lon, one.lat) for one in records if isinstance(one, Position)}
    rows = zip(there.ids, there.lon, there.lat, strict=True)
    assert {id_: (lon, lat) for id_, lon, lat in rows} == at
    assert forms(found) == ["arrow"] * 627
    assert there.trail_start is not None and there.trail_start.tolist() == list(range(628))
    # Eleven minutes later nothing was heard: hollow; an hour later gone, and said.
    assert set(forms(shown("bus_vehicle", "metro", records, sent + 11 * 60_000))) == {"ring"}
    later = shown("bus_vehicle", "metro", records, sent + 3_600_000)
    assert later.count == 0
    assert [(fault.id, fault.args["n"]) for fault in later.faults] == [("maplayer.gone", 627)]


def test_the_ships_of_an_ais_log() -> None:
    records = decoded("ais", (FEEDS / "ais/ais-nmea.log").read_bytes(), check_tracks=False)
    ids = {one.id for one in records if isinstance(one, Position)}
    found = shown("ship", "ais", records, NOW, zoom=14.0)
    assert found.count == len(ids) > 25
    there = marks(found)
    assert set(there.ids.tolist()) == ids
    assert there.labels is not None
    heading: dict[str, float | None] = {}
    for one in records:  # the log has no times: the first of each ship is as new as any
        if isinstance(one, Position):
            heading.setdefault(one.id, one.heading)
    assert there.heading is not None
    for id_, angle in zip(there.ids, there.heading, strict=True):
        wanted = heading[id_]
        assert np.isnan(angle) if wanted is None else angle == np.float32(wanted)


def flights(name: str) -> list[dict[str, Any]]:
    """The rows of a recording of the `traffic` library, as readsb tells aircraft, by time."""
    found = json.loads(gzip.decompress((FEEDS / "adsb" / name).read_bytes()))
    if isinstance(found, dict):
        found = [{key: found[key][row] for key in found} for row in found["timestamp"]]
    told = [
        {
            "hex": row["icao24"],
            "lat": row["latitude"],
            "lon": row["longitude"],
            "track": row["track"],
            "now": row["timestamp"] / 1000,
        }
        for row in found
        if row["latitude"] is not None
    ]
    return sorted(told, key=lambda row: row["now"])


def test_spoofed_aircraft_are_crossed_out() -> None:
    """What the format suspects is bad data on the map: a cross, and nothing of it in a track."""
    config = FeedConfig(id="x", kind="mqtt", name_zh="试")
    made = Adsb(config, Catalog(), "UTC")
    picture, atlas = Picture({}, World.REAL), atlas_of("huaian")
    crossed = believed = lines = 0
    for number, row in enumerate(flights("noisy_spoofing.json.gz")):
        now = round(row["now"] * 1000)
        payload = Payload(json.dumps(row).encode(), now)
        records = [one.record for one in made.read(payload) if one.record is not None]
        if number % 20:
            continue
        pour(picture, city_of("huaian"), "adsb", records, now)
        lines += content(atlas, "track", picture, now).count
        found = content(atlas, "aircraft", picture, now)
        (newest,) = records
        assert isinstance(newest, Position)
        at = marks(found).ids.tolist().index(newest.id)
        assert forms(found)[at] == ("cross" if newest.suspect else "arrow")
        crossed += bool(newest.suspect)
        believed += not newest.suspect
    assert crossed > 100 and believed > 100  # about half and half, as the format's own test says
    assert lines > 0


def test_a_week_of_earthquakes() -> None:
    data = gzip.decompress((FEEDS / "quake/usgs_2018_week.geojson.gz").read_bytes())
    now = 1_517_968_154_000
    records = decoded("quake", data, now, keep="all", keep_hours=720)
    found = shown("earthquake", "usgs", records, now)
    assert found.count == len(records) > 1600
    wanted = {
        (f["geometry"]["coordinates"][0], f["geometry"]["coordinates"][1])
        for f in json.loads(data)["features"]
    }
    places = set(zip(marks(found).lon.tolist(), marks(found).lat.tolist(), strict=True))
    assert places <= wanted
    assert set(forms(found)) == {"warning"}
    assert found.sources == ("usgs",)


@pytest.mark.parametrize(
    ("name", "now", "rings"),
    [
        ("thunderstorm.cap", 1_055_888_000_000, 1),
        ("earthquake.cap", 1_283_232_000_000, 0),
    ],
)
def test_areas_of_cap(name: str, now: int, rings: int) -> None:
    records = decoded("cap", (FEEDS / "cap" / name).read_bytes(), now)
    found = shown("warning_area", "cap", records, now)
    assert found.count == 1
    drawn = found.shapes[0] if found.shapes else None
    assert (len(drawn.ring_start) - 1 if drawn else 0) == rings
    (lon,), (lat,) = marks(found).lon, marks(found).lat
    if name == "thunderstorm.cap":  # the polygon of the message, as text in it
        text = (FEEDS / "cap" / name).read_text("utf-8")
        pairs = text.split("<polygon>")[1].split("</polygon>")[0].split()
        wanted = [tuple(map(float, pair.split(",")))[::-1] for pair in pairs]
        assert drawn is not None
        assert list(zip(drawn.lon.tolist(), drawn.lat.tolist(), strict=True)) == wanted
        assert drawn.styles[drawn.style[0]].line == "warning.orange"
        assert drawn.styles[drawn.style[0]].fill == ""  # a warning's colour fills no area
    if name == "earthquake.cap":  # a circle without a radius: a place
        assert (lon, lat) == (-173.274, -16.053)
    # Over when it says so.
    assert shown("warning_area", "cap", records, now + 7 * 86_400_000).count == 0


def test_what_its_issuer_took_back_is_not_shown() -> None:
    records = decoded("cap", (FEEDS / "cap/canada.cap").read_bytes(), 1_335_996_000_000)
    assert len(records) == 1
    assert shown("warning_area", "cap", records, 1_335_996_000_000).count == 0


def test_a_circle_of_a_warning_is_so_wide_on_the_ground() -> None:
    text = (FEEDS / "cap/earthquake.cap").read_text("utf-8")
    data = text.replace("-16.053,-173.274 0", "-16.053,-173.274 50").encode()
    records = decoded("cap", data, 1_283_232_000_000)
    found = shown("warning_area", "cap", records, 1_283_232_000_000)
    (ring,) = found.shapes
    _, _, metres = GEOD.inv(
        [-173.274] * len(ring.lon), [-16.053] * len(ring.lon), ring.lon, ring.lat
    )
    assert np.allclose(metres, 50_000.0, atol=0.01)
