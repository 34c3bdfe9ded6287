"""The strip of a recording: where a click goes, and what it shows where there is little room."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from widgets.context import Context
from widgets.paint.conductor import Conductor
from widgets.theme import Theme
from widgets.video.strip import PastStrip

DATA = Conductor("回放", "14:03:22", "", now=1.0, cursor=0.25, gaps=((0.5, 0.75),))


@pytest.fixture
def theme(context: Context) -> Theme:
    return context.theme


@pytest.fixture
def strip(theme: Theme) -> Iterator[PastStrip]:
    parent = QWidget()
    parent.resize(1200, 400)
    yield PastStrip(theme, parent)
    parent.deleteLater()


def test_on_a_small_cell_it_is_a_line_at_its_foot(strip: PastStrip, theme: Theme) -> None:
    strip.stand(QRect(100, 50, 300, 170))
    strip.tell(DATA)
    assert strip.is_slim and strip.geometry().bottom() == 219
    assert strip.height() == round(theme.px(16))
    image, middle = strip.grab().toImage(), strip.height() // 2
    pad, wide = theme.px(6), strip.width() - 1 - 2 * theme.px(6)

    def colour(share: float) -> str:
        return image.pixelColor(round(pad + share * wide), middle).name()

    assert colour(0.6) == theme.freshness["late"].name()  # not recorded
    assert colour(0.25) == theme.freshness["replay"].name()  # where it stands
    assert colour(0.1) == colour(0.9) == theme.line2.name()


def test_a_click_goes_to_the_moment_below_it(strip: PastStrip, theme: Theme) -> None:
    strip.stand(QRect(0, 0, 300, 170))
    strip.tell(DATA)
    heard: list[float] = []
    strip.chosen.connect(heard.append)
    left, right = theme.px(6), strip.width() - 1 - theme.px(6)
    middle = QPointF((left + right) / 2, 5).toPoint()
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPointF(1, 5).toPoint())  # beside it
    assert len(heard) == 1 and abs(heard[0] - 0.5) < 0.01


def test_with_room_it_is_the_conductor_and_without_a_recording_nothing(strip: PastStrip) -> None:
    strip.stand(QRect(0, 0, 1200, 400))
    strip.tell(DATA)
    assert not strip.is_slim and not strip.isHidden()
    strip.tell(None)
    assert strip.isHidden()
