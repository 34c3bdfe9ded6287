"""A picture of a stream in a row of the board, and what was measured of it."""

from dataclasses import dataclass, field

import msgspec

from app.core.model import Ms
from app.video.board import Rows
from app.video.meter import Facts, Meter
from app.video.tile import Place, Playback

_NEVER = -1


@dataclass(eq=False)
class Shown:
    """One row. `before` is the row's `seq` when an attempt began: what lies there until then is
    the picture of the attempt before."""

    place: Place
    meter: Meter
    before: int = 0
    seen: bool = False  # a picture lies there, if an old one
    facts: Facts = field(default_factory=Facts)
    _arrived: float = 0.0
    _pts: float = 0.0
    _first_pts: float | None = None

    def anew(self, board: Rows, now: float) -> None:
        """Another attempt is ordered: what lies there is not of it."""
        self.before = int(board[self.place.row]["seq"])
        self.facts = Facts()
        self.begin(now)

    def begin(self, now: float) -> None:
        """It is open now, or at another moment of a recording: what was measured says nothing."""
        self.meter, self._first_pts = Meter(now), None

    def look(self, board: Rows, now: float) -> None:
        """Read its row."""
        row = board[self.place.row]
        facts = self.meter.look(row, now)
        fresh = facts.pictures != self.before
        if not fresh:
            self.facts = msgspec.structs.replace(facts, pictures=0)
            return
        self.facts, self.before, self.seen = facts, _NEVER, True
        self._arrived, self._pts = float(row["arrived"]), float(row["pts"])
        if self._first_pts is None:
            self._first_pts = self._pts

    def moment(self, playback: Playback | None, moment: Ms, now: float) -> Ms:
        """When the newest picture was taken, as far as it can be known: when it came, and of a
        recording its own time; 0 where there is none. `now` is monotonic, `moment` the same."""
        if not self.seen:
            return 0
        if playback is not None:
            first = self._pts if self._first_pts is None else self._first_pts
            return playback.begin + round((self._pts - first) * 1000)
        return moment - round((now - self._arrived) * 1000)
