"""The one place where the hub meets Qt: one look per frame, one signal per kind (rule 6)."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance

from app.live.hub import Hub, Kind

FRAME_MS = 16
TICK_MS = 1000


class Bridge(QObject):
    """Drains its subscription once per frame.

    Signals of a kind carry the frozenset of changed keys or ids; `frame` follows them once when
    anything changed, so that a listener of several kinds works once. `tick` comes each second,
    for ages and clocks; all windows share it.
    """

    reading_changed = Signal(object)
    event_changed = Signal(object)
    warning_changed = Signal(object)
    device_changed = Signal(object)
    position_changed = Signal(object)
    feed_changed = Signal(object)
    mode_changed = Signal(object)
    seat_changed = Signal(object)
    journal_changed = Signal(object)
    frame = Signal()
    tick = Signal()

    def __init__(self, hub: Hub, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._subscription = hub.subscribe()
        self.frames = 0  # that carried a change
        self.changes = 0  # keys handed on
        self._frame_timer = QTimer(self, interval=FRAME_MS)
        self._frame_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame_timer.timeout.connect(self.drain)
        self._tick_timer = QTimer(self, interval=TICK_MS)
        self._tick_timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin to look."""
        self._frame_timer.start()
        self._tick_timer.start()

    def stop(self) -> None:
        """Look no more; what is pending stays unseen."""
        self._frame_timer.stop()
        self._tick_timer.stop()
        self._hub.unsubscribe(self._subscription)

    def signal(self, kind: Kind) -> SignalInstance:
        """The signal of a kind of change."""
        found: SignalInstance = getattr(self, f"{kind.value}_changed")
        return found

    def drain(self) -> None:
        """Hand on what changed since the last frame; costs nothing when nothing did."""
        if not self._subscription:
            return
        self.frames += 1
        for kind, keys in self._subscription.drain().items():
            self.changes += len(keys)
            self.signal(kind).emit(frozenset(keys))
        self.frame.emit()
