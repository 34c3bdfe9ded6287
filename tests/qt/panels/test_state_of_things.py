"""Bars, feed health, verdict, devices: what they say of given states."""

from dataclasses import replace

from app.core.catalog import HOUR, MINUTE
from app.core.health import FeedState
from app.core.message import message
from app.core.model import World
from app.live.seat import Mute
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import by_key
from widgets.paint.tile import value_role
from widgets.panels._feed_cells import row_of


def test_top_bar_says_mode_time_duty_and_the_mark(room, run):
    async def scenario():
        room.feed("f")
        room.sign_on("duty_officer")
        room.read("weather.temp", 28.6, 3 * MINUTE)
        room.seat.mute = Mute(NOW, NOW + 5 * MINUTE, "DX1002")
        panel = room.open("top-bar", room.context(), (1920, 44))
        bar = panel.bar
        assert (bar.mode.word, bar.clock, bar.date) == ("平时", "14:03:22", "7月17日 周五")
        assert (bar.state_word, bar.demo) == ("实时", "演示数据")
        assert bar.duty.endswith("DX1002，静音至 14:08，待试声")
        room.seat.audible = False
        panel.refresh({})
        assert panel.bar.duty.endswith("静音至 14:08，无声")
        room.seat.audible = True
        assert bar.weather == "气温 28.6 ℃  3 分钟前"
        assert by_key(panel)["bar/mark"].value == "演示数据"
        wall = room.open("top-bar", room.context("hall"), (3840, 144))
        assert "DX1002" not in wall.bar.duty

    run(scenario())


def test_with_every_line_cut_both_bars_say_so(room, run):
    async def scenario():
        room.feed("a", FeedState.LOST, lost_since=NOW - 21 * MINUTE)
        room.feed("b", FeedState.LOST, lost_since=NOW - 30 * MINUTE)
        top = room.open("top-bar", room.context(), (1920, 44))
        assert top.bar.state_word == "断网运行"
        foot = room.open("bottom-bar", room.context(), (1920, 38))
        assert foot.bar.outage.startswith("数据源全断 21 分钟，13:42:22 起")
        assert by_key(foot)["feeds/live"].value == 0
        room.feed("a", FeedState.LIVE, dropped=312)
        room.bridge.drain()
        assert foot.bar.outage == ""
        assert foot.bar.note == "丢弃 312"
        assert [feed.name for feed in foot.bar.worst] == ["b"]

    run(scenario())


def test_a_feed_that_is_not_to_be_believed_is_not_counted_as_live(room, run):
    async def scenario():
        room.feed("good")
        room.feed("odd", suspicion=(message("feed.suspicion.frozen", count=5),))
        foot = room.open("bottom-bar", room.context(), (1920, 38))
        assert by_key(foot)["feeds/live"].value == 1
        assert foot.bar.live == "实时 1"
        (named,) = foot.bar.worst
        assert (named.name, named.words, named.doubt) == ("odd", "存疑", True)
        foot.grab()

    run(scenario())


def test_the_drill_and_the_war_are_in_the_mode_cell(room, run):
    async def scenario():
        war = room.open("top-bar", room.context("hall", theme="war"), (3840, 144))
        assert war.bar.mode.word == "战时"
        room.picture.world = World.DRILL
        drill = room.open("top-bar", room.context(), (1920, 44))
        assert (drill.bar.mode.word, drill.bar.demo) == ("演练", "演练")

    run(scenario())


def test_feeds_are_listed_worst_first_with_what_was_lost(room, run):
    async def scenario():
        for number in range(500):
            room.feed(f"f{number:03d}", rate=2.0)
        room.feed("late", FeedState.LATE, last_message=NOW - 26 * MINUTE)
        room.feed("gone", FeedState.LOST, lost_since=NOW - HOUR, attempts=6,
                  next_attempt=NOW + 20_000, last_message=NOW - HOUR)  # fmt: skip
        room.feed("drops", dropped=312, rejected=4, rate=14.0)
        panel = room.open("feed-health", room.context(), (1000, 900))
        assert [health.feed for health in panel.feeds[:3]] == ["gone", "late", "drops"]
        assert panel._summary() == "共 503 个，实时 501，断开 1，迟到 1"
        assert row_of(room.context(), panel.feeds[2], NOW, trial=False).note.startswith(
            "丢弃 312，坏记录 4，14 条/秒"
        )
        assert len(panel.painted()) == 503 + 3, "all without a scroll, and three headings"
        items = by_key(panel)
        assert items["feed/gone"].mode == "lost" and items["feed/gone"].age == 3600.0
        assert "已重试 6 次" in panel._trouble(panel.feeds[0])
        assert "下次 20 秒后" in panel._trouble(panel.feeds[0])

    run(scenario())


def verdict_of(room, **context):
    panel = room.open("verdict", room.context(**context), (700, 640))
    return panel, panel.sentence()


