"""Times of Chinese field protocols: digits without an offset, always Beijing's."""

from datetime import datetime, timedelta

from app.core.clock import from_datetime
from app.core.model import Ms

_OFFSET = timedelta(hours=8)


def beijing(digits: str) -> Ms | None:
    """YYYYMMDDhhmmss; what follows (milliseconds) is left out. None for what is no time from 2000
    to 2099."""
    head = digits[:14]
    if len(head) < 14 or not head.isascii() or not head.isdigit():
        return None
    try:
        moment = datetime.strptime(head + "+0000", "%Y%m%d%H%M%S%z") - _OFFSET
    except (ValueError, OverflowError):
        return None
    return from_datetime(moment) if 2000 <= moment.year < 2100 else None
