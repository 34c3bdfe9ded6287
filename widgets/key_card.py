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

WIDTH, BESIDE = 720, 520
"""Of a card of one column, and of each where all keys do not stand below each other."""
KEYS_WIDTH = 220
LINE, HEAD, GAP, PAD = 30, 36, 15, 24
Entry = KeyHint | str | None
"""A line of the card: a key, the title of a group, the gap before the next."""


class KeyCard(Overlay):
    """Read only; any of Esc, `?` and F12 closes it. As high as its keys; where the window is not,
    they stand in columns."""

    entries: tuple[Entry, ...] = ()

    def __init__(self, context: Context, window: QWidget, panel: Panel | None, scenes: int) -> None:
        super().__init__(context, window, WIDTH, 0)
        own = panel.hints() if isinstance(panel, Painted) else []
        title = panel.title() if panel is not None else ""
        self.groups = [(title, own)] if own else []
        self.groups.append((context.text("hands.keys.seat"), seat_keys(context, scenes)))
        lines: list[Entry] = []
        for title, hints in self.groups:
            lines += [*([None] if lines else []), title, *hints]
        self.entries = tuple(lines)
        self._place()
        self.setAccessibleName(context.text("hands.keys.title"))
        said = [f"{hint.key} {hint.word}" for _, hints in self.groups for hint in hints]
        self.setAccessibleDescription("\n".join(said))
        self.setFocus()

    def columns(self) -> list[list[Entry]]:
        """The lines as they stand beside each other; a title is never the last of its column."""
        room = self._window.height() / self.context.theme.px(1) - 2 * (PAD + 8)
        found: list[list[Entry]] = [[]]
        for entry in self.entries:
            with_key = LINE if isinstance(entry, str) else 0
            if found[-1] and sum(map(_high, (*found[-1], entry))) + with_key > room:
                found.append([])
            if entry is not None or found[-1]:
                found[-1].append(entry)
        return found

    def _place(self) -> None:
        columns = self.columns()
        wide = WIDTH if len(columns) == 1 else BESIDE * len(columns)
        tallest = max(sum(map(_high, column)) for column in columns)
        self._design = wide, round(tallest + 2 * PAD)
        super()._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys that opened it close it too."""
        if event.text() == "?" or event.key() == Qt.Key.Key_F12:
            self.close_overlay()
            event.accept()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Keys and what they do; the groups one below the other."""
        super().paintEvent(event)
        theme = self.context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pad, columns = theme.px(PAD), self.columns()
        across = (self.width() - pad) / len(columns)
        for number, column in enumerate(columns):
            y = pad
            for entry in column:
                high = theme.px(_high(entry))
                box = QRectF(pad + number * across, y, across - pad, theme.px(LINE))
                if isinstance(entry, str):
                    lettering.draw_in(painter, theme, box, entry, Role.TITLE, theme.text1, True)
                elif entry is not None:
                    self._paint_hint(painter, box, entry)
                y += high
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


def _high(entry: Entry) -> int:
    """Of a line, in desk pixels at 100 %."""
    if entry is None:
        return GAP
    return HEAD if isinstance(entry, str) else LINE


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
