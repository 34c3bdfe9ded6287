"""What is odd about the values, kept in the picture (docs/decisions/0006); hints of ours.

Each value is looked at as it comes. What is usual for a key is learnt from the store, off the main
loop, a key at a time, and anew each hour: those of the city's indicators first.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from app.core import keys
from app.core.catalog import DAY, HOUR, MINUTE, Catalog, Period
from app.core.clock import Clock
from app.core.finding import Finding
from app.core.model import Ms, Segment
from app.live.finding_watch import KeyWatch, Past, learn
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.live.summary import IndicatorKeys
from app.rules.baseline import WEEKS
from app.rules.calendar import WorkCalendar
from app.store.queries import Queries

TICK_S = 1.0
SLICE = 100  # readings looked at before others get their turn
LATE_SLICE = 100  # keys a second whose age is looked at
PAUSE_S = 0.1  # between two keys of the city that are learnt
SLOW_PAUSE_S = 2.0  # between two of the others
RECENT = 2 * DAY
KEPT_MS = DAY
"""What is over stays on the list for so long."""
MOST_OVER = 2000
SLOW_MOMENTS = 72  # six years by the month
_OURS = ("index.", "device.")
"""What this program works out itself is not looked at: what it rests on is."""
_SLOW = frozenset({Period.MONTH, Period.QUARTER, Period.YEAR})
_QUICK = frozenset({None, Period.REALTIME, Period.FIVE_MINUTES, Period.HOUR})


class Findings:
    """Lives in the main loop. `heed` what came in; `start` lets time pass."""

    def __init__(
        self,
        picture: Picture,
        catalog: Catalog,
        region: str,
        zone: ZoneInfo,
        hub: Hub,
        clock: Clock,
        queries: Queries,
        executor: Executor,
    ) -> None:
        self._picture = picture
        self._catalog = catalog
        self._region = region
        self._hub = hub
        self._clock = clock
        self._queries = queries
        self._executor = executor
        self._calendar = WorkCalendar(zone)
        self._known = IndicatorKeys(catalog, region)
        self._watches: dict[str, KeyWatch | None] = {}
        self._turn: Iterator[str] = iter(())
        self._over: deque[Finding] = deque(maxlen=MOST_OVER)
        self._news = hub.subscribe()
        self._anew = asyncio.Event()
        self._ticking: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def use(self, catalog: Catalog) -> None:
        """Another version of the city's catalogue: what was learnt under the old one is let go."""
        self._catalog = catalog
        self._known = IndicatorKeys(catalog, self._region)
        self._turn = iter(())
        self._watches.clear()
        self._picture.baselines.clear()
        gone = list(self._picture.findings)
        self._picture.findings.clear()
        self._hub.publish(Kind.FINDING, gone)
        self._anew.set()

    # ---- as values come

    def heed(self, segments: Iterable[Segment]) -> Iterator[None]:
        """Look at readings that were taken into the picture, a slice at each step."""
        changed: set[str] = set()
        count = 0
        held_by_key, watches = self._picture.readings, self._watches
        for segment in segments:
            source = segment.source
            for reading in segment.readings:
                key = reading.key
                held = held_by_key.get(key)
                if held is None or held.source != source:
                    continue
                watch = watches.get(key)
                if watch is None and key not in watches:
                    watch = self._watch(key)
                if watch is not None and watch.take(reading):
                    changed.add(key)
                count += 1
                if count % SLICE == 0:
                    yield
        self._restate(changed)

    def _watch(self, key: str) -> KeyWatch | None:
        """None for a key that means nothing here, or that comes once a day or less often."""
        if key in self._watches:
            return self._watches[key]
        quantity = self._catalog.quantity(key)
        usable = quantity is not None and not quantity.code.startswith(_OURS)
        watch = KeyWatch(key, quantity, self._calendar) if quantity and usable else None
        self._watches[key] = watch
        return watch

    def _restate(self, keys_: Iterable[str]) -> None:
        """Put what is odd now into the picture and say what began or ended."""
        table, changed = self._picture.findings, []
        for key in keys_:
            watch = self._watches.get(key)
            if watch is None:
                continue
            held = self._picture.readings.get(key)
            found = watch.findings(held.reading.value if held else None)
            before = table.get(key, ())
            if found:
                table[key] = found
            elif before:
                del table[key]
            ended, watch.over = watch.over, []
            self._over.extend(ended)
            if ended or [(f.rule, f.since) for f in found] != [(f.rule, f.since) for f in before]:
                changed.append(key)
        if changed:
            self._forget(self._clock.now())
            self._hub.publish(Kind.FINDING, changed)

    def _forget(self, now: Ms) -> None:
        kept = [item for item in self._over if item.until and now - item.until < KEPT_MS]
        self._over = deque(kept, maxlen=MOST_OVER)
        self._picture.past_findings = tuple(reversed(kept))

    # ---- as time passes

    def start(self) -> None:
        """Begin to learn, and to look at ages."""
        loop = asyncio.get_running_loop()
        self._ticking = loop.call_later(TICK_S, self._tick)
        self._tasks = [loop.create_task(self._learn_city()), loop.create_task(self._learn_rest())]

    async def stop(self) -> None:
        """End it; what was asked of the store is no longer waited for."""
        if self._ticking is not None:
            self._ticking.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._hub.unsubscribe(self._news)

    def _tick(self) -> None:
        if Kind.HISTORY in self._news.drain():
            self._anew.set()
        self.look_at_ages()
        self._ticking = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def look_at_ages(self) -> None:
        """A slice of the city's indicators: which are overdue."""
        self._known.grow(self._picture.readings)
        late, now = [], self._clock.now()
        part = list(islice(self._turn, LATE_SLICE))
        if len(part) < LATE_SLICE:
            self._turn = iter(list(self._known.by_code.values()))
        for key in part:
            held, watch = self._picture.readings.get(key), self._watch(key)
            if held is None or watch is None or self._picture.excused(held.source, now):
                continue
            if watch.overdue(held, now, connected=self._picture.connected(held.source, now)):
                late.append(key)
        self._restate(late)

    # ---- learning

    async def _learn_city(self) -> None:
        """The city's indicators, a key at a time; again after an hour or when history came."""
        while True:
            self._anew.clear()
            self._known.grow(self._picture.readings)
            for key in list(self._known.by_code.values()):
                if key in self._picture.readings:
                    await self.learn(key, baseline=True)
                    await asyncio.sleep(PAUSE_S)
            try:
                async with asyncio.timeout(HOUR / 1000):
                    await self._anew.wait()
            except TimeoutError:
                continue

    async def _learn_rest(self) -> None:
        """Districts and devices: only what is usual, so that a stuck one is found."""
        while True:
            await asyncio.sleep(HOUR / 1000 / 12)  # the city first
            city = set(self._known.by_code.values())
            for key in [key for key in self._picture.readings if key not in city]:
                await self.learn(key, baseline=False)
                await asyncio.sleep(SLOW_PAUSE_S)

    async def learn(self, key: str, *, baseline: bool) -> None:
        """Read the past of one key and take what it says."""
        watch = self._watch(key)
        quantity = self._catalog.quantities.get(keys.parse(key).code)
        if watch is None or quantity is None:
            return
        now, queries = self._clock.now(), self._queries
        if quantity.period in _SLOW:
            last = await queries.last_readings(key, SLOW_MOMENTS)
            watch.compare_years(last.ts, last.value)
            self._restate([key])
            return
        if quantity.period not in _QUICK:
            return
        # Of a device too: a flood of last month is nothing that cannot be.
        span = WEEKS * 7 * DAY
        hours = await queries.series(key, now - span, now, 2 * span // HOUR)
        recent = await queries.series(key, now - RECENT, now, 2 * RECENT // MINUTE)
        past = Past((hours.ts, hours.value), (recent.ts, recent.value), now)
        learnt = await asyncio.get_running_loop().run_in_executor(
            self._executor,
            partial(learn, key, quantity, past, self._calendar, baseline=baseline),
        )
        watch.renew(learnt)
        if watch.baseline is not None:
            self._picture.baselines[key] = watch.baseline
        self._restate([key])
