"""A moment of the past as an officer writes it for a map."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.message import Refusal, message
from app.core.model import Ms

NOW = "now"
PATTERN = r"^(now|-[0-9]{1,5}|([0-9]{4}-[0-9]{2}-[0-9]{2}T)?[0-9]{2}:[0-9]{2}(:[0-9]{2})?)$"


def moment_of(text: str, zone: str, now: Ms) -> Ms:
    """`now` is 0; `-90` is so many minutes ago; `14:00` the last time it was that, and
    `2026-07-17T14:00` that day, in the city's zone. Raises Refusal for the future and for times
    that no clock shows."""
    if text == NOW:
        return 0
    if text.startswith("-"):
        return now - int(text[1:]) * 60_000 or now
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    try:
        if "T" in text:
            found = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        else:
            hour, minute, second = (*map(int, text.split(":")), 0)[:3]
            found = local.replace(hour=hour, minute=minute, second=second, microsecond=0)
    except ValueError as error:
        raise Refusal(message("mapwords.no_time", text=text)) from error
    if found > local and "T" not in text:
        found -= timedelta(days=1)
    if found > local:
        raise Refusal(message("mapwords.future", text=text))
    return round(found.timestamp() * 1000)
