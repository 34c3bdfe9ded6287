"""A scene fades into the next where that is asked for, and is cut where it may not."""

from PySide6.QtCore import QPoint, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget

from tests.qt.conftest import settle
from widgets.fade import Fade, fades


def window_of(width: int, height: int, colour: str) -> QWidget:
    found = QWidget()
    found.setStyleSheet(f"background: {colour}")
    found.resize(width, height)
    found.show()
    return found


def colour_of(window: QWidget) -> QColor:
    return window.grab().toImage().pixelColor(QPoint(20, 20))


def test_the_old_picture_goes_from_whole_to_nothing(application):
    window = window_of(200, 100, "#ffffff")
    old = QPixmap(200, 100)
    old.fill(QColor("#000000"))
    fade = Fade(window, old, 240)
    animation = fade.findChild(QVariantAnimation)
    animation.pause()
    animation.setCurrentTime(0)
    assert colour_of(window).red() == 0
    animation.setCurrentTime(120)
    assert 100 < colour_of(window).red() < 155
    animation.resume()
    animation.setCurrentTime(240)
    settle()
    assert window.findChildren(Fade) == []
    assert colour_of(window).red() == 255
    window.deleteLater()


def test_it_takes_no_clicks(application):
    window = window_of(200, 100, "#ffffff")
    fade = Fade(window, QPixmap(200, 100), 240)
    assert fade.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    window.deleteLater()


def test_a_wall_and_a_still_seat_are_cut(application):
    desk, wall = window_of(1920, 1080, "#fff"), window_of(7680, 2160, "#fff")
    assert fades(desk, 240)
    assert not fades(desk, 0)
    assert not fades(wall, 240)
    hidden = QWidget()
    assert not fades(hidden, 240)
    for window in (desk, wall, hidden):
        window.deleteLater()
