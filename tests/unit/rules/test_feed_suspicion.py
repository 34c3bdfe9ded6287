"""Feeds that lie: known answers."""

import pytest

from app.rules.feed_suspicion import Renewals, all_refused, clock_hours, frozen, volume

MINUTE, HOUR = 60_000, 3_600_000


@pytest.mark.parametrize(
    ("delays", "hours"),
    [
        ([HOUR + 4_000] * 20, 1),  # a clock that is an hour behind
        ([-HOUR + 2_000] * 20, -1),  # summer time abroad
        ([8 * HOUR - 90_000] * 20, 8),  # UTC taken for local time
        ([4_000] * 20, 0),
        ([HOUR + 4_000] * 7, 0),  # too few to tell
        ([45 * MINUTE] * 20, 0),  # late, but no clock
        ([HOUR + 3 * MINUTE] * 20, 1),  # the edge
        ([HOUR + 3 * MINUTE + 1] * 20, 0),
        ([40 * MINUTE, 80 * MINUTE] * 10, 0),  # an hour in the mean, none at it
        ([26 * HOUR] * 20, 0),  # no zone of the earth
    ],
)
def test_a_clock_that_is_whole_hours_off(delays: list[int], hours: int) -> None:
    assert clock_hours(delays, MINUTE) == hours


def test_one_straggler_does_not_hide_a_wrong_clock() -> None:
    assert clock_hours([HOUR] * 19 + [5_000], MINUTE) == 1
    assert clock_hours([HOUR] * 15 + [5_000] * 5, MINUTE) == 0


def test_an_hourly_source_brings_the_hour_before() -> None:
    assert clock_hours([HOUR] * 20, HOUR) == 0


def test_what_a_source_is_known_for_is_no_fault() -> None:
    assert clock_hours([2 * HOUR] * 20, MINUTE, usual_lag_ms=2 * HOUR) == 0
    assert clock_hours([2 * HOUR] * 20, MINUTE, usual_lag_ms=HOUR) == 1


def test_everything_refused() -> None:
    assert all_refused(0, 20)
    assert not all_refused(0, 19)
    assert not all_refused(1, 5_000)


def test_the_same_values_again() -> None:
    assert frozen([Renewals(30, 12.5)] * 4)
    assert not frozen([Renewals(30, 12.5)] * 3)  # few keys: twice as long
    assert frozen([Renewals(60, 12.5)])
    assert not frozen([Renewals(60, 12.5), Renewals(2, 7.0)])
    assert not frozen([Renewals(500, 0.0)] * 6)  # no rain for a week
    assert frozen([Renewals(500, 0.0)] * 6 + [Renewals(60, 3.0)])
    assert not frozen([])


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (29, [100, 100, 100], "too_little"),
        (30, [100, 100, 100], ""),
        (300, [100, 100, 100], ""),
        (301, [100, 100, 100], "too_much"),
        (0, [100, 100], ""),  # two weeks are no custom
        (0, [19, 19, 19], ""),  # of a handful nothing follows
        (0, [100, 20, 500, 90], "too_little"),  # median 95
    ],
)
def test_volume_against_the_same_weekday(now: int, before: list[int], said: str) -> None:
    assert volume(now, before) == said
