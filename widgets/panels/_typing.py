"""A line of text that is written by keys within a painted panel."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


def typed(text: str, event: QKeyEvent) -> str | None:
    """What the line reads after a key; None where the key writes nothing. Chinese characters come
    another way, by `inputMethodEvent`."""
    if event.key() == Qt.Key.Key_Backspace:
        return text[:-1]
    if event.text() and event.text().isprintable():
        return text + event.text()
    return None
