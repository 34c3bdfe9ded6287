"""The windows are busy from a frame's news until what it led to is painted, and idle at rest."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.core.precedence import Precedence
from app.live.hub import Kind
from tests.helpers.seat import TestSeat
from widgets.bridge import Bridge
from widgets.windows_first import WindowsFirst

KEY = "reading/water.level/320812/jiangba"


class Picture(QWidget):
    """Notes whether others were asked to wait while it was painted."""

    def __init__(self, precedence: Precedence) -> None:
        super().__init__()
        self._precedence = precedence
        self.painted: list[bool] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        """Note it."""
        self.painted.append(self._precedence.is_busy)


@pytest.fixture
def precedence() -> Precedence:
    return Precedence()


@pytest.fixture
def first(precedence: Precedence, bridge: Bridge) -> WindowsFirst:
    return WindowsFirst(precedence, bridge)


@pytest.fixture
def picture(application: QApplication, precedence: Precedence) -> Iterator[Picture]:
    picture = Picture(precedence)
    picture.show()
    application.processEvents()
    picture.painted.clear()
    yield picture
    picture.close()
    picture.deleteLater()


def test_busy_until_the_news_are_painted(
    application: QApplication,
    bridge: Bridge,
    seat: TestSeat,
    first: WindowsFirst,
    precedence: Precedence,
    picture: Picture,
) -> None:
    bridge.frame.connect(picture.update)
    application.processEvents()
    first.start()
    seat.hub.publish(Kind.READING, [KEY])
    bridge.drain()
    assert precedence.is_busy
    while not picture.painted:
        application.processEvents()
    assert picture.painted == [True]
    application.processEvents()
    assert not precedence.is_busy
    first.stop()


def test_a_frame_without_news_holds_nobody_up(
    bridge: Bridge, seat: TestSeat, first: WindowsFirst, precedence: Precedence
) -> None:
    bridge.drain()
    first.start()
    bridge.drain()
    assert not precedence.is_busy
    first.stop()


def test_after_the_end_nobody_waits(
    application: QApplication,
    bridge: Bridge,
    seat: TestSeat,
    first: WindowsFirst,
    precedence: Precedence,
) -> None:
    first.start()
    seat.hub.publish(Kind.READING, [KEY])
    bridge.drain()
    assert precedence.is_claimed
    first.stop()
    assert not precedence.is_busy
    assert not precedence.is_claimed
    seat.hub.publish(Kind.READING, [KEY])
    bridge.drain()
    application.processEvents()
    assert not precedence.is_busy
