"""What the two bars of every screen share."""

import time
from abc import abstractmethod
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.model import Ms
from widgets.context import Context
from widgets.panels._base import PanelOptions
from widgets.panels._painted import Painted


class Bar(Painted):
    """`bar` is what it says, made anew each second and painted where it reads otherwise. There is
    nothing in it to move to or to do."""

    repaints = False

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._now: Ms = 0
        self.bar: Any = None

    @abstractmethod
    def said(self) -> Any:
        """What it says now."""

    @abstractmethod
    def paint_bar(self, painter: QPainter, whole: QRectF) -> None:
        """Paint `bar`."""

    def say_anew(self) -> None:
        """Paint what reads otherwise than before."""
        bar = self.said()
        if bar != self.bar:
            self.bar = bar
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The painter does it all."""
        began = time.perf_counter()
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.theme.panel)
        if self.bar is not None:
            self.paint_bar(painter, QRectF(self.rect()))
        painter.end()
        self.painted_in(time.perf_counter() - began)
