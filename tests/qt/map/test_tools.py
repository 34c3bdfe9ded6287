"""The tools of the map, with a real mouse on a real page."""

import math

import pytest
from pyproj import Geod
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.gis.frames import encode_json
from app.live.map_state import MapArea
from tests.helpers.map_page import opened
from widgets.map.said import Drawn
from widgets.map_tools import command_of, measure_frame

GEOD = Geod(ellps="WGS84")
STATE = {"lon": 118.3, "lat": 33.95, "zoom": 13.0, "fly_ms": 0, "interactive": True}


async def take(page, tool):
    page.send(encode_json("state", {**STATE, "tool": tool, "area": None, "layers": []}))
    await page.wait_for(f"chengmai.tools.tool() === '{tool}'")
    await page.wait_for("chengmai.page.map.getZoom() === 13")


async def at(page, x, y):
    return await page.script(
        f"(p => [p.lng, p.lat])(chengmai.page.map.containerPointToLatLng([{x}, {y}]))"
    )


async def drawn(page, count=1):
    def told():
        return [one for one in page.said if isinstance(one, Drawn)]

    await page.until(lambda: len(told()) >= count, "a figure is finished")
    return told()[count - 1]


KEYS = {"Escape": Qt.Key.Key_Escape, "Enter": Qt.Key.Key_Return, "Backspace": Qt.Key.Key_Backspace}


async def press(page, name):
    """A key of the keyboard, where the map has the focus."""
    target = page.web.focusProxy()
    page.web.setFocus()
    none = Qt.KeyboardModifier.NoModifier
    text = "\r" if name == "Enter" else ""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(target, QKeyEvent(kind, KEYS[name], none, text))
    await page.painted()


def test_a_circle_is_dragged_from_its_middle_and_its_radius_is_that_of_the_ellipsoid(run, context):
    async def work():
        async with opened(context) as page:
            await take(page, "circle")
            await page.drag([(400, 300), (430, 310), (500, 340)])
            told = await drawn(page)
            middle, rim = await at(page, 400, 300), await at(page, 500, 340)
            assert told.tool == "circle" and len(told.points) == 1
            assert told.points[0] == pytest.approx(middle, abs=1e-6)
            assert told.radius_m == pytest.approx(GEOD.inv(*middle, *rim)[2], abs=0.01)
            assert command_of(told, "").startswith("select-area ")
            assert f"form=circle radius={round(told.radius_m)}" in command_of(told, "")
            centre = await page.script("(c => [c.lng, c.lat])(chengmai.page.map.getCenter())")
            assert centre == pytest.approx([118.3, 33.95], abs=1e-6), "the map stood still"

    run(work())


def test_a_lasso_a_box_and_a_polygon(run, context):
    async def work():
        async with opened(context) as page:
            await take(page, "box")
            await page.drag([(300, 200), (350, 250), (420, 330)])
            box = await drawn(page)
            assert box.tool == "box" and len(box.points) == 2
            await take(page, "lasso")
            turn = [2 * math.pi * step / 60 for step in range(60)]
            way = [(round(400 + 90 * math.cos(a)), round(300 + 90 * math.sin(a))) for a in turn]
            await page.drag(way)
            lasso = await drawn(page, 2)
            assert lasso.tool == "lasso" and 40 <= len(lasso.points) <= 60
            await take(page, "polygon")
            for x, y in ((300, 200), (500, 210), (480, 400), (320, 420)):
                await page.click(x, y)
            await press(page, "Backspace")
            await press(page, "Enter")
            polygon = await drawn(page, 3)
            assert polygon.tool == "polygon" and len(polygon.points) == 3
            assert polygon.points[2] == pytest.approx(await at(page, 480, 400), abs=1e-5)
            for x, y in ((300, 200), (500, 210), (480, 400), (303, 203)):
                await page.click(x, y)
            closed = await drawn(page, 4)
            assert len(closed.points) == 3, "a click on the first corner closes"
            assert page.ledger.total == 0

    run(work())


def test_escape_lets_go_of_the_figure_and_then_of_the_tool(run, context):
    async def work():
        async with opened(context) as page:
            await take(page, "polygon")
            await page.click(300, 200)
            await page.wait_for("chengmai.tools.corners().length === 1")
            await press(page, "Escape")
            await page.wait_for("chengmai.tools.corners().length === 0")
            assert not [one for one in page.said if isinstance(one, Drawn)]
            await press(page, "Escape")
            told = await drawn(page)
            assert command_of(told, "") == "map-tool hand"

    run(work())


def test_a_measured_line_comes_back_with_figures_of_the_ellipsoid(run, context):
    async def work():
        async with opened(context) as page:
            await take(page, "measure")
            for x, y in ((300, 200), (500, 210), (480, 400)):
                await page.click(x, y)
            await press(page, "Enter")
            told = await drawn(page)
            frame = measure_frame(told, context.translator)
            page.send(frame)
            texts = await page.wait_for(
                "(t => t.length === 3 && t)"
                "([...document.querySelectorAll('.caption')].map(c => c.textContent))"
            )
            metres = GEOD.inv(*told.points[0], *told.points[1])[2]
            assert f"{metres / 1000:.2f} km" in texts[0]
            total = metres + GEOD.inv(*told.points[1], *told.points[2])[2]
            assert texts[2] == f"共 {total / 1000:.2f} km"

    run(work())


