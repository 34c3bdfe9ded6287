"""The past of the indices: what stood a day ago, and the hours of the last month.

Both are worked out from the history of the indicators under the plan of now, so that another
version of the plan never looks like a move of the city.
"""

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import Executor
from typing import Any

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.clock import Clock
from app.core.model import Ms, Origin, Reading, Segment
from app.live.index_region import Floats, Ints, RegionIndices
from app.live.indices import Indices
from app.rules.confidence import LEAST_HALF_LIFE_MS
from app.store.store import Store

log = logging.getLogger(__name__)

LOOK_S = 1.0
RENEWED_EVERY = 5 * MINUTE
ANEW_AFTER = 10_000
"""A district that was not known before is compared so long after the others."""
QUIET = 3_000
"""After news of history so long without more: a city's feeds bring theirs one after the other."""
PATIENCE = 10 * MINUTE
"""A feed that still owes history when this is over is not waited for any longer."""
TREND = 30 * DAY
SLICE = 4
"""Hours worked out between two pauses."""
PAUSE_S = 0.02


class IndexHistory:
    """Lives in the main loop; what takes long runs where the store reads."""

    def __init__(self, indices: Indices, store: Store, clock: Clock, executor: Executor) -> None:
        self._indices = indices
        self._store = store
        self._clock = clock
        self._executor = executor
        self._owing: set[str] = set()  # sources that have still to bring history
        self._news_at: Ms | None = None
        self._compared: Ms | None = None
        self._trend_due = True
        self._began = clock.now()
        self._looking: asyncio.TimerHandle | None = None
        self._work: set[asyncio.Task[None]] = set()

    def owed(self, source: str, *, more: bool) -> None:
        """A source has, or has no longer, history to bring."""
        if more:
            self._owing.add(source)
        else:
            self._owing.discard(source)

    def came(self) -> None:
        """History came and can be read."""
        self._news_at = self._clock.now()
        self._trend_due = True

    def anew(self) -> None:
        """The plan is another one: what was under way belongs to the old one."""
        for task in self._work:
            task.cancel()
        self.came()

    def start(self) -> None:
        """Begin; needs the running loop."""
        if self._indices.plan.specs:
            self._look()

    async def stop(self) -> None:
        """No more; what is asked of the store is let go."""
        if self._looking is not None:
            self._looking.cancel()
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    def _look(self) -> None:
        self._looking = asyncio.get_running_loop().call_later(LOOK_S, self._look)
        if self._work:
            return
        now = self._clock.now()
        quiet = self._news_at is None or not 0 <= now - self._news_at < QUIET
        if not quiet:
            return
        new = any(region.past is None for region in self._indices.regions())
        every = ANEW_AFTER if new else RENEWED_EVERY
        aged = self._compared is None or now - self._compared >= every
        if aged or self._news_at is not None:
            self._news_at, self._compared = None, now
            self._begin(self.compare())
        elif self._trend_due and (not self._owing or now - self._began > PATIENCE):
            self._trend_due = False
            self._begin(self.fill())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._work.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("the past of the indices: %s", task.exception())

    # ---- a day ago

    async def compare(self) -> None:
        """Every region against the same moment of yesterday."""
        moment = self._clock.now() - DAY
        for region in list(self._indices.regions()):
            oldest = _oldest(region, moment)
            wanted = dict(zip(region.leaves.keys, oldest.tolist(), strict=True))
            stood = await self._store.queries.standing(wanted, moment)
            values, as_of = np.full(len(oldest), np.nan), np.zeros(len(oldest), np.int64)
            for place, key in enumerate(region.leaves.keys):
                found = stood.get(key)
                if found is not None:
                    values[place], as_of[place] = found.value, found.as_of
            region.past = region.at(moment, values, as_of)
            self._indices.compare(region)

    # ---- the hours of a month

    async def fill(self) -> None:
        """Work out the hours of which nothing is stored under this version, and store them."""
        region, queries = self._indices.city, self._store.queries
        end = self._clock.now() // HOUR * HOUR
        start = end - TREND
        kept = await queries.hours_kept(self._indices.source, start, end)
        own = [region.key(code) for code in region.plan.specs]
        hours = np.array(
            [
                hour
                for hour in range(start, end, HOUR)
                if any(hour // HOUR not in kept.get(key, ()) for key in own)
            ],
            np.int64,
        )
        if not len(hours):
            return
        values, as_of = await self._stood(region, hours)
        news = False
        told = ~np.isnan(values).all(axis=1)
        hours, values, as_of = hours[told], values[told], as_of[told]
        for first in range(0, len(hours), SLICE):
            part = slice(first, first + SLICE)
            readings = await asyncio.get_running_loop().run_in_executor(
                self._executor, _readings, region, hours[part], values[part], as_of[part]
            )
            world = self._indices.world
            new = [
                msgspec.structs.replace(reading, world=world)
                for reading in readings
                if reading.observed // HOUR not in kept.get(reading.key, ())
            ]
            if new:
                news = True
                received = self._clock.now()
                self._store.recorder.submit([Segment(self._indices.source, received, new)], [])
            await asyncio.sleep(PAUSE_S)
        if news:
            await asyncio.wrap_future(self._store.keep_backlog({}))  # it is on the disk then
            self._indices.history_came()

    async def _stood(self, region: RegionIndices, hours: Ints) -> tuple[Floats, Ints]:
        """By hour and indicator the value that stood, and the moment it is of."""
        leaves = region.leaves
        start, end = int(hours[0]), int(hours[-1]) + 1
        oldest = int(_oldest(region, start).min(initial=start))
        shape = (len(hours), len(leaves.keys))
        values, as_of = np.full(shape, np.nan), np.zeros(shape, np.int64)
        # What comes more often than the hour is read by the hour.
        for rare in (False, True):
            chosen = np.flatnonzero((leaves.periods > HOUR) == rare).tolist()
            wanted = {leaves.keys[place]: rare for place in chosen}
            begin = oldest if rare else start - DAY
            known = await self._store.queries.known(wanted, begin, end)
            for place in chosen:
                if (line := known.get(leaves.keys[place])) is not None:
                    values[:, place], as_of[:, place] = line.at(hours)
        return values, as_of


def _oldest(region: RegionIndices, moment: Ms) -> Ints:
    """For each indicator the moment before which a value would count for nothing at `moment`."""
    leaves = region.leaves
    periods = np.maximum(leaves.periods, HOUR)
    half_life = np.maximum(LEAST_HALF_LIFE_MS, 2 * periods)
    found: Ints = moment - (2 * periods + leaves.lags + 4 * half_life)
    return found


def _readings(region: RegionIndices, hours: Ints, values: Floats, as_of: Ints) -> list[Reading]:
    """The indices of these hours as far as they could have been published."""
    found: list[Reading] = []
    for place, hour in enumerate(hours.tolist()):
        for code, item in region.at(hour, values[place], as_of[place]).computed.items():
            if item.shown is not None:
                found.append(
                    Reading(
                        key=region.key(code),
                        value=item.shown,
                        observed=hour,
                        valid_to=item.evidence,
                        origin=Origin.COMPUTED,
                    )
                )
    return found
