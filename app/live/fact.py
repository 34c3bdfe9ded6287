"""A fact that is told to leaders, and what it rests on: records only, see `app.live.facts`."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.index import Contribution, IndexMove
from app.core.model import AlarmKind, Ms, Warning
from app.core.privacy import Privacy
from app.live.headline import Ground
from app.live.outage import Outage

SEEN = 0.05
"""A contribution that is not 0.0 when it is written."""
NAMED = 2
"""So many contributions are told by name."""


class Rests(StrEnum):
    """What a piece of evidence is."""

    WARNING = "warning"
    READING = "reading"
    INDEX = "index"
    FEED = "feed"


class Evidence(msgspec.Struct, frozen=True):
    """Something a fact rests on, and the moment it is of."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    rests: Rests
    key: str
    at: Ms


class Fact(msgspec.Struct, frozen=True):
    """One fact: a warning as it was, the move of an index, or a cut with what is behind it.

    `id` is `warning:<id>`, `index:<key>` or `outage:<links>`; `at` is when it was pinned, `digest`
    what was said.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    at: Ms
    evidence: tuple[Evidence, ...]
    warning: Warning | None = None
    ground: Ground | None = None
    move: IndexMove | None = None
    outage: Outage | None = None
    digest: str = ""

    @property
    def named(self) -> tuple[Contribution, ...]:
        """The contributions that are told by name: those that made the move, not those against."""
        if self.move is None:
            return ()
        return leading(self.move)

    @property
    def observed(self) -> Ms:
        """The moment that the newest of its evidence is of."""
        return max((item.at for item in self.evidence), default=self.at)

    @property
    def is_target(self) -> bool:
        """A missed target: it wears no warning's shape."""
        return self.warning is not None and self.warning.kind is AlarmKind.TARGET


def leading(move: IndexMove) -> tuple[Contribution, ...]:
    """The largest parts of a move in its own direction."""
    rising = move.amount > 0
    same = [part for part in move.contributions if (part.amount > 0) is rising]
    return tuple(part for part in same[:NAMED] if abs(part.amount) >= SEEN)
