"""Which panel has the keys, and how they go from one to the next without a mouse."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from widgets.panels._base import Panel
from widgets.panels._rows import Rows
from widgets.window import Window

ARROWS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}
IN_LISTS = frozenset({Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_Up, Qt.Key.Key_Down})


def focused(window: Window) -> Panel | None:
    """The panel that has the keys."""
    held = window.focusWidget()
    while held is not None and not isinstance(held, Panel):
        held = held.parentWidget()
    return held


def move_focus(window: Window, key: Qt.Key) -> bool:
    """Ctrl and an arrow: to the nearest panel that way; from nowhere to the first."""
    here, panels = focused(window), _reachable(window)
    if here is None:
        target = panels[0] if panels else None
    else:
        target = _nearest(here, panels, ARROWS[key])
    if target is None:
        return False
    target.setFocus(Qt.FocusReason.TabFocusReason)
    return True


def wake_list(window: Window, event: QKeyEvent) -> bool:
    """J, K or an arrow while no panel has the keys: the first list takes them."""
    if event.key() not in IN_LISTS or focused(window) is not None:
        return False
    found = next((panel for panel in _reachable(window) if isinstance(panel, Rows)), None)
    if found is None:
        return False
    found.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.sendEvent(found, event)
    return True


def _reachable(window: Window) -> list[Panel]:
    """Panels that can take keys, row by row from the upper left."""
    panels = [
        panel
        for panel in window.panels.values()
        if panel.isVisible() and panel.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    return sorted(panels, key=lambda panel: (panel.y(), panel.x()))


def _nearest(here: QWidget, panels: list[Panel], way: QPoint) -> Panel | None:
    """The panel whose middle is least far in a direction; aside counts twice."""
    middle = here.geometry().center()
    best: tuple[int, Panel] | None = None
    for panel in panels:
        apart = panel.geometry().center() - middle
        ahead = apart.x() * way.x() + apart.y() * way.y()
        aside = abs(apart.x() * way.y()) + abs(apart.y() * way.x())
        if panel is not here and ahead > 0 and (best is None or ahead + 2 * aside < best[0]):
            best = (ahead + 2 * aside, panel)
    return best[1] if best is not None else None
