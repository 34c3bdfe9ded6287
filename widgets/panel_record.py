"""A panel in the screen JSON: what stood on it, as a person could see it."""

from typing import ClassVar

import msgspec
from PySide6.QtCore import QRect

from app.core.hidden_words import shown_text
from app.core.privacy import Privacy
from widgets.panels._base import Panel
from widgets.screen_item import ScreenItem


class PanelRecord(msgspec.Struct, frozen=True):
    """One panel; `rect` is x, y, width, height in pixels of its window."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    kind: str
    title: str
    rect: tuple[int, int, int, int]
    items: list[ScreenItem]


def panel_record(panel: Panel) -> PanelRecord:
    """A panel as a person could see it: what is covered or off the window is not visible."""
    seen = panel.seen and not panel.visibleRegion().isEmpty()
    shown = _within_window(panel)
    title, items = panel.title(), panel.items()
    if panel.context.veil is not None:
        title, items = shown_text(title), [shown_item(item) for item in items]
    if not (seen and shown):
        items = [msgspec.structs.replace(item, visible=False) for item in items]
    corner = panel.mapTo(panel.window(), panel.rect().topLeft())
    rect = (corner.x(), corner.y(), panel.width(), panel.height())
    return PanelRecord(kind=panel.kind, title=title, rect=rect, items=items)


def shown_item(item: ScreenItem) -> ScreenItem:
    """An item as visitors may have it: what is hidden on the screen is hidden in every copy."""
    value = shown_text(item.value) if isinstance(item.value, str) else item.value
    return msgspec.structs.replace(item, label=shown_text(item.label), value=value)


def _within_window(panel: Panel) -> bool:
    """Whether the panel stands on the window at all, and the window on a screen."""
    window = panel.window()
    corner = panel.mapTo(window, panel.rect().topLeft())
    on_window = QRect(corner, panel.size()).intersects(window.rect())
    screen = window.screen()
    return on_window and screen is not None and screen.geometry().intersects(window.geometry())
