"""How late the event loop is, and what held it when it stood still.

A timer measures the lateness of every beat; a small thread looks where the GUI thread is when a
beat stays away, so that a stall is logged with its place and not only with its length. A beat that
came so late that others were due meanwhile is counted for each of them, with what each would have
waited: one long stall weighs as much as it was long.
"""

import logging
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import ClassVar

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer

from app.core.privacy import Privacy

log = logging.getLogger(__name__)

BEAT_MS = 16
STALL_MS = 100.0
_STEP_MS = 0.25
_STEPS = 4000  # up to one second; later ones count in the last
_PROGRAM = Path(__file__).parents[1]


class Lateness(msgspec.Struct, frozen=True):
    """Beats that were due so far and how late they came, in milliseconds."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    beats: int
    p50: float
    p99: float
    max: float
    stalls: int


class StallWatch(QObject):
    """Measures from `start` to `stop`; `reset` begins a new measurement."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counts = [0] * (_STEPS + 1)
        self._max = 0.0
        self._stalls = 0
        self._due = 0.0
        self._last_beat = 0.0
        self._place = ""
        self._gui_thread = threading.get_ident()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin."""
        self._ended.clear()
        self._last_beat = time.perf_counter()
        self._thread = threading.Thread(target=self._look, name="stall-watch", daemon=True)
        self._thread.start()
        self._timer.start()
        self._due = time.perf_counter() + BEAT_MS / 1000

    def stop(self) -> None:
        """End; the thread is gone when this returns (it looks twenty times a second)."""
        self._timer.stop()
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def reset(self) -> None:
        """Forget what was measured."""
        self._counts = [0] * (_STEPS + 1)
        self._max = 0.0
        self._stalls = 0

    def figures(self) -> Lateness:
        """What was measured since the start or the last reset."""
        return Lateness(
            beats=sum(self._counts),
            p50=self._quantile(0.50),
            p99=self._quantile(0.99),
            max=self._max,
            stalls=self._stalls,
        )

    def _quantile(self, share: float) -> float:
        wanted, seen = share * sum(self._counts), 0
        for step, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                return min(self._max, (step + 1) * _STEP_MS)
        return 0.0

    def _beat(self) -> None:
        now = time.perf_counter()
        late = (now - self._due) * 1000
        # Qt keeps its rhythm after a late beat; after one that skipped others it starts anew. A
        # beat before its time shows that we took the rhythm for later than it is.
        self._due = (self._due if 0 <= late <= BEAT_MS else now) + BEAT_MS / 1000
        late = max(0.0, late)
        self._last_beat = now
        self._count(late)
        if late >= STALL_MS:
            self._stalls += 1
            log.warning("the window stood still for %.0f ms in %s", late, self._place or "Qt")
        self._place = ""

    def _count(self, late: float) -> None:
        """One beat and those that were due while it did not come."""
        self._max = max(self._max, late)
        while late >= 0.0:
            self._counts[min(_STEPS, int(late / _STEP_MS))] += 1
            late -= BEAT_MS

    def _look(self) -> None:
        while not self._ended.wait(STALL_MS / 2000):
            away = (time.perf_counter() - self._last_beat) * 1000
            if not self._place and away > STALL_MS + BEAT_MS:
                frame = sys._current_frames().get(self._gui_thread)
                self._place = _place(frame)


def _place(frame: FrameType | None) -> str:
    """The innermost line of the program's own, as `widgets/panels/history.py:88 _draw`, and of a
    library that it called (or that Qt called)."""
    library = ""
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        inside = path.relative_to(_PROGRAM) if path.is_relative_to(_PROGRAM) else None
        if inside is not None and not inside.parts[0].startswith("."):
            return f"{inside}:{frame.f_lineno} {frame.f_code.co_name}{library}"
        if not library:
            library = f" < {path.parent.name}/{path.name}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return f"Qt{library}"
