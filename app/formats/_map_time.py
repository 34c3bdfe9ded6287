"""Times of foreign records: a format and a zone are declared, nothing is guessed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.core.clock import from_datetime
from app.core.model import Ms

TimeParser = Callable[[Any], Ms]
RECEIVED = "received"


class TimeFormatError(ValueError):
    """A format or zone that cannot be used, or a text that does not follow it."""


def time_parser(form: str, zone: str) -> TimeParser:
    """A parser to ms UTC for `iso`, `epoch_s`, `epoch_ms` or a strptime pattern.

    A pattern without `%z` needs a zone; an ISO text without an offset needs one too.
    """
    where = _zone(zone)
    if form == "epoch_s":
        return lambda value: round(_number(value) * 1000)
    if form == "epoch_ms":
        return lambda value: round(_number(value))
    if form == "iso":
        return lambda value: _aware(_iso(value), where)
    if "%" not in form:
        raise TimeFormatError(f"{form!r} is not iso, epoch_s, epoch_ms, received or a pattern")
    if "%z" not in form and where is None:
        raise TimeFormatError(f"{form!r} has no offset: state the zone, such as Asia/Shanghai")
    return lambda value: _aware(datetime.strptime(str(value).strip(), form), where)  # noqa: DTZ007


def _zone(zone: str) -> ZoneInfo | None:
    if not zone:
        return None
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeFormatError(f"no such zone: {zone}") from error


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TimeFormatError("a time is no truth value")
    return float(value)


def _iso(value: Any) -> datetime:
    return datetime.fromisoformat(str(value).strip())


def _aware(moment: datetime, where: ZoneInfo | None) -> Ms:
    if moment.tzinfo is None:
        if where is None:
            raise TimeFormatError("a time without offset, and no zone is declared")
        moment = moment.replace(tzinfo=where)
    return from_datetime(moment)
