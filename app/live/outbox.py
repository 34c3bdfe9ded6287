"""Tells outside systems what was decided: in order, each once for the receiver, however long the
line is down.

The rows stand in ops.db from the transaction of the decision; here they are carried. How they
travel is the sender's affair (`Sender`); a receiver knows an operation by its id and ignores a
repeat, so an answer that is lost costs nothing.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Annotated, ClassVar, Protocol

import msgspec

from app.core.clock import Clock
from app.core.privacy import INTERNAL, Privacy
from app.live.hub import Hub, Kind
from app.store import outbox
from app.store.ops import Ops
from app.store.outbox import Delivery, Operation

log = logging.getLogger(__name__)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0


class Receipt(msgspec.Struct, frozen=True):
    """What the receiver answered: it has it, or it will never take it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    accepted: bool
    text: Annotated[str, INTERNAL, msgspec.Meta(max_length=400)] = ""


class Sender(Protocol):
    """A line to one outside system."""

    async def send(self, operation: Operation) -> Receipt:
        """Deliver one operation and give the receiver's answer.

        Raises OSError (a TimeoutError is one) while the line is down; it is then tried again.
        """
        ...


class Outbox:
    """What waits to be told; `waiting` is shown, its changes are published as SEAT."""

    def __init__(self, ops: Ops, hub: Hub, clock: Clock) -> None:
        self.waiting = 0
        self._ops = ops
        self._hub = hub
        self._clock = clock
        self._couriers: list[Courier] = []

    def attach(
        self, system: str, sender: Sender, *, first_wait_s: float = FIRST_WAIT_S
    ) -> "Courier":
        """A courier for a system; run it as a task."""
        courier = Courier(self, system, sender, first_wait_s)
        self._couriers.append(courier)
        return courier

    def count(self, waiting: int) -> None:
        """The number that waits is this."""
        self.waiting = waiting
        self._hub.publish(Kind.SEAT, ("outbox",))

    def wake(self) -> None:
        """Something new waits, or a line is back."""
        for courier in self._couriers:
            courier.wake()

    async def due(self, system: str) -> list[Operation]:
        """The oldest that wait for a system."""
        return await self._ops.read(partial(outbox.due, system=system))

    async def keep(self, operation: Operation) -> None:
        """It could not be delivered; it waits on."""
        await self._ops.run(partial(outbox.tried, seq=operation.seq, now=self._clock.now()))

    async def close(self, operation: Operation, receipt: Receipt) -> None:
        """The receiver answered."""
        state = Delivery.RECEIVED if receipt.accepted else Delivery.REFUSED
        waiting = await self._ops.run(
            partial(
                outbox.close,
                seq=operation.seq,
                state=state,
                receipt=receipt.text,
                now=self._clock.now(),
            )
        )
        self.count(waiting)


class Courier:
    """Carries what waits for one system."""

    def __init__(
        self,
        box: Outbox,
        system: str,
        sender: Sender,
        first_wait_s: float,
        chance: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._box = box
        self._system = system
        self._sender = sender
        self._first_wait_s = first_wait_s
        self._chance = chance
        self._wake = asyncio.Event()
        self._failures = 0

    def wake(self) -> None:
        """Look again, without waiting for the next try."""
        self._wake.set()

    async def run(self) -> None:
        """Carry until cancelled."""
        while True:
            self._wake.clear()
            delivered = await self._carry()
            if delivered:
                await self._wake.wait()
                continue
            try:
                async with asyncio.timeout(self._wait_s()):
                    await self._wake.wait()
            except TimeoutError:
                continue  # time for the next try

    async def _carry(self) -> bool:
        """Deliver in order until nothing waits (True) or the line is down (False)."""
        while operations := await self._box.due(self._system):
            for operation in operations:
                try:
                    receipt = await self._sender.send(operation)
                except OSError as error:
                    await self._lost(operation, error)
                    return False
                await self._box.close(operation, receipt)
                self._found(operation, receipt)
        return True

    async def _lost(self, operation: Operation, error: OSError) -> None:
        if self._failures == 0:
            log.warning("the line to %s is down: %s", self._system, error)
        self._failures += 1
        await self._box.keep(operation)

    def _found(self, operation: Operation, receipt: Receipt) -> None:
        if self._failures:
            log.info("the line to %s is back after %d tries", self._system, self._failures)
        self._failures = 0
        if not receipt.accepted:
            log.error("%s refused operation %s", self._system, operation.operation)

    def _wait_s(self) -> float:
        """Doubling from the first wait, with a quarter of chance either way."""
        doublings = min(max(self._failures - 1, 0), 16)
        whole = min(self._first_wait_s * (1 << doublings), LONGEST_WAIT_S)
        return whole * (0.75 + self._chance(501) / 1000)
