"""The map leaves as a file: a page that a plain browser opens without asking for anything, and
pictures in the sizes of walls."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRect, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)
from PySide6.QtWebEngineWidgets import QWebEngineView

from app.city import load_city
from app.core.message import Message, Refusal
from app.core.model import Event, EventStatus, Sourced, World
from app.live.export import ExportOrder, MapForm
from app.live.map_state import LayerChoice, MapPlace
from tests.helpers.map_page import MapPageUnderTest
from tests.helpers.seat import TestSeat, context_of
from tests.unit.commands.desk import Desk
from widgets.bridge import Bridge
from widgets.export.map_file import map_file
from widgets.export.map_frame import scale_bar
from widgets.export.map_picture import MARGIN, centre_of, edges_of, parts_of
from widgets.export.paper import page_of
from widgets.map.scheme import register
from widgets.map_house import MapHouse

HOSTILE = "<img src=https://evil.example/x onerror=alert(1)>水管爆裂"
PLACE = (118.30, 33.95)
WITHIN_S = 20.0


class Watching(QWebEngineUrlRequestInterceptor):
    """Every address that a page asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        self.asked.append(info.requestUrl().toString())


class Speaking(QWebEnginePage):
    """A page whose console is heard."""

    said: list[str]

    def javaScriptConsoleMessage(self, level: Any, text: str, line: int, source: str) -> None:
        self.said.append(f"{text} ({line})")


class Office:
    """A desk with one event of a hostile title on its map, and the real house of maps."""

    def __init__(self, tmp_path):
        self.desk = Desk(tmp_path, world=World.DEMO)
        self.desk.sit()
        city = load_city("suqian")
        seat = TestSeat(city, self.desk.clock, self.desk.hub, commands=self.desk.commands)
        seat.picture, seat.seat = self.desk.picture, self.desk.seat
        self.bridge = Bridge(seat.hub)
        (tmp_path / "maps").mkdir()
        self.house = MapHouse(
            city, seat.picture, seat.hub, seat.clock, seat.seat, tmp_path / "maps"
        )
        self.context = replace(context_of(seat, self.bridge), maps=self.house)
        now = self.desk.clock.now()
        event = Event(
            "e1", "water.burst", now, now, EventStatus.PENDING, region="321302", title=HOSTILE,
            lon=PLACE[0], lat=PLACE[1],
        )  # fmt: skip
        seat.picture.apply_records([Sourced("sim", now, event)])

    async def open(self):
        await self.house.prepare()
        state = self.desk.seat.maps[""]
        state.layers = (LayerChoice("region_boundary"), LayerChoice("event_point"))
        state.fly(MapPlace(*PLACE, 15.0))
        state.size = (800, 600)

    async def close(self):
        await self.house.stop()
        self.bridge.deleteLater()
        self.house.deleteLater()
        self.desk.close()
        for _ in range(20):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            await asyncio.sleep(0)

    def order(self, form: MapForm, width: int = 0, height: int = 0) -> ExportOrder:
        now = self.desk.clock.now()
        return ExportOrder(
            "01J9EXPORT", now, "王伟", "desk", "map", form, width=width, height=height
        )


@pytest.fixture
def office(application, run, tmp_path):
    """`office(work)`: do `work(office)` with an office that is open."""

    def do(work):
        async def whole():
            made = Office(tmp_path)
            await made.open()
            try:
                await work(made)
            finally:
                await made.close()

        run(whole())

    return do


class Browser:
    """A web view of nobody's: its own profile, no scheme, no guard."""

    def __init__(self) -> None:
        register()  # before the first object of WebEngine, for the maps of tests that come later
        self.profile = QWebEngineProfile()
        self.watching = Watching()
        self.profile.setUrlRequestInterceptor(self.watching)
        self.view = QWebEngineView()
        self.page = Speaking(self.profile, self.view)
        self.page.said = []
        self.view.setPage(self.page)
        self.view.resize(1100, 700)
        self.view.show()
        self.hand = MapPageUnderTest.__new__(MapPageUnderTest)
        self.hand.view = _Bare(self.view)

    async def close(self) -> None:
        self.view.close()
        self.page.deleteLater()
        self.view.deleteLater()
        for _ in range(20):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            await asyncio.sleep(0)
        self.profile.deleteLater()


class _Bare:
    """What the test's hand needs of a view."""

    def __init__(self, web: QWebEngineView) -> None:
        self.web = web
        self.mapToGlobal = web.mapToGlobal


