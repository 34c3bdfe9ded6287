"""One QApplication with a qasync loop for all Qt tests; nothing is left behind by any of them.

Messages of warning level are judged by `expect_log` in tests/conftest.py.
"""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# WebGL in software, so that what is drawn with a GPU can be tested on a machine without one.
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--ignore-gpu-blocklist")

import qasync
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from tests.helpers.seat import TestSeat, context_of
from widgets.bridge import Bridge
from widgets.context import Context
from widgets.map.before import allow_maps

T = TypeVar("T")


@pytest.fixture(scope="session")
def application() -> Iterator[QApplication]:
    """The one QApplication of the process; windows closing do not end it."""
    allow_maps()
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


@pytest.fixture(autouse=True)
def nothing_left(application: QApplication) -> Iterator[None]:
    """A window, a running timer or a thread that a test leaves behind fails it."""
    windows, threads = set(application.topLevelWidgets()), set(threading.enumerate())
    timers = set(running_timers())
    yield
    settle()
    left: list[object] = [item for item in application.topLevelWidgets() if item not in windows]
    left += [timer for timer in running_timers() if timer not in timers]
    for thread in threading.enumerate():
        if thread not in threads and thread.name.startswith("asyncio-waitpid"):
            thread.join(5)  # asyncio's own: its child has ended, and it with it
    left += [item for item in threading.enumerate() if item not in threads and item.is_alive()]
    assert not left, f"left behind: {left}"


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


async def until(condition: Callable[[], bool], within_s: float = 20.0) -> None:
    """Let the loop turn until a condition holds; fails when it never does."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("the condition never came true")
        await asyncio.sleep(0)


async def turns(count: int = 20) -> None:
    """Let the loop turn so many times: what is due now is done."""
    for _ in range(count):
        await asyncio.sleep(0)


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
