"""One earthquake of several sources: those that lie close in time, place and size are one.

A source's own name for an event holds first. Reports of different sources are one earthquake within
60 s, 100 km and one magnitude: an early warning is revised by more than two bulletins differ. What
is training is never merged with what is not. What was shown can be taken out and, after a restart,
be put back, so that another source then revises it and does not make a second one.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Annotated, ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.formats._quake_report import SOURCES, Moment, Report
from app.formats._track import distance

WINDOW_MS = 60_000
WINDOW_KM = 100.0
WINDOW_M = 1.0
MOST_EVENTS = 5_000
MOST_KEPT = 500
"""Earthquakes that outlive a restart, the newest."""


class Quake(msgspec.Struct):
    """An earthquake: what each source said last, by source, under one id. `back` of one that was
    put back and of which nothing was heard since."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reports: Annotated[dict[str, Report], msgspec.Meta(min_length=1)]
    names: set[tuple[str, str]]
    minute: int = 0
    revision: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 0
    observed: Moment = 0
    shown: bool = False
    back: bool = False

    @property
    def origin(self) -> Moment:
        """When it was, by the latest that anyone says."""
        return max(report.origin for report in self.reports.values())

    def holds(self) -> bool:
        """Whether one from a file agrees with itself."""
        return all(
            source == report.source and source in SOURCES and (source, report.event) in self.names
            for source, report in self.reports.items()
        )

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
        """The earthquake that a report is about, with it; None where it says nothing new. Of one
        that was put back the first report counts, `back` stays where it says nothing new."""
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
                return quake if quake.back else None
        quake.back = False
        quake.reports[report.source] = report
        quake.observed = max(quake.observed, report.reported)
        return quake

    def told(self, since: Ms) -> list[Quake]:
        """Those that were shown, also where they were taken back; without those before `since`."""
        told = [one for one in self._quakes.values() if one.revision and one.origin > since]
        return told[-MOST_KEPT:]

    def put_back(self, quakes: Iterable[Quake], since: Ms) -> None:
        """Know again what `told` gave another merger; what came meanwhile holds."""
        for quake in quakes:
            known = quake.id in self._quakes or not self._named.keys().isdisjoint(quake.names)
            if known or quake.origin <= since:
                continue
            quake.back = True
            self._add(quake)
            self._named.update(dict.fromkeys(quake.names, quake.id))

    def _new(self, report: Report) -> Quake:
        id_ = f"quake:{report.source}:{report.event}"
        quake = Quake(id_, {}, set(), report.origin // WINDOW_MS)
        self._add(quake)
        return quake

    def _add(self, quake: Quake) -> None:
        self._quakes[quake.id] = quake
        self._minutes.setdefault(quake.minute, set()).add(quake.id)
        if len(self._quakes) > MOST_EVENTS:
            self._forget(self._quakes.popitem(last=False)[1])

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
