"""A file is let fall on the map: it is read, asked about, declared, and then a layer; rubbish is
told and the map stays."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.city import load_city
from app.core.model import World
from app.gis.atlas import Atlas
from app.gis.layer import Ground
from tests.helpers.map_page import MapPageUnderTest
from tests.helpers.mapfiles import duty_areas
from tests.helpers.seat import TestSeat, context_of
from tests.helpers.turning import turned
from tests.qt.shell.operated import make
from tests.qt.shell.test_shell import press
from tests.unit.commands.desk import Desk
from widgets.map_house import MapHouse
from widgets.map_intake import MapIntake
from widgets.operator import Operator
from widgets.panels.layers import Layers
from widgets.panels.map import MapPanel

DUTY = "own-duty"


class Workplace:
    """A desk of Huai'an with its windows, the real house of maps and a map panel."""

    def __init__(self, folder, *, sit=True):
        self.desk = Desk(folder, world=World.DEMO)
        if sit:
            self.desk.sit()
        seat = TestSeat(
            load_city("huaian"), self.desk.clock, self.desk.hub, commands=self.desk.commands
        )
        seat.picture, seat.seat = self.desk.picture, self.desk.seat
        self.folder = folder / "data"
        self.folder.mkdir(exist_ok=True)
        self.house = MapHouse(seat.city, seat.picture, seat.hub, seat.clock, seat.seat, self.folder)
        self.shell = make(seat, maps=self.house)
        self.operator = Operator(self.shell)
        self.intake = MapIntake(self.shell, self.operator, self.house)
        self.seat = seat

    async def open(self):
        self.shell.start()
        await self.house.prepare()
        context = replace(context_of(self.seat, self.shell.bridge), maps=self.house)
        self.panel = MapPanel(context, MapPanel.Options(legend=False))
        self.panel.resize(900, 640)

    async def close(self):
        await self.intake.stop()
        self.panel.hide()
        self.panel.stop()
        await asyncio.gather(*self.panel.asked, return_exceptions=True)
        self.shell.stop()
        await self.operator.stop()
        await self.house.stop()
        for item in (self.panel, self.intake, self.operator, self.shell, self.house):
            item.deleteLater()
        self.desk.close()

    def drop(self, *paths):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        event = QDropEvent(
            QPointF(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        self.panel.dropEvent(event)
        return event.isAccepted()

    async def until(self, condition, what):
        await turned(condition, what)

    def said(self):
        return self.intake.card.said.text() if self.intake.card is not None else ""


@pytest.fixture
def workplace(run, application, tmp_path):
    made = []

    def build(**options):
        made.append(Workplace(tmp_path, **options))
        return made[-1]

    yield build
    for one in made:
        run(one.close())


def test_a_dropped_shapefile_is_asked_about_and_becomes_a_layer(run, workplace, tmp_path):
    """The file is in GCJ-02, which lies some 530 m east there: the card says so, WGS-84 is refused,
    GCJ-02 is taken, and a start after that has the layer with its source, system and count."""
    here = workplace()
    file = duty_areas(tmp_path)

    async def work():
        await here.open()
        here.panel.show()
        assert here.drop(file, file.with_suffix(".dbf"), file.with_suffix(".shx"))
        await here.until(lambda: here.intake.plan is not None, "it was read")
        card = here.intake.card
        assert "GCJ-02" in card.said.text() and "530 m" in card.said.text()
        card._take()
        assert "请先选定坐标系" in card.said.text() and here.intake.card is card
        card.radios["cgcs2000"].setChecked(True)
        assert not card.anyway.isVisibleTo(card)
        card._take()
        await here.until(lambda: "与已知边界比对" in here.said(), "the boundaries object")
        assert card.anyway.isVisibleTo(card)
        assert DUTY not in here.house.atlas.configs
        card.radios["gcj02"].setChecked(True)
        card.source.setText("水利局")
        card.licence.setText("内部使用")
        card.label.setCurrentIndex(card.label.findData("名称"))
        card._take()
        state = here.seat.seat.maps[""]
        await here.until(lambda: state.choice(DUTY) is not None, "it is on the map")
        assert here.intake.card is None
        page = MapPageUnderTest(here.panel.view)
        await page.until(lambda: here.panel.view.is_ready, "the page is ready")
        under = here.panel.childAt(300, 300)
        while not under.acceptDrops():
            under = under.parentWidget()
        assert under is here.panel, "a file over the page falls on the panel"
        await page.wait_for(f"chengmai.layers.held.get('{DUTY}')?.shapes.size > 0")
        assert page.ledger.total == 0

    run(work())
    assert here.seat.seat.maps.names.layers[DUTY].imported
    told = here.desk.rows("SELECT verb, text FROM command WHERE verb = 'take-layer'")
    assert len(told) == 2, "the refused declaration is in the audit too"
    assert "crs=gcj02" in told[1][1] and "file=duty.shp" in told[1][1]
    ground = Ground(here.seat.city, here.desk.clock)
    config = Atlas(ground, here.folder / "layers").configs[DUTY]
    assert (config.crs, config.source_zh, config.licence) == ("gcj02", "水利局", "内部使用")
    assert config.audience == ("desk", "cockpit"), "no wall shows it unless the person said so"

    async def gone():
        assert (await here.desk.do(f"remove-layer {DUTY}")).done
        await here.until(lambda: not list((here.folder / "layers").iterdir()), "it is removed")
        assert here.seat.seat.maps[""].choice(DUTY) is None
        outcome = await here.desk.do("remove-layer region_boundary")
        assert not outcome.done and outcome.reason.id == "mapintake.not_imported"

    run(gone())


RUBBISH = (
    ("cut.geojson", b'{"type": "FeatureCollection", "features": [', "JSON"),
    ("bomb.kml", b'<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "文档类型"),
    ("none.csv", b"name,remark\na,b\n", "列"),
    ("empty.zip", b"PK\x05\x06" + bytes(18), "不认识"),
)


def test_rubbish_is_told_and_the_map_stays(run, workplace, tmp_path):
    here = workplace()

    async def work():
        await here.open()
        before = here.seat.seat.maps[""].layers
        assert (await here.desk.do("import-file")).done
        await here.until(lambda: here.intake.card is not None, "the card is open")
        card = here.intake.card
        for name, content, words in RUBBISH:
            (tmp_path / name).write_bytes(content)
            card.read_file(tmp_path / name)
            assert "正在读" in here.said()
            await here.until(lambda: "地图不受影响" in card.detail.text(), f"{name} is told")
            assert words in here.said() and not card.take.isVisibleTo(card), here.said()
        assert here.seat.seat.maps[""].layers == before
        assert not (here.folder / "layers").exists()

    run(work())


def test_who_insists_has_the_doubt_told_beside_the_layer(run, workplace, tmp_path):
    """A GCJ-02 file taken as CGCS2000 against the boundaries: the list of layers says by how much
    what is drawn lies off."""
    here = workplace()
    file = duty_areas(tmp_path)

    async def work():
        await here.open()
        here.drop(file)
        await here.until(lambda: here.intake.plan is not None, "it was read")
        card = here.intake.card
        card.radios["cgcs2000"].setChecked(True)
        card.anyway.setChecked(True)
        card._take()
        state = here.seat.seat.maps[""]
        await here.until(lambda: state.choice(DUTY) is not None, "it is on the map")
        here.house.composer(here.panel.context).want("list", state.layers)
        here.house.begin()
        layers = Layers(here.panel.context, Layers.Options())
        layers.resize(420, 700)
        layers.show()

        def row():
            layers.refresh({})
            return next(row for row in layers.rows if row.id == DUTY)

        await here.until(lambda: row().content is not None, "it was made")
        assert "CGCS2000" in row().detail and "未必可信" in row().detail
        layers.current = layers.rows.index(row())
        press(layers, Qt.Key.Key_C)
        await here.until(lambda: "GCJ-02" in layers.verdicts.texts.get(DUTY, ""), "it is told")
        assert "530 m" in layers.verdicts.texts[DUTY]
        high = layers.places[layers.current].height()
        assert high > layers.px(layers.row_high), "there is room for what is told"
        layers.grab()
        press(layers, Qt.Key.Key_C)
        assert DUTY not in layers.verdicts.texts
        here.house.end()
        layers.hide()
        layers.stop()
        layers.deleteLater()

    run(work())


def test_several_files_come_one_after_the_other_and_a_missing_one_is_told(run, workplace, tmp_path):
    here = workplace()
    (tmp_path / "one.csv").write_text("name,lon,lat\n甲,119.0,33.6\n", encoding="utf-8")

    async def work():
        await here.open()
        here.drop(tmp_path / "gone.geojson", tmp_path / "one.csv")
        first = here.intake.card
        await here.until(lambda: "文件打不开" in here.said(), "the first is told")
        first.close_overlay()
        await here.until(lambda: here.intake.plan is not None, "the second is read")
        assert here.intake.card is not first and here.intake.plan.name == "one.csv"
        card = here.intake.card
        card.close_overlay()
        assert here.intake.card is None and here.intake.plan is None

    run(work())


def test_nobody_signed_on_imports_nothing(run, workplace, tmp_path):
    here = workplace(sit=False)
    (tmp_path / "one.csv").write_text("name,lon,lat\n甲,119.0,33.6\n", encoding="utf-8")

    async def work():
        await here.open()
        assert (await here.desk.do(f"import-file {tmp_path / 'one.csv'}")).done
        await here.until(lambda: here.intake.plan is not None, "it is read")
        card = here.intake.card
        card.radios["cgcs2000"].setChecked(True)
        card._take()
        await here.until(lambda: "登录" in here.said() or "值" in here.said(), "refused")
        assert here.intake.card is card and not (here.folder / "layers").exists()

    run(work())
