"""The raster presenter: one widget for all cells of a wall, one blit per new picture.

Without a graphics card this is the quickest way there is: the worker scaled to the pixels of the
cell, so a picture is copied row by row and nothing is filtered (docs/performance.md).
"""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.video.board import Rows
from app.video.wire import PixelFormat
from widgets.paint.base import focus_frame
from widgets.paint.video import VideoTile, paint_caption, paint_picture
from widgets.theme import Theme
from widgets.video.slots import Slots


@dataclass(frozen=True)
class Shown:
    """One cell: where its picture and its strip stand (pixels of the widget), and in what words.
    `fitted` is the part of `picture` that the stream's own shape fills."""

    view: str
    picture: QRect
    fitted: QRect
    caption: QRect
    words: VideoTile
    slots: Slots | None = None
    still: QImage | None = None  # the last good picture, where nothing moves

    @property
    def all(self) -> QRect:
        """Picture and strip."""
        return self.picture.united(self.caption)


class Surface(QWidget):
    """Cells of a wall. `poll` draws those whose picture is new; they are asked for in `format`."""

    format = PixelFormat.BGRA

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = theme
        self._rows: Rows | None = None
        self._cells: tuple[Shown, ...] = ()
        self._drawn: dict[str, int] = {}  # by view, the number of the picture that stands there
        self.pictures = 0  # new ones that were drawn

    def wear(self, theme: Theme) -> None:
        """Look otherwise from now on."""
        self._theme = theme
        self.update()

    def show_cells(self, cells: tuple[Shown, ...]) -> None:
        """What stands where. Only what reads or stands otherwise than before is painted anew."""
        before = {cell.view: cell for cell in self._cells}
        self._cells = cells
        if [cell.all for cell in cells] != [cell.all for cell in before.values()]:
            self._drawn.clear()
            self.update()
            return
        for cell in cells:
            old = before.get(cell.view)
            if old is None or old.words != cell.words or old.slots is not cell.slots:
                self.update(cell.all)
            elif old.fitted != cell.fitted or old.still is not cell.still:
                self.update(cell.picture)

    def poll(self, rows: Rows) -> None:
        """Ask for the places whose picture is newer than what stands there."""
        self._rows = rows
        sequences = rows["seq"]
        for cell in self._cells:
            if cell.slots is None:
                continue
            newest = int(sequences[cell.slots.place.row])
            if newest != self._drawn.get(cell.view):
                self.update(cell.fitted)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells that the event meets."""
        painter = QPainter(self)
        try:
            self._paint(painter, event)
        finally:
            painter.end()  # one that outlives its event takes the whole program down

    def _paint(self, painter: QPainter, event: QPaintEvent) -> None:
        region, theme = event.region(), self._theme
        if region.contains(self.rect()):
            painter.fillRect(self.rect(), theme.panel)
        for cell in self._cells:
            if region.intersects(cell.picture):
                self._paint_picture(painter, cell)
            if region.intersects(cell.caption):
                paint_caption(painter, QRectF(cell.caption), cell.words, theme)
            if cell.words.focused and region.intersects(cell.all):
                focus_frame(painter, QRectF(cell.all), theme)

    def _paint_picture(self, painter: QPainter, cell: Shown) -> None:
        frame = cell.still
        if cell.slots is not None and self._rows is not None:
            sequence = int(self._rows["seq"][cell.slots.place.row])
            frame = cell.slots.image(self._rows) or cell.still
            self.pictures += sequence != self._drawn.get(cell.view)
            self._drawn[cell.view] = sequence
        where = cell.fitted if frame is not None else cell.picture
        if where != cell.picture:
            painter.fillRect(cell.picture, self._theme.canvas)
        paint_picture(painter, QRectF(where), cell.words, frame, self._theme)
