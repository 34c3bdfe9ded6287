"""Every scene file of the product: its panels exist, their options are right, nothing overlaps."""

import itertools

import pytest
from PySide6.QtCore import QRect

from app.core.i18n import translator
from app.registry import Registry
from app.store.store import Store
from tests.qt.conftest import turns
from widgets.grid import choose_screen, place
from widgets.look import Looks
from widgets.panels._base import Panel
from widgets.scene_book import load_scenes
from widgets.shell import Shell
from widgets.theme import Role, WallProfile
from widgets.wall_lint import FaultKind, lint_window

SEATS = ["hall", "desk", "cockpit"]
SCENES = [(seat, name) for seat in SEATS for name in load_scenes(seat)]
SIZES = [(1366, 768), (1920, 1080), (3840, 1080), (3840, 2160), (5120, 1440), (7680, 2160)]
LARGE = [*SIZES, (15360, 4320)]


@pytest.mark.parametrize(("seat", "name"), SCENES)
def test_panels_and_options_are_known(seat, name):
    loaded = load_scenes(seat)[name]
    registry = Registry("widgets.panels", Panel)
    for number, panel in enumerate(loaded.scene.panel):
        loaded.options(number, registry.load(panel.kind).Options)


@pytest.mark.parametrize(("seat", "name"), SCENES)
@pytest.mark.parametrize(("width", "height"), LARGE)
def test_panels_stand_inside_and_apart(application, seat, name, width, height):
    scene = load_scenes(seat)[name].scene
    unit = Looks(seat).unit(width, height)
    for index in {spec.index for spec in scene.screen}:
        spec = choose_screen(scene.screen, index, width / unit, height / unit)
        panels = [(n, p) for n, p in enumerate(scene.panel) if p.screen == spec.id]
        placed = [p for p in place(spec, panels, width, height, unit) if not p.drawer]
        boxes = [QRect(p.x, p.y, p.width, p.height) for p in placed]
        window = QRect(0, 0, width, height)
        edges = {number for number, panel in panels if panel.edge}
        for item, box in zip(placed, boxes, strict=True):
            assert window.contains(box)
            least = 30 if item.number in edges else 160  # a bar is a line, a panel is read
            if scene.panel[item.number].kind != "strip":
                assert min(box.width(), box.height()) >= least
        for one, other in itertools.combinations(boxes, 2):
            assert not one.intersects(other)


def test_war_has_the_geometry_of_peace():
    scenes = load_scenes("hall")
    peace, war = scenes["overview"].scene, scenes["war"].scene
    assert (peace.screen, peace.panel) == (war.screen, war.panel)
    assert war.theme == "war"


def test_type_grows_with_the_distance_and_the_grid_with_it(application):
    """15360 x 4320 seen from twice as far: twice the pixels for each arc minute, so the same
    grid."""
    near, far = Looks("hall"), Looks("hall", wall=WallProfile(farthest_m=20.0))
    assert far.unit(15360, 4320) == pytest.approx(2 * near.unit(7680, 2160), rel=1e-4)
    small, large = near.theme("", 7680, 2160), far.theme("", 15360, 4320)
    assert large.size(Role.BODY) == pytest.approx(2 * small.size(Role.BODY), abs=1)


def test_the_first_picture_of_the_wall_can_be_read(seat, application, run, tmp_path):
    """The hall's first scene of an empty city, at the size of the reference wall."""
    seat.store = Store.open(tmp_path, seat.clock)

    async def scenario():
        shell = Shell(seat, Looks("hall", reduced=True), translator("zh_CN"))
        shell.start()
        window = shell.windows[0]
        window.showNormal()
        window.resize(7680, 2160)
        await turns()
        found = lint_window(window, shell.looks.wall)
        shell.stop()
        shell.deleteLater()
        await turns()
        assert [fault for fault in found if fault.kind is not FaultKind.SHORT] == []

    run(scenario())
    seat.store.close()


@pytest.mark.parametrize("seat_kind", SEATS)
def test_every_scene_opens_on_an_empty_city(seat, seat_kind, run, tmp_path):
    """The first start: no reading, no event, no feed, an empty store."""
    seat.store = Store.open(tmp_path, seat.clock)

    async def scenario():
        shell = Shell(seat, Looks(seat_kind, reduced=True), translator("zh_CN"))
        shell.start()
        for name in shell.scenes:
            shell.show_scene(name)
            shell.bridge.tick.emit()
            await turns()
            assert shell.scene.name == name
            for panel in shell.windows[0].panels.values():
                panel.items()
        shell.stop()
        shell.deleteLater()
        await turns()  # what was asked is cancelled in the next turn of the loop

    run(scenario())
    seat.store.close()
