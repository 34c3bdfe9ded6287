"""Who looks, over the pictures of cameras: found on any picture, hiding none."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from widgets.context import Context
from widgets.paint.fresh import Fresh
from widgets.paint.video import VideoTile, paint_picture
from widgets.paint.video_mark import paint_mark
from widgets.theme import Theme
from widgets.video.burning import burn
from widgets.video.card import _Above
from widgets.video.surface import Shown


@pytest.fixture
def theme(context: Context) -> Theme:
    return context.theme


TEXT = "0012 desk 2026-07-17 20:00"
SIZE = (640, 360)


def pixels(image: QImage) -> np.ndarray[Any, Any]:
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return lines[:, : image.width(), :3].astype(int)


def marked(theme: Theme, ground: int, size: tuple[int, int] = SIZE) -> np.ndarray[Any, Any]:
    """How far each pixel of a grey picture is from its ground."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(ground, ground, ground))
    painter = QPainter(image)
    paint_mark(painter, QRectF(0, 0, *size), TEXT, theme)
    painter.end()
    return np.abs(pixels(image) - ground).max(axis=2)


@pytest.mark.parametrize("ground", [0, 90, 160, 255])
def test_it_is_found_on_every_ground_and_leaves_nearly_all_of_the_picture(
    theme: Theme, ground: int
) -> None:
    off = marked(theme, ground)
    assert off.max() >= 20  # of 255: a photograph tells it from its ground
    assert off.max() <= 100
    assert 0.003 < (off > 0).mean() < 0.12


def test_no_quarter_of_a_picture_is_without_it(theme: Theme) -> None:
    off = marked(theme, 90)
    for rows in np.array_split(off, 2):
        for part in np.array_split(rows, 2, axis=1):
            assert (part > 0).sum() > 100


def test_a_small_tile_has_all_of_its_words(theme: Theme) -> None:
    wide, small = marked(theme, 90), marked(theme, 90, (120, 68))
    assert (small > 0).any()
    assert not small[:, -1].any() or small.shape[1] < wide.shape[1]


def test_a_picture_wears_it_and_a_cover_does_not(theme: Theme) -> None:
    frame = QImage(*SIZE, QImage.Format.Format_RGB32)
    frame.fill(QColor(90, 90, 90))
    found = []
    for picture in (frame, None):
        image = QImage(*SIZE, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        words = VideoTile("北门", Fresh.LIVE, mark=TEXT)
        paint_picture(painter, QRectF(0, 0, *SIZE), words, picture, theme)
        painter.end()
        found.append(len(np.unique(pixels(image).reshape(-1, 3), axis=0)))
    assert found[0] > 10
    assert found[1] < 4


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_saved_picture_can_have_it_in_itself(
    application: object, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"shot.{suffix}"
    image = QImage(1280, 720, QImage.Format.Format_RGB32)
    image.fill(QColor(90, 90, 90))
    image.save(str(path))
    with ThreadPoolExecutor(1) as threads:  # as the file's trace is written
        threads.submit(burn, path, TEXT).result()
    off = np.abs(pixels(QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)) - 90)
    assert off.max() >= 20 and (off.max(axis=2) > 8).mean() > 0.002
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_what_is_no_picture_stays_as_it_was(application: object, tmp_path: Path) -> None:
    path = tmp_path / "shot.jpg"
    path.write_bytes(b"none")
    with pytest.raises(OSError, match=r"shot\.jpg"):
        burn(path, TEXT)
    assert path.read_bytes() == b"none"


def test_what_a_card_draws_wears_it_in_the_layer_above(context: Context) -> None:
    parent = QWidget()
    above = _Above(context.theme, parent)
    above.resize(*SIZE)
    picture, strip = QRect(0, 0, SIZE[0], 320), QRect(0, 320, SIZE[0], 40)
    seen = []
    for mark in ("", TEXT):
        words = VideoTile("北门", Fresh.LIVE, mark=mark)
        above.show_cells((Shown("1/0", picture, picture, strip, words),))
        image = above.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        seen.append(pixels(image)[: picture.height()])
    assert (seen[0] != seen[1]).any(axis=2).mean() > 0.003
    parent.deleteLater()
