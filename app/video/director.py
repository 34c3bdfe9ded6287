"""What goes on in the video thread: demands to streams, rows to states, costs to the ladder.

A look every 250 ms, and soon after anything happened. The main loop is told the tiles that read
otherwise; it never waits for anything here.
"""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.core.camera_mask import Areas
from app.core.clock import Clock
from app.video.governor import Governor, facts_of
from app.video.hearing import Hearing
from app.video.life import Around, Life, Tries
from app.video.pool import Pool
from app.video.reconnect import BackOff, Opens
from app.video.rings import Rings
from app.video.showing import Standing, Teller, stand
from app.video.snapshots import Snapshots
from app.video.sources import Sources
from app.video.streams import Streams
from app.video.tile import Budget, Demand, Tile
from app.video.tiles import Tiles
from app.video.wire import Failed, Fault, Opened

LOOK_S = 0.25
SOON_S = 0.01
FIRST_S = 0.03
"""Between looks while a first picture is due."""
HUNG_S = 12.0
"""Without a packet, whatever the worker believes: it is opened anew."""
TRIES_KEPT = 20_000
OWN = "~"
"""Before the names of views that no window has."""
BUDGET = "budget"
USED_STEP = 0.05

Told = Callable[[dict[str, Tile], Budget, set[str]], None]


