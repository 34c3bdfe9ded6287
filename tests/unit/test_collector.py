"""The collector of cycles is taken over and given back, and cycles that died are freed."""

import asyncio
import gc
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
