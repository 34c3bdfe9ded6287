"""What painters really drew, written down while somebody checks a wall; off at all other times."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter


@dataclass(frozen=True, slots=True)
class Drawn:
    """One text or symbol; `rect` is in px of the picture that was painted on.

    `text` is what was written, for a symbol what it is. `height` is that of a text's digits, of a
    symbol's shape. `clip` is what could be seen of the picture, `dot` a symbol that only says how
    a value stands.
    """

    text: str
    rect: QRectF
    height: float
    colour: QColor
    clip: QRectF
    symbol: bool = False
    dot: bool = False


class Ledger:
    """Belongs to one Theme. `begin`, paint, `take`."""

    def __init__(self) -> None:
        self.is_on = False
        self._drawn: list[Drawn] = []

    def begin(self) -> None:
        """Write down what is painted from now on."""
        self.is_on, self._drawn = True, []

    def take(self) -> list[Drawn]:
        """What was painted since `begin`; nothing is written down after it."""
        drawn, self._drawn, self.is_on = self._drawn, [], False
        return drawn

    def text(
        self, painter: QPainter, text: str, rect: QRectF, height: float, colour: QColor
    ) -> None:
        """A text was drawn; `rect` reaches over its digits."""
        self._note(painter, text, rect, height, colour)

    def symbol(
        self, painter: QPainter, name: str, rect: QRectF, colour: QColor, *, dot: bool = False
    ) -> None:
        """A symbol was drawn as high as its rectangle."""
        self._note(painter, name, rect, rect.height(), colour, symbol=True, dot=dot)

    def _note(
        self,
        painter: QPainter,
        text: str,
        rect: QRectF,
        height: float,
        colour: QColor,
        *,
        symbol: bool = False,
        dot: bool = False,
    ) -> None:
        there = painter.deviceTransform()
        seen = there.mapRect(painter.clipBoundingRect()) if painter.hasClipping() else QRectF()
        faded = QColor(colour)
        faded.setAlphaF(colour.alphaF() * painter.opacity())
        box = there.mapRect(rect)
        scale = box.height() / rect.height() if rect.height() else 1.0
        self._drawn.append(Drawn(text, box, height * scale, faded, seen, symbol, dot))
