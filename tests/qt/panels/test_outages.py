"""链路与检修: one row per cut whatever is behind it; nothing wears the colour of a level."""

from app.core.decision import Maintenance
from app.core.health import FeedState
from app.core.model import Held, Reading
from app.live.hub import Kind
from app.live.outage import Outage
from tests.helpers.seat import NOW
from widgets.paint.fresh import Fresh

MINUTE, HOUR = 60_000, 3_600_000


def cut(**more):
    fields = {"keys": ("a", "b"), "cameras": 12} | more
    return Outage(("field-net", "iot-platform"), NOW - 12 * MINUTE, ("water", "fire"), **fields)


def lay(room):
    room.picture.links = {link.id: link for link in room.city.config.link}
    for name in ("water", "fire", "rain"):
        room.feed(name, FeedState.LOST)


def test_cuts_work_trials_and_what_is_over_in_this_order(room, run):
    async def scenario():
        lay(room)
        picture = room.picture
        picture.outages = {"x": cut()}
        picture.past_outages = (cut(until=NOW - MINUTE),)
        picture.maintenance = {
            "1": Maintenance(
                "1", "gov-net", NOW + HOUR, NOW + 2 * HOUR, NOW, "0001", "shift_head", "割接"
            ),
            "2": Maintenance("2", "rain", NOW - HOUR, NOW + HOUR, NOW, "0001", "shift_head"),
            "3": Maintenance("3", "rain", NOW - HOUR, NOW - 1, NOW, "0001", "shift_head"),
        }
        picture.trial.feeds = {"rain"}
        picture.trial.readings["rain"] = {"k": Held(Reading("k" * 5, 1.0, NOW), "rain", NOW)}
        room.hub.publish(Kind.OUTAGE, ["x"])
        panel = room.open("outages", room.context(), (560, 500))
        rows = panel.entries
        assert [row.id.split("/")[0] for row in rows] == [
            *["outage", "maintenance", "maintenance", "trial", "past"]
        ]
        first = rows[0]
        assert first.title == "物联专网（演示） 或 物联统一接入平台（演示）"
        assert first.detail == "影响 2 个数据源、2 个数值、12 路视频"
        assert first.state == "中断 12 分钟" and first.glyph is Fresh.CACHED
        assert rows[1].title == "计划检修：rain" and rows[1].state == "进行中 · 不告警"
        assert rows[2].detail.endswith("割接") and rows[2].state == "未开始"
        assert rows[3].detail == "已收 1 个指标数值、0 条其他记录，未上屏、未计入指数"
        assert rows[4].state.endswith("历时 11 分钟") and not rows[4].holds
        assert panel.title() == "链路与检修 · 中断 1 处"
        assert not any(item.level for item in panel.items())
        await room.settled(panel)

    run(scenario())


def test_planned_work_is_named_as_such_and_nothing_is_said_plainly(room, run):
    async def scenario():
        lay(room)
        panel = room.open("outages", room.context(), (560, 300))
        assert not panel.entries and panel.title() == "链路与检修"
        room.picture.outages = {"x": cut(planned=True)}
        room.hub.publish(Kind.OUTAGE, ["x"])
        await room.settled(panel)
        assert panel.entries[0].state == "检修中，已 12 分钟"

    run(scenario())


def test_on_the_wall_a_cut_is_one_row_for_all_that_is_behind_it(room, run):
    async def scenario():
        lay(room)
        for number in range(12):
            room.feed(f"f{number}")
        room.feed("late", FeedState.LATE)
        room.picture.outages = {"x": cut(name_zh="物联专网", name_en="Field network")}
        panel = room.open("feed-health", room.context("hall"), (900, 500))
        rows = [item.entry.name_zh for item in panel.placed]
        assert rows == ["物联专网中断，2 个数据源", "rain", "late"]
        await room.settled(panel)

    run(scenario())
