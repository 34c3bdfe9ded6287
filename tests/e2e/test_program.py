"""The program as a whole: it shows the demonstration city, and leaves nothing behind."""

import json
import subprocess
import sys

import pytest

from tests.helpers.program import ROOT, items, running, shot_of

pytestmark = pytest.mark.e2e

ITEM_FIELDS = [
    "key",
    "label",
    "value",
    "unit",
    "age",
    "observed",
    "source",
    "mode",
    "world",
    "freshness",
    "origin",
    "level",
    "visible",
]
SCREEN_FIELDS = ["at", "city", "seat", "scene", "address", "screen", "lang", "panels"]


def test_shot_writes_every_screen_and_exits(tmp_path):
    screens = tmp_path / "screens.json"
    screens.write_text(
        json.dumps(
            {
                "screens": [
                    {
                        "name": f"WALL-{number}",
                        "x": 1920 * number,
                        "y": 0,
                        "width": 1920,
                        "height": 1080,
                        "logicalDpi": 96,
                        "dpr": 1,
                    }
                    for number in range(2)
                ]
            }
        )
    )
    out = tmp_path / "out"
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "main.py"),
            *("--seat", "hall", "--city", "huaian", "--screens", str(screens)),
            *("--shot", str(out), "--after", "6", "--data", str(tmp_path / "data")),
        ],
        capture_output=True,
        text=True,
        timeout=90,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for number in range(2):
        assert (out / f"screen-{number}.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        screen = json.loads((out / f"screen-{number}.json").read_text(encoding="utf-8"))
        assert list(screen) == SCREEN_FIELDS
        assert (screen["city"], screen["seat"], screen["screen"]) == ("huaian", "hall", number)
        for panel in screen["panels"]:
            assert set(panel) == {"kind", "title", "rect", "items"}
            for item in panel["items"]:
                assert list(item) == ITEM_FIELDS
    shown = items(json.loads((out / "screen-0.json").read_text(encoding="utf-8")))
    live = [item for item in shown.values() if item["freshness"] == "live"]
    assert len(live) > 10
    assert {item["world"] for item in live} == {"demo"}


def test_nothing_is_left_after_the_end(tmp_path):
    with running(tmp_path, "--seat", "desk") as program:
        program.wait(
            lambda screen: any(item["freshness"] == "live" for item in items(screen).values()),
            "a live value on the desk",
        )
        assert len(program.left_behind()) > 1, "the simulator runs in a process of its own"
    assert program.process.returncode == 0, program.tail()
    assert program.left_behind() == []


def test_the_cache_is_shown_with_its_age_when_the_feeds_are_gone(tmp_path):
    with running(tmp_path, "--seat", "desk") as program:
        first = program.wait(
            lambda screen: sum(i["freshness"] == "live" for i in items(screen).values()) > 20,
            "a filled desk",
        )
    second = items(shot_of(tmp_path, "--seat", "desk", "--no-feeds"))
    again = [key for key in items(first) if key in second and second[key]["value"] is not None]
    assert len(again) > 20, "what was known is still shown"
    realtime = [key for key in again if second[key]["freshness"] == "cached"]
    assert realtime, "and what is overdue says that it is cached"
