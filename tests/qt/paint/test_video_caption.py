"""What stands below a picture: the camera's name before all, and where the picture is."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from widgets.paint.fresh import Fresh
from widgets.paint.video import VideoTile, paint_caption
from widgets.panels._video import in_cell
from widgets.theme import Role, load_theme

NAME = "朝岚危险化学品企业28号·99号机"


@pytest.fixture(scope="module")
def theme(application):
    return load_theme("desk", light=False, reduced=True)


def picture(theme, wide, data):
    image = QImage(wide, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_caption(painter, QRectF(0, 0, wide, 40), data, theme)
    painter.end()
    return image


@pytest.mark.parametrize("sound", [None, True])
def test_a_live_picture_rather_goes_without_its_delay_than_without_its_name(theme, sound):
    tile = VideoTile(NAME, Fresh.LIVE, "0.1 秒", sound=sound)
    bare = replace(tile, age="")
    name, age = (round(theme.width(text, Role.CAPTION)) for text in (NAME, "0.1 秒"))
    wide, narrow = name + age + 80, name + age + 10
    assert picture(theme, wide, tile) != picture(theme, wide, bare)
    assert picture(theme, narrow, tile) == picture(theme, narrow, bare)


@pytest.mark.parametrize("state", [Fresh.LATE, Fresh.CACHED, Fresh.MISSING])
def test_how_old_a_picture_is_that_is_not_live_is_always_said(theme, state):
    tile = VideoTile(NAME, state, "41 秒")
    assert picture(theme, 160, tile) != picture(theme, 160, replace(tile, age=""))


def test_the_strip_is_as_wide_as_the_picture_unless_that_is_narrow(theme):
    high = round(theme.px(32))
    shown, strip = in_cell(QRect(100, 50, 480, 180 + high), theme)
    assert (shown.x(), shown.width()) == (180, 320) == (strip.x(), strip.width())
    assert strip.top() == shown.bottom() + 1 and strip.height() == high
    shown, strip = in_cell(QRect(100, 50, 480, 90 + high), theme)
    assert shown.width() == 160 and (strip.x(), strip.width()) == (100, 480)
