"""Every panel paints in both languages, every theme and at odd sizes, full and empty; a Qt
warning while painting fails the test (tests/conftest.py)."""

import pytest

from app.core.catalog import HOUR, MINUTE
from app.core.health import FeedState
from app.core.model import AlarmKind, Level, Urgency
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import PANELS
from tests.qt.panels.test_boards import THREE, event, warning

LOOKS = [
    ("desk", {"theme": "desk"}),
    ("hall", {"theme": "hall"}),
    ("hall", {"theme": "war"}),
    ("cockpit", {"theme": "cockpit"}),
    ("cockpit", {"theme": "cockpit", "light": True}),
]
SIZES = [(1, 1), (60, 30), (432, 300), (1300, 620)]


def fill(room):
    room.feed("f", slots=(1, 2, 0, 4) * 6, rate=3.0, delay_ms=420.0)
    room.feed("gone", FeedState.LOST, lost_since=NOW - HOUR, attempts=3)
    room.feed("late", FeedState.LATE, last_message=NOW - 26 * MINUTE)
    for number, quantity in enumerate(room.catalog.indicators[::3]):
        value = quantity.thresholds.yellow if number % 7 == 0 else quantity.thresholds.best
        feed = ("f", "gone", "late")[number % 3]
        room.read(quantity.code, value if value is not None else 3.0, number * MINUTE, feed)
    room.bring(*THREE, warning("m:9", AlarmKind.LIMIT, Level.RED), event("e:1", Urgency.URGENT, 9))


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize(("seat", "look"), LOOKS)
def test_panels_paint(room, run, seat, look, lang):
    async def scenario():
        fill(room)
        kinds = PANELS.names()
        assert len(kinds) >= 10
        for kind in kinds:
            context = room.context(seat, lang, **look)
            panel = await room.opened(kind, context, SIZES[-1])
            for size in SIZES:
                panel.resize(*size)
                room.bridge.tick.emit()
                assert panel.grab().width() == max(1, size[0])
            assert "⟦" not in panel.title()
            texts = [item.label + str(item.value) for item in panel.items()]
            assert not any("⟦" in text for text in texts), kind
            await room.settled(panel)
        room.clear()

    run(scenario())


def test_panels_paint_with_nothing_at_all(room, run):
    async def scenario():
        for kind in PANELS.names():
            panel = await room.opened(kind, room.context(), (432, 300))
            assert not panel.grab().isNull()
        room.clear()

    run(scenario())
