"""The keys of a map: ways, tools, kept views."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from widgets.context import Context
from widgets.panels._map import quoted

STEP = 0.25  # of a view's width that an arrow goes
WAYS = {
    Qt.Key.Key_Left: (-STEP, 0.0),
    Qt.Key.Key_Right: (STEP, 0.0),
    Qt.Key.Key_Up: (0.0, STEP),
    Qt.Key.Key_Down: (0.0, -STEP),
}
"""East and north."""
_TOOLS = {
    Qt.Key.Key_O: "circle",
    Qt.Key.Key_B: "box",
    Qt.Key.Key_P: "polygon",
    Qt.Key.Key_F: "lasso",
    Qt.Key.Key_M: "measure",
    Qt.Key.Key_D: "markup",
}


def tool_of(event: QKeyEvent) -> str:
    """The tool of a key; empty where it has none."""
    return _TOOLS.get(Qt.Key(event.key()), "")


def bookmark_of(context: Context, number: int) -> str:
    """The command of the kept view of a number, by name; empty where there are fewer."""
    names = sorted(context.picture.map.bookmarks)
    return f"go-bookmark {quoted(names[number])}" if number < len(names) else ""
