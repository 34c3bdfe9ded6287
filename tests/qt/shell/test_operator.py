"""Palette and sign-on with the real commands on a real ops.db: what is typed is done or refused."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from app.core.directory import Device
from app.core.message import message
from app.core.model import World
from app.live.hub import Kind
from app.live.video_plan import WallPlan
from app.live.video_plans import Cost
from app.live.video_wall import Look
from tests.qt.conftest import settle, until
from tests.qt.shell.operated import make
from tests.unit.commands.desk import PIN, Desk
from widgets.names import COMMAND, SCENE
from widgets.notice import Notice
from widgets.operator import Operator
from widgets.palette import Palette
from widgets.selection import Subject
from widgets.sign_on import SignOnCard


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, world=World.DEMO)
    yield desk
    desk.close()


@pytest.fixture
def operator(desk, seat, application, run):
    seat.take(desk)
    shell = make(seat)
    operator = Operator(shell)
    shell.start()
    run(operator.prepare())
    yield operator
    run(operator.stop())
    shell.stop()
    operator.deleteLater()
    shell.deleteLater()


def press(widget, key, text=""):
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    QGuiApplication.sendEvent(widget, event)


def opened(operator):
    operator.open_palette(operator.shell.windows[0])
    assert isinstance(operator.overlay, Palette)
    return operator.overlay


def found(palette):
    return [(row.kind, row.id) for row in palette.model.rows]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("xk", (SCENE, "detail")),
        ("细看", (SCENE, "detail")),
        ("hotline", ("indicator", "hotline.calls")),
        ("12345", ("indicator", "hotline.calls")),
        ("swz", None),
        ("switch", ("command", "switch-scene")),
    ],
)
def test_what_is_typed_is_found(operator, typed, first):
    palette = opened(operator)
    palette.line.setText(typed)
    assert found(palette)[:1] == ([first] if first else [])


def test_a_scene_is_shown_by_command(operator, run):
    palette = opened(operator)
    palette.line.setText("xk")

    async def scenario():
        press(palette.line, Qt.Key.Key_Return)
        operator.shell.bridge.drain()
        await until(lambda: operator.shell.spine.seat.scene == "detail")
        operator.shell.bridge.drain()

    run(scenario())
    assert operator.overlay is None
    assert operator.shell.scene.name == "detail"


def test_an_indicator_is_chosen(operator, run):
    palette = opened(operator)
    palette.line.setText("hotline")

    async def scenario():
        press(palette.line, Qt.Key.Key_Return)

    run(scenario())
    assert operator.shell.selection[Subject.INDICATOR] == "reading/hotline.calls/320800"


def test_a_command_text_is_run_and_a_refusal_is_written_in_words(operator, run):
    palette = opened(operator)
    palette.line.setText("switch-scene nowhere")

    async def scenario():
        press(palette.line, Qt.Key.Key_Return)
        await until(lambda: "nowhere" in palette.said.text() and not palette.line.isReadOnly())

    run(scenario())
    assert operator.overlay is palette, "a refused command stays to be put right"
    assert "⟦" not in palette.said.text()


def test_signing_on_changes_the_person_without_a_restart(operator, desk, run):
    number, pin = desk.commands.people.demo[0].number, desk.commands.people.demo[0].pin
    operator.open_sign_on(operator.shell.windows[0])
    card = operator.overlay
    assert isinstance(card, SignOnCard)
    card.number.setText(number)
    card.pin.setText(pin)
    heard = []
    operator.shell.bridge.signal(Kind.SEAT).connect(heard.append)

    async def scenario():
        press(card.pin, Qt.Key.Key_Return)
        await until(lambda: desk.seat.person is not None and operator.overlay is None)
        operator.shell.bridge.drain()

    run(scenario())
    assert desk.seat.person.number == number
    assert any("person" in keys for keys in heard)


def test_a_wrong_pin_is_refused_and_emptied(operator, desk, run):
    operator.open_sign_on(operator.shell.windows[0], "0001")
    card = operator.overlay
    card.pin.setText(PIN)

    async def scenario():
        press(card.pin, Qt.Key.Key_Return)
        await until(lambda: card.submit.isEnabled() and not card.pin.text())

    run(scenario())
    assert desk.seat.person is None
    assert operator.overlay is card
    assert "⟦" not in card.said.text()


def test_escape_closes_and_nothing_was_done(operator, desk):
    palette = opened(operator)
    palette.line.setText("sign-off")
    press(palette.line, Qt.Key.Key_Escape)
    assert operator.overlay is None
    assert desk.seat.person is None


def test_x_asks_why_the_chosen_warning_is_false(operator, desk):
    press(operator.shell.windows[0], Qt.Key.Key_X)
    assert operator.overlay is None, "nothing was chosen: it is said so"
    desk.warn("m:1")
    operator.shell.selection.choose(Subject.WARNING, "m:1")
    press(operator.shell.windows[0], Qt.Key.Key_X)
    palette = operator.overlay
    assert palette.line.text() == "mark-false m:1 reason="
    assert found(palette) == [("command", "mark-false")]
    assert palette.scrim.isVisible()
    palette.close_overlay()
    assert not palette.scrim.isVisible()


def test_a_device_is_found_by_its_name_and_chosen(operator, run):
    device = Device(
        "iot:g-7", "gas_meter", "衍山路燃气表七号", "Gas meter 7", "320812", 119.0, 33.5
    )
    operator.shell.spine.city.devices = [device]
    run(operator.prepare())
    palette = opened(operator)
    palette.line.setText("衍山路")
    assert found(palette) == [("device", "iot:g-7")]

    async def scenario():
        press(palette.line, Qt.Key.Key_Return)

    run(scenario())
    assert operator.shell.selection[Subject.DEVICE] == "iot:g-7"


def test_a_sentence_is_said_after_the_one_before_went_by_itself(operator):
    window = operator.shell.windows[0]
    operator.say(message("shell.sound_test"))
    first = window.findChild(Notice)
    first._timer.timeout.emit()
    settle()
    assert window.findChild(Notice) is None
    operator.say(message("shell.silent"))
    assert window.findChild(Notice).text() == operator.shell.translator.text("shell.silent")
    operator.say(message("shell.sound_test"))
    settle()
    assert len(window.findChildren(Notice)) == 1


def test_what_can_be_had_instead_is_one_enter_away(operator, desk, run):
    desk.sit()
    cameras = {number: f"v:{number}" for number in range(9)}

    def price(wall, look):
        return Cost(look.size * 0.4, 1.6, look.size, 0, max(0, look.size - 4))

    desk.seat.plans.price = price
    desk.seat.videos["main"].look = Look(1, cameras=cameras)

    async def work():
        palette = opened(operator)
        palette.write("video-layout 9")
        press(palette.line, Qt.Key.Key_Return)
        await until(lambda: palette.line.text() != "video-layout 9")
        assert palette.line.text() == "video-layout 4 wall=main"
        assert palette.said.text().startswith("9 格要 3.6 核，本机可用 1.6 核")
        press(palette.line, Qt.Key.Key_Return)
        await until(lambda: operator.overlay is None)

    run(work())
    assert desk.seat.videos["main"].look.count == 4


def test_layouts_that_are_kept_are_found_by_their_names(operator, desk):
    desk.seat.plans.known["flood-2"] = WallPlan((2, 1))
    desk.sit()
    palette = opened(operator)
    palette.write("flood-2")
    assert found(palette)[:2] == [
        (COMMAND, "watch-layout flood-2"),
        (COMMAND, "video-layout flood-2"),
    ]
    palette.write("视频分屏 1 大 5 小")
    assert (COMMAND, "video-layout 6") in found(palette)
    assert all("flood-2" not in id_ for _, id_ in found(palette))
