"""A map as a picture of any size up to a wall's: drawn by the map's own page in parts that are put
together, with title, facts, legend, scale and foot around it.

The page is drawn at a factor, so that symbols and letters keep their share of the sheet. A part is
at most 3840 x 2160 pixels, so what the page needs does not grow with the sheet.
"""

import asyncio
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from app.core.message import Refusal, message
from app.gis.frames import encode_json
from app.gis.tiles import grid
from app.live.export import ExportOrder
from app.live.map_state import MAX_ZOOM, MIN_ZOOM, MapPlace
from widgets.context import Context
from widgets.export.map_frame import Frame, paint_frame
from widgets.export.map_sheet import Sheet, frames_of, sheet_of, state_words
from widgets.map.look import Seams, look_frame
from widgets.map.said import Moved
from widgets.map.view import MapView
from widgets.map_house import MapHouse

DESIGN = 1080
"""Lines of the sheet at factor 1."""
LEAST, MOST = 0.5, 4.0
PART = (3840, 2160)
MARGIN = 96
"""CSS pixels that parts see beyond their edges: symbols there are whole, and names that stand near
them stand in the same places in both."""
WITHIN_S, TILES_S, MOVES_S, LOOK_S = 30.0, 10.0, 2.0, 0.02
_BARE = "document.querySelector('.leaflet-control-container').style.display = 'none'; 0"
_LEFT = (
    "document.querySelectorAll('.leaflet-tile:not(.leaflet-tile-loaded)').length"
    " + (chengmai.stage.waits() ? 1 : 0)"
    " + [...chengmai.layers.held.values()]"
    ".filter(({ clusters, marks }) => clusters && marks.n && !(clusters.ready && clusters.view"
    " && clusters.view.zoom === chengmai.page.map.getZoom())).length"
)
"""How much is still to come: tiles, drawing, clusters."""
_PAINTED = (
    "window.settled = 0; requestAnimationFrame(() => requestAnimationFrame(() =>"
    " { window.settled = 1; })); 0"
)


class Part(NamedTuple):
    """A part of the map: its place in it without and with its margin, in CSS pixels."""

    inner: QRect
    outer: QRect


async def map_image(
    house: MapHouse, context: Context, order: ExportOrder, size: tuple[int, int]
) -> tuple[QImage, str]:
    """The sheet and its title; raises Refusal where this machine draws no maps."""
    factor = min(MOST, max(LEAST, size[1] / DESIGN))
    frame = Frame.of(context, size, factor)
    inner = frame.map_rect
    state = context.spine.seat.maps[order.map]
    place = _fitted(state.place, state.size, (inner.width(), inner.height()))
    sheet = await sheet_of(house, context, order, (inner.width(), inner.height()), place)
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(context.theme.canvas)
    painter = QPainter(image)
    try:
        await _draw(painter, house, context, sheet, place, frame, factor)
        paint_frame(painter, context, sheet, place, frame, factor)
    finally:
        painter.end()
    return image, sheet.title


def parts_of(width: int, height: int, factor: float) -> Iterator[Part]:
    """How a map of so many CSS pixels is drawn: row by row, no part larger than PART pixels of the
    picture."""
    wide = max(1, math.floor(PART[0] / factor) - 2 * MARGIN)
    high = max(1, math.floor(PART[1] / factor) - 2 * MARGIN)
    for top in range(0, height, high):
        for left in range(0, width, wide):
            inner = QRect(left, top, min(wide, width - left), min(high, height - top))
            yield Part(inner, inner.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))


def edges_of(part: Part, width: int, height: int) -> Seams:
    """Where a part sees beyond a map of so many CSS pixels: a name there would be cut at the map's
    edge, so none stands there, as on the seams of a wall."""
    clear = MARGIN / 2 - 1  # from the edge to the end of the margin, less a pixel on either side

    def beyond(first: int, length: int, whole: int) -> tuple[float, ...]:
        low, high = -first, whole - first  # the map's two edges, on the part's page
        return (*((low - clear,) if low > 0 else ()), *((high + clear,) if high < length else ()))

    outer = part.outer
    across = beyond(outer.x(), outer.width(), width)
    return Seams(across, beyond(outer.y(), outer.height(), height), clear)


def centre_of(part: QRect, width: int, height: int, place: MapPlace) -> MapPlace:
    """Where a part's middle lies, of a map with its middle at `place`."""
    pixels = 256 * 2**place.zoom
    x, y = grid.position(place.lon, place.lat, 0)
    x += (part.x() + part.width() / 2 - width / 2) / pixels
    y += (part.y() + part.height() / 2 - height / 2) / pixels
    lon, lat = grid.place(x, min(1.0, max(0.0, y)), 0)
    return MapPlace((lon + 180) % 360 - 180, lat, place.zoom)


