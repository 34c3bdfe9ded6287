"""A base that the page draws from a file of lines and areas."""

import asyncio
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from app.catalogue.outline import load_outlines
from app.city import city_folder
from app.core.clock import ManualClock
from app.core.message import Message
from app.gis.tiles._base import NoTile, Place
from app.gis.tiles.config import BaseConfig, check
from app.gis.tiles.kinds.drawn import CLASSES
from app.gis.tiles.service import Tiles
from app.secrets import Secrets
from app.sim.roads import FILE, features

AREA = [[[119.0, 33.5], [119.1, 33.5], [119.1, 33.6], [119.0, 33.5]]]
LINE = [[119.0, 33.5], [119.2, 33.5]]


def collection(*things: tuple[str, str, Any]) -> dict[str, Any]:
    made = [
        {
            "type": "Feature",
            "properties": {"class": name},
            "geometry": {"type": kind, "coordinates": coordinates},
        }
        for name, kind, coordinates in things
    ]
    return {"type": "FeatureCollection", "features": made}


def config(path: str, **more: Any) -> BaseConfig:
    given = {"kind": "drawn", "crs": "wgs84", **more}
    return BaseConfig(id="d", name_zh="路网", name_en="Roads", path=path, **given)


async def taken(folder: Path, one: BaseConfig) -> tuple[dict[str, Any], dict[str, Any]]:
    """Head and sections of the frame, by decision 0008 alone."""
    made = Tiles({"d": one}, Place(ManualClock(0), Secrets(environment={}), (folder,)))
    made.start()
    try:
        tile = await asyncio.wrap_future(made.ask("d", 0, 0, 0))
        assert await asyncio.wrap_future(made.ask("d", 1, 0, 0)) is None
    finally:
        await made.stop()
    assert tile is not None
    magic, size = struct.unpack_from("<4sI", tile.data)
    assert magic == b"CMF1"
    head = json.loads(tile.data[8 : 8 + size])
    sections, at = {}, (8 + size + 7) // 8 * 8
    for name, kind, count in head["sections"]:
        sections[name] = np.frombuffer(tile.data, f"<{kind}", count, at)
        at += (sections[name].nbytes + 7) // 8 * 8
    return head, sections


async def test_lines_and_areas_come_as_one_frame_with_their_classes(tmp_path: Path) -> None:
    things = collection(
        ("main", "LineString", LINE),
        ("water", "Polygon", AREA),
        ("of no known class", "LineString", LINE),
        ("main", "Point", LINE[0]),
    )
    (tmp_path / "a.geojson").write_text(json.dumps(things), encoding="utf-8")
    head, found = await taken(tmp_path, config("a.geojson"))
    assert head["classes"] == list(CLASSES)
    assert [CLASSES[style] for style in found["style"]] == ["main", "water", "small"]
    assert found["area"].tolist() == [0, 1, 0]
    assert found["ring"].tolist() == [0, 2, 6, 8]
    # By EPSG:3857: (119 + 180) / 360; (1 - ln tan(45 + 33.5 / 2 degrees) / pi) / 2 = 0.401139.
    assert head["x"] + found["xy"][0] == pytest.approx(0.8305555556, abs=1e-7)
    assert head["y"] + found["xy"][1] == pytest.approx(0.40113890, abs=1e-7)


async def test_what_was_declared_is_set_right(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(json.dumps(collection(("main", "LineString", LINE))))
    plain, here = await taken(tmp_path, config("a.geojson"))
    moved, there = await taken(tmp_path, config("a.geojson", crs="gcj02"))
    metres = (plain["x"] + here["xy"][0] - moved["x"] - there["xy"][0]) * 40_075_016 * 0.834
    assert 400 < metres < 700


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>", "mapfile.bad.not_json"),
        (b'{"type": "FeatureCollection", "features": []}', "mapfile.bad.nothing"),
    ],
)
async def test_a_file_that_cannot_be_drawn_says_why(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    await asyncio.to_thread((tmp_path / "a.geojson").write_bytes, content)
    with pytest.raises(NoTile) as error:
        await taken(tmp_path, config("a.geojson"))
    assert error.value.reason.id == sentence


async def test_more_than_a_page_can_draw_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gis.tiles.kinds.drawn.MAX_VERTICES", 1)
    (tmp_path / "a.geojson").write_text(json.dumps(collection(("main", "LineString", LINE))))
    with pytest.raises(NoTile) as error:
        await taken(tmp_path, config("a.geojson"))
    assert error.value.reason == Message("mapbase.drawn_large", {"n": 2, "limit": 1})


def test_its_datum_has_to_be_declared() -> None:
    for crs, sentence in (("", "mapbase.no_crs"), ("EPSG:99999", "mapfile.crs_unknown")):
        fault = check(config("a.geojson", crs=crs))
        assert fault is not None and fault.id == sentence
    assert check(config("a.geojson", crs="EPSG:4549")) is None


def test_the_demonstration_s_roads_are_made_as_they_are_shipped_and_lie_in_the_city() -> None:
    folder = Path(str(city_folder("huaian")))
    found = features(folder, 20800)
    shipped = json.loads((folder / FILE).read_text("utf-8"))
    assert [thing["properties"] for thing in shipped["features"]] == [
        thing["properties"] for thing in found
    ]
    rings = [ring for rings in load_outlines(folder).values() for ring in rings]
    whole = shapely.union_all([shapely.make_valid(shapely.Polygon(ring)) for ring in rings])
    lines = [
        shapely.LineString(line)
        for thing in shipped["features"]
        for line in thing["geometry"]["coordinates"]
    ]
    assert len(lines) > 1000
    assert shapely.covers(whole.buffer(0.001), lines).all()
