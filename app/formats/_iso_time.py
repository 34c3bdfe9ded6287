"""Times of foreign records in ISO 8601, as standards of our century demand them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.clock import from_datetime
from app.core.model import Ms

EARLIEST: Ms = 946_684_800_000
LATEST: Ms = 4_102_444_800_000
"""From 2000 on, and before 2100: what is outside was not meant."""


def iso_time(text: str, zone: ZoneInfo | None = None) -> Ms | None:
    """A time with its offset, or without one in `zone`; None for what is none between EARLIEST and
    LATEST, or has no offset where there is no zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            if zone is None:
                return None
            moment = moment.replace(tzinfo=zone)
        at = from_datetime(moment)
    except (ValueError, OverflowError):
        return None
    return at if EARLIEST <= at < LATEST else None
