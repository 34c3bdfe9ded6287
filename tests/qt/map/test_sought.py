"""Cameras that were looked for by place stand on the map of a desk, with their number, and go."""

import pytest
from pyproj import Geod
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.directory import Camera
from app.live.video_names import CameraNames
from tests.qt.map.test_tools_on_the_panel import Workplace
from widgets.panels.map import MapPanel

LON, LAT = 118.37, 33.78
STEP = 0.0009  # of latitude: 99.8 m on the ellipsoid, 100.1 m on the sphere
CAPTION = "[...document.querySelectorAll('.caption')].map(c => c.textContent).join()"
RINGS = "document.querySelectorAll('.leaflet-tools-pane path').length"
GEOD = Geod(ellps="WGS84")


@pytest.fixture
def workplace(run, application, tmp_path):
    made = Workplace(tmp_path)
    cameras = [
        Camera(
            f"demo-video:s{n}", f"人民路{n}号杆", "", "321302", LON, LAT + n * STEP,
            form="bullet", heading=180.0 if n % 2 else 0.0,
        )
        for n in range(1, 6)
    ]  # fmt: skip
    made.desk.seat.videos.cameras = CameraNames(cameras)
    yield made
    run(made.close())


async def does(workplace, text):
    outcome = await workplace.desk.do(text)
    assert outcome.done, outcome.reason


async def told(workplace, page, text):
    def turned():
        workplace.bridge.tick.emit()
        return workplace.panel.sought is not None and workplace.panel.sought.words == text

    await page.until(turned, f"{text!r} is told")
    await page.wait_for(f"(chengmai.sought.told() || {{}}).caption === {text!r}")


def test_the_nearest_stand_in_a_circle_as_far_as_the_farthest(run, workplace):
    async def work():
        page = await workplace.open()
        await does(workplace, f"fly-to {LON},{LAT} zoom=15")
        await does(workplace, f"cameras-near {LON},{LAT} count=3")
        await told(workplace, page, "附近视频 3 路，最远 300 m")
        lon, lat, metres = await page.script("chengmai.sought.told().circle")
        assert (lon, lat) == (LON, LAT)
        assert metres == pytest.approx(GEOD.inv(LON, LAT, LON, LAT + 3 * STEP)[2], rel=0.0056)
        found = await page.script("chengmai.sought.told().found")
        assert found == [[LON, pytest.approx(LAT + n * STEP, abs=1e-6)] for n in (1, 2, 3)]
        # A line, a dot and three rings; lines and rings have a dark edge of their own.
        await page.wait_for(f"{RINGS} === 2 + 1 + 2 * 3")
        await page.wait_for(f"{CAPTION}.includes('附近视频 3 路，最远 300 m')")
        item = {one.key: one.value for one in workplace.panel.items()}["map/shared/sought"]
        assert item == "附近视频 3 路，最远 300 m"
        await does(workplace, "cameras-all")
        await told(workplace, page, "")
        await page.wait_for(f"{RINGS} === 0 && {CAPTION} === ''")

    run(work())


def test_what_looks_there_stands_with_what_it_sees(run, workplace):
    async def work():
        page = await workplace.open()
        await does(workplace, f"fly-to {LON},{LAT} zoom=16")
        await does(workplace, f"cameras-facing {LON},{LAT} reach=350")
        await told(workplace, page, "朝向此处的视频 2 路，350 m 内，不计遮挡")
        heard = await page.script("chengmai.sought.told()")
        assert heard["circle"] == [LON, LAT, 350]
        fans = [[LON, pytest.approx(LAT + n * STEP, abs=1e-6), 180, 60, 350] for n in (1, 3)]
        assert heard["fans"] == fans
        await page.wait_for(f"{RINGS} === 2 + 1 + 2 * 2 + 2 * 2")
        workplace.panel.setFocus()
        QTest.keyClick(workplace.panel, Qt.Key.Key_Escape)
        await page.until(lambda: workplace.desk.seat.videos.search is None, "the key ends it")
        await told(workplace, page, "")

    run(work())


def test_the_area_of_the_map_is_followed_and_a_new_page_shows_it_too(run, workplace):
    async def work():
        page = await workplace.open()
        await does(workplace, f"fly-to {LON},{LAT} zoom=15")
        await does(workplace, f"select-area {LON},{LAT} form=circle radius=250")
        await does(workplace, "cameras-in")
        await told(workplace, page, "圈选范围内视频 2 路")
        # What is marked stands there once: a line and a dot, and two rings.
        await page.wait_for(f"{RINGS} === 2 + 1 + 2 * 2")
        box = f"{LON - 0.001},{LAT + 2.5 * STEP} {LON + 0.001},{LAT + 5.5 * STEP}"
        await does(workplace, f"select-area '{box}' form=box")
        await told(workplace, page, "圈选范围内视频 3 路")
        again = await workplace.open_anew()
        await told(workplace, again, "圈选范围内视频 3 路")
        workplace.panel.setFocus()
        QTest.keyClick(workplace.panel, Qt.Key.Key_Escape)
        await told(workplace, again, "")
        assert workplace.desk.seat.videos.search is not None, "the next area is looked in"
        QTest.keyClick(workplace.panel, Qt.Key.Key_Escape)
        await page.until(lambda: workplace.desk.seat.videos.search is None, "the key ends it")

    run(work())


def test_a_map_that_only_shows_is_told_nothing(run, workplace):
    async def work():
        page = await workplace.open()
        await does(workplace, f"cameras-near {LON},{LAT}")
        await told(workplace, page, "附近视频 5 路，最远 500 m")
        still = MapPanel(workplace.context, MapPanel.Options(legend=False, interactive=False))
        try:
            still.resize(960, 700)
            still.show()
            await page.until(lambda: still.follower is not None, "it follows")
            workplace.bridge.tick.emit()
            assert still.sought is None
            assert "map/shared/sought" not in {one.key for one in still.items()}
        finally:
            still.hide()
            still.stop()
            still.deleteLater()

    run(work())
