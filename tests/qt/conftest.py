"""One QApplication with a qasync loop for all Qt tests, and a guard round each of them.

A Qt message of warning level or a logger warning fails the test unless it was announced with the
`announce` fixture; so does a window, a running timer or a thread that a test leaves behind.
"""

import asyncio
import logging
import os
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.helpers.seat import TestSeat, context_of
from widgets.bridge import Bridge
from widgets.context import Context

T = TypeVar("T")

# Said by Qt's offscreen plugin, whatever the program does.
OF_THE_PLATFORM = re.compile(r"This plugin does not support (propagateSizeHints|raise)\(\)")
WARNING_TYPES = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


class Complaints(logging.Handler):
    """What Qt and the loggers complained of in one test, and what the test had announced."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []
        self.announced: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """A logger's warning."""
        self.heard.append(f"{record.name}: {record.getMessage()}")

    def qt(self, kind: QtMsgType, where: object, text: str) -> None:
        """A message of Qt."""
        if kind in WARNING_TYPES and not OF_THE_PLATFORM.search(text):
            self.heard.append(f"Qt: {text}")

    def unannounced(self) -> list[str]:
        """What nobody expected."""
        return [
            text
            for text in self.heard
            if not any(pattern.search(text) for pattern in self.announced)
        ]

    def unheard(self) -> list[str]:
        """What was announced and never came: then the test does not test what it says."""
        return [
            pattern.pattern
            for pattern in self.announced
            if not any(pattern.search(text) for text in self.heard)
        ]


@pytest.fixture(scope="session")
def application() -> Iterator[QApplication]:
    """The one QApplication of the process; windows closing do not end it."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["chengmai-tests"])
    app.setQuitOnLastWindowClosed(False)
    yield app


@pytest.fixture(scope="session")
def loop(application: QApplication) -> Iterator[qasync.QEventLoop]:
    """Qt's loop as asyncio's."""
    loop = qasync.QEventLoop(application, already_running=False)
    yield loop
    loop.close()


@pytest.fixture
def run(loop: qasync.QEventLoop) -> Callable[[Awaitable[T]], T]:
    """`run(coroutine)` to its end in Qt's loop."""

    def run_it(work: Awaitable[T]) -> T:
        asyncio.set_event_loop(loop)
        try:
            return loop.run_until_complete(work)
        finally:
            asyncio.set_event_loop(None)

    return run_it


@pytest.fixture
def announce(complaints: Complaints) -> Callable[[str], None]:
    """`announce("no audio")`: this test will be warned of that, and must be."""

    def announce_it(pattern: str) -> None:
        complaints.announced.append(re.compile(pattern))

    return announce_it


@pytest.fixture(autouse=True)
def complaints(application: QApplication) -> Iterator[Complaints]:
    """Listens for the length of a test and judges at its end."""
    heard = Complaints()
    logging.getLogger().addHandler(heard)
    before_handler = qInstallMessageHandler(heard.qt)
    windows, threads = set(application.topLevelWidgets()), set(threading.enumerate())
    try:
        yield heard
        settle()
        left = [repr(item) for item in application.topLevelWidgets() if item not in windows]
        left += [repr(timer) for timer in running_timers()]
        left += [repr(item) for item in threading.enumerate() if _is_ours(item, threads)]
    finally:
        qInstallMessageHandler(before_handler)
        logging.getLogger().removeHandler(heard)
    assert not left, f"left behind: {left}"
    assert not heard.unannounced(), heard.unannounced()
    assert not heard.unheard(), f"announced, but never heard: {heard.unheard()}"


def _is_ours(thread: threading.Thread, before: set[threading.Thread]) -> bool:
    # The loop's own executor belongs to the session's loop and ends with it.
    return thread not in before and thread.is_alive() and "QThread" not in type(thread).__name__


def running_timers() -> list[QTimer]:
    """Timers of ours that still tick."""
    return [
        item
        for item in shiboken6.getAllValidWrappers()
        if isinstance(item, QTimer) and item.isActive()
    ]


def settle() -> None:
    """Run what is due now: events and deferred deletes."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


@pytest.fixture
def seat() -> TestSeat:
    """Picture, hub, clock and catalogue, with nothing in them yet."""
    return TestSeat()


@pytest.fixture
def bridge(application: QApplication, seat: TestSeat) -> Iterator[Bridge]:
    """A bridge that is drained by hand: `bridge.drain()`, `bridge.tick.emit()`."""
    bridge = Bridge(seat.hub)
    yield bridge
    bridge.stop()
    bridge.deleteLater()


@pytest.fixture
def context(seat: TestSeat, bridge: Bridge) -> Context:
    """A desk's context on that seat."""
    return context_of(seat, bridge)
