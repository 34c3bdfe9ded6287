"""Times of foreign records: a format and a zone are declared, nothing is guessed.

Where a zone has summer time, a local time may occur twice or not at all (the hours when the clocks
are changed). Of two, `twice` says which is meant; one that no clock ever showed is refused.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.core.model import Ms
from app.formats._map_config import Twice

TimeParser = Callable[[Any], Ms]
RECEIVED = "received"

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (local times are subtracted from it)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_DIGITS = {
    **{"Y": "{4}", "m": "{2}", "d": "{2}"},
    **{"H": "{2}", "M": "{2}", "S": "{2}", "f": "{1,6}"},
}
_ORDER = "YmdHMSf"
_REMEMBERED = 256


class TimeFormatError(ValueError):
    """A format or zone that cannot be used, or a text that does not follow it."""


class NoSuchTime(TimeFormatError):
    """A local time that does not exist, or exists twice where that is refused."""


def time_parser(form: str, zone: str, twice: Twice = "first") -> TimeParser:
    """A parser to ms UTC for `iso`, `epoch_s`, `epoch_ms` or a strptime pattern; it raises
    ValueError, TypeError or OverflowError.

    A pattern without `%z` needs a zone; an ISO text without an offset needs one too.
    """
    where = _zone(zone)
    if form == "epoch_s":
        return lambda value: round(_number(value) * 1000)
    if form == "epoch_ms":
        return lambda value: round(_number(value))
    to_utc = _Clock(where, twice)
    if form == "iso":
        return _remembering(lambda text: to_utc(datetime.fromisoformat(text)))
    if "%" not in form:
        raise TimeFormatError(f"{form!r} is not iso, epoch_s, epoch_ms, received or a pattern")
    if "%z" not in form and where is None:
        raise TimeFormatError(f"{form!r} has no offset: state the zone, such as Asia/Shanghai")
    read = _pattern(form)
    return _remembering(lambda text: to_utc(read(text)))


def _remembering(parse: Callable[[str], Ms]) -> TimeParser:
    """The records of one payload mostly bear the same few times."""
    known: dict[str, Ms] = {}

    def moment(value: Any) -> Ms:
        text = value if type(value) is str else str(value)
        found = known.get(text)
        if found is None:
            found = parse(text.strip())
            if len(known) >= _REMEMBERED:
                known.clear()
            known[text] = found
        return found

    return moment


def _pattern(form: str) -> Callable[[str], datetime]:
    """strptime, and before it what is ten times as fast: a pattern of fixed widths."""
    order, expression, at = [], "", 0
    while at < len(form):
        letter = form[at + 1 : at + 2] if form[at] == "%" else ""
        if not letter:
            expression += re.escape(form[at])
        elif letter in _DIGITS and letter not in order:
            order.append(letter)
            expression += f"([0-9]{_DIGITS[letter]})"
        else:
            return lambda text: datetime.strptime(text, form)  # noqa: DTZ007
        at += 2 if letter else 1
    if not {"Y", "m", "d"} <= set(order):
        return lambda text: datetime.strptime(text, form)  # noqa: DTZ007
    fixed = re.compile(expression).fullmatch
    places = [order.index(letter) + 1 for letter in _ORDER if letter in order]
    if sorted(order, key=_ORDER.index) != list(_ORDER)[: len(order)]:
        return lambda text: datetime.strptime(text, form)  # noqa: DTZ007
    whole = "f" not in order

    def read(text: str) -> datetime:
        found = fixed(text)
        if found is None:
            return datetime.strptime(text, form)  # noqa: DTZ007
        numbers = found.group(*places)
        if not whole:
            numbers = (*numbers[:-1], numbers[-1].ljust(6, "0"))
        return datetime(*map(int, numbers))  # type: ignore[arg-type]  # noqa: DTZ001

    return read


class _Clock:
    """Local times of a zone to ms UTC."""

    def __init__(self, zone: ZoneInfo | None, twice: Twice) -> None:
        self._zone = zone
        self._twice = twice

    def __call__(self, moment: datetime) -> Ms:
        if moment.tzinfo is not None:
            return (moment - _EPOCH_UTC) // _MS
        if self._zone is None:
            raise TimeFormatError("a time without offset, and no zone is declared")
        return (moment - _EPOCH - self._offset(moment.replace(tzinfo=self._zone))) // _MS

    def _offset(self, moment: datetime) -> timedelta:
        first, second = moment.utcoffset(), moment.replace(fold=1).utcoffset()
        assert first is not None
        assert second is not None
        if first == second:
            return first
        if first < second:
            raise NoSuchTime("the clocks were put forward over this time")
        if self._twice == "refuse":
            raise NoSuchTime("the clocks were put back over this time: it came twice")
        return first if self._twice == "first" else second


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
