"""The one place where the hub meets Qt: one look per frame, one signal per kind (rule 6)."""

from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance

from app.live.hub import Hub, Kind

FRAME_MS = 16
TICK_MS = 1000
BUDGET_S = 0.003
"""What panels may take of one frame together; those that find no room come in the next."""


class Turn(Protocol):
    """Who waits for a turn in a frame."""

    @property
    def cost_s(self) -> float:
        """How long a turn with the painting after it took lately."""
        ...

    def take_turn(self) -> None:
        """Do what is due."""


class Bridge(QObject):
    """Drains its subscription once per frame.

    Signals of a kind carry the frozenset of changed keys or ids; `frame` follows them once when
    anything changed, so that a listener of several kinds works once. `tick` comes each second,
    for ages and clocks; all windows share it. Panels work when the bridge gives them a `turn`, so
    that many of them with news at once do not hold up keys and pointer.
    """

    reading_changed = Signal(object)
    event_changed = Signal(object)
    warning_changed = Signal(object)
    device_changed = Signal(object)
    position_changed = Signal(object)
    feed_changed = Signal(object)
    outage_changed = Signal(object)
    stock_changed = Signal(object)
    mode_changed = Signal(object)
    seat_changed = Signal(object)
    map_changed = Signal(object)
    video_changed = Signal(object)
    journal_changed = Signal(object)
    history_changed = Signal(object)
    index_changed = Signal(object)
    finding_changed = Signal(object)
    briefing_changed = Signal(object)
    begins = Signal()  # before the changes of a frame are handed on, a tick, a panel's turn
    frame = Signal()
    tick = Signal()

    def __init__(self, hub: Hub, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._subscription = hub.subscribe()
        self.frames = 0  # that carried a change
        self.changes = 0  # keys handed on
        self._waiting: dict[Turn, None] = {}  # in the order in which they came
        self._spent_s = 0.0  # of this frame
        self._frame_timer = QTimer(self, interval=FRAME_MS)
        self._frame_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame_timer.timeout.connect(self.drain)
        self._tick_timer = QTimer(self, interval=TICK_MS)
        self._tick_timer.timeout.connect(self._pass_second)

    def start(self) -> None:
        """Begin to look."""
        self._frame_timer.start()
        self._tick_timer.start()

    def stop(self) -> None:
        """Look no more; what is pending stays unseen."""
        self._frame_timer.stop()
        self._tick_timer.stop()
        self._hub.unsubscribe(self._subscription)

    def _pass_second(self) -> None:
        self.begins.emit()
        self.tick.emit()

    def signal(self, kind: Kind) -> SignalInstance:
        """The signal of a kind of change."""
        found: SignalInstance = getattr(self, f"{kind.value}_changed")
        return found

    def drain(self) -> None:
        """Hand on what changed since the last frame; costs nothing when nothing did."""
        self._spent_s = 0.0
        if self._subscription or self._waiting:
            self.begins.emit()
        if not self._subscription:
            self._serve_waiting()
            return
        self.frames += 1
        for kind, keys in self._subscription.drain().items():
            self.changes += len(keys)
            self.signal(kind).emit(frozenset(keys))
        self._serve_waiting()  # those with older news first
        self.frame.emit()

    def turn(self, who: Turn) -> None:
        """Give a turn: at once where this frame has room for it, else in one of the next."""
        if who in self._waiting:
            return
        if self._waiting or not self._has_room(who):
            self._waiting[who] = None
        else:
            self._serve(who)

    def next_turn(self, who: Turn) -> None:
        """Give a turn in a frame after this one."""
        self._waiting[who] = None

    def forget(self, who: Turn) -> None:
        """No turn any more: it is gone."""
        self._waiting.pop(who, None)

    def _has_room(self, who: Turn) -> bool:
        return not self._spent_s or self._spent_s + who.cost_s <= BUDGET_S

    def _serve(self, who: Turn) -> None:
        self.begins.emit()
        self._spent_s += who.cost_s
        who.take_turn()

    def _serve_waiting(self) -> None:
        for who in tuple(self._waiting):
            if not self._has_room(who):
                return
            del self._waiting[who]
            self._serve(who)
