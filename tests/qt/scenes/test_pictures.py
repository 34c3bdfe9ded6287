"""Every scene of every seat, painted of one city at one moment, against its picture.

Renew with `CHENGMAI_RENEW_GOLDEN=1 python -m pytest tests/qt/scenes`, then look at every picture
before it is committed. The pictures are reduced (a wall to a sixth, a desk to a third), so that a
moved, lost or recoloured block is seen and the smoothing of an edge is not.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from app.core.i18n import translator
from app.core.keys import reading_key
from tests.helpers.looks import agrees_with_golden, array, differing
from tests.helpers.still import Still
from tests.qt.conftest import turns
from widgets.look import Looks
from widgets.scene_book import load_scenes
from widgets.selection import Subject
from widgets.shell import Shell

GOLDEN = Path(__file__).parent / "golden"
SIZES = {"hall": (7680, 2160, 6), "desk": (1920, 1080, 3), "cockpit": (1920, 1080, 3)}
SEATS = tuple(SIZES)
QUIET = 4  # rounds in a row without a question
LEAST_PARTS = 3  # a picture in fewer colours than that shows nothing


@pytest.fixture(params=SEATS)
def still(request: Any, application: object, tmp_path: Path) -> Iterator[Still]:
    """The city that stands still, at each seat."""
    found = Still(tmp_path, request.param)
    yield found
    found.close()


async def settled(shell: Shell) -> None:
    """Every question of every panel is answered and painted, also those that answers led to."""
    quiet = 0
    for _ in range(100):
        shell.bridge.drain()
        shell.bridge.tick.emit()
        await turns()
        panels = [panel for window in shell.windows for panel in window.panels.values()]
        while any(panel.dirty and panel.seen for panel in panels):  # a wall's come a little later
            await turns()
        asked = [task for panel in panels for task in panel.asked]
        quiet = 0 if asked else quiet + 1
        if quiet == QUIET:
            return
        for task in asked:
            await task
    raise AssertionError("the panels ask without end")


async def pictures(still: Still, light: bool) -> dict[str, QImage]:
    """Every scene of the seat, reduced."""
    await still.learn()
    seat = still.runtime.seat.kind.value
    width, height, part = SIZES[seat]
    shell = Shell(still.runtime, Looks(seat, light=light, reduced=True), translator("zh_CN"))
    region = still.city.config.code
    shell.selection.choose(Subject.INDICATOR, reading_key("event.hotline_calls", region))
    shell.selection.choose(Subject.INDEX, reading_key("index.pressure", region))
    shell.selection.choose(Subject.THEME, "flood")
    shell.start()
    found = {}
    for name in shell.scenes:
        shell.show_scene(name)
        window = shell.windows[0]
        while window.size() != QSize(width, height):
            window.setGeometry(0, 0, width, height)
            await turns()
        await settled(shell)
        image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        smooth = Qt.TransformationMode.SmoothTransformation
        found[name] = image.scaledToWidth(width // part, smooth)
    shell.stop()
    shell.deleteLater()
    await turns()
    return found


def judged(found: dict[str, QImage], suffix: str) -> list[str]:
    """The names of the scenes whose picture is another one."""
    wrong = []
    for name, image in found.items():
        assert len(set(array(image)[::7, ::7].reshape(-1, 3).sum(axis=1).tolist())) > LEAST_PARTS
        if not agrees_with_golden(image, GOLDEN / f"{suffix}-{name}.png"):
            wrong.append(name)
    return wrong


def test_every_scene_is_its_picture(still, run):
    seat = still.runtime.seat.kind.value
    found = run(pictures(still, light=True))
    assert set(found) == set(load_scenes(seat))
    assert judged(found, seat) == []


def test_the_cockpit_by_night(application, run, tmp_path):
    still = Still(tmp_path, "cockpit")
    found = run(pictures(still, light=False))
    still.close()
    assert judged({"overview": found["overview"]}, "cockpit-dark") == []


def test_a_block_that_moved_or_went_is_seen():
    picture = QImage(str(GOLDEN / "desk-overview.png"))
    moved = picture.copy()
    moved.fill(Qt.GlobalColor.black)
    assert differing(picture, moved) > 1000
    assert differing(picture, picture.copy()) == 0
