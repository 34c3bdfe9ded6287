"""A desk drives the hall's windows from the walls panel; in a process with three monitors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MONITORS = [("DESK-1", 1920, 1080), ("WALL-1", 7680, 2160), ("WALL-2", 3840, 2160)]


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    folder, x, screens = tmp_path_factory.mktemp("walls"), 0, []
    for name, width, height in MONITORS:
        box = {"name": name, "x": x, "y": 0, "width": width, "height": height}
        screens.append(box | {"logicalDpi": 96, "dpr": 1})
        x += width
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.wall_desk", str(folder / "data")],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={file}"},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["step"]: line for line in lines}


def test_each_window_is_listed_with_its_monitor_size_and_address(steps):
    items = steps["start"]["items"]
    assert items["wall/wall-1"] == ["overview", "7680×2160", "WALL-1"]
    assert items["wall/wall-2"] == ["overview", "3840×2160", "WALL-2"]


def test_the_miniature_is_what_stands_there(steps):
    assert steps["start"]["whole"]
    assert steps["start"]["colours"] > 20, "text and surfaces, not one colour"


def test_a_scene_is_previewed_before_it_is_sent(steps):
    down = steps["down"]
    assert down["chosen"] != "overview"
    assert f"preview/{down['chosen']}" in down["items"]
    assert down["stands"]["wall-1"] == "overview", "nothing was sent"


def test_enter_sends_it_to_the_chosen_window_only_and_u_takes_it_back(steps):
    sent = steps["send"]
    assert sent["stands"] == {"wall-1": sent["chosen"], "wall-2": "overview"}
    assert steps["other"]["wall"] == "wall-2" and steps["back"]["wall"] == "wall-1"
    assert steps["undo"]["stands"] == {"wall-1": "overview", "wall-2": "overview"}


def test_a_locked_layout_is_not_edited_and_the_reason_is_written(steps):
    assert "锁定" in steps["edit"]["said"] and steps["edit"]["editing"] == ""
    assert steps["again"]["editing"] == "wall-1", "on the wall's own window"
