"""A feed's own thread: what hangs in it holds up nobody else."""

import asyncio
import threading

import pytest

from app.feeds._base import Lost
from app.feeds._worker import Worker


def fail() -> None:
    raise TimeoutError("of the call itself")


async def test_calls_give_and_raise_what_they_do() -> None:
    worker = Worker("w")
    assert await worker.call(threading.current_thread, 5) is not threading.current_thread()
    with pytest.raises(TimeoutError, match="itself"):
        await worker.call(fail, 5)
    worker.close()
    assert await worker.call(lambda: 7, 5) == 7  # another thread, on need
    worker.close()


async def test_a_call_that_hangs_is_left_and_not_run_over() -> None:
    worker, other = Worker("w"), Worker("o")
    go_on, closed = threading.Event(), threading.Event()
    with pytest.raises(Lost) as caught:
        await worker.call(go_on.wait, 0.02)
    assert caught.value.reason.id == "feed.timeout"
    worker.close(closed.set)
    with pytest.raises(Lost) as caught:
        await worker.call(lambda: 1, 0.02)
    assert caught.value.reason.id == "worker.stuck"
    assert await other.call(lambda: 2, 5) == 2
    assert not closed.is_set()
    go_on.set()
    assert await worker.call(lambda: 3, 5) == 3
    assert closed.wait(5)  # what was to be done at the end was done, later
    worker.close()
    other.close()


def test_what_is_done_at_the_end_is_done_though_the_loop_ended_before() -> None:
    go_on, begun, closed = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(5)

    async def left() -> None:
        worker = Worker("w")
        call = asyncio.create_task(worker.call(work, 5))
        await asyncio.to_thread(begun.wait, 5)
        call.cancel()
        await asyncio.wait([call])
        worker.close(closed.set)

    asyncio.run(left())
    go_on.set()
    assert closed.wait(5)
