"""Rain and what it leaves behind."""

import numpy as np
import pytest

from app.core.catalog import DAY, HOUR, MINUTE
from app.sim.__main__ import moment
from app.sim.calendar import Calendar
from app.sim.weather import STEP, Scenario, Weather, _leaky, _sum_of_last

CALENDAR = Calendar("Asia/Shanghai")
SHARES = np.array([0.5, 0.3, 0.2])
BEGIN = moment("2026-07-17T12:00", "Asia/Shanghai")


def weather(scenario: Scenario, seed: int = 5) -> Weather:
    return Weather(seed, CALENDAR, SHARES, scenario, BEGIN)


def test_a_reservoir_step_by_step() -> None:
    inflow = np.zeros((1, 2592))
    inflow[0, [3, 4, 700]] = (1.0, 0.5, 2.0)
    keep = np.exp(-STEP / HOUR / 0.75)
    held, wanted = 0.0, []
    for amount in inflow[0]:
        held = held * keep + amount
        wanted.append(held)
    assert _leaky(inflow, 0.75)[0] == pytest.approx(np.array(wanted), abs=1e-12)


def test_the_sum_of_the_last_hour() -> None:
    values = np.arange(1.0, 31.0)[None, :]
    found = _sum_of_last(values, 12)[0]
    assert found[0] == 1.0
    assert found[11] == 78.0  # 1 + ... + 12
    assert found[29] == sum(range(19, 31))


def test_summer_has_more_storms_than_winter() -> None:
    found = weather(Scenario.AUTO)
    july = moment("2026-07-01", "Asia/Shanghai")
    january = moment("2026-01-01", "Asia/Shanghai")
    summer = sum(
        len(found.storms(july + y * 365 * DAY, july + y * 365 * DAY + 30 * DAY)) for y in range(6)
    )
    winter = sum(
        len(found.storms(january + y * 365 * DAY, january + y * 365 * DAY + 30 * DAY))
        for y in range(6)
    )
    assert summer > 3 * winter
    assert 4 <= summer / 6 <= 20


def test_calm_has_none() -> None:
    found = weather(Scenario.CALM)
    assert found.storms(BEGIN - 400 * DAY, BEGIN) == []
    at = BEGIN - np.arange(0, 100) * HOUR
    assert not found.driver("max:rain_now", None, at).any()


def test_mean_and_most_over_the_districts() -> None:
    found = weather(Scenario.STORM)
    at = np.array([BEGIN + 10 * MINUTE])
    each = [float(found.driver("rain_1h", region, at)[0]) for region in range(3)]
    assert min(each) > 0
    assert found.driver("rain_1h", None, at)[0] == pytest.approx(np.dot(SHARES, each))
    assert found.driver("max:rain_1h", None, at)[0] == pytest.approx(max(each))


def test_no_jump_at_midnight() -> None:
    found = weather(Scenario.STORM)
    midnight = CALENDAR.midnight(CALENDAR.day(BEGIN) + 1)
    for name in ("wet_6h", "wet_2d", "after"):
        both = found.driver(name, 0, np.array([midnight - 1000, midnight + 1000]))
        assert both[0] > 0
        assert both[1] == pytest.approx(both[0], rel=0.02), name
