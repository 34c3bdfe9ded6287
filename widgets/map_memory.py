"""What the maps of the seat show, kept in ops.db: a program that is started again, or was killed,
shows its maps as they were, to a few seconds."""

import asyncio
import logging
from functools import partial

from PySide6.QtCore import QObject, QTimer

from app.core.clock import Clock
from app.core.map_decision import KeptMap
from app.core.message import Refusal
from app.live.hub import Kind
from app.live.map_kept import row_of
from app.live.maps import PREFIX
from app.live.seat import Seat
from app.store.driver import DatabaseError
from app.store.map_rows import keep_maps
from app.store.ops import Ops
from widgets.bridge import Bridge
from widgets.errands import Errands

log = logging.getLogger(__name__)

WAIT_MS = 2000
"""So long a change waits for the next: a hand that drags is written once, not in every frame."""


class MapMemory(QObject):
    """Begins with `begin()`, once the maps stand as they were; `await stop()` writes the last."""

    def __init__(self, ops: Ops, seat: Seat, bridge: Bridge, clock: Clock) -> None:
        super().__init__(bridge)
        self._ops, self._seat, self._bridge, self._clock = ops, seat, bridge, clock
        self._written = dict(seat.maps.kept)
        self._begun = False
        self._failed = False
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._on_time)
        self._turn = asyncio.Lock()
        self.errands = Errands(log, "what the maps show could not be kept")

    def begin(self) -> None:
        """Watch from now on."""
        if not self._begun:
            self._begun = True
            self._bridge.signal(Kind.SEAT).connect(self._on_seat)

    async def stop(self) -> None:
        """What is not written yet is."""
        if self._begun:
            self._begun = False
            self._bridge.signal(Kind.SEAT).disconnect(self._on_seat)
            self._wait.stop()
            await self.write()
        await self.errands.finish()

    async def write(self) -> None:
        """Write the maps that show something else than what was written of them."""
        async with self._turn:
            rows = [row for row in self._rows() if _bare(row) != _bare(self._written.get(row.name))]
            if not rows:
                return
            try:
                await self._ops.run(partial(keep_maps, rows=rows))
            except (Refusal, DatabaseError) as error:
                if not self._failed:  # said once: the maps go on
                    log.error("what the maps show is not kept: %s", error)
                self._failed = True
                return
            self._failed = False
            self._written |= {row.name: row for row in rows}

    def _rows(self) -> list[KeptMap]:
        maps, now = self._seat.maps, self._clock.now()
        return [
            row_of(self._seat.id, name, maps[name], now, apart=name in maps.apart)
            for name in maps.all()
        ]

    def _on_seat(self, keys: frozenset[str]) -> None:
        if not self._wait.isActive() and any(key.startswith(PREFIX) for key in keys):
            self._wait.start()

    def _on_time(self) -> None:
        self.errands.begin(self.write())


def _bare(row: KeptMap | None) -> tuple[object, ...]:
    """Without its moment."""
    if row is None:
        return ()
    return tuple(getattr(row, name) for name in KeptMap.__struct_fields__ if name != "at")
