"""用户水印: who looks, lightly over the pictures of cameras. Read it; only commands write it.

A change is published as `Kind.SEAT` with the key `video-mark`.
"""

from zoneinfo import ZoneInfo

from app.core.clock import to_datetime
from app.core.model import Ms
from app.core.video_rules import Watermark

MARK = "video-mark"


class Mark:
    """`rules` are the city's; `on` is what was asked for here until the program ends."""

    def __init__(self) -> None:
        self.rules = Watermark()
        self.on = False

    def required(self, kind: str) -> bool:
        """Whether the city's files say that a kind of seat always wears it."""
        return kind in self.rules.seats

    def worn(self, kind: str) -> bool:
        """Whether the windows of a kind of seat (hall, desk, cockpit) wear it now."""
        return self.on or self.required(kind)


def mark_text(person: str, seat: str, at: Ms, zone: str) -> str:
    """Work number, seat and the minute in the city's zone: what leads from a photograph to the
    audit."""
    moment = to_datetime(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    return " ".join(part for part in (person, seat, moment) if part)