def test_the_page_opens_in_a_plain_browser_and_asks_for_nothing(office, tmp_path):
    path = tmp_path / "map.html"

    async def work(made):
        data = (await map_file(made.context, made.order(MapForm.HTML)))()
        path.write_bytes(data)
        browser = Browser()
        try:
            browser.view.load(QUrl.fromLocalFile(str(path)))
            hand = browser.hand
            await hand.wait_for("globalThis.chengmai && chengmai.page.map ? 1 : 0")
            await hand.wait_for("chengmai.layers.held.get('event_point')?.marks?.n === 1")
            x, y = await hand.place_of(*PLACE)
            across, down = await hand.script(
                "(r => [r.left, r.top])(document.getElementById('map').getBoundingClientRect())"
            )
            await hand.click(round(x + across), round(y + down))
            await hand.wait_for("document.getElementById('picked').children.length === 3")
            told = await hand.script("document.querySelector('#picked h2').textContent")
            assert told == HOSTILE
            assert await hand.script("document.querySelectorAll('#picked img').length") == 0
            before = await hand.script("chengmai.page.map.getZoom()")
            await hand.wheel(500, 350, 2)
            await hand.wait_for(f"chengmai.page.map.getZoom() > {before}")
            await hand.drag([(500, 350), (470, 330), (420, 300)])
            head = await hand.script("document.querySelector('header').textContent")
            assert "演示数据" in head and "01J9EXPORT" in head and "王伟" in head
            foot = await hand.script("document.querySelector('footer').textContent")
            assert "CGCS2000" in foot
            # Nothing covers the datum and the review status: the scale stands on the map.
            covered = (
                "[...document.querySelectorAll('footer span')].filter(span => {"
                " const { left, top, height } = span.getBoundingClientRect();"
                " return document.elementsFromPoint(left + 1, top + height / 2)[0] !== span"
                " || document.querySelector('.leaflet-control-scale-line')"
                ".getBoundingClientRect().bottom > top; }).length"
            )
            assert await hand.script(covered) == 0
            assert browser.watching.asked == [QUrl.fromLocalFile(str(path)).toString()]
            assert browser.page.said == []
        finally:
            await browser.close()

    office(work)


def test_a_picture_has_the_size_that_was_asked_for_and_its_marks(office):
    async def work(made):
        made_file = await map_file(made.context, made.order(MapForm.PNG, 1280, 720))
        image = QImage.fromData(made_file())
        assert (image.width(), image.height()) == (1280, 720)
        assert "01J9EXPORT" in "".join(image.text(key) for key in image.textKeys())
        ground = made.context.theme.canvas
        map_part = image.copy(QRect(300, 200, 500, 350))
        seen = {
            map_part.pixelColor(x, y).rgb() for x in range(0, 500, 1) for y in range(100, 250, 1)
        }
        assert len(seen - {ground.rgb()}) > 5

    office(work)


def test_paper_is_one_page_of_a3(application):
    picture = QImage(1200, 850, QImage.Format.Format_RGB32)
    picture.fill(0)
    data = page_of(picture, "一张图")
    assert data.startswith(b"%PDF") and b"/Count 1" in data
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    # 420 x 297 mm in points of 1/72 inch
    assert [float(side) for side in box.groups()] == pytest.approx([1190.55, 841.89], abs=1.0)


def test_before_the_maps_are_read_it_says_so(run, application, tmp_path):
    async def work():
        made = Office(tmp_path)
        with pytest.raises(Refusal) as caught:
            await map_file(made.context, made.order(MapForm.HTML))
        assert caught.value.reason.id == "mapexport.no_maps"
        assert isinstance(caught.value.reason, Message)
        await made.close()

    run(work())


@pytest.mark.parametrize(("width", "height", "factor"), [(3540, 1010, 4.0), (1620, 1010, 1.0)])
def test_parts_cover_the_map_once(width, height, factor):
    parts = list(parts_of(width, height, factor))
    assert sum(part.inner.width() * part.inner.height() for part in parts) == width * height
    whole = QRect(0, 0, width, height)
    assert all(whole.contains(part.inner) for part in parts)
    assert all(part.outer.width() * factor <= 3840 for part in parts)
    assert all(
        part.outer == part.inner.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN) for part in parts
    )


def test_no_name_stands_where_a_part_sees_beyond_the_map():
    # One part: all four edges lie 96 pixels inside its page of 1192 x 892.
    (alone,) = parts_of(1000, 700, 1.0)
    edges = edges_of(alone, 1000, 700)
    strips = [[(at - edges.clear, at + edges.clear) for at in side] for side in (edges.x, edges.y)]
    assert strips == [[(2, 96), (1096, 1190)], [(2, 96), (796, 890)]]
    # Of two beside each other none has a strip where they meet; a last one that is narrower than
    # the margin of the one before lets that one see the map's end as well.
    wide = 3840 - 2 * 96
    first, last = parts_of(wide + 40, 700, 1.0)
    assert last.inner.width() == 40
    there = [
        [at - edges.clear for at in edges_of(part, wide + 40, 700).x] for part in (first, last)
    ]
    assert there == [[2, 96 + wide + 40], [96 + 40]]


def test_the_middle_of_a_part_by_hand():
    # One tile of zoom 1 to the east of 0, 0 is half of 180 degrees on; south is atan(sinh(-pi/2)).
    middle = centre_of(QRect(256, 256, 0, 0), 0, 0, MapPlace(0.0, 0.0, 3.0))
    assert middle.lon == pytest.approx(45.0)
    assert middle.lat == pytest.approx(-40.97989806962013)


def test_a_scale_is_a_round_length_no_longer_than_its_room():
    # At the equator a pixel of zoom 10 is 152.87 m: 160 of them are 24.5 km.
    metres, pixels = scale_bar(0.0, 10.0)
    assert metres == 20_000 and pixels == pytest.approx(20_000 / 152.8740565703525)
    assert scale_bar(60.0, 10.0)[0] == 10_000  # half as long there
