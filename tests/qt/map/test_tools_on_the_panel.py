"""A hand on the map of a desk: what is drawn becomes a command, is saved, and stands on the map."""

import math
from dataclasses import replace

import pytest

from app.city import load_city
from app.core.map_decision import MarkupForm
from app.core.model import Event, EventStatus, Sourced, Stock, World
from app.gis.drawn import Selector
from tests.helpers.map_page import MapPageUnderTest
from tests.helpers.seat import TestSeat, context_of
from tests.unit.commands.desk import Desk
from widgets.bridge import Bridge
from widgets.map.said import Ready
from widgets.map_house import MapHouse
from widgets.panels.map import MapPanel
from widgets.panels.map_list import MapList

FIGURES = "document.querySelectorAll('.leaflet-tools-pane path').length"


def put_away(panel):
    """It is not seen any more, follows nothing, and goes."""
    panel.hide()
    panel.stop()
    panel.deleteLater()


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
        self._show(self.context)
        self.bridge.start()
        return await self._page()

    async def open_anew(self, context=None):
        """Another panel takes the place of the one that is there; gives its page."""
        put_away(self.panel)
        self._show(context or self.context)
        return await self._page()

    def _show(self, context):
        self.panel = MapPanel(context, MapPanel.Options(legend=False))
        self.panel.resize(960, 700)
        self.panel.show()

    async def _page(self):
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


def test_a_marked_place_is_listed_and_counted(run, application, tmp_path):
    async def work():
        workplace = Workplace(tmp_path)
        now = workplace.desk.clock.now()
        flood = Event(
            "e:1", "UE01", now, now, EventStatus.HANDLING, title="积水", lon=118.37, lat=33.78
        )
        far = Event("e:2", "UE01", now, now, title="远处", lon=119.5, lat=33.9)
        tents = Stock("s:1", "帐篷", 40.0, now, unit="顶", lon=118.371, lat=33.781)
        workplace.desk.picture.apply_records(
            [Sourced("events", now, record) for record in (flood, far, tents)]
        )
        page = await workplace.open()
        listed = MapList(workplace.context, MapList.Options())
        try:
            listed.resize(420, 700)
            listed.show()
            assert (await workplace.desk.do("show-layer event_point")).done
            done = await workplace.desk.do("select-area 118.369,33.779 form=circle radius=2000")
            assert done.done, done.reason

            def told():
                return {row.title: row.note for row in listed.rows}

            def turned():
                workplace.bridge.tick.emit()
                workplace.desk.clock.advance(500)
                return "按区县" in told()

            await page.until(turned, "what lies there is counted")
            assert told()["按区县"].startswith("宿城")
            assert told()["事件状态"].endswith(" 1")
            assert told()["物资合计"] == "帐篷 40 顶"
            assert told()["面积"].startswith("12.56 km²"), "3.1416 times 2 km squared, a flat earth"
            assert [row.id for row in listed.rows if row.id == "e:1"] == ["e:1"]
            assert not [row for row in listed.rows if row.id == "e:2"]
            assert any(item.key.startswith("area/sum/") for item in listed.items())
        finally:
            put_away(listed)
            await workplace.close()

    run(work())


def test_two_maps_side_by_side_look_at_one_place(run, application, tmp_path):
    async def work():
        workplace = Workplace(tmp_path)
        page = await workplace.open()
        panel, state = workplace.panel, workplace.maps[""]
        try:
            outcome = await workplace.desk.do(
                "compare-map side layers=region_boundary base=outline"
            )
            assert outcome.done, outcome.reason
            await page.until(lambda: panel.beside is not None, "another map stands beside")
            other = MapPageUnderTest(panel.beside.view)
            await page.until(lambda: panel.beside.view.is_ready, "its page is ready")
            assert panel.view.size() == panel.beside.view.size()
            assert panel.view.geometry().right() < panel.beside.view.x()
            assert panel.beside.follower.side.base == "outline" != panel.follower.side.base
            assert [one.id for one in panel.beside.follower.side.layers] == ["region_boundary"]
            await other.wait_for("chengmai.layers.held.has('region_boundary')")
            await other.painted()
            home = state.place.lon
            await other.drag([(200, 300), (260, 340), (300, 360)])
            centre = "(p => [p.lng, p.lat])(chengmai.page.map.getCenter())"
            await page.until(lambda: state.moved_by == panel.beside.view.name, "a hand moved it")
            await page.until(lambda: state.place.lon < home - 0.01, "to where it was let go")
            await other.wait_for("!(chengmai.page.map._panAnim || {})._inProgress")
            lon, lat = await other.script(centre)
            close = f"(p => Math.abs(p.lng - {lon}) + Math.abs(p.lat - {lat}) < 0.004)"  # a pixel
            await page.wait_for(f"{close}(chengmai.page.map.getCenter())")
            await workplace.desk.do("end-compare")
            await page.until(lambda: panel.beside is None, "one map again")
            assert panel.view.width() > 900
        finally:
            await workplace.close()

    run(work())
