"""The raster presenter: one widget for all cells of a wall, one blit per new picture.

Without a graphics card this is the quickest way there is: the worker scaled to the pixels of the
cell, so a picture is copied row by row and nothing is filtered (docs/performance.md). Qt does that
only where the clip is one rectangle; through a region of several it goes span by span, in threads.
Each cell is therefore painted through a rectangle of its own.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from app.video.board import Rows
from app.video.wire import PixelFormat
from widgets.paint.base import focus_frame
from widgets.paint.video import VideoTile, is_plain, paint_caption, paint_picture
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

    @cached_property
    def plain(self) -> bool:
        """Whether the picture stands there with nothing on it."""
        return not self.words.focused and is_plain(self.words)


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
        self._moving: tuple[Shown, ...] = ()
        self._where = self._stands = np.empty(0, np.int64)  # their rows, what stands there of them
        self._fresh = QRegion()  # asked for because of new pictures alone
        self._asked: dict[int, Shown] = {}  # these cells of `_moving`
        self.pictures = 0  # new ones that were drawn

    def wear(self, theme: Theme) -> None:
        """Look otherwise from now on."""
        self._theme = theme
        self.update()

    def show_cells(self, cells: tuple[Shown, ...]) -> None:
        """What stands where. Only what reads or stands otherwise than before is painted anew."""
        before = {cell.view: cell for cell in self._cells}
        self._cells = cells
        self._follow()
        if [cell.all for cell in cells] != [cell.all for cell in before.values()]:
            self._drawn.clear()
            self._stands[:] = -1
            self.update()
            return
        for cell in cells:
            old = before.get(cell.view)
            if old is None or old.words != cell.words or old.slots is not cell.slots:
                self.update(cell.all)
            elif old.fitted != cell.fitted or old.still is not cell.still:
                self.update(cell.picture)

    def _follow(self) -> None:
        """Whose pictures are looked for from now on."""
        self._moving = tuple(cell for cell in self._cells if cell.slots is not None)
        rows = [cell.slots.place.row for cell in self._moving if cell.slots is not None]
        self._where = np.array(rows, np.int64)
        self._stands = np.array([self._drawn.get(cell.view, -1) for cell in self._moving], np.int64)
        self._fresh = QRegion()
        self._asked.clear()

    def poll(self, rows: Rows) -> None:
        """Ask for the places whose picture is newer than what stands there."""
        self._rows = rows
        new = (rows["seq"].take(self._where) != self._stands).nonzero()[0]
        if not new.size:
            return
        for at in new.tolist():
            if at not in self._asked:
                cell = self._asked[at] = self._moving[at]
                self._fresh += cell.fitted
        self.update(self._fresh)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells that the event meets."""
        painter = QPainter(self)
        try:
            self._paint(painter, event)
        finally:
            painter.end()  # one that outlives its event takes the whole program down

    def _paint(self, painter: QPainter, event: QPaintEvent) -> None:
        region = event.region()
        asked, alone = self._asked, region == self._fresh
        self._asked, self._fresh = {}, QRegion()
        if alone:
            for at, cell in asked.items():
                self._stands[at] = self._paint_new(painter, cell)
            return
        if region.contains(self.rect()):
            painter.fillRect(self.rect(), self._theme.panel)
        for cell in self._cells:
            if region.intersects(cell.picture):
                self._paint_picture(painter, cell, cell.picture)
            if region.intersects(cell.caption):
                painter.setClipRect(cell.caption)
                paint_caption(painter, QRectF(cell.caption), cell.words, self._theme)
            if region.intersects(cell.all):
                self._paint_focus(painter, cell)
        self._stands[:] = [self._drawn.get(cell.view, -1) for cell in self._moving]

    def _paint_focus(self, painter: QPainter, cell: Shown) -> None:
        if cell.words.focused:
            painter.setClipRect(cell.all)
            focus_frame(painter, QRectF(cell.all), self._theme)

    def _paint_new(self, painter: QPainter, cell: Shown) -> int:
        """A cell of which only the picture is new; gives its number."""
        sequence, frame = self._newest(cell)
        if cell.plain and frame is not None:
            painter.setClipRect(cell.fitted)
            painter.drawImage(cell.fitted, frame)
            return sequence
        sequence = self._paint_picture(painter, cell, cell.fitted)
        self._paint_focus(painter, cell)
        return sequence

    def _newest(self, cell: Shown) -> tuple[int, QImage | None]:
        """The picture that a cell shows now with its number, -1 where it does not move."""
        if cell.slots is None or self._rows is None:
            return -1, cell.still
        sequence, frame = cell.slots.newest(self._rows)
        self.pictures += sequence != self._drawn.get(cell.view)
        self._drawn[cell.view] = sequence
        return sequence, frame or cell.still

    def _paint_picture(self, painter: QPainter, cell: Shown, room: QRect) -> int:
        """The picture of a cell, as far as it lies in `room`; gives its number, -1 where there is
        none that moves."""
        sequence, frame = self._newest(cell)
        where = cell.fitted if frame is not None else cell.picture
        painter.setClipRect(room)
        if not where.contains(room):
            painter.fillRect(room, self._theme.canvas)
        paint_picture(painter, QRectF(where), cell.words, frame, self._theme)
        return sequence
