"""Who is tried again when, and who goes first."""

import asyncio
import random

import pytest

from app.video.reconnect import (
    AT_ONCE,
    LEAST_S,
    MOST_S,
    SLOW_FIRST_S,
    SLOW_MOST_S,
    STEADY_S,
    BackOff,
    Opens,
)
from app.video.tile import Weight
from app.video.wire import Fault
from tests.helpers.jumping_loop import passes, run


def waits(fault: Fault, count: int, seed: int) -> list[float]:
    back, now, found = BackOff(random.Random(seed)), 100.0, []
    for _ in range(count):
        until = back.failed(fault, now)
        found.append(until - now)
        now = until
    return found


def test_waits_grow_to_fifteen_seconds_with_full_jitter() -> None:
    for number, bound in enumerate((1, 2, 4, 8, 15, 15, 15)):
        drawn = [waits(Fault.TIMEOUT, number + 1, seed)[number] for seed in range(300)]
        assert min(drawn) >= LEAST_S and max(drawn) <= min(bound, MOST_S)
        # full jitter: spread evenly over all of it, so that what broke together comes apart
        assert sum(drawn) / len(drawn) == pytest.approx((LEAST_S + bound) / 2, rel=0.1)


def test_a_refused_password_waits_a_minute_and_then_up_to_ten() -> None:
    for seed in range(100):
        found = waits(Fault.CREDENTIALS, 8, seed)
        assert all(SLOW_FIRST_S <= wait <= SLOW_MOST_S for wait in found)
        assert found[-1] >= SLOW_MOST_S / 2


def test_nobody_hurries_a_refused_password() -> None:
    back = BackOff(random.Random(1))
    until = back.failed(Fault.CREDENTIALS, 0.0)
    back.now()
    assert back.until == until >= SLOW_FIRST_S
    other = BackOff(random.Random(1))
    other.failed(Fault.ENDED, 0.0)
    other.now()
    assert other.until == 0.0


def test_a_steady_picture_begins_the_waits_anew_a_short_one_does_not() -> None:
    back = BackOff(random.Random(2))
    for _ in range(6):
        back.failed(Fault.ENDED, 0.0)
    back.good(100.0)
    back.failed(Fault.ENDED, 100.0 + STEADY_S / 2)
    assert back.failures == 7
    back.good(200.0)
    assert back.failed(Fault.ENDED, 200.0 + STEADY_S) - (200.0 + STEADY_S) <= 1.0
    assert back.failures == 1


def test_at_most_eight_are_opened_at_once_the_weightiest_first() -> None:
    order: list[str] = []
    most = 0

    async def one(opens: Opens, name: str, weight: Weight) -> None:
        nonlocal most
        async with opens.turn(weight):
            order.append(name)
            most = max(most, len(order) - done)
            await passes(1.0)
            count()

    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    async def play() -> None:
        opens = Opens()
        tasks = [
            asyncio.create_task(one(opens, f"n{n}", Weight.NORMAL)) for n in range(AT_ONCE + 4)
        ]
        tasks.append(asyncio.create_task(one(opens, "focus", Weight.FOCUS)))
        await asyncio.sleep(0)
        assert opens.waiting == 5
        await asyncio.gather(*tasks)

    run(play())
    assert most == AT_ONCE
    assert order == [*(f"n{n}" for n in range(8)), "focus", "n8", "n9", "n10", "n11"]


def test_who_is_cancelled_in_line_or_at_the_door_takes_nobodys_place() -> None:
    async def play() -> None:
        opens = Opens(1)
        entered: list[str] = []

        async def one(name: str) -> None:
            async with opens.turn(Weight.NORMAL):
                entered.append(name)

        async with opens.turn(Weight.NORMAL):
            tasks = {name: asyncio.create_task(one(name)) for name in "abc"}
            await asyncio.sleep(0)
            tasks["a"].cancel()
            await asyncio.wait([tasks["a"]])
        tasks["b"].cancel()  # its place was given to it just now
        await asyncio.wait(tasks.values())
        assert entered == ["c"]
        async with opens.turn(Weight.NORMAL):
            assert opens.waiting == 0

    run(play())