def test_what_is_marked_stands_on_the_map_with_its_radius(run, context):
    async def work():
        async with opened(context) as page:
            area = {"form": "circle", "corners": [[118.3, 33.95]], "radius_m": 1200.0}
            before = await page.image()
            page.send(encode_json("state", {**STATE, "tool": "", "area": area, "layers": []}))
            await page.wait_for("document.querySelector('.caption')?.textContent === '1.20 km'")
            after = await page.image()
            x, y = await page.place_of(118.3, 33.95 + 1200 / 110_920)
            ring = {after.pixelColor(x, row).name() for row in range(y - 3, y + 4)}
            accent = context.theme.accent.name()
            assert accent in ring and before.pixelColor(x, y).name() != accent
            east = await page.script("chengmai.earth.toward([118.3, 33.95], 1200, 90)")
            assert east == pytest.approx(GEOD.fwd(118.3, 33.95, 90, 1200)[:2], abs=1e-9)

    run(work())


@pytest.mark.parametrize("seed", range(3))
def test_the_pages_distances_are_those_of_the_ellipsoid(run, context, seed):
    async def work():
        async with opened(context) as page:
            for one, other in (
                ((118.3, 33.95), (118.3001, 33.9501)),
                ((118.3, 33.95), (121.47, 31.23)),
                ((87.6, 43.8), (113.3, 23.1)),
                ((118.0 + seed, -33.0), (118.0 + seed, 40.0)),
            ):
                metres, turn = await page.script(
                    f"chengmai.earth.between({list(one)}, {list(other)})"
                )
                forth, _, known = GEOD.inv(*one, *other)
                assert metres == pytest.approx(known, abs=0.001)
                assert turn == pytest.approx(forth % 360, abs=1e-6)

    run(work())


def test_markup_is_drawn_in_its_colour_with_words_that_stay_words(run, context):
    async def work():
        async with opened(context) as page:
            await take(page, "markup")
            await page.script("document.querySelector('[data-form=arrow]').click(), true")
            await page.script("document.querySelector('[data-ink=\"series.1\"]').click(), true")
            await page.click(300, 200)
            await page.click(500, 210)
            await press(page, "Enter")
            await page.wait_for("document.querySelector('#markup-bar input').hidden === false")
            await page.script(
                "document.querySelector('#markup-bar input').value = '<b>由此进入</b>', true"
            )
            await page.script(
                "document.querySelector('#markup-bar input').dispatchEvent("
                "new KeyboardEvent('keydown', {key: 'Enter'})), true"
            )
            told = await drawn(page)
            text = command_of(told, "")
            assert told.tool == "markup arrow series.1" and len(told.points) == 2
            assert text.endswith("form=arrow colour=series.1 label='<b>由此进入</b>'")

    run(work())


def test_a_comparison_is_cut_at_the_handle_and_what_is_on_both_sides_stays_whole(run, context):
    async def work():
        layers = [{"id": "one", "opacity": 1, "visible": True, "z": 1000},
                  {"id": "both", "opacity": 1, "visible": True, "z": 2000}]  # fmt: skip
        other = [{"id": "two", "opacity": 1, "visible": True, "z": 1500}, layers[1]]
        async with opened(context) as page:
            await page.script("['one', 'both'].forEach(id => chengmai.page.pane(id)), true")
            compare = {"form": "swipe", "at": 0, "base": "", "layers": other}
            page.send(encode_json("state", {**STATE, "layers": layers, "compare": compare}))
            await page.wait_for("!!document.querySelector('#swipe')")
            clips = "['one', 'two', 'both'].map(id => chengmai.page.pane(id).style.clipPath !== '')"
            assert await page.script(clips) == [True, True, False]
            await page.drag([(480, 320), (470, 320), (240, 320)])
            assert await page.script("document.querySelector('#swipe').style.left") == "240px"
            page.send(encode_json("state", {**STATE, "layers": layers, "compare": None}))
            await page.wait_for("!document.querySelector('#swipe')")
            assert await page.script(clips) == [False, False, False]

    run(work())


def test_the_commands_of_figures_are_what_was_drawn():
    corners = [(118.3, 33.95), (118.4, 33.95), (118.35, 34.0)]
    assert command_of(Drawn("polygon", corners), "") == (
        "select-area '118.3,33.95 118.4,33.95 118.35,34' form=polygon"
    )
    assert command_of(Drawn("polygon", corners), "wall").endswith(" map=wall")
    assert command_of(Drawn("something", corners), "") == ""
    assert MapArea("polygon", tuple(corners)).form == "polygon"
