"""`python main.py sheet --shot DIR`: every painter in every state, one picture for each theme.

Laid beside the design's component sheet, and looked at, whenever a painter changes.
"""

from pathlib import Path

import click
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from widgets.cli import _sheet_bars, _sheet_lists, _sheet_values
from widgets.cli._sheet_values import unit
from widgets.theme import Theme, WallProfile, load_theme

WIDTH, HEIGHT = 1920, 1970
# The design's sheet is the upper 1560.
QUARTER_WALL = WallProfile(pitch_mm=5.0)  # the wall at a quarter, so that all themes share a sheet
SHEETS = (
    ("desk", "desk", False),
    ("hall", "hall", False),
    ("war", "war", False),
    ("cockpit-light", "cockpit", True),
    ("cockpit-dark", "cockpit", False),
)


def sheet_theme(name: str, light: bool, scale: float = 1.0) -> Theme:
    """A theme at the size of the sheet, its motion still."""
    wall = WallProfile(pitch_mm=QUARTER_WALL.pitch_mm / scale)
    return load_theme(name, light=light, wall=wall, scale=scale, reduced=True)


def paint_sheet(painter: QPainter, theme: Theme) -> None:
    """The whole sheet in the rectangle WIDTH x HEIGHT, times the theme's scale."""
    size = QRectF(0, 0, unit(theme, WIDTH), unit(theme, HEIGHT))
    painter.fillRect(size, theme.canvas)
    for section in (*_sheet_values.SECTIONS, *_sheet_lists.SECTIONS, *_sheet_bars.SECTIONS):
        section(painter, theme)


def render(name: str, light: bool, scale: float = 1.0) -> QImage:
    """The sheet of one theme as a picture."""
    theme = sheet_theme(name, light, scale)
    width, height = round(unit(theme, WIDTH)), round(unit(theme, HEIGHT))
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    paint_sheet(painter, theme)
    painter.end()
    return picture


@click.command(name="sheet")
@click.option("--shot", type=click.Path(file_okay=False, path_type=Path), default=Path("out"))
@click.option("--theme", "only", type=click.Choice([sheet[0] for sheet in SHEETS]), multiple=True)
@click.option("--scale", type=click.FloatRange(0.5, 4.0), default=1.0, show_default=True)
def command(shot: Path, only: tuple[str, ...], scale: float) -> None:
    """Write sheet-THEME.png, the component sheet of the real painters, into a folder."""
    application = QGuiApplication.instance() or QGuiApplication(["sheet", "-platform", "offscreen"])
    shot.mkdir(parents=True, exist_ok=True)
    for file, name, light in SHEETS:
        if not only or file in only:
            path = shot / f"sheet-{file}.png"
            render(name, light, scale).save(str(path))
            click.echo(path)
    del application


if __name__ == "__main__":
    command()
