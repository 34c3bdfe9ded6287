"""A part of an enlarged camera is covered by hand: drag a rectangle, Enter, for everybody at
this seat; other seats know only what is in the city's file, and that is said.

What is covered already has an outline with its number, as `unmask-camera` counts those drawn here.
"""

import shlex

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.core.camera_mask import Area, areas_text, corners
from app.core.directory import Camera
from app.core.message import Message
from widgets.paint.base import too_small
from widgets.paint.text import baseline, draw, fit
from widgets.panels._base import Panel
from widgets.refused import refusal_of
from widgets.theme import Role

LEAST = 0.01
"""Of the picture each way: less is a slip of the hand."""
GROUND = 0.55


class MaskField(QWidget):
    """Over the picture of one camera; goes when the panel says so, with Esc, or when it is done."""

    def __init__(self, panel: Panel, camera: Camera) -> None:
        super().__init__(panel)
        self.camera = camera
        self.area: Area | None = None
        self._panel = panel
        self._pressed: QPointF | None = None
        self._said: Message | None = None
        self._asking = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(panel.context.text("videomask.draw"))
        self.setAccessibleDescription(panel.context.text("videomask.here"))

    def open_over(self, picture: QRect) -> None:
        """Stand on a place of the panel and take the keys."""
        self.setGeometry(picture)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_field(self) -> None:
        """Go, and give the keys back."""
        self.hide()
        self.deleteLater()
        self._panel.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A corner."""
        if event.button() is Qt.MouseButton.LeftButton and not self._asking:
            self._pressed, self.area, self._said = self._share(event), None, None
            self.update()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The corner across."""
        if self._pressed is not None:
            self._span(self._share(event))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It stands, until another is drawn."""
        if self._pressed is not None:
            self._span(self._share(event))
            self._pressed = None
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Not for the panel below."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter covers it, Esc goes; no other key reaches the panel below."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_field()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._asking:
            if self.area is not None:
                self._ask(f"area={shlex.quote(areas_text((self.area,)))}")
        elif key == Qt.Key.Key_Backspace and not self._asking:
            self.area = None
            self.update()
        event.accept()

    def _share(self, event: QMouseEvent) -> QPointF:
        at = event.position()
        x, y = at.x() / max(1, self.width()), at.y() / max(1, self.height())
        return QPointF(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))

    def _span(self, to: QPointF) -> None:
        begin = self._pressed
        assert begin is not None
        box = QRectF(begin, to).normalized()
        large = box.width() >= LEAST and box.height() >= LEAST
        ends = ((box.left(), box.top()), (box.right(), box.bottom()))
        self.area = ends if large else None
        self.update()

    # ---- what is asked

    def _ask(self, more: str) -> None:
        self._asking = True
        self._panel.ask(self._do(f"mask-camera {shlex.quote(self.camera.id)} {more}"))

    async def _do(self, text: str) -> None:
        """Done it goes; a refusal stands in it, and what was drawn with it."""
        reason = await refusal_of(self._panel.context.commands, text)
        self._asking = False
        if not self.isVisible():
            return
        if reason is None:
            self.close_field()
        else:
            self._said = reason
            self.update()

    # ---- what it looks like

    @property
    def text(self) -> str:
        """What stands at its foot."""
        say = self._panel.context.text
        if self._said is not None:
            return self._panel.context.translator.render(self._said)
        return say("videomask.draw.done" if self.area is not None else "videomask.draw")

    def paintEvent(self, event: QPaintEvent) -> None:
        """What is covered, what would be, and what to do."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        theme, rect = self._panel.context.theme, QRectF(self.rect())
        if too_small(rect):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        masks = self._panel.context.spine.seat.videos.masks
        fixed = masks.fixed.get(self.camera.id, ())
        line = QPen(theme.text2, max(1.0, theme.px(1)), Qt.PenStyle.DashLine)
        for number, area in enumerate((*fixed, *masks.drawn(self.camera.id)), 1 - len(fixed)):
            painter.setPen(line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            polygon = self._polygon(area)
            painter.drawPolygon(polygon)
            if number > 0:
                box = polygon.boundingRect()
                level = baseline(theme, Role.CAPTION, box.y(), theme.line(Role.CAPTION))
                draw(
                    painter,
                    theme,
                    (box.x() + theme.px(4), level),
                    str(number),
                    Role.CAPTION,
                    theme.text1,
                )
        if self.area is not None:
            ground = QColor(theme.canvas)
            ground.setAlphaF(GROUND)
            painter.setPen(QPen(theme.accent, max(1.0, theme.px(2))))
            painter.setBrush(ground)
            painter.drawPolygon(self._polygon(self.area))
        self._paint_foot(painter, rect)

    def _paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        theme = self._panel.context.theme
        high, pad = theme.px(24), theme.px(8)
        lines = (
            (self.text, theme.text1),
            (self.accessibleDescription(), theme.text2),
        )
        foot = QRectF(rect.x(), rect.bottom() - high * 2, rect.width(), high * 2)
        painter.fillRect(foot, theme.raised)
        for number, (line, ink) in enumerate(lines):
            text = fit(theme, line, Role.CAPTION, foot.width() - 2 * pad)
            level = baseline(theme, Role.CAPTION, foot.y() + number * high, high)
            draw(painter, theme, (foot.x() + pad, level), text, Role.CAPTION, ink)

    def _polygon(self, area: Area) -> QPolygonF:
        wide, high = self.width(), self.height()
        return QPolygonF([QPointF(x * wide, y * high) for x, y in corners(area)])


class Masking:
    """One field of one panel at a time."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.field: MaskField | None = None

    def begin(self, camera: Camera, picture: QRect) -> None:
        """Draw on a camera's picture, a place of the panel."""
        self.leave()
        self.field = MaskField(self._panel, camera)
        self.field.destroyed.connect(self._forget)
        self.field.open_over(picture)

    def look(self, camera: Camera | None, picture: QRect) -> None:
        """The picture stands elsewhere, or another one stands there: nobody draws on that."""
        if self.field is None:
            return
        if camera is None or camera.id != self.field.camera.id or not self._panel.isVisible():
            self.leave()
        elif self.field.geometry() != picture:
            self.field.setGeometry(picture)

    def leave(self) -> None:
        """Nobody draws any more."""
        field, self.field = self.field, None
        if field is not None:
            field.destroyed.disconnect(self._forget)
            field.hide()
            field.deleteLater()

    def _forget(self) -> None:
        self.field = None
