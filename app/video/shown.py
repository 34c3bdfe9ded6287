"""A picture of a stream in a row of the board, and what was measured of it."""

from dataclasses import dataclass, field

import msgspec

from app.core.model import Ms
from app.video.board import Rows, read
from app.video.dating import Dating
from app.video.meter import Facts, Meter
from app.video.tile import Place

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
    pts: float = 0.0
    arrived: float = 0.0

    def anew(self, board: Rows, now: float) -> None:
        """Another attempt is ordered: what lies there is not of it."""
        self.before = int(board[self.place.row]["seq"])
        self.facts = Facts()
        self.begin(now)

    def begin(self, now: float) -> None:
        """It is open now, or at another moment of a recording: what was measured says nothing."""
        self.meter = Meter(now)

    def look(self, board: Rows, now: float) -> None:
        """Read its row."""
        row = read(board[self.place.row])
        facts = self.meter.look(row, now)
        fresh = facts.pictures != self.before
        if not fresh:
            self.facts = msgspec.structs.replace(facts, pictures=0)
            return
        self.facts, self.before, self.seen = facts, _NEVER, True
        self.arrived, self.pts = row.arrived, row.pts

    def moment(self, dating: Dating | None, moment: Ms, now: float) -> Ms:
        """When the newest picture was taken, as far as it can be known: when it came, and of a
        recording its own time by its `dating`; 0 where there is none. `now` is monotonic, `moment`
        the same."""
        if not self.seen:
            return 0
        if dating is not None:
            return dating.moment
        return moment - round((now - self.arrived) * 1000)
