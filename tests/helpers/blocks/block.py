"""A panel that shows every reading of the picture as a list of numbers."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.live.hub import Kind
from widgets.panels._base import Panel, PanelOptions
from widgets.screen_item import value_item


class Block(Panel, kind="block"):
    """`name` is its title; `limit` the most values it shows."""

    needs = frozenset({Kind.READING, Kind.FEED})

    class Options(PanelOptions):
        """What a scene may set."""

        name: str = "block"
        limit: int = 8

    def __init__(self, context, options, parent=None):
        super().__init__(context, options, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def title(self):
        return self.options.name

    def refresh(self, changes):
        keys = list(self.context.picture.readings)[: self.options.limit]
        self.views = [self.context.view(key) for key in keys]

    def items(self):
        return [value_item(view, self.context.translator) for view in self.views]

    def paintEvent(self, event):
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.context.theme.panel)
        painter.setPen(self.context.theme.text1)
        for number, view in enumerate(self.views):
            painter.drawText(8, 20 * (number + 1), f"{view.label_zh} {view.value}")
