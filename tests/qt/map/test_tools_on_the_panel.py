"""A hand on the map of a desk: what is drawn becomes a command, is saved, and stands on the map."""

import math
from dataclasses import replace

import pytest

from app.city import load_city
from app.core.map_decision import MarkupForm
from app.core.model import World
from app.gis.drawn import Selector
from tests.helpers.map_page import MapPageUnderTest
from tests.helpers.seat import TestSeat, context_of
from tests.unit.commands.desk import Desk
from widgets.bridge import Bridge
from widgets.map.said import Ready
from widgets.map_house import MapHouse
from widgets.panels.map import MapPanel

FIGURES = "document.querySelectorAll('.leaflet-tools-pane path').length"


class Workplace:
    """The map panel of a desk of the demonstration city, with the real house of maps."""

    def __init__(self, tmp_path):
        self.desk = Desk(tmp_path, world=World.DEMO)
        self.desk.sit()
        city = load_city("suqian")
        seat = TestSeat(city, self.desk.clock, self.desk.hub, commands=self.desk.commands)
        seat.picture, seat.seat = self.desk.picture, self.desk.seat
        self.maps = self.desk.seat.maps
        self.bridge = Bridge(seat.hub)
        self.house = MapHouse(
            city, seat.picture, seat.hub, seat.clock, seat.seat, tmp_path / "maps"
        )
        (tmp_path / "maps").mkdir()
        self.context = replace(context_of(seat, self.bridge), maps=self.house)

    async def open(self):
        await self.house.prepare()
        self.panel = MapPanel(self.context, MapPanel.Options(legend=False))
        self.panel.resize(960, 700)
        self.panel.show()
        self.bridge.start()
        page = MapPageUnderTest(self.panel.view)
        await page.until(lambda: self.panel.view.is_ready, "the page is ready")
        await page.wait_said(Ready)
        return page

    async def close(self):
        self.panel.hide()
        self.panel.stop()
        await self.house.stop()
        self.bridge.stop()
        self.panel.deleteLater()
        self.bridge.deleteLater()
        self.house.deleteLater()
        self.desk.close()


async def do(workplace, page, text, tool):
    outcome = await workplace.desk.do(text)
    assert outcome.done, outcome.reason
    await page.wait_for(f"chengmai.tools.tool() === '{tool}'")


def test_a_lasso_by_hand_marks_what_it_goes_around(run, application, tmp_path):
    async def work():
        workplace = Workplace(tmp_path)
        page = await workplace.open()
        try:
            await do(workplace, page, "map-tool lasso", "lasso")
            turn = [2 * math.pi * step / 40 for step in range(40)]
            await page.drag(
                [(round(480 + 120 * math.cos(a)), round(330 + 90 * math.sin(a))) for a in turn]
            )
            state = workplace.maps[""]
            await page.until(lambda: state.area is not None, "the place is marked")
            middle = await page.script(
                "(p => [p.lng, p.lat])(chengmai.page.map.containerPointToLatLng([480, 330]))"
            )
            assert state.area.form == "lasso" and state.tool == ""
            assert Selector(state.area).middle == pytest.approx(middle, abs=0.05)
            await page.wait_for(f"{FIGURES} === 2")
            await workplace.desk.do("clear-area")
            await page.wait_for(f"{FIGURES} === 0")
        finally:
            await workplace.close()

    run(work())


def test_an_arrow_by_hand_is_saved_and_then_on_the_map(run, application, tmp_path):
    async def work():
        workplace = Workplace(tmp_path)
        page = await workplace.open()
        try:
            await do(workplace, page, "map-tool markup", "markup")
            await page.wait_for("!!document.querySelector('#markup-bar')")
            await page.script("document.querySelector('[data-form=arrow]').click(), true")
            await page.click(300, 250)
            await page.click(450, 250)
            await page.script(
                "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'})), true"
            )
            await page.script("document.querySelector('#markup-bar button:last-child').click(), 1")
            drawn = workplace.desk.picture.map.markup
            await page.until(lambda: drawn, "it is saved")
            (kept,) = drawn.values()
            assert kept.form is MarkupForm.ARROW and kept.person == "0001"
            assert workplace.maps[""].choice("markup") is not None, "whoever draws sees it"
            await page.wait_for("chengmai.layers.held.has('markup')")
            assert page.ledger.total == 0
        finally:
            await workplace.close()

    run(work())
