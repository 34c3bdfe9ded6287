"""Where panels stand: known answers worked out by hand from the design's measures."""

import itertools

import pytest

from tests.qt.shell.scenes import scenes
from widgets.grid import choose_screen, place
from widgets.scene import PanelSpec, ScreenSpec


def boxes(width, height, scale=1.0):
    scene = scenes()["overview"].scene
    panels = [(n, p) for n, p in enumerate(scene.panel) if p.screen == "main"]
    placed = place(scene.screen[0], panels, width, height, scale)
    return {p.number: (p.x, p.y, p.width, p.height) for p in placed}, placed


def test_a_desk_of_1920_by_1080_is_the_design():
    found, _ = boxes(1920, 1080)
    # 8 margin, 432 queue, 8 gutter, work, 8 gutter, 424 context, 8 margin; 44 bar; 104 strip.
    assert found == {
        0: (0, 0, 1920, 44),
        1: (8, 52, 432, 908),
        2: (448, 52, 1032, 908),
        3: (1488, 52, 424, 908),
        4: (8, 968, 1904, 104),
    }


def test_a_wider_desk_grows_the_work_area_and_no_column():
    found, _ = boxes(2560, 1440)
    assert (found[1][2], found[2][2], found[3][2]) == (432, 1032 + 640, 424)


def test_a_narrow_desk_turns_the_context_into_a_drawer():
    found, placed = boxes(1366, 768)
    assert found[2] == (448, 52, 1366 - 448 - 8, 768 - 44 - 8 - 8 - 104 - 8)
    assert found[4] == (8, 768 - 8 - 104, 1366 - 16, 104)
    assert found[1][2] == 432, "the queue never hides"
    assert [p.number for p in placed if p.drawer] == [3]
    assert found[3][0] + found[3][2] == 1366 - 8


def test_twice_the_pixels_are_the_same_picture():
    small, _ = boxes(1920, 1080)
    large, _ = boxes(3840, 2160, scale=2.0)
    assert large == {n: tuple(2 * side for side in box) for n, box in small.items()}


@pytest.mark.parametrize(("width", "height"), [(7680, 2160), (3840, 1080)])
def test_gutters_of_a_hall_are_centred_on_the_seams(width, height):
    panels_across = 4
    seam = width / panels_across
    spec = ScreenSpec(columns=("1fr",) * 4, gutter=96, margin=(48, 48, 40, 48))
    panels = [(n, PanelSpec(kind="block", column=n)) for n in range(4)]
    placed = place(spec, panels, width, height, 1.0)
    for left, right in itertools.pairwise(placed):
        middle = (left.x + left.width + right.x) / 2
        assert middle == pytest.approx(seam * (left.number + 1), abs=1)


def test_the_first_entry_that_asks_for_no_more_than_there_is():
    specs = [
        ScreenSpec(id="wall", min_width=7680, min_height=2160),
        ScreenSpec(id="pair", min_width=3840),
        ScreenSpec(id="one"),
        ScreenSpec(id="side", index=1),
    ]
    assert choose_screen(specs, 0, 7680, 2160).id == "wall"
    assert choose_screen(specs, 0, 7680, 1080).id == "pair"
    assert choose_screen(specs, 0, 1920, 1080).id == "one"
    assert choose_screen(specs, 1, 1920, 1080).id == "side"
    assert choose_screen(specs, 7, 1920, 1080).id == "one"
