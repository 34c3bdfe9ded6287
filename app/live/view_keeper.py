"""Writes which cameras were seen into the audit: a line with its rows, at most one a second.

That a view began is written within a second or so, with whatever else happened in it, and that it
ended as soon as it did. What a program that was killed left open is ended by the next start, with
the moment at which that program was last known to run, in a line that says so.
"""

import asyncio
import logging
from contextlib import suppress
from functools import partial

import msgspec

from app.core.clock import Clock
from app.core.decision import Stamp, Viewing
from app.core.ident import ulid
from app.core.message import Refusal
from app.core.model import World
from app.live.seat import Seat, SignedOn
from app.live.view_book import ROUND
from app.store import decisions, viewings
from app.store.decisions import Decision
from app.store.driver import Connection, DatabaseError
from app.store.ops import Ops
from app.store.viewings import Seen

log = logging.getLogger(__name__)

LOOK_S = 1.0
KNOWN_S = 10.0
"""How often it is written that the program runs while a view is open: so much later than its true
end a view that was cut off may seem to end earlier."""
AGAIN_S = 10.0
"""After nothing could be written."""
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
        self._next = 0.0  # when to write again
        self._known = 0.0  # when it was last written that we run
        self._is_first = True  # what one before us left open is not looked for yet
        self._ending = asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and then."""
        self._person = self._seat.person
        self._task = asyncio.get_running_loop().create_task(self._run(), name="views")

    async def stop(self) -> None:
        """Write all."""
        task, self._task = self._task, None
        self._ending.set()
        if task is not None:  # never cancelled: what is being written would be written twice
            await task
        self._put(self._seat.views.cut(self._clock.now()))
        await self.write()
        if self._waiting:
            log.error("%d rows about cameras that were seen are lost", self._rows_waiting)

    def look(self) -> None:
        """Take what is due; where somebody else has the seat, all that the one before saw."""
        book, now = self._seat.views, self._clock.now()
        person = self._seat.person
        same = (person and person.number) == (self._person and self._person.number)
        self._put(book.due(now) if same else book.cut(now))
        self._person = person
        if not same:  # what goes on is seen by the next one from here
            self._put(book.due(now))

    async def write(self) -> bool:
        """One line for each person whose rows wait; False where some cannot be written yet."""
        try:
            async with self._turn:
                await self._write()
        except (Refusal, DatabaseError) as error:  # no room on the disk: kept for later
            log.warning("which cameras were seen is not written yet: %s", error)
            return False
        return True

    async def _write(self) -> None:
        if self._is_first:
            await self._ops.run(self._end_lost)
            self._is_first = False
        while self._waiting:
            person, rows = self._waiting[0]
            part = rows[:MOST_ROWS]
            await self._ops.run(partial(self._note, decision=self._decision(person, part)))
            # What came meanwhile stands behind it.
            del rows[: len(part)]
            if not rows:
                self._waiting.remove((person, rows))

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._ending.is_set():
            self.look()
            now = loop.time()
            if (self._waiting or self._is_first) and now >= self._next:
                written = await self.write()
                self._known = loop.time() if written else self._known
                self._next = 0.0 if written else loop.time() + AGAIN_S
            elif self._seat.views.has_open and now - self._known >= KNOWN_S:
                self._known = now
                await self._know()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._ending.wait()

    async def _know(self) -> None:
        try:
            await self._ops.run(partial(viewings.know, now=self._clock.now()))
        except (Refusal, DatabaseError) as error:
            log.warning("that cameras are still seen is not written: %s", error)

    def _note(self, connection: Connection, decision: Decision) -> None:
        decisions.note(connection, decision)
        viewings.know(connection, self._clock.now())

    def _end_lost(self, connection: Connection) -> None:
        """In the writer's thread: end what one before us left open, a line for each person."""
        lost = viewings.unended(connection)
        of_whom: dict[tuple[str, str, str], list[Seen]] = {}
        for one in lost:
            of_whom.setdefault((one.person, one.role, one.seat), []).append(one)
        for (person, role, seat), found in of_whom.items():
            now = self._clock.now()
            stamp = Stamp(ulid(now), now, person, role, seat, self._world)
            rows = tuple(map(_lost_row, found))
            decisions.note(connection, _told(stamp, viewings.LOST, rows))
        if lost:
            log.warning("%d views were cut off when the program before this one ended", len(lost))

    def _put(self, rows: list[Viewing]) -> None:
        if rows and self._waiting and self._waiting[-1][0] == self._person:
            self._waiting[-1][1].extend(rows)
        elif rows:
            self._waiting.append((self._person, rows))
        waiting = self._rows_waiting
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
        return _told(stamp, VERB, tuple(rows))

    @property
    def _rows_waiting(self) -> int:
        return sum(len(kept) for _, kept in self._waiting)


def _lost_row(one: Seen) -> Viewing:
    """Of a round it is not known how long a camera stood, only that it came."""
    is_round = one.view.by.startswith(ROUND)
    return msgspec.structs.replace(one.view, ms=0) if is_round else one.view


def _told(stamp: Stamp, verb: str, rows: tuple[Viewing, ...]) -> Decision:
    since, until = min(row.since for row in rows), max(row.until for row in rows)
    return Decision(stamp, verb, 1, f"{verb} {len(rows)} since={since} until={until}", rows)
