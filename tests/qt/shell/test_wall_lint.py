"""lint-scene finds each kind of fault where it was planted, in what was really painted."""

import pytest
from PySide6.QtGui import QColor

from app.config import ConfigError
from app.registry import Registry
from tests.qt.conftest import settle
from widgets.context import Context
from widgets.look import Looks
from widgets.panels._base import Panel
from widgets.scene import parse_scene
from widgets.theme import REFERENCE_WALL
from widgets.wall_lint import FaultKind, arcmin, contrast, lint_window
from widgets.wall_profile import parse_profile
from widgets.window import Window

WALL = """
width = 3840
height = 1080
pitch_mm = 1.25
farthest_m = 10
kind = "lcd"
panel_width = 1920
seam_px = 4
"""
SCENE = """
name_zh = "测"
name_en = "Test"
[[panel]]
kind = "faulty"
options = { plant = "%s" }
"""


def faults(context, plant):
    looks = Looks("hall", wall=parse_profile(WALL, "wall.toml"), reduced=True)

    def context_for(theme, _):
        return Context(**{**vars(context), "theme": theme, "seat": "hall"})

    window = Window(0, looks, Registry("tests.helpers.blocks", Panel), context_for)
    window.resize(3840, 1080)
    window.show_scene(parse_scene(SCENE % plant, "x", "hall/x.toml"), 0)
    window.show()
    settle()
    found = lint_window(window, looks.wall)
    window.clear()
    window.close()
    window.deleteLater()
    return found


def test_nothing_is_found_where_nothing_is_wrong(context):
    assert faults(context, "") == []


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        ("small", FaultKind.SMALL),
        ("symbol", FaultKind.SMALL),
        ("contrast", FaultKind.CONTRAST),
        ("seam", FaultKind.SEAM),
        ("cut", FaultKind.CUT),
        ("short", FaultKind.SHORT),
    ],
)
def test_a_planted_fault_is_found_with_its_file_and_line(context, plant, kind):
    found = faults(context, plant)
    assert [fault.kind for fault in found] == [kind]
    assert (found[0].file, found[0].line, found[0].panel) == ("hall/x.toml", 5, "faulty")
    assert "right" not in found[0].text


def test_angles_and_contrast_by_hand():
    # 46.54 mm at 10 m: 2 atan(46.54 / 20000) = 16.0 arc minutes; at 1.25 mm that is 37.2 px.
    assert arcmin(37.23, REFERENCE_WALL) == pytest.approx(16.0, abs=0.01)
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21.0)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_a_wall_is_read_with_its_seams():
    wall = parse_profile(WALL.replace("height = 1080", "height = 2160\npanel_height = 1080"), "w")
    assert (wall.seams_x, wall.seams_y, wall.has_edges) == ((1920.0,), (1080.0,), True)


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("panel_width = 1920", "panel_width = 1900", 7, "panel_width"),
        ("panel_width = 1920", "seams_x = [5000]", 7, "seams_x"),
        ("panel_width = 1920", "seams_x = [900, 800]", 7, "seams_x"),
        ("pitch_mm = 1.25", "pitch_mm = 0", 4, "pitch_mm"),
        ('"lcd"', '"oled"', 6, "kind"),
    ],
)
def test_a_wrong_wall_is_named(old, new, line, key):
    with pytest.raises(ConfigError) as caught:
        parse_profile(WALL.replace(old, new), "wall.toml")
    found = caught.value.reason.args
    assert (found["file"], found["line"], found["key"]) == ("wall.toml", line, key)