class Director:
    """Belongs to the video thread's loop."""

    def __init__(
        self,
        sources: Sources,
        pool: Pool,
        snapshots: Snapshots,
        clock: Clock,
        cores: int,
        hidden: Callable[[], frozenset[str]],
        masks: Callable[[str], Areas],
        told: Told,
        rings: Path,
    ) -> None:
        self._hidden = hidden
        self._told = told
        self._pool = pool
        self.streams = Streams()
        self.tiles = Tiles()
        self.governor = Governor(cores)
        self._teller = Teller(self.tiles, snapshots, clock)
        self._tries: dict[str, Tries] = {}
        self._rng = random.Random()  # noqa: S311  (spreads reconnects, no secret)
        self.rings = Rings(pool, rings, clock, self._live)
        self._around = Around(
            sources,
            pool,
            Opens(),
            self._tries_of,
            self.streams.be_single,
            self.soon,
            masks,
            self.rings,
        )
        self.hearing = Hearing(pool)
        self._sources = sources
        self.lives: dict[int, Life] = {}
        self._standing: dict[str, Standing] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._budget = self.governor.budget

    # ---- from outside

    def start(self) -> None:
        """Let time pass."""
        self._timer = asyncio.get_running_loop().call_later(0.0, self._tick)

    async def stop(self) -> None:
        """End every stream."""
        timer, self._timer = self._timer, None
        self.hearing.close()
        if timer is not None:
            timer.cancel()
        for life in self.lives.values():
            self._end(life)
        self.lives.clear()
        while self._closing:
            await asyncio.wait(list(self._closing))

    def want(self, view: str, demand: Demand | None) -> None:
        """What a view wants from now on."""
        self.streams.want(view, demand)
        self.soon()

    def hear(self, view: str, rate: int) -> None:
        """Let a view be heard, and no other; empty: none."""
        self.hearing.begin(view, rate)
        self.soon()

    def soon(self) -> None:
        """Look again soon; what happens together is looked at once."""
        loop = asyncio.get_running_loop()
        if self._timer is not None and self._timer.when() - loop.time() > SOON_S:
            self._timer.cancel()
            self._timer = loop.call_later(SOON_S, self._tick)

    def hold(self, cut: frozenset[str]) -> None:
        """The links that are down now."""
        before = [life for life in self.lives.values() if self._sources.is_cut(life.held.camera)]
        self._sources.hold(cut)
        for life in before:
            if not self._sources.is_cut(life.held.camera):
                life.look()
        self.soon()

    def cover(self, camera: str) -> None:
        """Something else of a camera must not be seen from now on."""
        for life in self.lives.values():
            if life.held.camera == camera:
                life.cover()
        self.soon()

    def heard(self, report: Opened | Failed) -> None:
        """What a worker says of a stream."""
        for life in self.lives.values():
            life.heard(report)

    def of(self, view: str) -> Life | None:
        """The stream that a view shows, or is to show."""
        standing = self._standing.get(view)
        return standing.life if standing is not None else self._target(view)

    def state(self, view: str) -> Tile | None:
        """The tile of a view, those that no window has among them."""
        demand = self.streams.demands.get(view)
        if demand is None:
            return None
        now = asyncio.get_running_loop().time()
        return self._tile(view, demand, self._target(view), self._hidden(), now)

    # ---- a look

    def _tick(self) -> None:
        due = False
        try:
            due = self._look()
        finally:  # a look that breaks is told by the loop; the next one may go well
            wait = FIRST_S if due else LOOK_S
            self._timer = asyncio.get_running_loop().call_later(wait, self._tick)

    def _look(self) -> bool:
        """Bring everything up to now; gives whether a first picture is due."""
        now = asyncio.get_running_loop().time()
        self._settle(now)
        due = self._measure(now)
        self.governor.govern(self.lives.values(), self.streams.single, self._pool.workers, now)
        demands = self.streams.demands
        targets = {view: self._target(view) for view in demands}
        self._standing = {
            view: found
            for view, demand in demands.items()
            if (found := stand(demand, targets[view], self._standing.get(view)))
        }
        if (sound := self.hearing.sound) is not None:
            self.hearing.follow(self.of(sound.view))
        hidden = self._hidden()
        news = self.tiles.put(
            self._tile(view, demand, targets[view], hidden, now)
            for view, demand in demands.items()
            if not view.startswith(OWN)
        )
        if _differs(self._budget, self.governor.budget):
            self._budget = self.governor.budget
            news.add(BUDGET)
        if news:
            self._told(self.tiles.newest, self._budget, news)
        return due

    def _settle(self, now: float) -> None:
        standing = {one.life.held.id for one in self._standing.values()}
        changes = self.streams.settle(
            now, economy=self.governor.economy, barred=self._hidden(), standing=standing
        )
        for held in changes.closed:
            self._end(self.lives.pop(held.id))
        for held in changes.opened:
            life = self.lives[held.id] = Life(held, self._around)
            life.step = self.governor.first_step(held)
            life.start()
        for held in changes.sought:
            self.lives[held.id].seek()
        stood = {one.shown for one in self._standing.values()}
        for life in self.lives.values():
            life.fit(stood)

    def _end(self, life: Life) -> None:
        task = asyncio.get_running_loop().create_task(life.close(), name="end of a stream")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _measure(self, now: float) -> bool:
        """Read the rows; gives whether a first picture is due."""
        due = False
        for life in self.lives.values():
            for shown in life.shown.values():
                shown.look(self._pool.board, now)
                due = due or (life.is_open and not shown.facts.pictures)
                if life.dating is not None and shown.facts.pictures:
                    life.dating.look(shown.pts, shown.arrived)
                    due = due or life.dating.waits(now)
            facts = facts_of(life)
            running = life.is_open and not life.story.still
            if running and facts is not None and facts.packet > HUNG_S:
                life.heard(Failed(life.stream, Fault.TIMEOUT))
        return due

    def _live(self, camera: str) -> int:
        """The stream that a camera sends now, by its number among the workers."""
        for life in self.lives.values():
            if life.held.camera == camera and life.held.playback is None and life.is_open:
                return life.stream
        return 0

    def _target(self, view: str) -> Life | None:
        held = self.streams.of(view)
        return self.lives.get(held.id) if held is not None else None

    def _tile(
        self, view: str, demand: Demand, target: Life | None, hidden: frozenset[str], now: float
    ) -> Tile:
        camera = demand.camera
        facts = {"hidden": camera in hidden, "cut": self._sources.is_cut(camera)}
        return self._teller.tile(view, demand, target, self._standing.get(view), facts, now)

    def _tries_of(self, camera: str) -> Tries:
        if camera not in self._tries:
            while len(self._tries) >= TRIES_KEPT:
                del self._tries[next(iter(self._tries))]
            self._tries[camera] = Tries(BackOff(self._rng))
        return self._tries[camera]


def _differs(before: Budget, now: Budget) -> bool:
    """Whether a reader would see that it is another one."""
    figures = {"used": 0.0, "bytes_per_s": 0.0}
    same = msgspec.structs.replace(before, **figures) == msgspec.structs.replace(now, **figures)
    return not same or abs(before.used - now.used) >= USED_STEP
