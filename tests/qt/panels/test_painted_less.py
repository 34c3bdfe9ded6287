"""What reads as before is not painted again, what reads otherwise is: a few tiles in each frame."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QRegion

from app.core.keys import reading_key
from app.live.hub import Kind
from tests.helpers.index_book import Indices
from tests.helpers.seat import NOW, REGION
from tests.qt.conftest import turns
from tests.qt.panels.conftest import Room
from widgets.panels.strip import PER_FRAME

CODES = (
    "water.pressure", "pop.resident", "event.hotline_calls", "econ.gdp", "traffic.tci",
    "fire.calls", "hydro.outlet_level", "urban.ponding_points",
)  # fmt: skip


class Paintings(QObject):
    """What of a panel was painted since it was asked last."""

    def __init__(self, panel: QObject) -> None:
        super().__init__(panel)
        self._region = QRegion()
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._region += event.region()
        return False

    async def taken(self) -> QRegion:
        """After everything that waits was painted."""
        await turns()
        region, self._region = self._region, QRegion()
        return region


def bring(room: Room, step: int) -> None:
    room.clock.advance(100)
    for number, code in enumerate(CODES):
        room.read(code, float(10 * step + number))


def test_a_strip_paints_a_few_tiles_a_frame_until_all_are_new(room, run):
    async def scenario():
        room.feed("f")
        bring(room, 1)
        panel = await room.opened("strip", room.context(), (1904, 104), codes=CODES)
        boxes = [panel._box(number).toAlignedRect() for number in range(len(CODES))]
        paintings = Paintings(panel)
        for _ in range(3):  # the trends of each period come by themselves
            room.bridge.tick.emit()
            await room.settled(panel)
        while await paintings.taken():
            room.bridge.drain()
        bring(room, 2)
        frames = []
        while not frames or frames[-1]:
            room.bridge.drain()
            region = await paintings.taken()
            # A box shares a column of pixels with the next one, so its middle is asked.
            frames.append({n for n, box in enumerate(boxes) if region.contains(box.center())})
        assert [len(frame) for frame in frames] == [PER_FRAME, PER_FRAME, 2, 0]
        assert set.union(*frames) == set(range(len(CODES)))
        fresh = await room.opened("strip", panel.context, (1904, 104), codes=CODES)
        assert panel.grab().toImage() == fresh.grab().toImage()

    run(scenario())


def test_a_value_that_reads_the_same_paints_nothing(room, run):
    async def scenario():
        room.feed("f")
        room.read("pop.resident", 455.0)
        panel = await room.opened("strip", room.context(), (400, 104), codes=("pop.resident",))
        paintings = Paintings(panel)
        room.bridge.drain()
        await paintings.taken()
        room.clock.advance(1)
        room.read("pop.resident", 455.000001)
        room.bridge.drain()
        assert (await paintings.taken()).isEmpty()

    run(scenario())


def test_the_board_paints_only_the_row_that_reads_otherwise(room, run):
    async def scenario():
        made = Indices(room.picture.indices, room.catalog.plan, REGION, NOW)
        made.calm()
        panel = await room.opened("index-board", room.context(), (424, 400))
        paintings = Paintings(panel)
        panel.update()
        assert not (await paintings.taken()).isEmpty()
        value = float(panel.entries[2].value)
        key = reading_key("index.pressure", REGION)
        made.put("pressure", value + 0.004)
        room.hub.publish(Kind.INDEX, (key,))
        room.bridge.drain()
        assert (await paintings.taken()).isEmpty(), "a move that does not show"
        made.put("pressure", value + 1.0)
        room.hub.publish(Kind.INDEX, (key,))
        room.bridge.drain()
        region = await paintings.taken()
        rows = [panel.place_of(number).toAlignedRect() for number in range(4)]
        assert [region.contains(row.center()) for row in rows] == [False, False, True, False]
        assert not region.contains(panel.head_rect.toAlignedRect().center())

    run(scenario())
