"""One earthquake of several sources: those that lie close in time, place and size are one.

A source's own name for an event holds first. Reports of different sources are one earthquake within
60 s, 100 km and one magnitude: an early warning is revised by more than two bulletins differ. What
is training is never merged with what is not.
"""

from collections import OrderedDict
from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.formats._quake_report import Report
from app.formats._track import distance

WINDOW_MS = 60_000
WINDOW_KM = 100.0
WINDOW_M = 1.0
MOST_EVENTS = 5_000


class Quake(msgspec.Struct):
    """An earthquake: what each source said last, by source, under one id."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    reports: dict[str, Report]
    names: set[tuple[str, str]]
    minute: int = 0
    revision: int = 0
    observed: Ms = 0
    shown: bool = False

    def best(self, order: tuple[str, ...]) -> Report | None:
        """The report that is believed: of the first source in the order; None where all of them
        took it back."""
        said = [report for report in self.reports.values() if not report.cancelled]
        return min(said, key=lambda report: _rank(report.source, order), default=None)


class Merger:
    """The earthquakes of the last days, the oldest forgotten first."""

    def __init__(self) -> None:
        self._quakes: OrderedDict[str, Quake] = OrderedDict()
        self._named: dict[tuple[str, str], str] = {}
        self._minutes: dict[int, set[str]] = {}

    def take(self, report: Report) -> Quake | None:
        """The earthquake that a report is about, with it; None where it says nothing new."""
        known = self._named.get((report.source, report.event))
        quake = self._quakes[known] if known is not None else self._near(report)
        if quake is None:
            quake = self._new(report)
        self._named[report.source, report.event] = quake.id
        quake.names.add((report.source, report.event))
        held = quake.reports.get(report.source)
        if held is not None:
            older = (report.reported, report.number) < (held.reported, held.number)
            if report == held or (older and not report.cancelled):
                return None
        quake.reports[report.source] = report
        quake.observed = max(quake.observed, report.reported)
        return quake

    def _new(self, report: Report) -> Quake:
        id_ = f"quake:{report.source}:{report.event}"
        minute = report.origin // WINDOW_MS
        quake = Quake(id_, {}, set(), minute)
        self._quakes[id_] = quake
        self._minutes.setdefault(minute, set()).add(id_)
        if len(self._quakes) > MOST_EVENTS:
            self._forget(self._quakes.popitem(last=False)[1])
        return quake

    def _forget(self, quake: Quake) -> None:
        at = self._minutes[quake.minute]
        at.discard(quake.id)
        if not at:
            del self._minutes[quake.minute]
        for name in quake.names:
            del self._named[name]

    def _near(self, report: Report) -> Quake | None:
        """The closest in place of those that may be the same; a source that has named another
        event there means another."""
        minute = report.origin // WINDOW_MS
        found: list[tuple[float, Quake]] = []
        for near in (minute - 1, minute, minute + 1):
            for id_ in self._minutes.get(near, ()):
                quake = self._quakes[id_]
                if report.source in quake.reports:
                    continue
                apart = [_apart(one, report) for one in quake.reports.values()]
                found += [(km, quake) for km in apart if km is not None]
        return min(found, key=lambda item: item[0])[1] if found else None


def _apart(one: Report, other: Report) -> float | None:
    """Kilometres between two reports that may be of one earthquake, else None."""
    if one.training is not other.training or abs(one.origin - other.origin) > WINDOW_MS:
        return None
    if abs(one.magnitude - other.magnitude) > WINDOW_M:
        return None
    km = distance(one.lon, one.lat, other.lon, other.lat) / 1000
    return km if km <= WINDOW_KM else None


def _rank(source: str, order: tuple[str, ...]) -> int:
    return order.index(source) if source in order else len(order)
