"""Small pictures that are painted again and again, kept per theme, size and device ratio."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from widgets.paint.ledger import Ledger

CACHE_BYTES = 24 * 1024 * 1024
_LARGEST_SHARE = 8  # one picture may take an eighth of the cache, else it is painted directly

Draw = Callable[[QPainter, QRectF], None]


class Stamps:
    """Least recently used pictures, bounded in bytes; belongs to one Theme."""

    def __init__(self, ledger: Ledger | None = None, limit: int = CACHE_BYTES) -> None:
        self._ledger = ledger or Ledger()
        self._limit = limit
        self._used = 0
        self._pictures: OrderedDict[Hashable, QPixmap] = OrderedDict()

    @property
    def used(self) -> int:
        """Bytes that the pictures take now."""
        return self._used

    def __len__(self) -> int:
        return len(self._pictures)

    def stamp(self, painter: QPainter, rect: QRectF, key: Hashable, draw: Draw) -> None:
        """Show what `draw` paints in `rect`, from the cache where it was painted before.

        The picture is placed on whole device pixels so that a stamp is as sharp as a stroke.
        """
        if self._ledger.is_on:  # what a picture is made of is written down where it stands
            painter.save()
            painter.translate(rect.topLeft())
            draw(painter, QRectF(0, 0, rect.width(), rect.height()))
            painter.restore()
            return
        dpr = painter.device().devicePixelRatioF()
        width, height = _ceil(rect.width() * dpr), _ceil(rect.height() * dpr)
        size = width * height * 4
        if size <= 0:
            return
        if size > self._limit // _LARGEST_SHARE:
            draw(painter, rect)
            return
        full = (key, width, height, dpr)
        picture = self._pictures.get(full)
        if picture is None:
            picture = _render(width, height, dpr, draw, rect)
            self._keep(full, picture, size)
        else:
            self._pictures.move_to_end(full)
        place = QPointF(round(rect.x() * dpr) / dpr, round(rect.y() * dpr) / dpr)
        painter.drawPixmap(place, picture)

    def _keep(self, key: Hashable, picture: QPixmap, size: int) -> None:
        self._pictures[key] = picture
        self._used += size
        while self._used > self._limit:
            _, old = self._pictures.popitem(last=False)
            self._used -= old.width() * old.height() * 4


def _render(width: int, height: int, dpr: float, draw: Draw, rect: QRectF) -> QPixmap:
    picture = QPixmap(width, height)
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(painter, QRectF(0, 0, rect.width(), rect.height()))
    finally:
        painter.end()  # a painter that outlives its picture takes the process with it
    return picture


def _ceil(length: float) -> int:
    return max(0, -int(-length // 1))
