"""The condition of one device now, from what it said, what was found in its values, and silence.

Silence is measured against what the device's kind may be silent for, and only while its line
stands: behind a cut line nobody can say how a device is.
"""

from typing import ClassVar

import msgspec

from app.core.catalog import MINUTE, SECOND
from app.core.condition import Condition, DeviceCondition
from app.core.directory import DeviceKind
from app.core.finding import Finding, FindingRule
from app.core.freshness import LATE_AFTER_PERIODS
from app.core.message import Message, message
from app.core.model import DeviceState, DeviceStatus, Ms
from app.core.privacy import Privacy
from app.core.wording import number

LOW_BATTERY = 0.15
"""Of a full charge: below it somebody should go there within weeks."""
REFUSED_FOR = 60 * MINUTE
"""A value that the gate refused doubts its device for so long, if no good one came after it."""
_RULES = {
    FindingRule.IMPOSSIBLE: Condition.IMPOSSIBLE,
    FindingRule.SPIKE: Condition.IMPOSSIBLE,
    FindingRule.UNIT_JUMP: Condition.IMPOSSIBLE,
    FindingRule.FLAT: Condition.FLAT,
    FindingRule.DRIFT: Condition.DRIFT,
}


class Signs(msgspec.Struct, frozen=True):
    """What is known of a device at a moment. `heard` is when it was last heard of at all (0:
    never), `value_at` the moment of its newest value (0: none); `line` is since when its feed's
    line stands, None while it does not; `cut` since when it does not. `excused` says that silence
    is told already: by work that was planned, or by a cause common to its feed and others."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    status: DeviceStatus | None = None
    heard: Ms = 0
    value_at: Ms = 0
    line: Ms | None = 0
    cut: Ms = 0
    excused: bool = False
    findings: tuple[Finding, ...] = ()
    refused: Ms = 0  # when the gate last refused a value as impossible


def condition(kind: DeviceKind, lag_ms: int, signs: Signs, now: Ms) -> DeviceCondition:
    """The gravest of what holds; `lag_ms` is the usual lag of the kind's values."""
    status = signs.status
    if not signs.heard:
        return _told(Condition.UNKNOWN, 0)
    said = _said(status)
    if said is not None and said.condition is Condition.FAULT:
        return said
    if signs.line is None:
        return _told(Condition.UNREACHABLE, signs.cut or signs.heard)
    if said is not None:  # offline, by its platform's word
        return said
    silent = silence(kind, lag_ms, signs, now)
    if silent is not None and signs.excused:
        return _told(Condition.UNREACHABLE, silent.since)
    if silent is not None and silent.condition is Condition.LOST:
        return silent
    odd = _odd(signs, now)
    if odd is not None:
        return odd
    if silent is not None:
        return silent
    if status is not None and status.battery is not None and status.battery < LOW_BATTERY:
        left = number(status.battery * 100)
        return _told(Condition.BATTERY, status.observed, left=left)
    return _told(Condition.ONLINE, signs.heard)


def silence(kind: DeviceKind, lag_ms: int, signs: Signs, now: Ms) -> DeviceCondition | None:
    """Late or lost, with the moment at which its next word was due.

    Of a kind that sends values the values count, once any came: a platform may call a device online
    whose values have stopped. After a cut every device has its time again to be heard.
    """
    sends = bool(kind.quantity) and signs.value_at > 0
    last = signs.value_at if sends else signs.heard
    since = max(last, signs.line or 0)
    period = kind.period_seconds * SECOND
    late, lost = LATE_AFTER_PERIODS * period + lag_ms, kind.offline_after_s * SECOND
    quiet = now - since
    minutes = {"minutes": number((now - last) / MINUTE), "period": number(period / MINUTE, 1)}
    if lost and quiet > lost:
        return _told(Condition.LOST, last, **minutes)
    if period and quiet > late:
        return _told(Condition.LATE, last + period, **minutes)
    return None


def _said(status: DeviceStatus | None) -> DeviceCondition | None:
    """What the device or its platform says against it."""
    if status is None:
        return None
    if status.state is DeviceState.FAULT:
        if status.fault:
            return _told(Condition.FAULT, status.observed, "fault_mode", fault=status.fault)
        return _told(Condition.FAULT, status.observed)
    if status.state is DeviceState.OFFLINE:
        return _told(Condition.LOST, status.observed, "offline")
    return None


def _odd(signs: Signs, now: Ms) -> DeviceCondition | None:
    found = [
        DeviceCondition(_RULES[item.rule], item.since, item.why)
        for item in signs.findings
        if item.rule in _RULES and item.until is None
    ]
    refused = signs.refused
    if refused and refused >= signs.value_at and now - refused <= REFUSED_FOR:
        found.append(_told(Condition.IMPOSSIBLE, refused, "refused"))
    return min(found, key=lambda item: (item.condition.rank, item.since), default=None)


def _told(what: Condition, since: Ms, word: str = "", **args: str) -> DeviceCondition:
    why: Message = message(f"device.why.{word or what.value}", **args)
    return DeviceCondition(what, since, why)
