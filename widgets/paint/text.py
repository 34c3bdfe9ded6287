"""Text on one line: where its baseline lies, how it is shortened, how it is drawn.

Shortening never parts a number from its unit and never cuts into a number (LANGUAGE.md 3):
a number that does not fit is left out and `…` says so.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from widgets.theme import CAP_RATIO, Role, Theme

ELLIPSIS = "…"
_FLEETING = frozenset("0123456789≈±+−↑↓→")
"""Numbers, ages and times are another text each time: to lay them out for later costs twice what
drawing them does, and would drive the names out of the cache."""
_PIECE = re.compile(r"[≈±+−↑↓→]?\s?\d[\d.,:/±−-]*|[A-Za-zÀ-ɏ'’-]+|.", re.DOTALL)
_ATOM = re.compile(
    r"[≈±+−↑↓→]?\s?\d[\d.,:/±−-]*(?:\s?[^\s\d，。；、：（）()]{1,6})?"  # a number with its unit
    r"|[A-Za-zÀ-ɏ'’-]+"  # a Latin word
    r"|.",
    re.DOTALL,
)

_WORD = re.compile(r"[A-Za-zÀ-ɏ'’-]+")
LATIN = "\u2000"  # the end of letters and digits that belong together
LEAST_LETTERS = 3
"""Of a word that is cut."""
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""What makes letters stand in another order than they were sent."""


def baseline(theme: Theme, role: Role, top: float, height: float) -> float:
    """The baseline that puts the digits of a role in the middle of a band."""
    return top + (height + theme.size(role) * CAP_RATIO) / 2


def draw(
    painter: QPainter,
    theme: Theme,
    at: tuple[float, float],
    text: str,
    role: Role,
    colour: QColor,
    bold: bool = False,
) -> float:
    """Draw from a point on the baseline to the right; gives the advance."""
    if not text.isprintable():  # rare, and quick to ask
        text = _TURNS.sub("", text)
    if not text:
        return 0.0
    fonts = theme.fonts
    painter.setFont(fonts.font(role, bold))
    painter.setPen(colour)
    if theme.ledger.is_on:
        cap, width = theme.cap(role), fonts.width(text, role, bold)
        box = QRectF(at[0], at[1] - cap, width, cap)
        theme.ledger.text(painter, text, box, cap, colour)
    if text[0] in _FLEETING:
        painter.drawText(QPointF(*at), text)
        return fonts.width(text, role, bold)
    top = QPointF(at[0], at[1] - fonts.ascent(role, bold))
    painter.drawStaticText(top, fonts.laid_out(text, role, bold))
    return fonts.width(text, role, bold)


def draw_right(
    painter: QPainter,
    theme: Theme,
    at: tuple[float, float],
    text: str,
    role: Role,
    colour: QColor,
    bold: bool = False,
) -> float:
    """Draw so that the text ends at a point on the baseline; gives the advance."""
    width = theme.width(text, role, bold)
    draw(painter, theme, (at[0] - width, at[1]), text, role, colour, bold)
    return width


def draw_in(
    painter: QPainter,
    theme: Theme,
    rect: QRectF,
    text: str,
    role: Role,
    colour: QColor,
    bold: bool = False,
    right: bool = False,
) -> float:
    """Draw in the middle of a band, shortened to its width; gives the advance. A band is one line:
    what stands in further lines of the text is told where there is room for them."""
    text = text.partition("\n")[0]
    short = fit(theme, text, role, rect.width(), bold)
    level = baseline(theme, role, rect.y(), rect.height())
    if right:
        return draw_right(painter, theme, (rect.right(), level), short, role, colour, bold)
    return draw(painter, theme, (rect.x(), level), short, role, colour, bold)


@lru_cache(maxsize=4096)
def fit(theme: Theme, text: str, role: Role, width: float, bold: bool = False) -> str:
    """The text, or as many of its whole parts as fit with `…` after them, or nothing."""
    if theme.width(text, role, bold) <= width:
        return text
    room = width - theme.width(ELLIPSIS, role, bold)
    if room < 0:
        return ""
    kept = _leading(theme, _ATOM, text, role, room, bold)
    if not kept:  # a name such as 12345 受理量 may lose its word, never a digit
        kept = _leading(theme, _PIECE, text, role, room, bold)
    kept += _begun(theme, text[len(kept) :], role, room - theme.width(kept, role, bold), bold)
    return kept.rstrip(" 　，、（(：:·") + ELLIPSIS


def _leading(
    theme: Theme, parts: re.Pattern[str], text: str, role: Role, room: float, bold: bool
) -> str:
    # A text grows with each part, so that it can be halved instead of measured part by part.
    ends = list(accumulate(map(len, parts.findall(text))))
    fitting = bisect_right(ends, room, key=lambda end: theme.width(text[:end], role, bold))
    return text[: ends[fitting - 1]] if fitting else ""


def _begun(theme: Theme, rest: str, role: Role, room: float, bold: bool) -> str:
    """As much as fits of the Latin word that a text goes on with; fewer letters say nothing."""
    found = _WORD.match(rest)
    if found is None:
        return ""
    word = found.group()
    for count in range(len(word) - 1, LEAST_LETTERS - 1, -1):
        if theme.width(word[:count], role, bold) <= room:
            return word[:count]
    return ""


def fit_role(
    theme: Theme, text: str, roles: Sequence[Role], width: float, bold: bool = False
) -> Role | None:
    """The first (largest) of the roles in which the whole text fits; None where none does."""
    return next((role for role in roles if theme.width(text, role, bold) <= width), None)


@lru_cache(maxsize=1024)
def wrap(theme: Theme, text: str, role: Role, width: float, lines: int) -> tuple[str, ...]:
    """At most so many lines, broken between parts; the last is shortened.

    A line never begins with closing punctuation and never ends with an opening bracket.
    """
    done: list[str] = []
    for paragraph in text.split("\n"):
        current = ""
        for atom in _ATOM.findall(paragraph):
            full = theme.width(current + atom, role) > width
            if current and full and atom not in "，。；、：）)":
                opening = current[-1] if current[-1] in "（(「“" else ""
                done.append(current.removesuffix(opening).rstrip())
                current = opening + atom.lstrip()
            elif full and len(current) > 1 and current[-1] > LATIN:
                done.append(current[:-1].rstrip())  # what closes takes one with it
                current = current[-1] + atom
            else:
                current += atom
        done.append(current)
    if len(done) > lines:
        rest = "".join(done[lines - 1 :])
        done = [*done[: lines - 1], fit(theme, rest, role, width)]
    return tuple(fit(theme, line, role, width) for line in done)
