"""The picture as it was: what the store knows of a moment of the past, for maps that look back.

Events, warnings and devices as they stood, and the values that stood, as far as the map asks for
such (indicators by district, devices); positions as they were stored in that minute.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol

from app.city import City
from app.core import keys
from app.core.catalog import HOUR
from app.core.model import Held, Ms, Reading, Sourced, World
from app.live.picture import Picture
from app.live.position_past import unpack
from app.store.positions import Snapshot

log = logging.getLogger(__name__)

KEPT = 3
"""Moments that are remembered: a comparison looks at two."""
_BACK_MS = 48 * HOUR  # a value older than this, or than three of its periods, stood no more
HISTORY = "history"


class PastBook(Protocol):
    """Where the pictures of the past come from."""

    on_ready: list[Callable[[Ms], None]]

    def picture(self, at: Ms) -> Picture | None:
        """The picture of a moment; None while it is read, then `on_ready` is called with it."""
        ...


class Past:
    """Reads pictures out of the store's queries, one at a time; on the main loop."""

    def __init__(self, queries: Callable[[], Any], city: City, world: World) -> None:
        self._queries, self._city, self._world = queries, city, world
        self._pictures: OrderedDict[Ms, Picture] = OrderedDict()
        self._reading: dict[Ms, asyncio.Task[None]] = {}
        self.on_ready: list[Callable[[Ms], None]] = []

    def picture(self, at: Ms) -> Picture | None:
        """See PastBook."""
        found = self._pictures.get(at)
        if found is not None:
            self._pictures.move_to_end(at)
        elif at not in self._reading:
            self._reading[at] = asyncio.create_task(self._read(at), name="map past")
        return found

    async def stop(self) -> None:
        """Read no more."""
        for task in self._reading.values():
            task.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)

    async def _read(self, at: Ms) -> None:
        try:
            queries, as_of = self._queries(), (at, at)
            records = [
                *await queries.events(as_of),
                *await queries.warnings(as_of),
                *await queries.devices(as_of),
            ]
            stood = await queries.standing(self._wanted(at), at)
            moving = await queries.positions(at)
        finally:
            del self._reading[at]
        readings = {
            key: Held(Reading(key, one.value, one.as_of), HISTORY, one.as_of)
            for key, one in stood.items()
        }
        made = await asyncio.to_thread(_picture, self._world, records, readings, moving)
        self._pictures[at] = made
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        for told in self.on_ready:
            told(at)

    def _wanted(self, at: Ms) -> dict[str, Ms]:
        """Keys of indicators by district and of devices, each with how far back it may lie."""
        catalog = self._city.catalog
        wanted: dict[str, Ms] = {}
        for quantity in catalog.quantities.values():
            if quantity.is_indicator:
                since = at - max(_BACK_MS, 3 * quantity.period_ms + quantity.lag_ms)
                for region in catalog.regions:
                    wanted[keys.reading_key(quantity.code, region)] = since
        measures = {kind.code: kind.quantity for kind in self._city.device_kinds}
        for device in self._city.devices:
            code = measures.get(device.kind, "")
            if code:
                key = keys.reading_key(code, device.region, device.foreign_id)
                wanted[key] = at - _BACK_MS
        return wanted


class Seen:
    """The same pictures as somebody may see them: behind a veil, without names."""

    def __init__(self, past: PastBook, hide: Callable[[Picture], Picture]) -> None:
        self._past, self._hide = past, hide
        self._seen: tuple[Picture, Picture] | None = None
        self.on_ready = past.on_ready

    def picture(self, at: Ms) -> Picture | None:
        """See PastBook."""
        found = self._past.picture(at)
        if found is None:
            return None
        if self._seen is None or self._seen[0] is not found:
            self._seen = (found, self._hide(found))
        return self._seen[1]


def _picture(
    world: World, records: list[Sourced], readings: dict[str, Held], moving: list[Snapshot]
) -> Picture:
    made = Picture({}, world)
    made.apply_records(records)
    made.readings.update(readings)
    for row in moving:
        try:
            made.positions[row.source, row.layer] = unpack(row)
        except ValueError:
            log.error("positions of %s, %s at %d cannot be read", row.source, row.layer, row.at)
    return made
