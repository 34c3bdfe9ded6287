"""A place where a map stands: the page, or a sentence that says why there is none.

This module does not load WebEngine; the first view that is made does. A machine that lacks it has
the whole program with a sentence instead of its maps.
"""

import logging
import os
import signal
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from app.core.message import Message, message
from widgets.context import Context
from widgets.map.look import NO_SEAMS, Seams, look_frame, seams_of
from widgets.map.opening import Opening
from widgets.map.outbox import Outbox
from widgets.map.said import Drew, Moved, Ready
from widgets.map.service import service_of
from widgets.paint.message import MessageCard, Tone, paint_message

log = logging.getLogger(__name__)

PAGE = "city://map/page/"
RESTARTS = 3
"""So often a page that died is loaded again by itself within `CALM_MS`; then a person is asked."""
CALM_MS = 120_000
AGAIN_MS = (100, 1000, 3000)
WATCH_MS = 3000
NOT_OPEN_MS = 30_000
"""A page that does not stand after this long is said not to open, and can be asked for again."""
HUNG_S = 15.0
"""A page that works so long on what it got hangs; its process is ended, and it comes back."""


class MapView(QWidget):
    """One map. `said` carries the Structs of `widgets.map.said`; `send` takes frames and bundles.

    `reason` is why there is no map now. A page that died comes back by itself and is told all that
    it showed; one that keeps dying waits for a click or the Enter key.
    """

    said = Signal(object)
    reason_changed = Signal()

    def __init__(
        self,
        context: Context,
        name: str = "",
        *,
        kept: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.reason: Message | None = None
        self.is_ready = False
        self._closed = False
        self.web: QWidget | None = None
        self.deaths = 0
        self.ready: Ready | None = None  # what its page said when it stood
        self.here: Moved | None = None  # and last, of where it looks
        self._foot: tuple[str, ...] = ()
        self._seams: Seams = NO_SEAMS
        self._outbox = Outbox()
        self.service = service_of(context.bridge, context.city, kept)
        self.name = self.service.new_name(name)
        self._calm = _timer(self, CALM_MS, self._forgive)
        self._again = _timer(self, AGAIN_MS[0], self.reload)
        self._not_open = _timer(self, NOT_OPEN_MS, self._give_up)
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self._look_after)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(context.theme.canvas))
        self.setPalette(palette)
        self.opening = Opening(context, self)
        self.send(look_frame(context))
        self.service.said.connect(self._hear)
        self.service.want(self._begin)

    def send(self, data: bytes) -> None:
        """A frame or a bundle for the page; what is newer takes the place of what waits. A view
        that cannot be seen gets it when it is shown."""
        self._outbox.put(data)
        if self.isVisible():
            self.service.flush(self.name)

    def set_foot(self, lines: tuple[str, ...]) -> None:
        """What stands at the foot of the map: datum, review number, source, classification."""
        if lines != self._foot:
            self._foot = lines
            self._send_look()

    def set_context(self, context: Context) -> None:
        """Another theme, size or language."""
        self.context = context
        self._send_look()

    def _send_look(self) -> None:
        self.send(look_frame(self.context, self._foot, self._seams))

    def _look_for_seams(self) -> None:
        """The page keeps its words off the wall's seams, wherever it stands on the wall."""
        seams = seams_of(self.context, self)
        if seams != self._seams:
            self._seams = seams
            self._send_look()

    def close_map(self) -> None:
        """Let the page go for good; whoever made the view calls this before deleting it."""
        for timer in (self._again, self._calm, self._watch, self._not_open):
            timer.stop()
        self.opening.end()
        self._closed = True
        self.service.said.disconnect(self._hear)
        self.service.close(self.name)
        if self.web is not None:
            self.web.deleteLater()
            self.web = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page fills the place."""
        self.opening.resize(self.size())
        self._look_for_seams()
        if self.web is not None:
            self.web.resize(self.size())

    def moveEvent(self, event: QMoveEvent) -> None:
        """The seams lie elsewhere on the page."""
        self._look_for_seams()

    def showEvent(self, event: QShowEvent) -> None:
        """What waited while nobody looked."""
        self._look_for_seams()
        if self.web is not None:
            self.service.flush(self.name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On a sentence: try again."""
        self._try_again()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """On a sentence Enter tries again; every other key is the window's."""
        if self.reason is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._try_again()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Under the page its ground; without a page the sentence."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.context.theme.canvas)
        if self.reason is not None:
            text = self.context.text
            title = text(f"mapview.title.{self.reason.id.partition('.')[2]}")
            card = MessageCard(title, self.context.translator.render(self.reason), Tone.ERROR)
            paint_message(painter, QRectF(self.rect()), card, self.context.theme)
        painter.end()

    def _begin(self) -> None:
        if self._closed:  # while the engine was being opened
            return
        if self.service.reason is not None:
            self._say(self.service.reason)
            return
        view = self.service.engine.open(self.name, self._outbox, self)
        view.page().renderProcessTerminated.connect(self._died)
        view.resize(self.size())
        self.web = view
        self.reload()

    def reload(self) -> None:
        """Load the page anew; it is told all that it showed."""
        self.is_ready = False
        self.ready = self.here = None
        self._outbox.begin()
        assert self.web is not None
        self.web.page().load(QUrl(f"{PAGE}?view={self.name}"))
        self._say(None)
        self._not_open.start()
        self.opening.begin()

    def _hear(self, view: str, said: object) -> None:
        if view != self.name:
            return
        if isinstance(said, Ready):
            self.is_ready = True
            self.ready = said
            self._watch.start()
            self._take_no_drops()
            self._not_open.stop()
            self._say(None)
            self.opening.stands()
        elif isinstance(said, Moved):
            self.here = said
        elif isinstance(said, Drew):
            self.opening.end()
        self.said.emit(said)

    def _take_no_drops(self) -> None:
        """Files belong to the panel below; what Chromium draws into comes with each new process."""
        if self.web is not None:
            for inner in self.web.findChildren(QWidget):
                inner.setAcceptDrops(False)

    def _look_after(self) -> None:
        """End the process of a page that hangs; `_died` does the rest."""
        if self.web is None or not self.isVisible() or self.service.silent_s(self.name) < HUNG_S:
            return
        pid = self.web.page().renderProcessPid()
        log.warning("the page of the map %s hangs, its process %d is ended", self.name, pid)
        self._watch.stop()
        if pid > 0:
            os.kill(pid, signal.SIGKILL)

    def _died(self, status: object, code: int) -> None:
        """The page's process ended: come back, unless it keeps ending."""
        log.info("the process of the map %s ended (%s, %d)", self.name, status, code)
        self.is_ready = False
        self._watch.stop()
        self.deaths += 1
        self._calm.start()
        if self.deaths <= RESTARTS:
            self._say(message("mapview.died", n=self.deaths))
            self._again.start(AGAIN_MS[self.deaths - 1])
        else:
            self._say(message("mapview.keeps_dying", n=self.deaths))

    def _give_up(self) -> None:
        """The page does not stand: a sentence instead of a ground that stays empty."""
        log.warning("the page of the map %s does not open", self.name)
        self._say(message("mapview.not_open", n=NOT_OPEN_MS // 1000))

    def _try_again(self) -> None:
        if self.reason is None or self._again.isActive():
            return
        self.deaths = 0
        if self.web is None:
            self.service.try_again(self._begin)
        else:
            self.reload()

    def _forgive(self) -> None:
        self.deaths = 0

    def _say(self, reason: Message | None) -> None:
        if self.web is not None:
            self.web.setVisible(reason is None)
        if reason is not None:
            self._not_open.stop()
            self.opening.end()
        if reason != self.reason:
            self.reason = reason
            self.update()
            self.reason_changed.emit()


def _timer(parent: QObject, ms: int, then: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(then)
    return timer
