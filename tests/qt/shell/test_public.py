"""An internal indicator is nowhere on a wall, and counts all the same: Shanxi's `grid.special`."""

import asyncio

import msgspec
import pytest

from app.core.i18n import translator
from app.core.keys import reading_key
from app.core.model import AlarmKind, Held, Level, Sourced, Warning
from tests.helpers.seat import NOW
from tests.helpers.still import Still
from widgets.look import Looks
from widgets.public import public_spine
from widgets.shell import Shell

CODE, NAME = "grid.special", "特殊人员"
KEY = reading_key(CODE, "140000")


@pytest.fixture
def still(tmp_path):
    made = Still(tmp_path / "data", "hall", city="shanxi", days=2)
    yield made
    made.close()


def warn(still):
    """The value is over its limit, and somebody is told by the name of the indicator."""
    warning = Warning(
        id="w1",
        observed=NOW,
        kind=AlarmKind.LIMIT,
        level=Level.RED,
        title="特殊人员服务管理数越红色限",
        issued=NOW,
        key=KEY,
        evidence="184321 人",
    )
    still.runtime.picture.apply_records([Sourced("limits", NOW, warning)])


def texts(shell):
    for window in shell.all_windows:
        for panel in window.panels.values():
            for item in panel.items():
                yield panel.kind, msgspec.json.encode(item).decode()


def test_no_scene_of_the_hall_tells_of_it(still, run):
    run(still.learn())
    warn(still)
    held = still.runtime.picture.readings[KEY]
    amount = f"{held.reading.value:,.0f}"
    seen = run(walk(still.runtime, amount))
    assert {"themes", "warnings", "theme-board"} <= seen


async def walk(runtime, amount):
    shell = Shell(runtime, Looks("hall", reduced=True), translator("zh_CN"))
    shell.start()
    shell.windows[0].resize(7680, 2160)
    seen = set()
    for name in shell.scenes:
        shell.show_scene(name)
        for _ in range(3):
            await asyncio.gather(*asked(shell), return_exceptions=True)
            shell.bridge.drain()
            shell.bridge.tick.emit()
        for kind, text in texts(shell):
            seen.add(kind)
            assert CODE not in text, (name, kind)
            assert NAME not in text, (name, kind)
            assert amount not in text, (name, kind)
    shell.stop()
    shell.deleteLater()
    return seen


def asked(shell):
    return [task for window in shell.windows for p in window.panels.values() for task in p.asked]


def test_it_counts_in_the_indices_and_is_told_without_its_name(still, run):
    run(still.learn())
    warn(still)
    spine, real = public_spine(still.runtime), still.runtime.picture
    keys = [key for key, move in real.indices.moves.items() if member(move, CODE)]
    assert keys
    for key in keys:
        assert spine.picture.indices.results[key] is real.indices.results[key]
        before, after = real.indices.moves[key], spine.picture.indices.moves[key]
        assert after.amount == before.amount
        assert [i.amount for i in after.contributions] == [i.amount for i in before.contributions]
        told = member(after, "internal")
        assert (told.before, told.after) == (None, None)
        assert spine.catalog.quantity(told.key).name_zh == "内部指标"
        assert sum(part.share for part in spine.picture.indices.parts(key)) == pytest.approx(1.0)
    assert spine.picture.warnings["w1"].record.title == "内部指标"
    assert spine.picture.warnings["w1"].record.level is Level.RED


def test_neither_history_nor_findings_nor_the_catalogue_know_it(still, run):
    real, spine = still.runtime, public_spine(still.runtime)
    other = reading_key("index.pressure", "140000")
    finding = real.picture.findings
    assert isinstance(finding, dict)
    finding[KEY] = ()
    assert KEY not in spine.picture.findings
    assert KEY in real.picture.readings
    assert KEY not in spine.picture.readings
    assert len(spine.picture.readings) == len(real.picture.readings) - 1
    assert CODE not in [item.code for item in spine.catalog.indicators]
    since = NOW - 24 * 3_600_000
    assert run(real.store.queries.sparks([KEY], since, NOW, 24))
    assert run(spine.store.queries.sparks([KEY, other], since, NOW, 24)).keys() <= {other}


def test_one_that_comes_later_is_hidden_too(still):
    spine, table = public_spine(still.runtime), still.runtime.picture.readings
    before = len(spine.picture.readings)
    later = reading_key(CODE, "140100")
    reading = msgspec.structs.replace(table[KEY].reading, key=later)
    table[later] = Held(reading, "x", NOW)
    assert later not in spine.picture.readings
    assert len(spine.picture.readings) == before


def test_a_city_without_such_indicators_is_given_as_it_is(tmp_path):
    still = Still(tmp_path / "plain", "hall", days=1)
    spine = public_spine(still.runtime)
    assert spine.picture is still.runtime.picture
    assert spine.catalog is still.runtime.catalog
    still.close()


def member(move, code):
    return next((item for item in move.contributions if item.code == code), None)
