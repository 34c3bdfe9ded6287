"""Points from the socket to the screen: what the main thread pays, and how long it takes."""

import asyncio
import time
from collections.abc import Callable
from functools import wraps
from statistics import median
from typing import Any, ClassVar

import msgspec

from app.bench._map_city import POINTS
from app.core.privacy import Privacy
from app.live.batch import Batch
from widgets.bench._map_desk import MapDesk
from widgets.session import Session

WARM_S = 5.0


class Flow(msgspec.Struct, frozen=True):
    """Of one update (all points anew): milliseconds of the main thread's processor and of its time;
    from the newest batch in a picture until that picture was complete (median), and until it was on
    the screen, median and largest; how many pictures and updates there were."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    python_ms: float
    held_ms: float
    complete_ms: float
    drawn_ms: float
    drawn_max_ms: float
    drawn: int
    updates: int


class Spent:
    """What the main thread spends in the calls that it wraps; a call in another counts once."""

    def __init__(self) -> None:
        self.processor = self.held = 0.0
        self._deep = 0

    def wrap(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, counted."""

        @wraps(work)
        def counted(*given: Any, **named: Any) -> Any:
            if self._deep:
                return work(*given, **named)
            self._deep += 1
            processor, held = time.thread_time(), time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                self.processor += time.thread_time() - processor
                self.held += time.perf_counter() - held
                self._deep -= 1

        return counted

    def over(self, owner: Any, *names: str) -> None:
        """Count calls of an object's methods."""
        for name in names:
            setattr(owner, name, self.wrap(getattr(owner, name)))


class Watch:
    """Notes each batch with points, which of them a picture holds, when the page had drawn it."""

    def __init__(self, desk: MapDesk) -> None:
        self.batches: list[float] = []
        self.observed: set[int] = set()
        self._of_picture: dict[int, float] = {}
        self._composer = desk.composer
        self._taken = 0.0
        desk.session.runtime.heard.append(self._on_batch)
        layer = desk.composer.layer(POINTS)
        self._take, layer.take = layer.take, self._taking
        desk.composer.on_content.append(self._on_content)

    def _on_batch(self, batch: Batch) -> None:
        for columns in batch.positions.values():
            self.batches.append(time.time_ns() / 1e6)
            self.observed.add(int(columns.observed.max()))

    def _taking(self, picture: Any) -> Any:
        self._taken = self.batches[-1] if self.batches else 0.0
        return self._take(picture)

    def _on_content(self, key: str) -> None:
        if key == POINTS:
            self._of_picture[self._composer.sequences[key]] = self._taken

    def delays(self, desk: MapDesk, ahead: float) -> list[tuple[float, float]]:
        """Milliseconds from the batch until a picture that the page told of was complete, and until
        it was on the screen."""
        found = []
        for drew in desk.drew:
            came = self._of_picture.get(drew.seq)
            if drew.layer == POINTS and came:
                found.append((drew.complete - ahead - came, drew.at - ahead - came))
        return found


async def flow(session: Session, count: int, seconds: float) -> Flow:
    """Show so many points, then look for so long."""
    desk = MapDesk(session)
    await desk.begin(count)
    await asyncio.sleep(WARM_S)
    ahead = await desk.offset()
    spent, watch = Spent(), Watch(desk)
    spent.over(session.runtime, "_take", "_step")
    spent.over(desk.composer, "tick", "_done")
    routes = desk.view.service.engine.handler._routes
    routes["live"], routes["say"] = spent.wrap(routes["live"]), spent.wrap(routes["say"])
    desk.drew.clear()
    await asyncio.sleep(seconds)
    updates = max(1, len(watch.observed))
    completed, delays = zip(*watch.delays(desk, ahead), strict=True)
    return Flow(
        python_ms=1000 * spent.processor / updates,
        held_ms=1000 * spent.held / updates,
        complete_ms=median(completed),
        drawn_ms=median(delays),
        drawn_max_ms=max(delays),
        drawn=len(delays),
        updates=updates,
    )


async def lateness(session: Session, count: int, seconds: float) -> float:
    """p99 of how late the windows' beats come, in ms, while so many points move on the map."""
    if count:
        await MapDesk(session).begin(count)
    await asyncio.sleep(WARM_S)
    session.stall.reset()
    await asyncio.sleep(seconds)
    return session.stall.figures().p99