def test_the_verdict_counts_and_refuses_where_too_little_is_fresh(room, run):
    async def scenario():
        _, said = verdict_of(room)
        assert said == "尚未收到体征数据"
        room.feed("f")
        room.read("cloud.cpu", 81.0)
        _, said = verdict_of(room)
        assert said.startswith("有效权重 0 %，低于 60 %，不下结论")
        for quantity in room.catalog.indicators:
            best = quantity.thresholds.best
            room.read(quantity.code, best if best is not None else 1.0)
        _, said = verdict_of(room)
        assert said == "197 项体征平稳"
        room.read("cloud.cpu", 96.0)
        room.read("air.pm25", 160.0)
        panel, said = verdict_of(room)
        assert said == "压力类 2 项越限，其余平稳"
        assert by_key(panel)["verdict/pressure/over"].value == 2
        assert panel.verdict.worst[0].key == "reading/cloud.cpu/320800"
        _, said = verdict_of(room, lang="en")
        assert said == "Pressure: 2 over limit, the rest calm"

    run(scenario())


def test_counts_of_levels_widen_only_their_own_row(room, run):
    async def scenario():
        room.feed("f")
        for quantity in room.catalog.indicators:
            best = quantity.thresholds.best
            room.read(quantity.code, best if best is not None else 1.0)

        def edges():
            panel = room.open("verdict", room.context(), (424, 640))
            painted = {}
            paint_over = panel._paint_over

            def watch(painter, rect, item):
                painted[item.code] = paint_over(painter, rect, item)
                return painted[item.code]

            panel._paint_over = watch
            panel.grab()
            return painted

        calm = edges()
        limited = [
            item
            for item in room.catalog.indicators
            if item.dimension == "pressure"
            and None not in (limits := item.thresholds, limits.watch, limits.red)
            and limits.watch < limits.red
        ]
        for number, item in enumerate(limited[:12]):
            limits = item.thresholds
            steps = (limits.watch, limits.yellow, limits.orange, limits.red)
            value = steps[number % 4]
            room.read(item.code, value if value is not None else limits.red)
        storm = edges()
        english = room.open("verdict", room.context(lang="en"), (424, 640))
        shown = []
        paint_value = english._paint_value
        english._paint_value = lambda painter, rect, view, **how: (
            shown.append((view.key, rect.width() < english._least_width(view), bool(how))),
            paint_value(painter, rect, view, **how),
        )
        english.grab()
        worst = english.verdict.worst[0].key
        assert (worst, False) in {(key, beside) for key, _, beside in shown}, "listed below"
        listed = {key for key, _, beside in shown if not beside}
        assert not any(cut and beside and key in listed for key, cut, beside in shown)
        assert storm["pressure"] > calm["pressure"]
        for code in calm.keys() - {"pressure"}:
            assert storm[code] == calm[code], code

    run(scenario())


def test_a_large_city_is_counted_over_several_frames(room, run, monkeypatch):
    monkeypatch.setattr("widgets.panels.verdict.CHUNK", 50)

    async def scenario():
        room.feed("f")
        for quantity in room.catalog.indicators:
            best = quantity.thresholds.best
            room.read(quantity.code, best if best is not None else 1.0)
        panel, said = verdict_of(room)
        assert said == "197 项体征平稳"
        room.bridge.drain()
        room.clock.advance(2000)
        room.read("cloud.cpu", 96.0)
        frames = 0
        while panel.sentence() == said:
            room.bridge.drain()
            frames += 1
        assert frames == 4  # three times 50, then 47
        assert panel.sentence() == "压力类 1 项越限，其余平稳"

    run(scenario())


def test_the_strip_shows_the_codes_it_is_given_and_names_an_unknown_one(room, run):
    async def scenario():
        room.feed("f")
        room.read("water.pressure", 0.31)
        panel = await room.opened(
            "strip", room.context(), (1904, 104), codes=("water.pressure", "no.such")
        )
        assert [item.key for item in panel.items()] == ["reading/water.pressure/320800"]
        usual = await room.opened("strip", room.context(), (1904, 104))
        assert len(usual.codes) == 8

    run(scenario())


def test_the_numbers_of_a_strip_have_one_size(room, run):
    async def scenario():
        room.feed("f")
        codes = ("water.pressure", "pop.resident", "event.hotline_calls", "econ.gdp")
        room.read(codes[0], 0.31)
        room.read(codes[1], 455.0)
        room.read(codes[2], 66.0)
        room.read(codes[3], 1_234_567_890.1)
        panel = await room.opened("strip", room.context(), (760, 104), codes=codes)
        tiles = [panel._tile(panel._views[code]) for code in codes]
        boxes = [panel._box(index) for index in range(len(codes))]
        alone = {value_role(box, tile, panel.theme) for box, tile in zip(boxes, tiles, strict=True)}
        assert len(alone) > 1, "each by itself would choose its own size"
        together = {
            value_role(box, replace(tile, most=panel._most), panel.theme)
            for box, tile in zip(boxes, tiles, strict=True)
        }
        assert together == {panel._most}
        bare, full = replace(tiles[0], note=""), replace(tiles[0], note="较同期 +1 %")
        assert value_role(boxes[0], bare, panel.theme) == value_role(boxes[0], full, panel.theme)

    run(scenario())
