"""What lies over an embedded page: nothing while it lives, else its last picture, darkened, with
what is wrong; and a pane that keeps clicks from it."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.paint.message import MessageCard, paint_message
from widgets.paint.video import Cover, VideoTile, paint_picture
from widgets.theme import Theme


class PageCover(QWidget):
    """Over the view, of its size. `words` None: the page itself is seen. `clicked` is called for a
    click, which does not come to the page."""

    def __init__(self, theme: Theme, clicked: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clicked = clicked
        self.words: VideoTile | None = None
        self.still: QImage | None = None
        self.card: MessageCard | None = None

    def say(
        self, words: VideoTile | None, still: QImage | None, card: MessageCard | None = None
    ) -> None:
        """What it shows from now on; a card in whole sentences where there is no picture."""
        if (words, still, card) != (self.words, self.still, self.card):
            self.words, self.still, self.card = words, still, card
            self.update()

    def let_through(self, *, on: bool) -> None:
        """Clicks are the page's."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, on)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Not the page's."""
        self._clicked()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The last picture or a plain surface, with the state in words."""
        if self.words is None:
            return
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), self._theme.canvas)
            if self.words.cover is not Cover.NONE and self.card is not None:
                paint_message(painter, QRectF(self.rect()), self.card, self._theme)
                return
            paint_picture(painter, QRectF(self.rect()), self.words, self.still, self._theme)
        finally:
            painter.end()
