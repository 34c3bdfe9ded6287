"""A stream's time against the clock's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.worker.pace import DRIFT, Clock, Lag, Pace


def test_pictures_are_due_at_the_speed_of_their_clock() -> None:
    pace = Pace()
    assert pace.due(10.0, 100.0) == 100.0
    assert pace.due(10.04, 100.001) == pytest.approx(100.04)
    assert pace.due(10.08, 100.041) == pytest.approx(100.08)


def test_twice_as_fast() -> None:
    pace = Pace(2.0)
    pace.due(0.0, 50.0)
    assert pace.due(1.0, 50.1) == pytest.approx(50.5)


def test_a_source_that_ran_dry_is_not_run_after() -> None:
    pace = Pace()
    pace.due(0.0, 0.0)
    assert pace.due(1.0, 5.0) == 5.0  # four seconds late: its clock begins here
    assert pace.due(1.04, 5.0) == pytest.approx(5.04)


def test_a_clock_set_anew_is_not_waited_for() -> None:
    pace = Pace()
    pace.due(0.0, 0.0)
    assert pace.due(90_000.0, 0.04) == 0.04
    assert pace.due(3.0, 0.08) == 0.08


def test_a_speed_of_nothing_stands() -> None:
    assert Pace(0).stands and not Pace(0.5).stands
    assert Pace(0).due(7.0, 3.0) == 3.0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(0.1, 8))
def test_nothing_is_due_long_ahead_or_behind(moments: list[float], speed: float) -> None:
    pace = Pace(speed)
    for number, moment in enumerate(moments):
        assert -1.0 <= pace.due(moment, number * 0.04) - number * 0.04 <= 10.0 / speed


def test_what_comes_later_than_the_quickest_is_behind() -> None:
    lag = Lag()
    assert lag.take(100.0, 0.0) == 0.0
    assert lag.take(100.04, 0.1) == pytest.approx(0.06, abs=0.001)
    assert lag.take(101.0, 3.0) == pytest.approx(2.0, abs=0.001)
    assert lag.take(103.0, 3.0) == 0.0  # it caught up


def test_a_camera_whose_clock_is_slow_is_not_late() -> None:
    lag = Lag()
    worst = max(lag.take(second * (1 - DRIFT / 2), float(second)) for second in range(3600))
    assert worst < 0.01


def test_a_clock_set_anew_is_not_a_lag() -> None:
    lag = Lag()
    lag.take(1000.0, 0.0)
    assert lag.take(0.0, 0.04) == 0.0


def test_packets_without_a_time_follow_the_one_before() -> None:
    clock = Clock(1 / 90_000)
    assert clock.take(90_000) == 1.0
    assert clock.take(93_600) == pytest.approx(1.04)
    assert clock.take(None) == pytest.approx(1.08)
    assert clock.rate == pytest.approx(25.0)


def test_a_file_that_begins_anew_goes_on_where_it_ended() -> None:
    clock = Clock(0.001)
    for stamp in (500, 540, 580):
        clock.take(stamp)
    clock.again()
    assert clock.take(500) == pytest.approx(0.62)
    assert clock.of(540) == pytest.approx(0.66)


def test_a_file_that_was_begun_in_its_midst_goes_on_too() -> None:
    """Its begin is not known yet when it ends for the first time."""
    clock = Clock(0.001)
    for stamp in (19_920, 19_960):
        clock.take(stamp)
    clock.again()
    assert clock.take(0) == pytest.approx(20.0)
    assert clock.take(40) == pytest.approx(20.04)
