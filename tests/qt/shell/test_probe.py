"""The record of the screens: exactly the agreed form, honest about what can be seen, masked."""

import json

import pytest
from PySide6.QtGui import QImage

from app.core.health import FeedState
from tests.qt.conftest import settle, until
from widgets.probe import PanelRecord, Probe, ScreenRecord, _write
from widgets.screen_item import record_item

ITEM_FIELDS = [
    *("key", "label", "value", "unit", "age", "observed", "source", "mode", "world"),
    *("freshness", "origin", "level", "visible"),
]


@pytest.fixture
def seat(seat):
    seat.read("hotline.calls", 142.4, age_ms=2000)
    return seat


@pytest.fixture
def probe(shell, run):
    window = shell.windows[0]
    probe = Probe(shell.context(window.theme), lambda: shell.windows)
    yield probe
    run(probe.stop())


def test_the_files_of_a_screen(probe, tmp_path, run):
    files = run(probe.write(tmp_path / "out"))

    assert [path.name for path in files] == ["screen-0.png", "screen-0.json"]
    screen = json.loads(files[1].read_text(encoding="utf-8"))
    assert list(screen) == ["at", "city", "seat", "scene", "address", "screen", "lang", "panels"]
    assert screen["at"] == "2026-07-17T06:03:22.000Z"
    assert (screen["city"], screen["seat"], screen["lang"]) == ("huaian", "desk", "zh_CN")
    assert (screen["scene"], screen["screen"]) == ("overview", 0)
    assert all(list(panel) == ["kind", "title", "rect", "items"] for panel in screen["panels"])
    queue = screen["panels"][1]
    assert (queue["title"], queue["rect"][:2]) == ("queue", [8, 52])
    (item,) = queue["items"]
    assert list(item) == ITEM_FIELDS
    assert item == {
        "key": "reading/hotline.calls/320800",
        "label": "12345 受理",
        "value": 142,
        "unit": "件/时",
        "age": 2.0,
        "observed": "2026-07-17T06:03:20.000Z",
        "source": "feed-a",
        "mode": "demo",
        "world": "demo",
        "freshness": "live",
        "origin": "measured",
        "level": "",
        "visible": True,
    }
    picture = QImage(str(files[0]))
    assert (picture.width(), picture.height()) == (800, 800)


def test_a_lost_feed_shows_in_the_record(probe, seat, shell):
    seat.feed("feed-a", FeedState.LOST)
    seat.clock.advance(60_000)
    shell.bridge.drain()
    (item,) = probe.record(shell.windows[0]).panels[1].items
    assert (item.freshness, item.mode, item.age) == ("cached", "cached", 62.0)


def test_what_is_off_the_window_is_not_visible(probe, shell):
    window = shell.windows[0]
    queue = next(panel for panel in window.panels.values() if panel.title() == "queue")
    queue.move(5000, 0)
    (item,) = probe.record(window).panels[1].items
    assert item.visible is False


def test_a_covered_panel_is_not_visible(probe, shell):
    window = shell.windows[0]
    work = next(panel for panel in window.panels.values() if panel.title() == "work")
    work.setGeometry(window.rect())
    work.raise_()
    settle()
    shown = {panel.title: panel.items[0].visible for panel in probe.record(window).panels}
    assert shown["work"] is True
    assert shown["queue"] is False


def test_a_telephone_number_is_not_written(tmp_path):
    item = record_item("event/1", "张某 13812345678 来电", "待派遣", observed=1000, now=3000)
    assert item.age == 2.0
    panel = PanelRecord("queue", "待处理 13812345678", (0, 0, 1, 1), [item])
    record = ScreenRecord("x", "huaian", "desk", "overview", "overview", 0, "zh_CN", [panel])
    _write(tmp_path, record, QImage(1, 1, QImage.Format.Format_RGB32))
    written = (tmp_path / "screen-0.json").read_text(encoding="utf-8")
    assert "张某" in written
    assert "13812345678" not in written


def test_a_folder_that_cannot_be_used_is_said_once(probe, tmp_path, run, expect_log):
    blocked = tmp_path / "file"
    blocked.write_text("")
    expect_log("pictures of the screens cannot be written")

    async def scenario():
        probe.write_every(blocked / "out", 0.0)
        await until(lambda: probe.tried >= 3)
        await probe.stop()

    run(scenario())
    assert probe.written == 0


def test_writing_goes_on_until_the_end(probe, tmp_path, run):
    async def scenario():
        probe.write_every(tmp_path, 0.0)
        await until(lambda: probe.written >= 2)
        await probe.stop()

    run(scenario())
    assert (tmp_path / "screen-0.json").exists()
    assert not list(tmp_path.glob(".*")), "no half-written file is left"
