"""The palette finds what a map knows beyond the lists, and flies there."""

import msgspec
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from app.core.model import Event, Sourced, World
from app.gis.gazetteer import Gazetteer
from app.gis.geocoder import Geocoder, GeocoderConfig
from app.gis.places import Place
from app.live.map_names import OnlinePlaces
from app.secrets import Secrets
from tests.helpers.http_server import Reply, http_server
from tests.qt.shell.operated import make
from tests.unit.commands.desk import Desk
from widgets.operator import Operator

PLACES = [
    Place("stake", "G25 K12", "G25 K12", "", 118.30, 33.9),
    Place("stake", "G25 K13", "G25 K13", "", 118.31, 33.9),
    Place("village", "321302001001", "凤凰居委会", "", 118.36, 33.84, 15.0),
]


@pytest.fixture
def operator(tmp_path, seat, application, run):
    desk = Desk(tmp_path, world=World.DEMO)
    seat.take(desk)
    gazetteer = Gazetteer(PLACES)
    names = seat.seat.maps.names
    names.search, names.find = gazetteer.beyond, gazetteer.place
    operator = Operator(make(seat))
    operator.shell.start()
    run(operator.prepare())
    yield operator
    run(operator.stop())
    operator.shell.stop()
    operator.deleteLater()
    operator.shell.deleteLater()
    desk.close()


@pytest.mark.parametrize(
    ("typed", "title", "command"),
    [
        ("33.9 118.305", "118.305000, 33.900000", "fly-to 118.305000,33.900000 zoom=16"),
        ("g25 k12+500", "G25 K12+500", "fly-to 'stake:G25 K12+500' zoom=16"),
        ("fhjwh", "凤凰居委会", "fly-to village:321302001001 zoom=15"),
    ],
)
def test_a_place_is_found_and_flown_to(operator, run, typed, title, command):
    said = []
    operator.shell.command_wanted.connect(said.append)
    operator.open_palette(operator.shell.windows[0])
    palette = operator.overlay
    palette.line.setText(typed)
    row = palette.model.rows[0]
    assert row.title == title
    assert f"fly-to {row.id}" == command

    async def scenario():
        outcome = await operator.shell.spine.commands.submit(
            operator.shell.spine.commands.parse(command)
        )
        assert outcome.done, outcome.reason
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, ""
        )
        QGuiApplication.sendEvent(palette.line, event)

    run(scenario())
    place = operator.shell.spine.seat.maps[""].place
    assert 118.29 < place.lon < 118.37 and 33.8 < place.lat < 33.95
    assert operator.overlay is None


def test_an_open_event_is_found_by_its_words_and_flown_to(operator, run):
    shell = operator.shell
    event = Event("e:1", "leak", 0, 0, title="燃气泄漏", place="水渡口街道", lon=118.32, lat=33.93)
    nowhere = Event("e:2", "leak", 0, 0, title="燃气泄漏无位置")
    events = {one.id: Sourced("hotline", 0, one) for one in (event, nowhere)}
    found = shell.spine.seat.maps.names.search("水渡口", 4, events)
    assert [(one.target, one.lon, one.lat) for one in found] == [("event:e:1", 118.32, 33.93)]
    for held in events.values():
        shell.spine.picture.events[held.record.id] = held
    operator.open_palette(shell.windows[0])
    operator.overlay.line.setText("燃气泄漏")
    rows = [row for row in operator.overlay.model.rows if row.kind == "place"]
    assert [(row.id, row.title) for row in rows] == [("event:e:1 zoom=16", "燃气泄漏")]


def key(palette, key_):
    event = QKeyEvent(QEvent.Type.KeyPress, key_, Qt.KeyboardModifier.NoModifier, "")
    QGuiApplication.sendEvent(palette.line, event)


def online(palette):
    return [row for row in palette.model.rows if row.kind == "online"]


def test_without_a_service_nothing_offers_to_ask_outside(operator):
    operator.open_palette(operator.shell.windows[0])
    operator.overlay.line.setText("发展大道188号")
    assert online(operator.overlay) == []


@pytest.mark.parametrize("there", [True, False], ids=["answers", "unreachable"])
def test_a_service_is_asked_only_from_its_own_row(operator, run, there):
    """Nothing leaves the house while one types, nor by Enter on an empty list; an answer is a row
    that flies there, a line that is cut a sentence."""
    body = {"status": "0", "location": {"lon": "118.2755", "lat": "33.9630", "level": "门址"}}

    async def answer(_server, _asked, _writer):
        return Reply(msgspec.json.encode(body))

    async def scenario():
        async with http_server() as server:
            server.on("/geocoder", answer)
            url = server.url("/geocoder") if there else "http://127.0.0.1:9/geocoder"
            config = GeocoderConfig(url=url, crs="cgcs2000", allow_plain=True)
            geocoder = Geocoder(config, operator.shell.spine.clock, Secrets())
            names = operator.shell.spine.seat.maps.names
            names.online = OnlinePlaces("地名服务", "Places", "127.0.0.1", geocoder.ask)
            operator.open_palette(operator.shell.windows[0])
            palette = operator.overlay
            for end in range(1, 9):
                palette.line.setText("不存在大道188号"[:end])
            (row,) = online(palette)
            assert "127.0.0.1" in row.detail and palette.model.rows[-1] is row
            assert palette.list.currentIndex().row() != len(palette.model.rows) - 1
            palette.line.setText("33.9 118.305")
            assert online(palette) == [], "coordinates need nobody"
            palette.line.setText("不存在大道188号")
            key(palette, Qt.Key.Key_Return)
            await operator.errands.finish()
            assert server.asked == []
            key(palette, Qt.Key.Key_Up)
            key(palette, Qt.Key.Key_Return)
            await operator.errands.finish()
            if there:
                assert [asked.query["ds"] for asked in server.asked] == [
                    '{"keyWord":"不存在大道188号"}'
                ]
                (found,) = palette.model.rows
                assert found.kind == "place" and "118.275500,33.963000" in found.id
                assert "地名服务" in found.detail
            else:
                assert "地名服务联系不上" in palette.said.text()
                assert operator.overlay is palette and not palette.line.isReadOnly()
            await geocoder.close()

    run(scenario())
