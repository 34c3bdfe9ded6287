"""Times of Chinese field protocols: digits without an offset, always Beijing's."""

from datetime import datetime, timedelta, timezone

from app.core.clock import from_datetime
from app.core.model import Ms

_BEIJING = timezone(timedelta(hours=8))
_ENDS = (4, 6, 8, 10, 12, 14)


def beijing(digits: str) -> Ms | None:
    """YYYYMMDDhhmmss; what follows (milliseconds) is left out. None for what is no time from 2000
    to 2099."""
    if len(digits) < 14 or not (digits[:14].isascii() and digits[:14].isdigit()):
        return None
    starts = (0, *_ENDS[:-1])
    numbers = (int(digits[start:end]) for start, end in zip(starts, _ENDS, strict=True))
    year, month, day, hour, minute, second = numbers
    if not 2000 <= year < 2100:
        return None
    try:
        return from_datetime(datetime(year, month, day, hour, minute, second, tzinfo=_BEIJING))
    except ValueError:
        return None
