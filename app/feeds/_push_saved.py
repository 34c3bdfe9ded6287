"""Pushed messages that are answered only when the store has them on the disk."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from app.feeds._kept_lines import KeptLines
from app.feeds._push_check import Remembered
from app.feeds._sink import Sink


class Saving:
    """The messages of one run for which the disk is waited for, by the names they are known by.
    Made in the feed's loop, and called there."""

    def __init__(self, known: Remembered, kept: KeptLines) -> None:
        self._known = known
        self._kept = kept
        self._loop = asyncio.get_running_loop()
        self._waited: dict[str, asyncio.Future[None]] = {}

    def begin(self, sink: Sink, names: Sequence[str], lines: bytes) -> "asyncio.Future[None]":
        """All that the sink took until now is to be on the disk, and then the lines too."""
        saved = self._loop.create_future()
        self._waited |= dict.fromkeys(names, saved)
        sink.receipt(partial(self._on_disk, saved, lines))
        return saved

    def of(self, names: Iterable[str]) -> "asyncio.Future[None] | None":
        """What is waited for already for a message that came again meanwhile."""
        return next((self._waited[name] for name in names if name in self._waited), None)

    async def wait(
        self, saved: "asyncio.Future[None]", names: Sequence[str], seconds: float
    ) -> bool:
        """Whether the disk had it in time. Where it had not, who sends the message again is not
        taken for one who repeats it."""
        try:
            async with asyncio.timeout(seconds):
                await asyncio.shield(saved)
        except TimeoutError:
            self._known.forget(names)
            return False
        finally:
            for name in names:
                self._waited.pop(name, None)
        return True

    def _on_disk(self, saved: "asyncio.Future[None]", lines: bytes) -> None:
        """In the store's thread."""
        self._kept.add(lines)
        with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
            self._loop.call_soon_threadsafe(self._tell, saved, lines)

    def _tell(self, saved: "asyncio.Future[None]", lines: bytes) -> None:
        self._known.recall(lines.splitlines())  # it may come later than was waited for
        if not saved.done():
            saved.set_result(None)
