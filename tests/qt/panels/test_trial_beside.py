"""What a feed on trial brings stands beside the indicator, on desks only."""

from app.core.health import FeedState
from app.core.keys import reading_key
from app.core.model import Held, Reading
from app.store.feed_history import FeedSpan
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import REGION
from widgets.selection import Subject

HOUR = 3_600_000


def lines(room, seat):
    """The lines of the sheet of sources, by name."""
    key = reading_key("hydro.hongze_level", REGION)
    room.picture.trial.feeds = {"river"}
    room.picture.trial.readings["river"] = {
        key: Held(Reading(key, 12.9, NOW - 30 * HOUR), "river", NOW)
    }
    context = room.context(seat)
    context.selection.choose(Subject.INDICATOR, key)
    panel = room.open("sources", context)
    return {line.name: line for line in panel.sheet(panel.view, panel.quantity).lines}


def test_a_desk_shows_it_with_its_day(room):
    line = lines(room, "desk")["试运行"]
    assert line.text == "river，12.90 m"
    assert line.note.startswith("昨日") or "月" in line.note


def test_neither_hall_nor_cockpit(room):
    for seat in ("hall", "cockpit"):
        assert "试运行" not in lines(room, seat)


def test_a_line_that_is_down_now_is_not_called_whole(room, run):
    async def scenario():
        room.store.keep_feeds([], [FeedSpan("river", NOW - HOUR, NOW - 60_000, "live")]).result()
        room.feed("river", FeedState.LOST)
        context = room.context()
        context.selection.choose(Subject.FEED, "river")
        panel = await room.opened("feed-volume", context)
        assert panel._line_words() == "近 7 天有记录 59 分，此刻断开"
        room.feed("river", FeedState.LIVE)
        assert panel._line_words() == "近 7 天有记录 59 分，没有断开"

    run(scenario())
