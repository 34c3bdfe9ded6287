"""Where moving things came from: the last places of each, bounded in number and in things.

Columns in, columns out; what a thing was is found by its id. A place that cannot be right is not
taken and breaks the trail, as silence does: nothing is drawn through where nobody saw it.
"""

from typing import Any

import numpy as np

from app.core.catalog import MINUTE
from app.core.model import Ms
from app.gis.content import Flags, Floats, Moments, Starts

Objects = np.ndarray[Any, np.dtype[np.object_]]
Indices = np.ndarray[Any, np.dtype[np.int64]]

GAP_MS = 5 * MINUTE
"""After so long without a place nobody knows the way."""
NEAR_DEG = 5e-5
"""Nearer than this to the last place (5 m) is standing still."""


class Trails:
    """The last `length` places of up to `most` things; where there are more, those that were seen
    longest ago are forgotten. Places are WGS-84 degrees, moments ms UTC. For one thread."""

    def __init__(self, length: int = 24, most: int = 60_000) -> None:
        self._length, self._most = length, most
        self._slots: dict[str, int] = {}
        self._known: Objects = np.empty(0, object)  # the ids that `_where` was found for
        self._where: Indices = np.empty(0, np.int64)
        self._free: list[int] = []
        self._ids: Objects = np.empty(0, object)
        self._lon: Floats = np.empty((0, length))
        self._lat: Floats = np.empty((0, length))
        self._seen: Moments = np.empty(0, np.int64)
        self._head: Indices = np.empty(0, np.int64)
        self._count: Indices = np.empty(0, np.int64)
        self._broken: Flags = np.empty(0, np.bool_)
        self._grow(min(1024, most))

    def __len__(self) -> int:
        return len(self._slots)

    def update(
        self,
        ids: Objects,
        lon: Floats,
        lat: Floats,
        observed: Moments,
        suspect: Flags | None = None,
    ) -> None:
        """The newest place of each thing; what is not newer than what is known is left out. An id
        may stand there once."""
        if len(ids) > self._most:
            newest = np.sort(np.argpartition(observed, len(ids) - self._most)[-self._most :])
            ids, lon, lat, observed = ids[newest], lon[newest], lat[newest], observed[newest]
            suspect = None if suspect is None else suspect[newest]
        where = self._find(ids)
        fresh = observed > self._seen[where]
        good = np.isfinite(lon) & np.isfinite(lat)
        if suspect is not None:
            good &= ~suspect
        self._broken[where[fresh & ~good]] = True
        silent = observed - self._seen[where] > GAP_MS
        self._broken[where[fresh & silent & (self._count[where] > 0)]] = True
        self._seen[where] = np.where(fresh, observed, self._seen[where])
        taken = fresh & good & (self._broken[where] | self._moved(where, lon, lat))
        slots = where[taken]
        cut = slots[self._broken[slots] & (self._count[slots] > 0)]
        self._append(cut, np.full(len(cut), np.nan), np.full(len(cut), np.nan))
        self._broken[slots] = False
        self._append(slots, lon[taken], lat[taken])

    def columns(self, ids: Objects) -> tuple[Floats, Floats, Starts]:
        """The trails of these things one after the other, oldest place first (NaN where one is
        broken), and where each begins (n+1)."""
        where = self._look(ids)
        count = np.where(where >= 0, self._count[where], 0)
        start = np.zeros(len(ids) + 1, np.int64)
        np.cumsum(count, out=start[1:])
        slot = np.repeat(where, count)
        place = np.arange(start[-1]) - np.repeat(start[:-1], count)
        column = (self._head[slot] - self._count[slot] + 1 + place) % self._length
        return self._lon[slot, column], self._lat[slot, column], start.astype(np.uint32)

    def forget(self, before: Ms) -> None:
        """Let go of what was not seen since a moment."""
        self._drop(np.flatnonzero((self._seen > 0) & (self._seen < before)))

    def _moved(self, where: Indices, lon: Floats, lat: Floats) -> Flags:
        head = self._head[where]
        with np.errstate(invalid="ignore"):
            near = (np.abs(self._lon[where, head] - lon) < NEAR_DEG) & (
                np.abs(self._lat[where, head] - lat) < NEAR_DEG
            )
        return np.asarray(~near | (self._count[where] == 0))

    def _append(self, slots: Indices, lon: Floats, lat: Floats) -> None:
        head = (self._head[slots] + 1) % self._length
        self._lon[slots, head], self._lat[slots, head] = lon, lat
        self._head[slots] = head
        self._count[slots] = np.minimum(self._count[slots] + 1, self._length)

    def _look(self, ids: Objects) -> Indices:
        """The slots of ids; -1 where one is not known."""
        if ids is self._known:
            return self._where
        get = self._slots.get
        return np.fromiter((get(id_, -1) for id_ in ids), np.int64, len(ids))

    def _find(self, ids: Objects) -> Indices:
        """The slots of ids, with new ones for those that are not known."""
        where = self._look(ids)
        new = np.flatnonzero(where < 0)
        if len(new):
            self._make_room(len(new), set(where[where >= 0].tolist()))
            for index, slot in zip(new.tolist(), self._free[-len(new) :], strict=True):
                self._slots[ids[index]] = slot
                self._ids[slot] = ids[index]
                where[index] = slot
            del self._free[-len(new) :]
        self._known, self._where = ids, where
        return where

    def _make_room(self, wanted: int, kept: set[int]) -> None:
        over = len(self._slots) + wanted - self._most
        if over > 0:
            idle = np.array([slot for slot in self._slots.values() if slot not in kept], np.int64)
            self._drop(idle[np.argsort(self._seen[idle], kind="stable")[:over]])
        while len(self._free) < wanted:
            self._grow(min(2 * len(self._ids), self._most))

    def _drop(self, slots: Indices) -> None:
        for slot in slots.tolist():
            del self._slots[self._ids[slot]]
            self._free.append(slot)
        self._ids[slots] = None
        self._seen[slots] = self._count[slots] = 0
        self._broken[slots] = False
        self._known = np.empty(0, object)

    def _grow(self, size: int) -> None:
        """Room for so many things; what is there stays."""
        held, more = len(self._ids), size - len(self._ids)
        nowhere = np.full((more, self._length), np.nan)
        none = np.zeros(more, np.int64)
        self._ids = np.concatenate([self._ids, np.empty(more, object)])
        self._lon = np.concatenate([self._lon, nowhere])
        self._lat = np.concatenate([self._lat, nowhere])
        self._seen = np.concatenate([self._seen, none])
        self._head = np.concatenate([self._head, none])
        self._count = np.concatenate([self._count, none])
        self._broken = np.concatenate([self._broken, np.zeros(more, np.bool_)])
        self._free += range(held, size)
