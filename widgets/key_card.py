"""The card of keys (`?` or F12): those of the focused panel, then those of the seat."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.context import Context
from widgets.overlay import Overlay
from widgets.paint import text as lettering
from widgets.paint.button import KeyHint, key_width, paint_key
from widgets.panels._base import Panel
from widgets.panels._painted import Painted
from widgets.theme import Role

WIDTH, HEIGHT = 720, 660
KEYS_WIDTH = 220


class KeyCard(Overlay):
    """Read only; any of Esc, `?` and F12 closes it."""

    def __init__(self, context: Context, window: QWidget, panel: Panel | None, scenes: int) -> None:
        super().__init__(context, window, WIDTH, HEIGHT)
        own = panel.hints() if isinstance(panel, Painted) else []
        title = panel.title() if panel is not None else ""
        self.groups = [(title, own)] if own else []
        self.groups.append((context.text("hands.keys.seat"), seat_keys(context, scenes)))
        self.setAccessibleName(context.text("hands.keys.title"))
        said = [f"{hint.key} {hint.word}" for _, hints in self.groups for hint in hints]
        self.setAccessibleDescription("\n".join(said))
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys that opened it close it too."""
        if event.text() == "?" or event.key() == Qt.Key.Key_F12:
            self.close_overlay()
            event.accept()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Two columns: keys, what they do; the groups one below the other."""
        super().paintEvent(event)
        theme = self.context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pad, high = theme.px(24), theme.px(30)
        y = pad
        for title, hints in self.groups:
            box = QRectF(pad, y, self.width() - 2 * pad, high)
            lettering.draw_in(painter, theme, box, title, Role.TITLE, theme.text1, True)
            y += high * 1.2
            for hint in hints:
                self._paint_hint(painter, QRectF(pad, y, self.width() - 2 * pad, high), hint)
                y += high
            y += high / 2
        painter.end()

    def _paint_hint(self, painter: QPainter, rect: QRectF, hint: KeyHint) -> None:
        theme, x = self.context.theme, rect.x()
        cap = theme.px(22)
        for key in hint.key.split(" "):
            wide = key_width(key, theme)
            paint_key(painter, QRectF(x, rect.center().y() - cap / 2, wide, cap), key, theme)
            x += wide + theme.px(6)
        left = rect.x() + max(theme.px(KEYS_WIDTH), x - rect.x() + theme.px(12))
        box = QRectF(left, rect.y(), max(0.0, rect.right() - left), rect.height())
        lettering.draw_in(painter, theme, box, hint.word, Role.BODY, theme.text2)


def seat_keys(context: Context, scenes: int) -> list[KeyHint]:
    """What works wherever the focus is."""
    say = context.text
    keys = [
        KeyHint("Ctrl+K", say("hands.keys.palette")),
        KeyHint("/", say("hands.keys.search")),
        KeyHint("F1" if scenes < 2 else f"F1–F{min(9, scenes)}", say("hands.keys.scenes")),
        KeyHint("Tab Shift+Tab", say("hands.keys.panels")),
        KeyHint("Ctrl+↑↓←→", say("hands.keys.neighbour")),
        KeyHint("Ctrl+PgDn", say("hands.keys.page_of_scene")),
        KeyHint("Ctrl+L", say("hands.keys.sign_on")),
        KeyHint("X", say("hands.keys.false")),
        KeyHint("Esc", say("hands.keys.escape")),
        KeyHint("? F12", say("hands.keys.this")),
    ]
    return keys if context.seat == "desk" else [item for item in keys if item.key != "X"]
