"""Several monitors, in a process of its own: Qt reads them once, when its platform starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def steps(folder, seat, monitors, *more):
    file = folder / "screens.json"
    screens = []
    x = 0
    for number, (width, height) in enumerate(monitors):
        name = f"WALL-{number + 1}"
        screens.append({"name": name, "x": x, "y": 0, "width": width, "height": height})
        screens[-1] |= {"logicalDpi": 96, "dpr": 1}
        x += width
    file.write_text(json.dumps({"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.walls", seat, *more],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={file}"},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("seat", ["hall", "desk"])
def test_a_monitor_unplugged_and_plugged_in_again(tmp_path, seat):
    both, one, again, ended = steps(tmp_path, seat, [(3840, 2160), (1920, 1080)])
    assert [window["screen"] for window in both] == ["WALL-1", "WALL-2"]
    assert both[0]["box"] == [0, 0, 3840, 2160]
    assert both[1]["box"] == [3840, 0, 1920, 1080]
    assert both[0]["panels"] == ["bar", "queue", "work", "context", "strip"]
    assert both[1]["panels"] == ["health"]
    assert one == both[:1]
    assert again == both
    assert ended == []


def test_a_monitor_more_than_the_scene_has_screens(tmp_path):
    monitors = [(1920, 1080)] * 3
    hall, desk = (steps(tmp_path, seat, monitors)[0] for seat in ("hall", "desk"))
    assert len(hall) == 3, "a wall has no dark monitor"
    assert hall[2]["panels"] == hall[0]["panels"]
    assert len(desk) == 2, "a desk leaves the officer's other monitor alone"


@pytest.mark.parametrize("seat", ["hall", "desk"])
def test_a_monitor_with_a_scene_of_its_own_has_it_again_when_it_comes_back(tmp_path, seat):
    both, one, again, _ = steps(tmp_path, seat, [(1920, 1080)] * 2, "detail")
    assert [window["panels"][0] for window in both] == ["bar", "detail"]
    assert [window["screen"] for window in both] == ["WALL-1", "WALL-2"]
    assert one == both[:1]
    assert again == both
