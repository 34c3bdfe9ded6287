"""Keeps one embedded page open: asks each second whether it lives, opens it anew with waits that
grow, and has its last good picture. Knows no WebEngine itself: `make` gives the page."""

import random
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.core.model import Ms
from app.video.page_state import (
    ASK_S,
    HUNG_S,
    OPEN_S,
    PageFacts,
    PageFault,
    judge_page,
    wait_as,
)
from app.video.reconnect import BackOff
from app.video.state import Verdict
from app.video.tile import State

STILL_S = 5.0
"""A page that is as it should be is kept as a picture so often, in memory alone."""
SOON_MS = 150
UNHEARD = 2
"""A server that did not answer so many times in a row, and did before, is silent."""


class PageKeeper(QObject):
    """`begin` when somebody looks, `rest` when nobody does, `close` for good. `changed` comes when
    the verdict does. `clock` gives the city's time, `is_cut` whether the page's line is down."""

    changed = Signal()

    def __init__(
        self,
        make: Callable[[], Any],
        ask_s: float,
        clock: Callable[[], Ms],
        is_cut: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._make, self._clock, self._is_cut = make, clock, is_cut
        self._ask_s = ask_s
        self.source: Any = None  # widgets.web.source.PageSource
        self.verdict = Verdict(State.CONNECTING)
        self.since: Ms = clock()
        self.still: QImage | None = None
        self.observed: Ms = 0  # when `still` was taken
        self.stopped = 0  # requests that were not let out
        self.opened = 0  # loadings begun
        self._loaded = self._barred = False
        self._fault: PageFault | None = None
        self._status = 0
        self._answered = self._drawn = self._began = self._kept = self._called = 0.0
        self._frames = (0, 0)  # asked, drawn
        self._in_page = 0  # stopped by its own rules
        self._silent = False
        self._back_off = BackOff(random.Random())  # noqa: S311  (waits, no secret)
        self._beat = QTimer(self, interval=int(ASK_S * 1000))
        self._beat.timeout.connect(self.look)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.look)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.open)

    def begin(self) -> None:
        """Somebody looks at it."""
        if self._beat.isActive() or self._barred:
            return
        self._forgive()
        self._beat.start()
        if self.source is None:
            self.open()
        elif self._fault is not None and not self._again.isActive():
            self._wait()

    def rest(self) -> None:
        """Nobody looks: nothing is asked, nothing is opened."""
        self._beat.stop()
        self._soon.stop()
        self._again.stop()

    def open(self) -> None:
        """Load the page, now."""
        if self._barred:
            return
        self._again.stop()
        if self.source is None:
            self.source = self._make()
            self.source.loaded.connect(self._on_loaded)
            self.source.died.connect(self._on_death)
            self.source.told.connect(self._hear)
        self.opened += 1
        self._loaded, self._silent, self._frames = False, False, (0, 0)
        self._began = time.monotonic()
        self._forgive()
        self.source.load()
        self._judge()

    def close(self) -> None:
        """For good."""
        self.rest()
        if self.source is not None:
            self.source.close()
            self.source = None

    def fail(self, fault: PageFault) -> None:
        """It may not be opened, whoever tries."""
        self._fault, self._barred = fault, True
        self._judge()

    def look(self) -> None:
        """Each second: ask, and see what became of the questions before."""
        now, source = time.monotonic(), self.source
        if source is None:
            self._judge()
            return
        if self._fault is None and not self._loaded and now - self._began > OPEN_S:
            source.halt()
            self._fail(PageFault.TIMEOUT)
        elif self._loaded and self._fault is None:
            if now - self._answered > HUNG_S:
                self._fault = PageFault.HUNG
                source.kill()
            source.ask()
            if self._ask_s and now - self._called >= self._ask_s:
                self._called = now
                source.call()
        self._judge()

    # ---- what the page does

    def _on_loaded(self, fault: PageFault | None, status: int) -> None:
        if fault is PageFault.ABROAD and self._loaded:
            self._judge()  # it was to be led away and was not: what stood there stands
            return
        if fault is not None:
            self._status = status
            self._fail(fault)
            return
        self._fault, self._status, self._loaded = None, status, True
        self._back_off.good(time.monotonic())
        self._frames = (0, 0)
        self._forgive()
        self._called = 0.0
        self.look()
        self._soon.start()  # what is drawn now is known then

    def _on_death(self) -> None:
        fault = self._fault if self._fault is PageFault.HUNG else PageFault.DIED
        self._fail(fault)

    def _hear(self, answer: list[int]) -> None:
        asked, drawn, stopped, heard, unheard = answer
        now = time.monotonic()
        self._answered = now
        if drawn > self._frames[1] or asked < self._frames[0]:
            self._drawn = now
        self._frames = (asked, drawn)
        self._in_page = stopped
        was_silent, self._silent = self._silent, bool(heard) and unheard >= UNHEARD
        if was_silent and not self._silent and unheard == 0:
            self.open()  # what it missed meanwhile nobody knows
            return
        self._judge()
        if self.verdict.state is State.LIVE and drawn and now - self._kept > STILL_S:
            self._kept = now
            self.still, self.observed = self.source.view.grab().toImage(), self._clock()

    def _fail(self, fault: PageFault) -> None:
        self._fault, self._loaded = fault, False
        self._wait()
        self._judge()

    def _wait(self) -> None:
        now = time.monotonic()
        assert self._fault is not None
        if self._back_off.until <= now:
            self._back_off.failed(wait_as(self._fault), now)
        if self._beat.isActive():
            self._again.start(max(0, round((self._back_off.until - now) * 1000)))

    def _forgive(self) -> None:
        """The times begin now."""
        self._answered = self._drawn = time.monotonic()

    def _judge(self) -> None:
        now = time.monotonic()
        verdict = judge_page(
            PageFacts(
                loaded=self._loaded,
                drew=self._frames[1] > 0,
                fault=self._fault,
                status=self._status,
                answered=now - self._answered,
                drawn=now - self._drawn,
                silent=self._silent,
                cut=self._is_cut(),
            )
        )
        source = self.source
        stopped = self._in_page + (source.ledger.total if source is not None else 0)
        if verdict.state is not self.verdict.state:
            self.since = self._clock()
        if (verdict, stopped) != (self.verdict, self.stopped):
            self.verdict, self.stopped = verdict, stopped
            self.changed.emit()
