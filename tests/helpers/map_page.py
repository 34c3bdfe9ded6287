"""A real map page in a test: open it, send frames, run JavaScript, read pixels, use the mouse.

async with opened(context) as map_page:
    map_page.send(encode_json("state", {...}))
    await map_page.wait_for("chengmai.page.map.getZoom() === 12")
    await map_page.click(400, 300)
    assert [one for one in map_page.said if isinstance(one, Clicked)]
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from widgets.context import Context
from widgets.map.said import Ready
from widgets.map.view import MapView

T = TypeVar("T")
SIZE = (960, 640)
WITHIN_S = 20.0


class MapPageUnderTest:
    """A view on the offscreen platform, its page booted."""

    def __init__(self, view: MapView) -> None:
        self.view = view
        self.said: list[Any] = []
        view.said.connect(self.said.append)

    def send(self, frame: bytes) -> None:
        """A frame for the page."""
        self.view.send(frame)

    @property
    def web(self) -> Any:
        """The QWebEngineView."""
        return self.view.web

    @property
    def ledger(self) -> Any:
        """What was stopped (`widgets.map.guard.Ledger`)."""
        return self.view.service.engine.ledger

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Let the loop turn until a condition holds."""
        end = time.monotonic() + WITHIN_S
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"never came true: {what or condition}")
            await asyncio.sleep(0.005)

    async def script(self, code: str) -> Any:
        """The value of a JavaScript expression or of the promise that it gives, through JSON.
        Raises AssertionError with the page's error."""
        box: list[str] = []
        mark = f"__test_{time.monotonic_ns()}"
        wrapped = (
            f"(async () => ({code}))().then(v => {{ window.{mark} = JSON.stringify({{v}}); }},"
            f" e => {{ window.{mark} = JSON.stringify({{e: String(e)}}); }}); 0"
        )
        self.web.page().runJavaScript(wrapped)
        end = time.monotonic() + WITHIN_S
        while not (box and box[-1]):
            if time.monotonic() > end:
                raise AssertionError(f"no answer: {code}")
            asked = len(box)
            self.web.page().runJavaScript(f"window.{mark} || ''", box.append)
            await self.until(lambda asked=asked: len(box) > asked, code)
        answer = json.loads(box[-1])
        assert "e" not in answer, answer["e"]
        return answer.get("v")

    async def wait_for(self, code: str) -> Any:
        """Until a JavaScript expression is true; gives its value."""
        end = time.monotonic() + WITHIN_S
        while not (value := await self.script(code)):
            if time.monotonic() > end:
                raise AssertionError(f"never came true: {code}")
            await asyncio.sleep(0.01)
        return value

    async def wait_said(self, kind: type[T], condition: Callable[[T], Any] = bool) -> T:
        """The newest telling of a kind for which the condition holds; waits for one."""
        found: list[T] = []

        def has_come() -> bool:
            found[:] = [o for o in self.said if isinstance(o, kind) and condition(o)]
            return bool(found)

        await self.until(has_come, f"the page says {kind.__name__}")
        return found[-1]

    async def reload(self) -> None:
        """Load the page anew and wait until it is ready."""
        self.view.reload()
        await self.until(lambda: self.view.is_ready, "the page is ready again")

    async def painted(self) -> None:
        """Until two frames were painted, so that what was drawn can be seen."""
        twice = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        await self.script(f"{twice}.then(() => 1)")
        for _ in range(10):
            await asyncio.sleep(0.005)

    async def image(self) -> QImage:
        """What the view shows now."""
        await self.painted()
        return self.view.grab().toImage()

    async def colour_at(self, x: int, y: int) -> tuple[int, int, int]:
        """Red, green, blue of a pixel."""
        colour = (await self.image()).pixelColor(x, y)
        return colour.red(), colour.green(), colour.blue()

    async def place_of(self, lon: float, lat: float) -> tuple[int, int]:
        """Where a place stands in the view, in pixels."""
        x, y = await self.script(
            f"(p => [p.x, p.y])(chengmai.page.map.latLngToContainerPoint([{lat}, {lon}]))"
        )
        return round(x), round(y)

    async def drawn_at(self, layer: str, index: int) -> tuple[int, int]:
        """Where a mark of a layer is drawn now, in pixels: what moves glides behind what is known
        of it."""
        x, y = await self.script(
            "((s, i) => { const [lon, lat] = chengmai.unproject(s[2 * i], s[2 * i + 1]);"
            " const p = chengmai.page.map.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; })"
            f"(chengmai.layers.get('{layer}').marks.shown, {index})"
        )
        return round(x), round(y)

    async def click(
        self,
        x: int,
        y: int,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """A real click."""
        await self.drag([(x, y)], button, keys)

    async def drag(
        self,
        way: list[tuple[int, int]],
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press at the first place, move through all, release at the last."""
        nothing = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseMove, way[0], nothing, nothing, keys)
        await asyncio.sleep(0.01)
        self._mouse(QEvent.Type.MouseButtonPress, way[0], button, button, keys)
        for place in way[1:]:
            await asyncio.sleep(0.02)
            self._mouse(QEvent.Type.MouseMove, place, nothing, button, keys)
        await asyncio.sleep(0.02)
        self._mouse(QEvent.Type.MouseButtonRelease, way[-1], button, nothing, keys)
        await asyncio.sleep(0.02)

    async def move(self, x: int, y: int) -> None:
        """The pointer without a button."""
        nothing = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseMove, (x, y), nothing, nothing, Qt.KeyboardModifier(0))
        await asyncio.sleep(0.02)

    async def wheel(self, x: int, y: int, steps: int) -> None:
        """Turn the wheel; a positive step is away from the person (closer)."""
        target = self._target()
        place = QPointF(x, y)
        event = QWheelEvent(
            place,
            QPointF(self.view.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QCoreApplication.sendEvent(target, event)
        await asyncio.sleep(0.02)

    def _target(self) -> QWidget:
        """The widget of Chromium that takes the mouse."""
        target = self.web.focusProxy()
        assert target is not None
        return target

    def _mouse(
        self,
        kind: QEvent.Type,
        place: tuple[int, int],
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
    ) -> None:
        here = QPointF(*place)
        there = QPointF(self.view.mapToGlobal(here.toPoint()))
        event = QMouseEvent(kind, here, there, button, held, keys)
        QCoreApplication.sendEvent(self._target(), event)


@asynccontextmanager
async def opened(
    context: Context, size: tuple[int, int] = SIZE, kept: Path | None = None
) -> AsyncIterator[MapPageUnderTest]:
    """A page for the city of a context; gone at the end."""
    view = MapView(context, kept=kept)
    try:
        page = MapPageUnderTest(view)
        view.resize(*size)
        view.show()
        await page.until(lambda: view.is_ready or view.reason is not None, "the page is ready")
        assert view.reason is None, context.translator.render(view.reason)
        await page.wait_said(Ready)
        await page.wait_for("chengmai.look.lettered")  # what was drawn before is drawn again then
        view.opening.end()
        yield page
    finally:
        view.close_map()
        view.hide()
        view.deleteLater()
        for _ in range(20):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            await asyncio.sleep(0)


def is_offscreen() -> bool:
    """Whether no window system is used."""
    return os.environ.get("QT_QPA_PLATFORM") == "offscreen" or (
        QApplication.platformName() == "offscreen"
    )
