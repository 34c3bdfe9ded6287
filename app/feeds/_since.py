"""Only what is new: the moment from which a source is asked, and how it wants to be told."""

from datetime import datetime
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from app.core.clock import iso
from app.core.model import Backlog, Ms
from app.core.privacy import Privacy
from app.options import bad, said


class SinceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`since` of an `http-json` feed's options; {since} and {until} stand in params or body."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    time: Annotated[str, said("iso, epoch_s, epoch_ms or a pattern of strftime")] = "iso"
    zone: Annotated[str, said("of a pattern; of none: the city's")] = ""
    first_s: Annotated[
        float, msgspec.Meta(ge=0, le=366 * 86_400), said("how far back it begins, and goes at most")
    ] = 3600.0
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
        try:
            self._zone = ZoneInfo(options.zone or zone)
            self.text(0)
        except (ValueError, OSError, LookupError) as error:
            raise bad(feed, "options.since", str(error)) from error

    def begin(self, past: Backlog | None) -> None:
        """What the store holds is not asked for again."""
        if not self._last and past is not None:
            self._last = past.heard

    def values(self, now: Ms) -> dict[str, str | int]:
        """What fills the gaps of a poll at this moment."""
        oldest = now - round(self._options.first_s * 1000)
        overlap = round(self._options.overlap_s * 1000)
        since = max(oldest, min(self._last, now) - overlap)  # our own clock may be set back
        return {"since": self.text(since), "until": self.text(now)}

    def polled(self, at: Ms) -> None:
        """All that was there at this moment was taken."""
        self._last = at

    def text(self, moment: Ms) -> str | int:
        """A moment as the source wants it."""
        form = self._options.time
        if form == "iso":
            return iso(moment)
        if form == "epoch_ms":
            return moment
        if form == "epoch_s":
            return moment // 1000
        return datetime.fromtimestamp(moment / 1000, self._zone).strftime(form)
