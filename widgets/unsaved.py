"""A mark at the head of a window whose scene was changed by hand and is in no file yet."""

from PySide6.QtCore import Qt

from widgets.raised_label import RaisedLabel
from widgets.theme import Role, Theme
from widgets.window import Window


class UnsavedMark(RaisedLabel):
    """Stands in the upper middle as long as that is so; takes neither focus nor clicks."""

    def __init__(self, window: Window, theme: Theme, words: str) -> None:
        pad = round(theme.px(8))
        super().__init__(window, theme, words, Role.CAPTION, pad, pad // 2)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        window.arranged.connect(self.place)
        self.place()
        self.show()

    def place(self) -> None:
        """In the middle under the upper edge, over the panels."""
        self.adjustSize()
        self.move((self.window().width() - self.width()) // 2, round(self._theme.px(8)))
        self.raise_()
