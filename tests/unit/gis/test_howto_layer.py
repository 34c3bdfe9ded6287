"""docs/howto-layer.md: the layer of a file, the plate and the new kind are made as written."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.city import city_folder, load_city
from app.core.clock import ManualClock
from app.core.model import Event
from app.gis import layers
from app.gis.atlas import Atlas
from app.gis.layer import Ask, Ground
from tests.contract.house import ROOT
from tests.helpers.map_city import NOW, atlas_of, city_of, content, simulated

PAGE = (ROOT / "docs" / "howto-layer.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def new_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder beside the kinds of the program with the page's new one."""
    (folder := tmp_path / "kinds").mkdir()
    (code,) = blocks("python")
    (folder / "far.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(layers, "__path__", [*layers.__path__, str(folder)])
    yield
    sys.modules.pop("app.gis.layers.far", None)


def test_a_layer_of_the_citys_own_and_a_plate(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(str(city_folder("huaian")), folder)
    with (folder / "layers.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + blocks("toml")[0])
    (folder / "gas_pipe.geojson").write_text(blocks("json")[0], encoding="utf-8")
    head, row = blocks("csv")[0].splitlines()
    lines = (folder / "plates.csv").read_text("utf-8").splitlines()
    assert lines[0] == head
    (folder / "plates.csv").write_text("\n".join([*lines, row]) + "\n", encoding="utf-8")

    atlas = Atlas(Ground(load_city(folder), ManualClock(NOW)))
    assert atlas.check() == ()
    config = atlas.configs["gas_pipe"]
    assert (config.name_zh, config.group) == ("燃气管网", "公用生命线")  # kept from the program's
    shown = atlas.layer("gas_pipe").make(None, Ask(NOW))
    (lines_,) = shown.shapes
    assert lines_.labels is not None
    assert (shown.count, shown.connected, lines_.closed) == (1, True, False)
    assert lines_.labels.tolist() == ["中压 A 线"]
    assert lines_.lon.tolist() == [119.02, 119.05]
    plate = atlas.plates["gas_watch"]
    assert [(one.id, one.filter) for one in plate.choices] == [
        ("gas_pipe", ""),
        ("gas_station", ""),
        ("event_point", "燃气"),
    ]
    assert [plate.opens_for(seat) for seat in ("hall", "desk", "cockpit")] == [True, True, False]


@pytest.mark.usefixtures("new_kind")
def test_a_new_kind_is_one_file(tmp_path: Path) -> None:
    (own := tmp_path / "layers").mkdir()
    (own / "far.toml").write_text(blocks("toml")[1], encoding="utf-8")
    city, picture = city_of("huaian"), simulated("huaian")
    atlas = Atlas(Ground(city, ManualClock(NOW)), own)
    assert atlas.check() == ()
    shown = content(atlas, "far_events", picture)
    assert shown.marks is not None
    # Worked out again, event by event, by the plain formula for a sphere.
    stations = [point for point in city.points if point.kind == "fire_station"]
    expected = set()
    for item in picture.events.values():
        event = item.record
        assert isinstance(event, Event) and event.lon is not None and event.lat is not None
        apart = [great_circle(event.lon, event.lat, one.lon, one.lat) for one in stations]
        if event.status != "closed" and min(apart) > 8.05:
            expected.add(event.id)
    found = set(shown.marks.ids.tolist())
    assert expected and expected <= found
    assert len(found - expected) <= 5  # between 8 km as the page reckons, and 8.05
    assert shown.sources == ("sim",)


def great_circle(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Kilometres (haversine, mean radius)."""
    x, y, u, v = np.radians([lon, lat, other_lon, other_lat])
    half = np.sin((v - y) / 2) ** 2 + np.cos(y) * np.cos(v) * np.sin((u - x) / 2) ** 2
    return float(2 * 6371.0088 * np.arcsin(np.sqrt(half)))


def test_every_kind_is_on_the_page() -> None:
    used = {config.kind for config in atlas_of("huaian").configs.values()}
    assert [kind for kind in sorted(used) if f"`{kind}`" not in PAGE] == []
