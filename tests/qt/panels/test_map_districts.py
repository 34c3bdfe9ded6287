"""The districts beside a map, as far as they do without one."""

import pytest

from app.core.keys import reading_key
from app.core.model import Reading
from tests.helpers.seat import NOW, REGION

CALLS = "event.hotline_calls"


def districts(room):
    return [code for code in room.catalog.regions if code != REGION]


def tell(room, values, at=NOW):
    """Values of the first districts in the order of the catalogue."""
    keys = [reading_key(CALLS, region) for region in districts(room)]
    pairs = zip(keys, values, strict=False)
    room.picture.apply_readings("f", NOW, [(key, Reading(key, v, at)) for key, v in pairs])


@pytest.mark.parametrize(
    ("minutes", "said"), [(59, "59 分钟前"), (60, "1 小时前"), (61, "1 小时前"), (175, "2 小时前")]
)
def test_an_age_in_the_heading_is_of_whole_hours(room, run, minutes, said):
    async def scenario():
        room.feed("f")
        tell(room, [3.0], at=NOW - minutes * 60_000)
        panel = room.open("map-districts", room.context(), (300, 500), code=CALLS)
        assert panel.columns()[1].title == said
        await room.settled(panel)

    run(scenario())


def test_the_districts_go_by_their_values_and_one_age_is_for_all(room, run):
    async def scenario():
        room.feed("f")
        tell(room, [3.0, 8.0, 5.0])
        panel = room.open("map-districts", room.context(), (300, 500), code=CALLS)
        assert [place.view.value for place in panel.table.ranked] == [8.0, 5.0, 3.0]
        assert panel.title() == "12345诉求受理量"
        name, value = panel.columns()[1:3]
        assert (name.title, value.title) == ("1 秒前", "件")
        await room.settled(panel)

    run(scenario())
