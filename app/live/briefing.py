"""What is said of the city in words, for whoever shows it; a part of the picture."""

from app.core.decision import Release
from app.live.fact import Fact
from app.live.headline import Headline


class Briefing:
    """Read it; only `Briefer` and the command `release-fact` write it. A change is published as
    `Kind.BRIEFING`."""

    def __init__(self) -> None:
        self.headline: Headline | None = None
        self.facts: tuple[Fact, ...] = ()
        self.released: dict[str, Release] = {}  # by the fact's id: the last one

    def fact(self, id_: str) -> Fact | None:
        """The fact of an id as it is said now."""
        return next((fact for fact in self.facts if fact.id == id_), None)

    def release_of(self, fact: Fact) -> Release | None:
        """Who released this very sentence; None while it waits."""
        found = self.released.get(fact.id)
        return found if found is not None and found.digest == fact.digest else None
