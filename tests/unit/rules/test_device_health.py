"""The condition of a device, worked out by hand from what is known of it."""

import pytest

from app.core.catalog import HOUR, MINUTE
from app.core.condition import Condition
from app.core.directory import DeviceKind
from app.core.finding import Finding, FindingRule
from app.core.message import message
from app.core.model import DeviceState, DeviceStatus
from app.rules.device_health import Signs, condition

KIND = DeviceKind(
    "rain_gauge", "气象", "雨量计", "Rain gauge", "rain.depth", period_seconds=60,
    offline_after_s=1800,
)  # fmt: skip
EVENTS = DeviceKind("button", "建筑", "按钮", "Button", "access.alarm", 0, 7200)
NOW = 1_800_000_000_000
LAG = MINUTE


def status(state: DeviceState, ago: int = 0, fault: str = "", battery: float | None = None):
    return DeviceStatus("a:1", NOW - ago, state, fault, battery)


def odd(rule: FindingRule, ago: int = HOUR) -> Finding:
    return Finding("reading/rain.depth/1/1", rule, NOW - ago, message("x"))


ONLINE = status(DeviceState.ONLINE)


@pytest.mark.parametrize(
    ("signs", "expected", "since"),
    [
        (Signs(), Condition.UNKNOWN, 0),
        (Signs(ONLINE, NOW, NOW - 20_000), Condition.ONLINE, NOW),
        # Two periods and the lag are three minutes: up to there it is on time.
        (Signs(ONLINE, NOW, NOW - 3 * MINUTE), Condition.ONLINE, NOW),
        # Its next value was due a minute after the last one.
        (Signs(ONLINE, NOW, NOW - 4 * MINUTE), Condition.LATE, NOW - 3 * MINUTE),
        # The platform calls it online, but its values stopped 31 minutes ago.
        (Signs(ONLINE, NOW, NOW - 31 * MINUTE), Condition.LOST, NOW - 31 * MINUTE),
        (Signs(None, NOW - 31 * MINUTE, 0), Condition.LOST, NOW - 31 * MINUTE),
        (Signs(status(DeviceState.OFFLINE, 5_000), NOW, NOW), Condition.LOST, NOW - 5_000),
        (Signs(status(DeviceState.FAULT, 9_000, "堵塞"), NOW, NOW), Condition.FAULT, NOW - 9_000),
        (Signs(status(DeviceState.ONLINE, 0, "", 0.14), NOW, NOW), Condition.BATTERY, NOW),
        (Signs(status(DeviceState.ONLINE, 0, "", 0.15), NOW, NOW), Condition.ONLINE, NOW),
        # The line is cut: whatever its silence, it is not its own fault.
        (
            Signs(ONLINE, NOW - HOUR, NOW - HOUR, line=None, cut=NOW - 50 * MINUTE),
            Condition.UNREACHABLE,
            NOW - 50 * MINUTE,
        ),
        # The line is back since two minutes: it has its time again to be heard.
        (
            Signs(ONLINE, NOW - HOUR, NOW - HOUR, line=NOW - 2 * MINUTE),
            Condition.ONLINE,
            NOW - HOUR,
        ),
        (
            Signs(ONLINE, NOW - HOUR, NOW - HOUR, line=NOW - 4 * MINUTE),
            Condition.LATE,
            NOW - HOUR + MINUTE,
        ),
        # The line stands, but work on it was planned: silence is told there.
        (
            Signs(ONLINE, NOW, NOW - HOUR, excused=True),
            Condition.UNREACHABLE,
            NOW - HOUR,
        ),
        (Signs(ONLINE, NOW, NOW, excused=True), Condition.ONLINE, NOW),
        # What the gate refused doubts it until a good value comes, an hour at most.
        (Signs(ONLINE, NOW, NOW - 9_000, refused=NOW - 5_000), Condition.IMPOSSIBLE, NOW - 5_000),
        (Signs(ONLINE, NOW, NOW - 5_000, refused=NOW - 9_000), Condition.ONLINE, NOW),
    ],
)
def test_what_is_known_gives_the_condition(signs: Signs, expected: Condition, since: int) -> None:
    found = condition(KIND, LAG, signs, NOW)
    assert (found.condition, found.since) == (expected, since)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (FindingRule.FLAT, Condition.FLAT),
        (FindingRule.IMPOSSIBLE, Condition.IMPOSSIBLE),
        (FindingRule.UNIT_JUMP, Condition.IMPOSSIBLE),
        (FindingRule.DRIFT, Condition.DRIFT),
        (FindingRule.RESIDUAL, Condition.ONLINE),  # the city is unusual, not the device
        (FindingRule.STALE, Condition.ONLINE),  # silence is judged by the kind's own period
    ],
)
def test_what_was_found_in_its_values(rule: FindingRule, expected: Condition) -> None:
    assert condition(KIND, LAG, Signs(ONLINE, NOW, NOW, findings=(odd(rule),)), NOW).condition is (
        expected
    )


def test_the_gravest_is_told() -> None:
    found = (odd(FindingRule.DRIFT), odd(FindingRule.FLAT), odd(FindingRule.IMPOSSIBLE))
    low = status(DeviceState.ONLINE, 0, "", 0.05)
    told = condition(KIND, LAG, Signs(low, NOW, NOW, findings=found), NOW)
    assert told.condition is Condition.IMPOSSIBLE
    # A value that stopped at a flat line is silent first of all.
    lost = condition(KIND, LAG, Signs(low, NOW, NOW - HOUR, findings=found), NOW)
    assert lost.condition is Condition.LOST
    fault = Signs(status(DeviceState.FAULT), NOW - HOUR, 0, line=None, cut=NOW, findings=found)
    assert condition(KIND, LAG, fault, NOW).condition is Condition.FAULT


def test_a_kind_that_speaks_on_events_is_never_late() -> None:
    quiet = Signs(None, NOW - HOUR, NOW - HOUR)
    assert condition(EVENTS, 0, quiet, NOW).condition is Condition.ONLINE
    gone = Signs(None, NOW - 3 * HOUR, NOW - 3 * HOUR)
    assert condition(EVENTS, 0, gone, NOW).condition is Condition.LOST
