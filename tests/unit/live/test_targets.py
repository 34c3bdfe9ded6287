"""The target tracker, against what is worked out by hand for 17 July 2026."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.core.clock import from_datetime
from app.core.model import Freshness, Level, Origin, World
from app.core.target import Certainty, Target
from app.live.targets import (
    Standing,
    counted,
    progress,
    sections,
    year_that_counts,
    years,
)
from app.live.view import ValueView

ZONE = ZoneInfo("Asia/Shanghai")
NOW = 1_784_268_202_000  # 2026-07-17 14:03:22 in the city


def at(year: int, month: int = 1, day: int = 1) -> int:
    return from_datetime(datetime(year, month, day, tzinfo=ZONE))


def target(by_year: dict[int, float] | None = None, **more: object) -> Target:
    fields: dict[str, object] = {
        "id": "t", "section_zh": "甲", "section_en": "A", "name_zh": "共享", "name_en": "Sharing",
        "unit": "%", "unit_en": "", "by_year": by_year or {}, "binding": True,
    }  # fmt: skip
    return Target(**(fields | more))  # type: ignore[arg-type]


def view(value: float | None, as_of: int | None = None) -> ValueView:
    moment = None if value is None else as_of or NOW
    return ValueView(
        key="reading/data.share_rate/371400", label_zh="", label_en="", unit="%", decimals=1,
        value=value, as_of=moment, age_ms=None if moment is None else NOW - moment,
        period_ms=60_000, source="f", world=World.DEMO, freshness=Freshness.LIVE,
        origin=Origin.MEASURED, mode="demo", level=Level.NONE,
    )  # fmt: skip


PLAN = {2024: 80.0, 2025: 90.0, 2026: 95.0, 2027: 100.0}


@pytest.mark.parametrize(
    ("by_year", "now", "expected"),
    [
        (PLAN, NOW, (2025, True)),  # the newest that has ended, not the one that runs
        (PLAN, at(2026), (2025, True)),  # the year has ended with its last moment
        (PLAN, at(2026) - 1, (2024, True)),
        ({2026: 1.0, 2027: 2.0}, NOW, (2026, False)),  # none has ended: the one that runs
        ({2028: 1.0, 2030: 2.0}, NOW, (2028, False)),
        ({}, NOW, None),
    ],
)
def test_the_year_that_counts(by_year, now, expected):
    assert year_that_counts(target(by_year), now, ZONE) == expected


@pytest.mark.parametrize(
    ("by_year", "value", "more", "expected"),
    [
        (PLAN, 90.0, {}, Standing.MET),  # on the figure is there
        (PLAN, 89.9, {}, Standing.MISSED),  # 2025 asked for 90 and is over
        ({2026: 95.0}, 89.9, {}, Standing.RUNNING),
        ({2026: 95.0}, 96.0, {}, Standing.MET),  # before its time
        ({2025: 5.0}, 4.0, {"at_least": False}, Standing.MET),
        ({2025: 5.0}, 5.1, {"at_least": False}, Standing.MISSED),
        (PLAN, None, {}, Standing.NO_DATA),
        ({}, 99.0, {"certainty": Certainty.LOST}, Standing.LOST),
    ],
)
def test_what_follows(by_year, value, more, expected):
    assert progress(target(by_year, **more), view(value), NOW, ZONE).standing is expected


def test_without_an_indicator_nothing_is_claimed():
    found = progress(target(PLAN), None, NOW, ZONE)
    assert (found.standing, found.year, found.wanted, found.due) == (
        Standing.NO_DATA, 2025, 90.0, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (at(2025), Standing.NO_DATA),  # the figure of 2024: its period ends where 2025 begins
        (at(2025, 2), Standing.MISSED),
        (at(2026), Standing.MISSED),  # the figure of 2025
    ],
)
def test_a_value_of_an_earlier_year_says_nothing(as_of, expected):
    assert progress(target(PLAN), view(50.0, as_of), NOW, ZONE).standing is expected


def test_a_share_has_a_whole_and_a_count_has_room():
    share = progress(target(PLAN), view(40.0), NOW, ZONE)
    assert share.scale == (0.0, 100.0)
    growth = progress(target({2025: 6.0}), view(5.0), NOW, ZONE)
    assert growth.scale == (0.0, 7.5)
    count = progress(target({2025: 80.0}, unit="个"), view(100.0), NOW, ZONE)
    assert count.scale == (0.0, 125.0)
    assert progress(target({2025: 0.0}, unit="个"), None, NOW, ZONE).scale == (0.0, 1.0)


def test_sections_counts_and_years():
    rows = [
        progress(target(PLAN), view(95.0), NOW, ZONE),
        progress(target({2025: 1.0}, section_zh="乙", section_en="B"), None, NOW, ZONE),
        progress(target({}), None, NOW, ZONE),
    ]
    assert [(one.name_en, len(one.rows)) for one in sections(rows)] == [("A", 2), ("B", 1)]
    assert counted(rows) == {
        Standing.MISSED: 0, Standing.MET: 1, Standing.RUNNING: 0, Standing.NO_DATA: 1,
        Standing.LOST: 1,
    }  # fmt: skip
    assert years(item.target for item in rows) == (2024, 2025, 2026, 2027)
