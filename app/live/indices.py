"""The live indices: what changed in the picture becomes scores, indices, moves and readings.

An index is a reading of the source `index:<version>` (docs/decisions/0006). A feed that carries the
same key wins by its priority, and is marked. One that cannot be published keeps no current value:
its result has none, its reading is not renewed, and `app.live.view` says that there is no value.
"""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from app.core import keys
from app.core.catalog import Catalog
from app.core.clock import Clock
from app.core.index import IndexResult, Part, index_source
from app.core.model import Ms, World
from app.core.precedence import Precedence
from app.live.hub import Hub, Kind
from app.live.index_book import Lacks
from app.live.index_districts import Districts
from app.live.index_keeper import IndexKeeper, reading_of
from app.live.index_region import RegionIndices
from app.live.picture import Picture
from app.live.summary import IndicatorKeys
from app.rules.engine import Engine
from app.store.store import Store

GAP_S = 0.02
"""Changes are gathered for so long; a frame of the screen is about as much."""
REST = 10
"""A round is followed by a rest of at least so many times its length."""
SLICE = 250
"""Changed keys looked at before others have their turn."""
TICK_S = 1.0
DISTRICTS_IN = 5
"""Every district is worked out once in so many ticks."""
_SEEN = 0.005
"""Points below which a change is none: an index is shown with one decimal."""


