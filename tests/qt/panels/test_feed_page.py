"""One feed opened: every panel of its page, from the picture and the store."""

import msgspec
import pytest

from app.config import FeedConfig, Link
from app.core.health import FeedState
from app.core.message import Refusal, message
from app.live.feed_detail import DELAY_EDGES, FeedDetail, Missing, Sample, Taken
from app.live.visit import Veil
from app.store.feed_history import FeedSpan, FeedVolume
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import by_key
from widgets.names import FEED, entries_of
from widgets.paint.feed_day import CountBar
from widgets.panels._of_feed import bare_address
from widgets.panels.feed_delays import _fitted
from widgets.scene_book import load_scenes
from widgets.scene_focus import chosen, resolve
from widgets.selection import Subject

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
HERE = NOW // HOUR
KINDS = ("feed", "feed-messages", "feed-volume", "feed-delays", "feed-uses")
DETAIL = FeedDetail(
    feed="river",
    at=NOW,
    taken=(Taken(NOW - 1000, NOW - 3500, "reading", '{"key":"reading/water.level"}'),),
    refused=(Sample(NOW - 5000, "out_of_range", '{"value":999}'),),
    delays=(0, 40, 2) + (0,) * (len(DELAY_EDGES) - 2),
    gaps=(Missing(NOW - MINUTE, 5),),
    kinds=("reading",),
)


@pytest.fixture
def river(room):
    """A feed of which much is known."""
    config = FeedConfig(
        id="river", kind="mqtt", name_zh="河道", name_en="River", format="sl651",
        url="mqtts://user:geheim@10.2.3.4:8883/up?token=geheim", also=("mqtts://10.2.3.5:8883",),
        depends=("water-net",),
    )  # fmt: skip
    link = Link(id="water-net", name_zh="水利专网")
    city = msgspec.structs.replace(
        room.city.config, feed=[*room.city.config.feed, config], link=[link]
    )
    room.city = msgspec.structs.replace(room.city, config=city)
    bureau = next(iter(room.city.catalog.bureaus))
    room.feed("river", rate=2.0, accepted=42, rejected=1, reasons={"out_of_range": 1},
              delay_ms=2500.0, endpoint=1, bureau=bureau)  # fmt: skip
    room.picture.feed_details["river"] = DETAIL
    return room


def page(room, kind, context=None, **options):
    context = context or room.context()
    context.selection.choose(Subject.FEED, "river")
    return room.open(kind, context, (640, 520), **options)


def test_the_address_names_a_feed(river):
    scene, selection = load_scenes("desk")["feed"], river.context().selection
    assert resolve(river, scene, "river") == "river"
    selection.choose(Subject.FEED, "river")
    assert chosen(river, scene, selection) == "river"
    with pytest.raises(Refusal):
        resolve(river, scene, "nobody")


def test_it_is_looked_at_closely_only_while_its_page_stands(river, run):
    async def scenario():
        watchers = river.picture.watchers
        panels = [page(river, kind) for kind in KINDS]
        assert watchers.feeds == {"river"}
        panels[0].context.selection.choose(Subject.FEED, "other")
        panels[0].refresh({})
        assert watchers.feeds == {"river", "other"}
        for panel in panels:
            await river.settled(panel)
        river.clear()
        assert watchers.feeds == frozenset()

    run(scenario())


def test_the_sheet_has_the_line_without_its_credentials(river, run):
    async def scenario():
        panel = page(river, "feed")
        lines = {line.name: line.text for line in panel.lines()}
        assert lines["地址"] == "mqtts://10.2.3.4:8883/up"
        assert lines["备用地址 2"] == "mqtts://10.2.3.5:8883"
        assert (lines["线路与格式"], lines["经过"]) == ("mqtt", "水利专网")
        assert (lines["最近一条"], lines["试运行"]) == ("2 秒前", "已正式接入")
        notes = {line.name: line.note for line in panel.lines()}
        assert (notes["地址"], notes["备用地址 2"]) == ("", "正在用")
        assert "geheim" not in str(panel.items())
        river.picture.trial.feeds.add("river")
        lines = {line.name: line.text for line in panel.lines()}
        assert lines["试运行"].startswith("试运行中")

    run(scenario())


def test_what_lies_and_what_is_cut_is_said_first(river, run):
    async def scenario():
        panel = page(river, "feed")
        assert panel.sentence().startswith("实时。收下 42 条，时延 2.5 秒；")
        river.feed("river", suspicion=(message("feed.suspicion.frozen", count=64),))
        panel.refresh({})
        assert panel.sentence() == "存疑：连续 64 次数值不变。"
        river.feed("river", FeedState.LOST, lost_since=NOW - HOUR, attempts=3,
                   trouble=message("feed.timeout"))  # fmt: skip
        panel.refresh({})
        assert panel.sentence().startswith("断开。") and "已重试 3 次" in panel.sentence()

    run(scenario())


