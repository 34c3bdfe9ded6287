"""docs/howto-import.md: the walk from a bureau's shapefile to a layer is run as it is written."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.city import load_city
from app.cli import crs, map_import
from app.core.clock import SystemClock
from app.gis.atlas import Atlas
from app.gis.layer import Ask, Ground
from tests.contract.house import ROOT
from tests.helpers.mapfiles import districts, duty_areas

PAGE = (ROOT / "docs" / "howto-import.md").read_text("utf-8")
COMMANDS = {"crs": crs.command, "map-import": map_import.command}


def walk(page: str) -> list[tuple[list[str], list[str]]]:
    """Each command of the page's console blocks with the lines that it is said to print."""
    found: list[tuple[list[str], list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("python main.py "):
                found.append((shlex.split(line)[2:], []))
            else:
                found[-1][1].append(line)
    return found


def test_the_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duty_areas(tmp_path)
    monkeypatch.chdir(tmp_path)
    steps = walk(PAGE)
    assert [words[0] for words, _ in steps] == ["crs", "map-import", "map-import", "map-import"]
    for words, expected in steps:
        data = [] if words[0] == "crs" else ["--data", "data"]
        done = CliRunner().invoke(COMMANDS[words[0]], [*words[1:], *data])
        assert done.exit_code == 0, done.output
        if "--list" in words:
            assert done.stdout.startswith("own-duty  防汛责任区  GCJ-02  来源 水利局")
            check_the_layer(tmp_path / "data" / "layers")
        else:
            assert done.stdout.splitlines() == expected
    assert list((tmp_path / "data" / "layers").iterdir()) == []


def check_the_layer(folder: Path) -> None:
    """It lies where the city's districts lie, and carries its table."""
    city = load_city("huaian")
    atlas = Atlas(Ground(city, SystemClock()), folder)
    assert atlas.faults == ()
    layer = atlas.layer("own-duty")
    content = layer.make(None, Ask(now=0))
    _, names, areas = districts("huaian")
    (shapes,) = content.shapes
    assert shapes.labels is not None
    assert list(shapes.labels) == names
    first = areas[0].exterior.coords[0]
    assert shapes.lon[0] == pytest.approx(first[0], abs=1e-9)
    assert shapes.lat[0] == pytest.approx(first[1], abs=1e-9)
    assert dict(layer.properties("1"))["人数"] == "12"
    assert content.faults == ()
