"""Moments, zones and the one text form of a time."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import ManualClock, SystemClock, from_datetime, iso, to_datetime

moments = st.integers(0, 4_102_444_800_000)

# 20,651 days after the epoch, 06:03:22.125; the days counted as 56 years * 365 + 14 leap days + 197
SEVENTEENTH_OF_JULY = ((56 * 365 + 14 + 197) * 86_400 + 6 * 3600 + 3 * 60 + 22) * 1000 + 125


def test_iso_of_known_moments() -> None:
    assert iso(0) == "1970-01-01T00:00:00.000Z"
    assert iso(SEVENTEENTH_OF_JULY) == "2026-07-17T06:03:22.125Z"


def test_the_citys_zone() -> None:
    local = to_datetime(SEVENTEENTH_OF_JULY, ZoneInfo("Asia/Shanghai"))
    assert (local.hour, local.minute, local.utcoffset()) == (14, 3, timedelta(hours=8))


def test_an_offset_counts() -> None:
    east = datetime(1970, 1, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    assert from_datetime(east) == 0


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        from_datetime(datetime(2026, 7, 17, 14, 3))


@given(moments)
def test_no_millisecond_is_lost(moment: int) -> None:
    assert from_datetime(datetime.fromisoformat(iso(moment))) == moment
    assert from_datetime(to_datetime(moment, ZoneInfo("Asia/Shanghai"))) == moment


def test_a_manual_clock_stands_until_it_is_moved() -> None:
    clock = ManualClock(1000)
    assert (clock.now(), clock.now()) == (1000, 1000)
    clock.advance(250)
    assert clock.now() == 1250


def test_the_system_clock_is_the_machines() -> None:
    before = from_datetime(datetime.now(UTC).replace(microsecond=0))
    now = SystemClock().now()
    assert before <= now <= from_datetime(datetime.now(UTC)) + 1
