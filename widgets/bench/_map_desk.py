"""The desk's map under measurement: the layer of points on it, its page, the clocks of both."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from app.bench._map_city import POINTS
from app.bench._points import LAT, LON
from app.live.hub import Kind
from app.live.map_state import SHARED, LayerChoice, MapPlace
from app.live.maps import map_key
from widgets.map.said import Drew
from widgets.panels.map import MapPanel
from widgets.session import Session

ZOOM = 10.0
WITHIN_S = 90.0


class MapDesk:
    """`await begin(count)` shows the points; then `page` runs scripts and `clock` compares."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.drew: list[Drew] = []

    async def begin(self, count: int, layer: str = POINTS) -> None:
        """Until all points are on the screen."""
        maps = self.session.maps
        await until(lambda: maps.atlas is not None and self._found() is not None, "a map")
        panel = self._found()
        assert panel is not None
        self.panel, self.view = panel, panel.view
        self.view.said.connect(self._on_said)
        await until(lambda: self.view.is_ready, "the page")
        self.composer = maps.composer(panel.context)
        self.show((layer,))
        if count:
            await until(lambda: self.has(layer, count), "all points on the screen")

    def show(self, layers: tuple[str, ...], base: str = "", zoom: float = ZOOM) -> None:
        """Let the seat's map show these layers over the middle of the town."""
        state = self.session.runtime.seat.maps[SHARED]
        state.layers, state.base = tuple(map(LayerChoice, layers)), base
        state.fly(MapPlace(LON, LAT, zoom))
        self.session.runtime.hub.publish(Kind.SEAT, (map_key(SHARED),))

    def has(self, layer: str, count: int) -> bool:
        """Whether the page drew a content of so many."""
        content = self.composer.contents.get(layer)
        made = content is not None and content.count >= count
        return made and any(one.layer == layer for one in self.drew)

    def _found(self) -> Any:
        for window in self.session.shell.windows:
            for panel in window.panels.values():
                if isinstance(panel, MapPanel) and panel.view is not None:
                    return panel
        return None

    def _on_said(self, said: object) -> None:
        if isinstance(said, Drew):
            self.drew.append(said)

    async def script(self, code: str) -> Any:
        """The value of a JavaScript expression, or of the promise that it gives."""
        return await script(self.view.web.page(), code)

    async def offset(self) -> float:
        """Milliseconds that the page's clock is ahead of this process's: of many questions the one
        that was answered soonest, whose middle is its moment."""
        best, ahead = float("inf"), 0.0
        for _ in range(20):
            asked = time.time_ns() / 1e6
            there = await run_script(self.view.web.page(), "chengmai.page.now()")
            answered = time.time_ns() / 1e6
            if answered - asked < best:
                best, ahead = answered - asked, there - (asked + answered) / 2
        return ahead


async def run_script(page: Any, code: str) -> Any:
    """The value of an expression that is a number or a text."""
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    page.runJavaScript(code, answer.set_result)
    return await answer


async def script(page: Any, code: str) -> Any:
    """The value of an expression, or of its promise, through JSON; raises RuntimeError."""
    mark = f"bench{time.monotonic_ns()}"
    await run_script(
        page,
        f"(async () => ({code}))().then(v => {{ window.{mark} = JSON.stringify({{v}}) }},"
        f" e => {{ window.{mark} = JSON.stringify({{e: String(e)}}) }}); 0",
    )
    end = time.monotonic() + WITHIN_S
    while not (said := await run_script(page, f"window.{mark} || ''")):
        if time.monotonic() > end:
            raise RuntimeError(f"no answer: {code[:200]}")
        await asyncio.sleep(0.005)
    found = json.loads(said)
    if "e" in found:
        raise RuntimeError(found["e"])
    return found.get("v")


async def until(condition: Callable[[], Any], what: str) -> None:
    """Let the loop turn until a condition holds; raises RuntimeError."""
    end = time.monotonic() + WITHIN_S
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"it did not come: {what}")
        await asyncio.sleep(0.005)
