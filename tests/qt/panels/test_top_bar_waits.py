"""Whatever scene a desk shows, its top bar says what nobody has acknowledged."""

import pytest

from app.core.decision import Acknowledgement
from app.core.model import AlarmKind, Level, Warning
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import by_key


def warning(id_, kind, level):
    return Warning(id_, kind, level, id_, NOW, NOW)


def waits(panel):
    found = by_key(panel).get("bar/waits")
    return found.value if found is not None else None


FOUR = (
    warning("cma:1", AlarmKind.ISSUED, Level.ORANGE),
    warning("l:1", AlarmKind.LIMIT, Level.RED),
    warning("l:2", AlarmKind.LIMIT, Level.YELLOW),
    warning("t:1", AlarmKind.TARGET, Level.NONE),
)


def test_red_and_orange_are_counted_until_they_are_acknowledged(room):
    panel = room.open("top-bar", room.context(), (1920, 44))
    assert waits(panel) is None
    room.bring(*FOUR)
    room.bridge.drain()
    assert waits(panel) == "未确认 红 1 橙 1"
    mark = panel.bar.waits.mark
    assert (mark.level, mark.solid) == (Level.RED, False), "a limit of ours, so in outline"
    red = panel.theme.warning[Level.RED]
    image = panel.grab().toImage()
    colours = {image.pixel(x, y) & 0xFFFFFF for x in range(image.width() // 2) for y in range(44)}
    assert red.rgb() & 0xFFFFFF in colours
    room.picture.acknowledged["l:1"] = Acknowledgement("l:1", NOW, "DX1002", "shift_head")
    panel.refresh({})
    assert waits(panel) == "未确认 橙 1" and panel.bar.waits.mark.solid


@pytest.mark.parametrize(("seat", "expected"), [("cockpit", "未确认 橙 1"), ("hall", None)])
def test_the_wall_answers_for_none(room, seat, expected):
    room.bring(FOUR[0])
    assert waits(room.open("top-bar", room.context(seat), (1920, 88))) == expected


@pytest.mark.parametrize("width", [700, 900, 1280])
def test_a_narrow_bar_keeps_the_mark(room, width):
    room.bring(*FOUR)
    panel = room.open("top-bar", room.context(lang="en"), (width, 44))
    image = panel.grab().toImage()
    red = panel.theme.warning[Level.RED].rgb() & 0xFFFFFF
    assert red in {image.pixel(x, y) & 0xFFFFFF for x in range(width) for y in range(44)}
