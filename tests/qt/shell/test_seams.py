"""No text and no symbol of the hall lies across a seam of its wall, as they are really painted."""

import asyncio

import pytest
from PySide6.QtCore import QSize

from app.core.i18n import translator
from tests.helpers.still import Still
from widgets.edges import Edges
from widgets.look import Looks
from widgets.shell import Shell
from widgets.wall_lint import FaultKind, lint_window
from widgets.wall_profile import parse_profile

WALL = """
width = {0}
height = {1}
pitch_mm = 1.25
farthest_m = 10
kind = "lcd"
seam_px = 2.8
"""
SHORT = ("overview", "targets")


def profile(size):
    text = WALL.format(*size)
    panels = zip(("panel_width", "panel_height"), (1920, 1080), size, strict=True)
    text += "".join(f"{key} = {part}\n" for key, part, whole in panels if part < whole)
    return parse_profile(text, "wall.toml")


async def faults(runtime, size, language, scenes):
    """What lies across a seam, in every page of the scenes."""
    wall = profile(size)
    shell = Shell(runtime, Looks("hall", wall=wall, reduced=True), translator(language))
    shell.start()
    window, found = shell.windows[0], []
    for name in scenes or shell.scenes:
        for page in range(1, shell.scenes[name].scene.pages + 1):
            shell.show_scene(f"{name}#{page}")
            while window.size() != QSize(*size):
                window.setGeometry(0, 0, *size)
                await asyncio.sleep(0)
            await answered(shell)
            for fault in lint_window(window, wall):
                if fault.kind is not FaultKind.SHORT:
                    found.append((name, page, fault.panel, fault.kind.value, fault.text))
    shell.stop()
    shell.deleteLater()
    await asyncio.sleep(0)
    return found


async def answered(shell):
    for _ in range(3):
        shell.bridge.drain()
        shell.bridge.tick.emit()
        panels = [panel for window in shell.windows for panel in window.panels.values()]
        asked = [task for panel in panels for task in panel.asked]
        await asyncio.gather(*asked, return_exceptions=True)


@pytest.fixture
def still(tmp_path, application):
    made = Still(tmp_path / "data", "hall", days=1)
    yield made
    made.close()


def test_a_wall_of_eight_panels_in_two_scenes(still, run):
    run(still.learn())
    assert run(faults(still.runtime, (7680, 2160), "zh_CN", SHORT)) == []


@pytest.mark.full
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(7680, 2160), (3840, 2160), (3840, 1080), (1920, 1080)])
def test_every_scene_on_every_wall(still, run, size, language):
    run(still.learn())
    assert run(faults(still.runtime, size, language, ())) == []


SEAMS = Edges((100.0, 200.0), 4.0)


def test_what_would_lie_on_a_seam_stands_past_it_or_before_it():
    assert SEAMS.past(10, 50) == 10
    assert SEAMS.past(60, 50) == 104
    assert SEAMS.past(98, 95) == 204  # 104 to 199 would touch the second one
    assert SEAMS.before(60, 50) == 60
    assert SEAMS.before(110, 50) == 96
    assert SEAMS.until(10, 80) == 80
    assert SEAMS.until(10, 150) == 96


def test_what_fits_between_no_two_seams_is_left_where_it_stands():
    assert SEAMS.past(150, 300) == 204
    assert Edges().past(60, 500) == 60


def test_columns_stand_between_the_seams():
    assert SEAMS.pieces(0, 300) == [(0, 96), (104, 196), (204, 300)]
    assert SEAMS.lanes(0, 300, 0) == [(0, 96), (104, 92), (204, 96)]
    assert SEAMS.lanes(0, 300, 40) == [
        (0, 48), (48, 48), (104, 46), (150, 46), (204, 48), (252, 48),
    ]  # fmt: skip
    assert Edges().lanes(0, 300, 100) == [(0, 100), (100, 100), (200, 100)]