def test_messages_and_refusals(river, run):
    async def scenario():
        taken, refused = page(river, "feed-messages"), page(river, "feed-messages", of="refused")
        assert taken._words(DETAIL.taken[0])[0].startswith("读数，观测 ")
        assert taken._words(DETAIL.taken[0])[0].endswith("晚 2.5 秒")
        items = by_key(refused)
        assert items["feed/river/reason/out_of_range"].value == 1
        assert items["feed/river/refused/1"].value == '{"value":999}'
        assert items["feed/river/reason/out_of_range"].label == refused.reason("out_of_range")

    run(scenario())


def test_visitors_see_no_record_and_no_address(river, run):
    async def scenario():
        context = river.context()
        object.__setattr__(context, "veil", Veil(river.picture, river.catalog))
        said = ""
        for kind, options in (
            ("feed", {}),
            ("feed-messages", {}),
            ("feed-messages", {"of": "refused"}),
        ):
            panel = page(river, kind, context, **options)
            assert not panel.grab().isNull()
            said += str(panel.items())
        assert "10.2.3.4" not in said and "999" not in said and "water.level" not in said
        assert "feed/river/reason/out_of_range" in said

    run(scenario())


def test_volume_against_the_weekday_and_the_week_of_the_line(river, run):
    async def scenario():
        week = 7 * 24
        hours = [FeedVolume("river", HERE - n, 100) for n in range(1, 14)]
        past = [FeedVolume("river", HERE - n - week, 200) for n in range(1, 14)]
        spans = [
            FeedSpan("river", NOW - 2 * DAY, NOW - 5 * HOUR, "live"),
            FeedSpan("river", NOW - 5 * HOUR, NOW - 4 * HOUR, "lost", "feed.timeout"),
        ]
        river.store.keep_feeds([*hours, *past], spans).result()
        panel = page(river, "feed-volume")
        await river.settled(panel)
        assert "−50 %" in panel.sentence() and panel.day.weeks == 1
        assert panel._line_words() == "近 7 天有记录 1 天 20 小时，断开 1 次，共 1 小时"
        items = by_key(panel)
        assert items[f"feed/river/cut/{NOW - 5 * HOUR}"].value == "1 小时"
        assert not panel.grab().isNull()
        delays = page(river, "feed-delays")
        await river.settled(delays)
        assert next(gap.text for gap in delays.gaps()) == "缺 5 个序号"
        assert "断开至" in delays.gaps()[1].text and "1 小时无数据" in delays.gaps()[1].text
        assert [(bar.name, bar.count) for bar in delays.bars()][:3] == [
            ("1 秒内", 0), ("3 秒内", 40), ("10 秒内", 2),
        ]  # fmt: skip

    run(scenario())


def test_what_depends_on_it(river, run):
    async def scenario():
        code = river.catalog.indicators[0].code
        river.read(code, 12.0, 1000, "river")
        panel = page(river, "feed-uses")
        await river.settled(panel)
        names = [entry.name for entry in panel.entries if not entry.id]
        assert names == ["指标", "场景与面板"]
        scenes = {entry.id for entry in panel.entries if entry.id.startswith("scene/")}
        assert "scene/desk/overview" in scenes and "scene/desk/walls" not in scenes
        row = next(n for n, entry in enumerate(panel.entries) if entry.id == code)
        river.seat.scenes = ("overview", "indicator", "feed")
        panel.choose(row)
        panel.open(row)
        await river.settled(panel)
        assert river.seat.stage.shown["main"] == "indicator"
        assert panel.context.selection[Subject.INDICATOR] == panel.entries[row].key

    run(scenario())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@host:8443/a/b?key=1#x", "https://host:8443/a/b"),
        ("sim://ws", "sim://ws"),
        ("/srv/in/feeds", "/srv/in/feeds"),
        ("postgresql+psycopg://u:p@db/city", "postgresql+psycopg://db/city"),
        ("https://host:notaport/x", ""),
        ("", ""),
    ],
)
def test_an_address_is_shown_bare(url, shown):
    assert bare_address(url) == shown


def test_it_is_found_by_name(river):
    found = {entry.id for entry in entries_of(river, (), {}, {}) if entry.kind == FEED}
    assert "river" in found


def test_parts_without_room_go_together_and_none_is_lost():
    bars = [CountBar("1 s", 5, 9), CountBar("3 s", 0, 9), CountBar("10 s", 9, 9)]
    bars.append(CountBar("30 s", 2, 9))
    assert [(bar.name, bar.count, bar.most) for bar in _fitted(bars, 3)] == [
        ("1 s", 5, 9), ("10 s", 9, 9), ("30 s", 2, 9),
    ]  # fmt: skip
    assert [(bar.name, bar.count) for bar in _fitted(bars, 2)] == [("10 s", 14), ("30 s", 2)]
    assert [bar.count for bar in _fitted(bars, 0)] == [16]
