"""Values of foreign libraries as plain JSON has them."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

_DEEPEST = 64


def plain(value: Any, zone: ZoneInfo | None, depth: int = 0) -> Any:
    """A value of a column or a SOAP answer. Times are ISO 8601: those with a zone in UTC, those
    without get `zone`, or stay without where there is none. Decimals become numbers, spans of time
    seconds; bytes and what is no number are None; any other type is its text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=zone) if value.tzinfo is None and zone else value
        return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | bytearray | memoryview) or depth > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {str(key): plain(inner, zone, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner, zone, depth + 1) for inner in value]
    return str(value)


def _number(value: int | float | Decimal) -> float | None:
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return None
    return number if math.isfinite(number) else None
