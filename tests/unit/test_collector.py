"""The collector of cycles is taken over and given back, and cycles that died are freed."""

import asyncio
import gc
import threading
import weakref

import app.collector as collector
from app.collector import Collector


class Node:
    """Something in a ring with itself."""

    def __init__(self) -> None:
        self.me = self


async def test_what_died_in_a_ring_is_freed_whether_it_was_frozen_or_not(monkeypatch) -> None:
    before = gc.get_threshold()
    monkeypatch.setattr(collector, "FIRST_S", 0.0)
    monkeypatch.setattr(collector, "EVERY_S", 0.0)
    monkeypatch.setattr(collector, "WHOLE_EVERY", 3)
    frozen = Node()
    dead = weakref.ref(frozen)
    ours = Collector()
    ours.start()
    try:
        assert gc.get_freeze_count() > 0
        del frozen  # frozen, so no ordinary round sees it
        young = weakref.ref(Node())
        for _ in range(8):
            await asyncio.sleep(0)
        assert young() is None and dead() is None
    finally:
        ours.stop()
    assert gc.get_threshold() == before and gc.get_freeze_count() == 0


def make_rings(count: int) -> list["weakref.ref[Node]"]:
    """So many that died, whoever makes them."""
    return [weakref.ref(Node()) for _ in range(count)]


async def test_what_died_in_another_thread_is_freed_in_the_one_that_rests() -> None:
    before = gc.isenabled()
    ours = Collector()
    ours.only_here()
    ours.start()
    freed: list[threading.Thread] = []
    try:
        gc.collect()
        dead = await asyncio.to_thread(make_rings, 10 * collector.YOUNG)
        for one in dead[:3]:
            weakref.finalize(one(), lambda: freed.append(threading.current_thread()))
        assert all(one() is not None for one in dead), "no thread collects by the way"
        ours.tidy()
        assert all(one() is None for one in dead)
        assert freed == [threading.current_thread()] * 3
        last = make_rings(1)[0]
    finally:
        ours.stop()
    assert last() is None and gc.isenabled() is before
