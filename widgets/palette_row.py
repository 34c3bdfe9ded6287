"""A line of the palette, painted: what kind, name and detail, what stands against it."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from widgets.context import Context
from widgets.models.found import FoundModel
from widgets.paint.base import focus_frame
from widgets.paint.text import draw, draw_right, fit
from widgets.theme import Role

HEIGHT = 60
SORT_WIDTH = 80


class PaletteList(QListView):
    """Paints its own ground, so that a key paints nothing of what lies behind; takes no focus."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = context.theme.overlay
        self.setItemDelegate(PaletteRows(context, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)

    def showEvent(self, event: QShowEvent) -> None:
        """Opaque only now: the style sheet takes it back when the list is polished."""
        super().showEvent(event)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, then the rows."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._ground)
        painter.end()
        super().paintEvent(event)


class PaletteRows(QStyledItemDelegate):
    """Two lines of text per row; the current one has the focus frame."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """One height for all."""
        return QSize(0, round(self._context.theme.px(HEIGHT)))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The row, in the theme's own fonts."""
        model = index.model()
        assert isinstance(model, FoundModel)
        row, theme = model.rows[index.row()], self._context.theme
        rect = QRectF(option.rect)
        painter.save()
        pad = theme.px(12)
        first, second = rect.y() + rect.height() * 0.42, rect.y() + rect.height() * 0.80
        left = rect.x() + pad + theme.px(SORT_WIDTH)
        right = rect.right() - pad
        draw(painter, theme, (rect.x() + pad, first), row.sort, Role.CAPTION, theme.text3)
        note = draw_right(painter, theme, (right, first), row.note, Role.CAPTION, theme.text3)
        room = max(0.0, right - note - pad - left)
        ink = theme.text1 if row.enabled else theme.text3
        title = fit(theme, row.title, Role.BODY, room, True)
        draw(painter, theme, (left, first), title, Role.BODY, ink, True)
        detail = fit(theme, row.detail, Role.CAPTION, max(0.0, right - left))
        draw(painter, theme, (left, second), detail, Role.CAPTION, theme.text3)
        if option.state & QStyle.StateFlag.State_Selected:
            focus_frame(painter, rect, theme)
        painter.restore()
