"""Golden pictures: the whole component sheet of the desk, values and marks of every other theme.

Renew with `CHENGMAI_RENEW_GOLDEN=1 python -m pytest tests/qt/paint/test_golden.py`, then look at
every picture before it is committed (docs/howto-theme.md).
"""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter

from tests.helpers.looks import ALLOWED, agrees_with_golden, differing, survives_thumbnail
from widgets.cli.sheet import SHEETS, render
from widgets.theme import Role, load_theme

GOLDEN = Path(__file__).parent / "golden"
PARTS = (QRect(40, 116, 700, 128), QRect(976, 444, 700, 200), QRect(40, 564, 700, 80))
pytestmark = pytest.mark.usefixtures("application")


@pytest.fixture(scope="module")
def desk() -> QImage:
    """The desk's sheet, painted once."""
    return render("desk", False)


def excerpt(sheet: QImage) -> QImage:
    """Tiles, marks and two rows of a sheet, one under the other."""
    factor = sheet.width() / 1920
    areas = [QRect(part.topLeft() * factor, part.size() * factor) for part in PARTS]
    height = sum(area.height() for area in areas)
    found = QImage(areas[0].width(), height, QImage.Format.Format_RGB32)
    painter, y = QPainter(found), 0
    for area in areas:
        painter.drawImage(QPoint(0, y), sheet, area)
        y += area.height()
    painter.end()
    return found


def test_the_desks_sheet(desk: QImage) -> None:
    assert agrees_with_golden(desk, GOLDEN / "desk.png")


@pytest.mark.parametrize(
    ("file", "name", "light"), [sheet for sheet in SHEETS if sheet[0] != "desk"]
)
def test_every_theme(file: str, name: str, light: bool) -> None:
    assert agrees_with_golden(excerpt(render(name, light)), GOLDEN / f"{file}.png")


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in GOLDEN.glob("*.png")) < 1_500_000


def test_the_comparison_sees_what_it_must(desk: QImage) -> None:
    assert differing(desk, desk) == 0
    shifted = QImage(desk)
    painter = QPainter(shifted)
    painter.drawImage(QPoint(1, 0), desk, QRect(40, 116, 222, 128))  # one tile moved by one pixel
    painter.end()
    assert differing(desk, shifted) > 10 * ALLOWED
    moved = QImage(desk)
    painter = QPainter(moved)
    painter.drawImage(QPoint(56, 131), desk, QRect(56, 130, 80, 18))  # one name one pixel lower
    painter.end()
    assert differing(desk, moved) > 5 * ALLOWED
    recoloured = QImage(desk)
    painter = QPainter(recoloured)
    painter.fillRect(QRect(1000, 460, 4, 4), QColor("#FF922B"))  # a red mark turned orange in part
    painter.end()
    assert differing(desk, recoloured) > ALLOWED
    black = QImage(desk.size(), QImage.Format.Format_RGB32)
    black.fill(QColor("black"))
    white = QImage(desk.size(), QImage.Format.Format_RGB32)
    white.fill(QColor("white"))
    assert differing(black, white) == desk.width() * desk.height()
    assert differing(white, black) == desk.width() * desk.height()


def test_a_larger_ratio_paints_the_same_places() -> None:
    one, two = render("desk", False), render("desk", False, 2.0)
    assert (two.width(), two.height()) == (2 * one.width(), 2 * one.height())


def test_the_verdict_survives_a_thumbnail() -> None:
    hall, desk = load_theme("hall"), load_theme("desk")
    assert survives_thumbnail(hall, Role.HEADLINE, 7680)
    assert not survives_thumbnail(hall, Role.BODY, 7680)
    assert survives_thumbnail(desk, Role.HEADLINE, 1920)
    assert not survives_thumbnail(desk, Role.BODY, 1920)
