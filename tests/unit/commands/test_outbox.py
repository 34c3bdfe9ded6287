"""What must be told outside: in order, with its id, once, whatever the line does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from app.live.outbox import Receipt
from app.store.outbox import Operation
from tests.unit.commands.desk import Desk


class Platform:
    """An outside system that can be away, lose its answer, or refuse; it ignores repeats."""

    def __init__(self) -> None:
        self.line_is_up = True
        self.loses_answers = 0
        self.refuses = ""
        self.calls = 0
        self.taken: dict[str, Operation] = {}

    async def send(self, operation: Operation) -> Receipt:
        self.calls += 1
        if not self.line_is_up:
            raise ConnectionRefusedError("no line")
        self.taken.setdefault(operation.operation, operation)
        if self.loses_answers:
            self.loses_answers -= 1
            raise TimeoutError("no answer")
        return Receipt(operation.text != self.refuses, f"r-{len(self.taken)}")


@asynccontextmanager
async def carrying(desk: Desk, platform: Platform) -> AsyncIterator[None]:
    courier = desk.commands.outbox.attach("warning", platform, first_wait_s=0.01)
    task = asyncio.create_task(courier.run())
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - waits for a condition, whoever brings it about
            await asyncio.sleep(0)


async def decide(desk: Desk, count: int, first: int = 0) -> list[str]:
    desk.sit()
    done = []
    for number in range(first, first + count):
        desk.warn(f"wx:{number}")
        done.append((await desk.do(f"ack-warning wx:{number}")).id)
    return done


async def test_it_waits_while_the_line_is_down_and_goes_in_order(
    desk: Desk, expect_log: Callable[[str], None]
) -> None:
    expect_log("the line to warning is down")
    platform = Platform()
    platform.line_is_up = False
    decided = await decide(desk, 3)
    assert desk.commands.waiting == 3
    async with carrying(desk, platform):
        await until(lambda: platform.calls >= 3)
        assert desk.commands.waiting == 3
        platform.line_is_up = True
        await until(lambda: desk.commands.waiting == 0)
        decided += await decide(desk, 2, first=3)
        await until(lambda: desk.commands.waiting == 0)
    assert list(platform.taken) == decided
    states = desk.rows("SELECT DISTINCT state FROM outbox")
    assert states == [("received",)]
    assert desk.rows("SELECT receipt FROM outbox WHERE seq = 3") == [("r-3",)]


async def test_a_lost_answer_is_asked_again_with_the_same_id(
    desk: Desk, expect_log: Callable[[str], None]
) -> None:
    expect_log("the line to warning is down")
    platform = Platform()
    platform.loses_answers = 1
    decided = await decide(desk, 2)
    async with carrying(desk, platform):
        await until(lambda: desk.commands.waiting == 0)
    assert list(platform.taken) == decided
    assert platform.calls == 3


async def test_what_the_receiver_refuses_does_not_hold_up_the_rest(
    desk: Desk, expect_log: Callable[[str], None]
) -> None:
    expect_log("warning refused operation")
    platform = Platform()
    platform.refuses = "ack-warning wx:0"
    await decide(desk, 2)
    async with carrying(desk, platform):
        await until(lambda: desk.commands.waiting == 0)
    assert desk.rows("SELECT state FROM outbox ORDER BY seq") == [("refused",), ("received",)]


async def test_after_a_restart_the_rest_is_sent(desk: Desk) -> None:
    decided = await decide(desk, 2)
    later = desk.again()
    desk.store = later.store
    platform = Platform()
    async with carrying(later, platform):
        await until(lambda: later.commands.waiting == 0)
    assert list(platform.taken) == decided
