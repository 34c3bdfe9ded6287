"""What was recorded of cameras, asked of their platforms for a strip, and kept for minutes: such a
question costs a platform and its devices seconds."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from app.core.message import Message, Refusal
from app.core.model import Ms
from app.video.recordings import gaps

KEPT_S = 300.0
AT_ONCE = 4
MOST = 64


class Records(NamedTuple):
    """Of one camera between two moments. `gaps` are without a recording; `trouble` says why
    nothing is known."""

    begin: Ms
    end: Ms
    gaps: tuple[tuple[Ms, Ms], ...] = ()
    trouble: Message | None = None
    known: bool = False


class RecordBook:
    """Of one panel. `service` gives the running video service, `begin` starts a question, `told`
    is called when an answer came."""

    def __init__(
        self,
        service: Callable[[], Any],
        begin: Callable[[Any], object],
        told: Callable[[], object],
    ) -> None:
        self._service = service
        self._begin = begin
        self._told = told
        self._few = asyncio.Semaphore(AT_ONCE)
        self._found: dict[tuple[str, Ms, Ms], tuple[float, Records]] = {}

    def between(self, camera: str, begin: Ms, end: Ms) -> Records:
        """What is known; it is asked for where that is nothing, or old."""
        key, now = (camera, begin, end), time.monotonic()
        held = self._found.get(key)
        if held is not None and now - held[0] < KEPT_S:
            return held[1]
        found = held[1] if held is not None else Records(begin, end)
        while len(self._found) >= MOST:
            del self._found[next(iter(self._found))]
        self._found[key] = (now, found)
        if self._service() is not None:
            self._begin(self._ask(camera, begin, end))
        return found

    async def _ask(self, camera: str, begin: Ms, end: Ms) -> None:
        try:
            async with self._few:
                answer = await self._service().records(camera, begin, end)
            found = Records(begin, end, tuple(gaps(answer, begin, end)), known=True)
        except Refusal as refusal:
            found = Records(begin, end, trouble=refusal.reason)
        self._found[camera, begin, end] = (time.monotonic(), found)
        self._told()
