"""Coroutines begun from a signal or a key: kept until they end, their errors told."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any


class Errands:
    """Those of one owner. An error of one is logged under `what` and never swallowed."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it in the loop of this thread, which may not have begun to run."""
        task = asyncio.get_event_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    @property
    def running(self) -> frozenset[asyncio.Task[None]]:
        """Those that have not ended."""
        return frozenset(self._tasks)

    async def finish(self) -> None:
        """Wait for all that were begun; nothing is taken back."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error(self._what, exc_info=error)
