"""All alarms of the city by day; who gives them: issued.py, hints.py, limits.py, targets.py."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

import msgspec

from app.core.catalog import DAY, HOUR
from app.core.model import Ms, Warning, WarningState
from app.core.privacy import Privacy
from app.sim.calendar import Calendar

KEPT_DAYS = 8
LONGEST_DAYS = 2
"""No alarm of the simulator lives longer than this after the day it began."""


class Track(msgspec.Struct, frozen=True):
    """One alarm from its first word to its end: its states in the order they were told."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    steps: tuple[Warning, ...]

    def at(self, moment: Ms) -> Warning | None:
        """The state told last by a moment; None before the first and after the end."""
        told = None
        for step in self.steps:
            if step.observed > moment:
                break
            told = step
        return told if told is not None and told.state is not WarningState.CANCELLED else None


Source = Callable[[int], list[Track]]
"""The alarms that begin on a local day; what takes long is divided among several sources."""


class Alarms:
    """The alarms of several sources."""

    def __init__(self, calendar: Calendar, sources: Sequence[Source]) -> None:
        self._calendar = calendar
        self._sources = sources
        self._days: dict[int, list[Track]] = {}

    def active(self, at: Ms) -> list[Warning]:
        """What is in force at a moment."""
        found = (track.at(at) for track in self._tracks(at - LONGEST_DAYS * DAY, at))
        return [warning for warning in found if warning is not None]

    def between(self, since: Ms, until: Ms) -> list[Warning]:
        """What is told in (since, until], in order."""
        told = [
            step
            for track in self._tracks(since - LONGEST_DAYS * DAY, until)
            for step in track.steps
            if since < step.observed <= until
        ]
        return sorted(told, key=lambda step: (step.observed, step.id))

    def prepare(self, at: Ms) -> Iterator[None]:
        """Work out what a moment needs in steps, so that a loop can do something else between."""
        for day in self._days_of(at - LONGEST_DAYS * DAY, at):
            if day in self._days:
                continue
            tracks: list[Track] = []
            for source in self._sources:
                tracks.extend(source(day))
                yield
            self._keep(day, tracks)

    def _days_of(self, since: Ms, until: Ms) -> range:
        # An alarm of the next local day may be told up to an hour before midnight.
        return range(self._calendar.day(since), self._calendar.day(until + HOUR) + 1)

    def _tracks(self, since: Ms, until: Ms) -> list[Track]:
        return [track for day in self._days_of(since, until) for track in self._day(day)]

    def _day(self, day: int) -> list[Track]:
        if day not in self._days:
            self._keep(day, [track for source in self._sources for track in source(day)])
        return self._days[day]

    def _keep(self, day: int, tracks: list[Track]) -> None:
        while len(self._days) >= KEPT_DAYS:
            del self._days[min(self._days)]
        self._days[day] = tracks


def cancelled(warning: Warning, at: Ms) -> Warning:
    """The last word on an alarm."""
    return msgspec.structs.replace(
        warning, state=WarningState.CANCELLED, observed=at, revision=warning.revision + 1
    )
