"""Writes which cameras were seen into the audit: a line with its rows, at most one a minute."""

import asyncio
import logging
from functools import partial

from app.core.clock import Clock
from app.core.decision import Stamp, Viewing
from app.core.ident import ulid
from app.core.message import Refusal
from app.core.model import World
from app.live.seat import Seat, SignedOn
from app.store import decisions
from app.store.decisions import Decision
from app.store.driver import DatabaseError
from app.store.ops import Ops

log = logging.getLogger(__name__)

EVERY_S = 60.0
LOOK_S = 1.0
VERB = "viewed"
MOST_ROWS = 5_000
"""Of one line; more are written with the next."""
MOST_WAITING = 50_000
"""While nothing can be written; the oldest go, and that is told."""


class ViewKeeper:
    """`start` it in the loop, `await stop()` it while the store is open."""

    def __init__(self, seat: Seat, ops: Ops, clock: Clock, world: World) -> None:
        self._seat = seat
        self._ops = ops
        self._clock = clock
        self._world = world
        self._person: SignedOn | None = None
        self._waiting: list[tuple[SignedOn | None, list[Viewing]]] = []
        self._written = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and then."""
        self._person = self._seat.person
        self._task = asyncio.get_running_loop().create_task(self._run(), name="views")

    async def stop(self) -> None:
        """Write all."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self._put(self._seat.views.cut(self._clock.now()))
        await self.write()

    def look(self) -> None:
        """Take what is due; where somebody else has the seat, all that the one before saw."""
        book, now = self._seat.views, self._clock.now()
        person = self._seat.person
        same = (person and person.number) == (self._person and self._person.number)
        self._put(book.due(now) if same else book.cut(now))
        self._person = person

    async def write(self) -> None:
        """One line for each person whose rows wait."""
        while self._waiting:
            person, rows = self._waiting[0]
            part = rows[:MOST_ROWS]
            try:
                await self._ops.run(partial(decisions.note, decision=self._decision(person, part)))
            except (Refusal, DatabaseError) as error:  # no room on the disk: kept for later
                log.warning("which cameras were seen is not written yet: %s", error)
                return
            # What came meanwhile stands behind it.
            del rows[: len(part)]
            if not rows:
                self._waiting.remove((person, rows))

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        self._written = loop.time()
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()
            if loop.time() - self._written >= EVERY_S:
                self._written = loop.time()
                await self.write()

    def _put(self, rows: list[Viewing]) -> None:
        if rows and self._waiting and self._waiting[-1][0] == self._person:
            self._waiting[-1][1].extend(rows)
        elif rows:
            self._waiting.append((self._person, rows))
        waiting = sum(len(kept) for _, kept in self._waiting)
        while waiting > MOST_WAITING:
            lost = len(self._waiting.pop(0)[1])
            waiting -= lost
            log.error("%d rows about cameras that were seen are lost", lost)

    def _decision(self, person: SignedOn | None, rows: list[Viewing]) -> Decision:
        now = self._clock.now()
        stamp = Stamp(
            ulid(now),
            now,
            person.number if person is not None else "",
            person.role if person is not None else "",
            self._seat.id,
            self._world,
        )
        since, until = min(row.since for row in rows), max(row.until for row in rows)
        text = f"{VERB} {len(rows)} since={since} until={until}"
        return Decision(stamp, VERB, 1, text, tuple(rows))
