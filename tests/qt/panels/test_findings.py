"""The list of findings, and the marks on values; no colour of a warning in either."""

from app.core.finding import Finding, FindingRule
from app.core.keys import reading_key
from app.core.message import message
from app.core.model import Level, Reading
from app.live.hub import Kind
from tests.helpers.seat import NOW, REGION
from widgets.paint.finding import FindingMark
from widgets.panels._values import finding_mark, tile_of
from widgets.selection import Subject

MINUTE, HOUR = 60_000, 3_600_000
AIR, CALLS = "air.aqi", "event.hotline_calls"
WHY = message(
    "finding.why.residual",
    **{"z": "7.1", "value": "180", "expected": "41", "scale": "5"},
    **{"side_zh": "高于", "side_en": "above", "unit_zh": "件", "unit_en": "calls"},
)


def found(code, rule=FindingRule.RESIDUAL, since=NOW - HOUR, size=1.2, until=None):
    return Finding(reading_key(code, REGION), rule, since, WHY, size=size, until=until, value=180.0)


def say(room, *findings):
    for item in findings:
        held = room.picture.findings.get(item.key, ())
        room.picture.findings[item.key] = (item, *held)
    room.hub.publish(Kind.FINDING, [item.key for item in findings])


def values(room):
    room.feed("f")
    for code, value in ((AIR, 80.0), (CALLS, 180.0)):
        key = reading_key(code, REGION)
        room.picture.apply_readings("f", NOW, [(key, Reading(key, value, NOW))])


def test_doubt_first_then_by_size_then_what_is_over(room, run):
    async def scenario():
        values(room)
        say(room, found(AIR, size=1.5), found(CALLS, size=3.0))
        say(room, found("weather.temp", FindingRule.FLAT, size=1.0))
        room.picture.past_findings = (found(AIR, since=NOW - 5 * HOUR, until=NOW - 4 * HOUR),)
        panel = room.open("findings", room.context(), (700, 500))
        rules = [entry.finding.rule for entry in panel.entries]
        assert rules == [FindingRule.FLAT, *[FindingRule.RESIDUAL] * 3]
        assert [entry.finding.size for entry in panel.entries[1:3]] == [3.0, 1.5]
        assert [note.text for note in panel.notes_left()] == ["持续中 3 条", "今日已结束 1 条"]
        assert [note.text for note in panel.notes_right()] == ["本系统提示，不是预警"]
        count, *items = panel.items()
        assert count.value == 3 and len(items) == 4
        assert items[1].value == "180 件，高于同期 41±5，残差 z 7.1"
        assert items[1].label.endswith("偏离同期") and items[1].source == "f"
        assert not any(item.level for item in items)
        panel.choose(1)
        assert room.context().selection[Subject.INDICATOR] in (found(CALLS).key, "")
        await room.settled(panel)

    run(scenario())


def test_many_overdue_of_one_bureau_are_one_row(room, run):
    async def scenario():
        codes = [item.code for item in room.catalog.indicators if item.bureau == "water"][:4]
        say(room, *[found(code, FindingRule.STALE) for code in codes])
        panel = room.open("findings", room.context(), (700, 500))
        (entry,) = panel.entries
        assert entry.count == 4 == panel.open_count
        assert panel._headline(entry).endswith("4 项超期未报")
        await room.settled(panel)

    run(scenario())


def test_nothing_found_says_what_that_rests_on(room, run):
    async def scenario():
        panel = room.open("findings", room.context(), (700, 500))
        assert panel.entries == [] and panel.items()[0].value == 0
        panel.grab()
        await room.settled(panel)

    run(scenario())


def test_a_value_wears_the_mark_and_its_word(room, run):
    async def scenario():
        values(room)
        context = room.context()
        view = context.view(reading_key(CALLS, REGION))
        assert finding_mark(context, view.key) is None
        say(room, found(CALLS))
        tile = tile_of(context, view, NOW, note="环比 ↑ 3")
        assert (tile.finding, tile.note) == (FindingMark.UNUSUAL, "异于同期  环比 ↑ 3")
        say(room, found(CALLS, FindingRule.FLAT))
        assert tile_of(context, view, NOW).finding is FindingMark.DOUBT
        say(room, found(AIR, FindingRule.STALE))
        assert finding_mark(context, reading_key(AIR, REGION)) is None  # its age says so

    run(scenario())


def test_the_strip_and_the_table_tell_of_it(room, run):
    async def scenario():
        values(room)
        say(room, found(CALLS))
        for kind in ("strip", "indicators"):
            panel = room.open(kind, room.context(), (1600, 800))
            told = [item for item in panel.items() if item.key.startswith("finding/")]
            if kind == "indicators" or CALLS in panel.codes:
                assert [item.value for item in told] == ["180 件，高于同期 41±5，残差 z 7.1"]
            await room.settled(panel)

    run(scenario())


def test_no_colour_of_a_warning(room, run):
    """Whatever is found: not a pixel has the colour of a level."""

    async def scenario():
        values(room)
        say(room, found(CALLS, size=9.0), found(AIR, FindingRule.IMPOSSIBLE))
        context = room.context()
        panel = room.open("findings", context, (700, 300))
        image = panel.grab().toImage()
        levels = [context.theme.warning[item] for item in Level if item is not Level.NONE]
        seen = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
        assert not seen & {colour.rgb() for colour in levels}
        await room.settled(panel)

    run(scenario())
