"""Looks once an hour which devices have left the others of their kind near them, off the loop."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from app.core.catalog import HOUR, Catalog, Quantity
from app.core.clock import Clock
from app.core.condition import Condition
from app.core.directory import Device, DeviceKind
from app.core.finding import Finding, FindingRule
from app.core.message import message
from app.core.model import Ms
from app.core.wording import number
from app.live.device_book import DeviceBook, device_key
from app.rules.device_drift import Table, drifting, neighbours
from app.store.queries import Queries

log = logging.getLogger(__name__)

FIRST_S = 90.0
"""After the start: the last hours of history come first."""
EVERY_S = 3600.0
PAUSE_S = 2.0  # between two kinds
HOURS = 72
MOST = 600
"""Devices of a kind that are compared at once: their distances are a table of so many squared."""
SLOWEST = 2 * HOUR
"""Kinds that speak less often have too few values for a rule over hours."""


class DeviceDrifts:
    """Lives in the main loop; reads the store's pool and computes in an executor."""

    def __init__(
        self,
        book: DeviceBook,
        devices: Sequence[Device],
        kinds: Sequence[DeviceKind],
        catalog: Catalog,
        clock: Clock,
        queries: Queries,
        executor: Executor,
    ) -> None:
        self._book = book
        self._clock = clock
        self._queries = queries
        self._executor = executor
        self._task: asyncio.Task[None] | None = None
        self.use(devices, kinds, catalog)

    def use(self, devices: Sequence[Device], kinds: Sequence[DeviceKind], catalog: Catalog) -> None:
        """Another version of the city."""
        self._groups: list[tuple[DeviceKind, Quantity, list[Device]]] = []
        for kind in kinds:
            quantity = catalog.quantities.get(kind.quantity)
            mine = [device for device in devices if device.kind == kind.code]
            if quantity is not None and mine and 0 < kind.period_seconds * 1000 <= SLOWEST:
                self._groups.append((kind, quantity, mine))

    def start(self) -> None:
        """Begin; needs the running loop."""
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """No more; what was asked is no longer waited for."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                await self.look(PAUSE_S)
            except Exception:
                log.exception("devices were not compared with their neighbours")
            await asyncio.sleep(EVERY_S)

    async def look(self, pause_s: float = 0.0) -> dict[str, Finding]:
        """Compare every kind; the book is told what was found."""
        end = self._clock.now() // HOUR * HOUR
        start = end - HOURS * HOUR
        found: dict[str, Finding] = {}
        loop = asyncio.get_running_loop()
        for kind, quantity, devices in list(self._groups):
            for first in range(0, len(devices), MOST):
                part = devices[first : first + MOST]
                names = [device_key(device, kind) for device in part]
                hours = await self._queries.sparks(names, start, end, HOURS)
                levels = np.array([hours[name] for name in names])
                found |= await loop.run_in_executor(
                    self._executor, drifts_of, part, names, levels, start, quantity
                )
            await asyncio.sleep(pause_s)
        self._book.drift(found)
        return found


def drifts_of(
    devices: Sequence[Device], names: Sequence[str], levels: Table, start: Ms, quantity: Quantity
) -> dict[str, Finding]:
    """The devices of one kind that drift, by id; `names` are the keys of their values."""
    if _counts_up(levels):
        return {}
    lon = np.array([device.lon for device in devices])
    lat = np.array([device.lat for device in devices])
    judged = drifting(levels, neighbours(lon, lat), start, 10.0**-quantity.decimals)
    found = {}
    for device, name, drift in zip(devices, names, judged, strict=True):
        if drift is None:
            continue
        why = message(
            f"device.why.{Condition.DRIFT.value}",
            off=number(drift.off, quantity.decimals, signed=True),
            unit_zh=quantity.unit,
            unit_en=quantity.unit_en or quantity.unit,
        )
        found[device.id] = Finding(name, FindingRule.DRIFT, drift.since, why, size=drift.size)
    return found


def _counts_up(levels: Table) -> bool:
    """Whether most of them only rise: meters, whose readings part by what is used."""
    changes = np.diff(levels, axis=1)
    falls = np.nansum(changes < 0, axis=1)
    rises = np.nansum(changes > 0, axis=1)
    return bool((falls * 20 < rises).mean() > 0.5)
