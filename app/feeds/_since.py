"""Only what is new: the moment from which a source is asked, and how it wants to be told."""

from typing import Annotated, ClassVar

import msgspec

from app.core.catalog import HOUR
from app.core.model import Backlog, Ms
from app.core.privacy import Privacy
from app.feeds._time_text import FORMS, TimeText
from app.options import said


class SinceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`since` of a feed's options: what fills the gaps {since} and {until} of its requests."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    time: Annotated[str, said(FORMS)] = "iso"
    zone: Annotated[str, said("of a pattern; of none: the city's")] = ""
    history_hours: Annotated[
        float, msgspec.Meta(ge=0, le=366 * 24), said("how far back it begins, and goes at most")
    ] = 1.0
    overlap_s: Annotated[
        float, msgspec.Meta(ge=0, le=30 * 86_400), said("asked for again: what came late there")
    ] = 120.0


class Since:
    """Kept between polls and connections: the last good poll, or what the store was last told.

    The moment is that of our own clock at the poll, less the overlap, and not the newest record's:
    a record with a wrong clock would hide all that comes after it.
    """

    def __init__(self, feed: str, options: SinceOptions, zone: str) -> None:
        self._options = options
        self._last: Ms = 0
        self._text = TimeText(feed, "options.since", "time", options.time, options.zone or zone)

    def begin(self, past: Backlog | None) -> None:
        """What the store holds is not asked for again."""
        if not self._last and past is not None:
            self._last = past.heard

    def values(self, now: Ms) -> dict[str, str | int]:
        """What fills the gaps of a poll at this moment."""
        oldest = now - round(self._options.history_hours * HOUR)
        overlap = round(self._options.overlap_s * 1000)
        since = max(oldest, min(self._last, now) - overlap)  # our own clock may be set back
        return {"since": self._text(since), "until": self._text(now)}

    def polled(self, at: Ms) -> None:
        """All that was there at this moment was taken."""
        self._last = at