class Indices:
    """Lives in the main loop. `mark` what changed, or `renew` at once; `start` lets time pass."""

    def __init__(
        self,
        picture: Picture,
        catalog: Catalog,
        region: str,
        hub: Hub,
        clock: Clock,
        store: Store,
        precedence: Precedence | None = None,
    ) -> None:
        self._picture = picture
        self._precedence = precedence or Precedence()
        self._hub = hub
        self._clock = clock
        self._store = store
        self._pending: set[str] = set()
        self._take(catalog, region)
        self._due: asyncio.Handle | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._sliced: list[asyncio.Handle] = []
        self._round: Iterator[None] = iter(())
        self._passed = False
        self._spent = 0.0  # on the running round
        self._ran = 0.0
        self._gap_s = GAP_S
        picture.indices.parts_of = self.parts
        picture.indices.lacks_of = self.lacks
        picture.indices.crowd_of = self.crowd

    def _take(self, catalog: Catalog, region: str) -> None:
        self.plan = catalog.plan
        self.source = index_source(self.plan.version)
        self._keeper = IndexKeeper(self._store, catalog, self.source, self.world)
        self._catalog = catalog
        self._chosen = IndicatorKeys(catalog, region)
        self.districts = Districts(catalog, region)
        self.city = self._of_city(region)
        self._seen = 0  # keys of the picture that the districts know of
        if self.plan.specs:
            self._picture.own.add(self.source)
        self._picture.indices.plan = self.plan

    def use(self, catalog: Catalog) -> None:
        """Another version of the catalogue: nothing of the old one is compared with the new."""
        self.keep()
        for handle in self._sliced:
            handle.cancel()
        self._round = iter(())  # what it had taken is renewed
        self._picture.own.discard(self.source)
        self._picture.indices.results.clear()
        self._picture.indices.moves.clear()
        self._take(catalog, self.city.region)
        self.renew()

    # ---- when

    def start(self) -> None:
        """Let time pass; needs the running loop."""
        if self.plan.specs:
            self._tick()

    def stop(self) -> None:
        """No more; what is known now is given to the store."""
        for handle in (self._due, self._ticking, *self._sliced):
            if handle is not None:
                handle.cancel()
        self._due = self._ticking = None
        self.keep()

    def mark(self, changed: Iterable[str]) -> None:
        """Keys of the picture changed: the indices follow within `GAP_S`."""
        if not self.plan.specs:
            return
        self._pending.update(changed)
        if self._due is None and self._ticking is not None:
            loop = asyncio.get_running_loop()
            wait = max(0.0, self._ran + self._gap_s - loop.time())
            self._due = loop.call_later(wait, self._follow)

    def _follow(self) -> None:
        pending, self._pending = self._pending, set()
        passed, self._passed = self._passed, False
        self._round, self._spent = self._steps(pending, passed=passed), 0.0
        self._step()

    def _step(self) -> None:
        """The next piece of a round; others have their turn between two."""
        self._precedence.begin()
        loop = asyncio.get_running_loop()
        self._ran = loop.time()
        more = next(self._round, self) is not self
        self._spent += loop.time() - self._ran
        if more:
            self._due = loop.call_soon(self._step)
            return
        # A storm of readings leaves the loop to keys and pictures: the more a round costs, the
        # longer until the next.
        self._due = None
        self._gap_s = max(GAP_S, REST * self._spent)
        if self._pending or self._passed:
            self.mark(())

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        self._ticking = loop.call_later(TICK_S, self._tick)
        self._passed = True  # what moves by its age alone comes with the next round
        self.mark(())
        self._sliced = [
            loop.call_soon(self._district, one) for one in self.districts.turn(DISTRICTS_IN)
        ]
        self.keep()

    # ---- what

    @property
    def world(self) -> World:
        """The world that the indices belong to."""
        return self._picture.world

    def renew(self) -> None:
        """Everything anew from the picture."""
        self._pending.update(self._picture.readings)
        self.follow(passed=True)
        for one in self.districts.turn(1):
            self._district(one)

    def follow(self, *, passed: bool = False) -> None:
        """Take what changed, and, where it or time `passed` may have moved an index, compute."""
        pending, self._pending = self._pending, set()
        for _ in self._steps(pending, passed=passed):
            pass

    def _steps(self, pending: set[str], *, passed: bool) -> Iterator[None]:
        if not self.plan.specs:
            return
        self._meet_new_keys()
        moved, left = False, list(pending)
        for start in range(0, len(left), SLICE):
            part = left[start : start + SLICE]
            moved = self.city.take(self._picture, part) or moved
            self.districts.mark(part)
            yield
        theirs = pending & self._picture.indices.results.keys()  # a feed brought one of them
        if moved or passed or theirs:
            now = self._clock.now()
            self.city.compute(self._picture, now)
            yield
            self._publish(self.city, now, theirs)

    def _district(self, one: RegionIndices) -> None:
        now = self._clock.now()
        self.districts.take(one, self._picture)
        one.compute(self._picture, now)
        self._publish(one, now, frozenset())

    def _meet_new_keys(self) -> None:
        held = self._picture.readings
        if len(held) == self._seen:
            return
        new = list(islice(held, self._seen, None))
        self._seen = len(held)
        if self._chosen.grow(held):
            before = self.city
            self.city = self._of_city(before.region, before.engine)
            self.city.past = before.past
            self.city.take(self._picture, self.city.leaves.keys)
        self.districts.meet(new, self._picture)

    def _of_city(self, region: str, engine: Engine | None = None) -> RegionIndices:
        codes = {member.code for spec in self.plan.specs.values() for member in spec.members}
        key_of = {
            code: self._chosen.by_code.get(code) or keys.reading_key(code, region) for code in codes
        }
        return RegionIndices(region, self.plan, self._catalog.quantities, key_of, engine)

    # ---- into the picture

    def _publish(self, region: RegionIndices, now: Ms, touched: Iterable[str]) -> None:
        """What differs from what is shown goes into the picture and to the hub."""
        book = self._picture.indices
        touched = set(touched)
        changed: list[str] = []
        renewed: list[str] = []
        for code in region.computed:
            result = region.result(code, now)
            old = book.results.get(result.key)
            stands = old is not None and not old.served and result.key not in touched
            if stands and not _differs(old, result):
                continue
            renewed += self._apply(result, now)
            result = self._marked(result)
            if not _differs(old, result):
                continue
            book.results[result.key] = result
            changed.append(result.key)
            self._set_move(region, result, now)
        if renewed:
            self._hub.publish(Kind.READING, renewed)
        if changed:
            self._hub.publish(Kind.INDEX, changed)

    def _apply(self, result: IndexResult, now: Ms) -> list[str]:
        reading = reading_of(result, now, self.world)
        if reading is None:
            return []
        return self._picture.apply_readings(self.source, now, [(result.key, reading)])

    def _marked(self, result: IndexResult) -> IndexResult:
        """With the value of a system of the city in place of ours, where one is shown."""
        held = self._picture.readings.get(result.key)
        if held is None or held.source == self.source:
            return result
        return msgspec.structs.replace(result, value=held.reading.value, served=True)

    def _set_move(self, region: RegionIndices, result: IndexResult, now: Ms) -> None:
        # A served value is not the sum of our parts: nothing of ours explains its move.
        move = None if result.served else region.move(result.code, now)
        if move is None:
            self._picture.indices.moves.pop(result.key, None)
        else:
            self._picture.indices.moves[result.key] = move

    def compare(self, region: RegionIndices) -> None:
        """The moment before is another one: every move of a region anew."""
        results = self._picture.indices.results
        now = self._clock.now()
        shown = [results[key] for code in region.computed if (key := region.key(code)) in results]
        for result in shown:
            self._set_move(region, result, now)
        self._hub.publish(Kind.INDEX, [result.key for result in shown])

    def history_came(self) -> None:
        """Hours of the past were worked out and can be read."""
        self._hub.publish(Kind.HISTORY, (self.source,))

    def regions(self) -> Iterator[RegionIndices]:
        """The city, then its districts as far as they report."""
        yield self.city
        yield from self.districts.regions.values()

    def parts(self, key: str) -> tuple[Part, ...]:
        """What an index is made of now (see `IndexBook.parts`)."""
        region, code = self._region(key)
        results = self._picture.indices.results
        return () if region is None else region.parts(code, results, self.source)

    def lacks(self, key: str) -> Lacks:
        """See `IndexBook.lacks`."""
        region, code = self._region(key)
        return ((), ()) if region is None else region.lacks(code, self._picture)

    def crowd(self, key: str, most: float) -> tuple[int, int]:
        """See `IndexBook.crowd`."""
        region, code = self._region(key)
        return (0, 0) if region is None else region.crowd(code, most)

    def _region(self, key: str) -> tuple[RegionIndices | None, str]:
        found = keys.parse(key)
        region = self.city if found.region == self.city.region else None
        return region or self.districts.regions.get(found.region), found.code

    # ---- into the store

    def keep(self) -> None:
        """Give the store what is due (see `IndexKeeper`)."""
        city = frozenset(self.city.key(code) for code in self.plan.specs)
        self._keeper.keep(self._picture.indices.results.values(), city, self._clock.now())


def _differs(old: IndexResult | None, new: IndexResult) -> bool:
    """Whether anything that is shown of an index changed."""
    if old is None:
        return True
    return (
        _apart(old.value, new.value, _SEEN)
        or _apart(old.ours, new.ours, _SEEN)
        or _apart(old.effective, new.effective, 0.001)
        or _apart(old.fresh, new.fresh, 0.0005)
        or (old.evidence, old.basis, old.served, old.members, old.version)
        != (new.evidence, new.basis, new.served, new.members, new.version)
    )


def _apart(old: float | None, new: float | None, by: float) -> bool:
    if old is None or new is None:
        return old is not new
    return abs(old - new) >= by