def _fitted(place: MapPlace, had: Any, has: tuple[int, int]) -> MapPlace:
    """The same part of the world in a view of another size."""
    share = min(has[0] / max(1, had[0]), has[1] / max(1, had[1]))
    zoom = place.zoom + math.floor(4 * math.log2(share)) / 4
    return MapPlace(place.lon, place.lat, min(MAX_ZOOM, max(MIN_ZOOM, zoom)))


async def _draw(
    painter: QPainter,
    house: MapHouse,
    context: Context,
    sheet: Sheet,
    place: MapPlace,
    frame: Frame,
    factor: float,
) -> None:
    holder = QWidget()
    holder.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    view: MapView = house.view(context, holder)
    try:
        page = Page(view, factor)
        inner = frame.map_rect
        whole = (inner.width(), inner.height())
        for number, part in enumerate(parts_of(*whole, factor)):
            page.resize(holder, part.outer)
            if number == 0:
                holder.show()
                await page.ready()
                for data in frames_of(house, context, sheet):
                    view.send(data)
            view.send(look_frame(context, seams=edges_of(part, *whole)))
            middle = centre_of(part.outer, *whole, place)
            picture = await page.look(sheet, middle)
            at = QPoint(
                round((inner.x() + part.inner.x()) * factor),
                round((inner.y() + part.inner.y()) * factor),
            )
            cut = QRect(
                round(MARGIN * factor),
                round(MARGIN * factor),
                math.ceil(part.inner.width() * factor),
                math.ceil(part.inner.height() * factor),
            )
            painter.drawImage(at, picture, cut)
    finally:
        view.close_map()
        holder.close()
        holder.deleteLater()


class Page:
    """A page that is looked at by nobody."""

    def __init__(self, view: MapView, factor: float) -> None:
        self._view = view
        self._factor = factor
        self._moved: Moved | None = None
        self._news = asyncio.Event()
        view.said.connect(self._hear)
        view.reason_changed.connect(self._news.set)

    def resize(self, holder: QWidget, part: QRect) -> None:
        """Let the view have a part's size; the same size again costs nothing."""
        width, height = (round(side * self._factor) for side in (part.width(), part.height()))
        holder.resize(width, height)
        self._view.resize(width, height)

    async def ready(self) -> None:
        """Until the page stands; raises Refusal where it does not."""
        view = self._view
        view.show()
        await self._until(lambda: view.is_ready or view.reason is not None, WITHIN_S)
        web: Any = view.web
        if not view.is_ready or web is None:
            raise Refusal(message("mapexport.no_engine"))
        web.setZoomFactor(self._factor)
        await self._run(_BARE)

    async def look(self, sheet: Sheet, place: MapPlace) -> QImage:
        """What is seen at a place once everything is drawn, without its margins cut."""
        self._moved = None
        self._view.send(encode_json("state", state_words(sheet, place, sheet.base)))
        await self._until(lambda: self._is_at(place), MOVES_S)
        await self._asked(_LEFT, lambda left: not left)
        for _ in range(2):
            await self._run(_PAINTED)
            await self._asked("window.settled", bool)
        await asyncio.sleep(5 * LOOK_S)  # what was painted there is on its way here
        picture = self._view.grab().toImage()
        picture.setDevicePixelRatio(1.0)
        return picture

    def _is_at(self, place: MapPlace) -> bool:
        here = self._moved
        near = here is not None and abs(here.lon - place.lon) < 1e-5
        return near and here is not None and abs(here.lat - place.lat) < 1e-5

    def _hear(self, said: object) -> None:
        if isinstance(said, Moved):
            self._moved = said
        self._news.set()

    async def _until(self, condition: Callable[[], Any], seconds: float) -> None:
        """Until a condition holds of what the view said, or so long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not condition() and (left := until - loop.time()) > 0:
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()

    async def _asked(self, code: str, is_good: Callable[[Any], bool]) -> None:
        """Until the page's answer is good, or for `TILES_S`: a page can only be asked."""
        loop = asyncio.get_running_loop()
        until = loop.time() + TILES_S
        while not is_good(await self._run(code)):
            if loop.time() > until:
                return
            await asyncio.sleep(LOOK_S)

    async def _run(self, code: str) -> Any:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def come(value: Any) -> None:
            if not answer.done():
                answer.set_result(value)

        web: Any = self._view.web
        if web is None:
            raise Refusal(message("mapexport.no_engine"))
        web.page().runJavaScript(code, come)
        async with asyncio.timeout(WITHIN_S):
            return await answer
