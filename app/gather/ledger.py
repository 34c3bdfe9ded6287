"""The newest of everything by source: what a seat that comes is told, and what is news to others.

The picture keeps one value per key whoever brought it; a seat has to decide that itself, by the
priorities of its own city, so here each source stands alone.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from app.core.health import FeedHealth
from app.core.model import (
    DeviceStatus,
    Event,
    Held,
    Matter,
    Ms,
    Position,
    Reading,
    Sourced,
    Stock,
    Warning,
)
from app.live.batch import Batch, PositionColumns, supersedes
from app.live.picture import KEPT_MS, stands
from app.serving.told import Part, Told
from app.serving.topics import Topics

PART = 2000
"""Records in one frame of what is new; about a quarter of a megabyte."""
_LISTS: dict[type, str] = {
    Event: "events",
    Warning: "warnings",
    DeviceStatus: "devices",
    Stock: "stocks",
}
_Key = tuple[type, str]


class Ledger:
    """Of the sources given; filled from the store, then by batches."""

    def __init__(
        self, sources: Iterable[str], held: Iterable[Held], matters: Iterable[Sourced]
    ) -> None:
        self.readings: dict[str, dict[str, Reading]] = {source: {} for source in sources}
        self.matters: dict[str, dict[_Key, Matter]] = {source: {} for source in self.readings}
        self.columns: dict[tuple[str, str], PositionColumns] = {}
        self.rows: dict[str, FeedHealth] = {}
        self._stated: set[str] = set()  # sources that said what of them is open
        for item in held:
            if item.source in self.readings:
                self._reading(item.source, item.reading)
        for sourced in matters:
            if sourced.source in self.matters:
                self._matter(sourced.source, sourced.record)

    def take(self, batch: Batch) -> list[Part]:
        """Take a batch; gives what seats are to be told, in parts of one source each."""
        parts: list[Part] = []
        readings: dict[str, list[Reading]] = {}
        for segment in batch.log:
            readings.setdefault(segment.source, []).extend(segment.readings)
        for source, latest in batch.latest.items():
            for reading in latest.values():
                self._reading(source, reading)
        matters: dict[str, list[Matter]] = {}
        for sourced in batch.records:
            matters.setdefault(sourced.source, []).append(sourced.record)
            self._matter(sourced.source, sourced.record)
        for source, records in matters.items():
            parts += [Part(_told(some), source) for some in _cut(records)]
        for source, told in readings.items():
            parts += [Part(Told(readings=some), source) for some in _cut(told)]
        for (source, layer), columns in batch.positions.items():
            moved = changed_rows(self.columns.get((source, layer)), columns)
            self.columns[source, layer] = columns
            found = list(positions(columns, moved))
            parts += [Part(Told(positions=some), source) for some in _cut(found)]
        for source, standing in batch.open.items():
            # What came after the list in the same batch is told before it, so it is named too.
            since = {
                sourced.record.id
                for sourced in batch.records
                if sourced.source == source and sourced.received >= standing.at
            }
            self._stated.add(source)
            self._end_missing(source, standing.ids | since)
            parts.append(Part(Told(), source, tuple(standing.ids | since)))
        self.rows.update(batch.health)
        return parts

    def newest(self, topics: Topics, part: int) -> Iterator[Part]:
        """How everything wanted stands, in parts of at most so many records; alarms first."""
        for source, table in list(self.matters.items()):
            records = sorted(table.values(), key=lambda record: not isinstance(record, Warning))
            for some in _cut(records, part):
                yield Part(_told(some), source).chosen(topics)
            health = self.rows.get(source)
            if source in self._stated and health is not None and health.connected:
                ids = tuple(record.id for record in records if stands(record))
                yield Part(Told(), source, ids).chosen(topics)
        for (source, _), columns in list(self.columns.items()):
            everything = list(positions(columns, np.arange(len(columns.ids))))
            for moved in _cut(everything, part):
                yield Part(Told(positions=moved), source).chosen(topics)
        for source, held in self.readings.items():
            wanted = [reading for key, reading in held.items() if topics.wants(key)]
            for told in _cut(wanted, part):
                yield Part(Told(readings=told), source)

    def keys(self, topics: Topics) -> list[str]:
        """The keys wanted of which anything is known."""
        found = dict.fromkeys(key for held in self.readings.values() for key in held)
        return [key for key in found if topics.wants(key)]

    def tidy(self, now: Ms) -> None:
        """Let go of events and warnings that were over an hour ago."""
        for table in self.matters.values():
            for key, record in list(table.items()):
                over = key[0] in (Event, Warning) and not stands(record)
                if over and now - record.observed > KEPT_MS:
                    del table[key]

    def _reading(self, source: str, reading: Reading) -> None:
        held = self.readings.setdefault(source, {})
        old = held.get(reading.key)
        if old is None or supersedes(reading, old):
            held[reading.key] = reading

    def _matter(self, source: str, record: Matter) -> None:
        table = self.matters.setdefault(source, {})
        key = (type(record), record.id)
        old = table.get(key)
        if old is None or (record.observed, record.revision) > (old.observed, old.revision):
            table[key] = record

    def _end_missing(self, source: str, ids: frozenset[str]) -> None:
        table = self.matters.get(source, {})
        for key in [key for key in table if key[0] in (Event, Warning) and key[1] not in ids]:
            del table[key]


def changed_rows(old: PositionColumns | None, new: PositionColumns) -> "np.ndarray[Any, Any]":
    """The rows of a layer that moved since an older copy of it; all where the rows are others."""
    everything = np.arange(len(new.ids))
    if old is None or len(old.ids) > len(new.ids):
        return everything
    known = len(old.ids)
    if not np.array_equal(old.ids, new.ids[:known]):
        return everything
    moved = np.flatnonzero(old.observed != new.observed[:known])
    return np.concatenate([moved, everything[known:]])


def positions(columns: PositionColumns, rows: "np.ndarray[Any, Any]") -> Iterator[Position]:
    """Rows of the columns as records again; why a track is suspect is no longer known here."""
    for row in rows.tolist():
        heading, speed = float(columns.heading[row]), float(columns.speed[row])
        yield Position(
            id=columns.ids[row],
            layer=columns.layer,
            lon=float(columns.lon[row]),
            lat=float(columns.lat[row]),
            observed=int(columns.observed[row]),
            heading=None if heading != heading else heading,
            speed=None if speed != speed else speed,
            name=columns.names[row] or "",
            kind=columns.kinds[row] or "",
            expires=int(columns.expires[row]),
            suspect="suspect" if columns.suspect[row] else "",
        )


def _told(records: Iterable[Matter]) -> Told:
    lists: dict[str, list[Any]] = {name: [] for name in _LISTS.values()}
    for record in records:
        lists[_LISTS[type(record)]].append(record)
    return Told(**lists)


def _cut(records: list[Any], part: int = PART) -> Iterator[list[Any]]:
    for first in range(0, len(records), part):
        yield records[first : first + part]
