"""The product's one font family, and texts laid out once.

Noto Sans CJK SC, pinned and shipped, so that metrics never drift (assets/fonts/build.py).
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QStaticText

from widgets.tokens import Role

CAP_RATIO = 0.733  # digit height / font size, measured for Noto Sans CJK (LANGUAGE.md section 3)
LINE_HEIGHT = 1.3
FAMILY = "Chengmai Sans"
FALLBACK_FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei")
FONT_FILES = ("ChengmaiSans-Regular.otf", "ChengmaiSans-Bold.otf")
_CACHED_TEXTS = 4096


class Fonts:
    """The fonts of one theme, with the widths and laid-out texts that painters ask for again."""

    def __init__(self, sizes: Mapping[Role, int]) -> None:
        self._sizes = sizes
        self._fonts: dict[tuple[Role, bool], QFont] = {}
        self._metrics: dict[tuple[Role, bool], QFontMetricsF] = {}
        self._ascents: dict[tuple[Role, bool], float] = {}
        self._widths: dict[tuple[str, Role, bool], float] = {}
        self._texts: dict[tuple[str, Role, bool], QStaticText] = {}

    def font(self, role: Role, bold: bool) -> QFont:
        """One QFont for each role and weight."""
        key = (role, bold)
        if key not in self._fonts:
            self._fonts[key] = make_font(self._sizes[role], bold)
        return self._fonts[key]

    def metrics(self, role: Role, bold: bool) -> QFontMetricsF:
        """The metrics of a role and weight."""
        key = (role, bold)
        if key not in self._metrics:
            self._metrics[key] = QFontMetricsF(self.font(role, bold))
        return self._metrics[key]

    def width(self, text: str, role: Role, bold: bool) -> float:
        """Advance of a text in px."""
        key = (text, role, bold)
        found = self._widths.get(key)
        if found is None:
            if len(self._widths) >= _CACHED_TEXTS:
                self._widths.clear()
            found = self._widths[key] = self.metrics(role, bold).horizontalAdvance(text)
        return found

    def ascent(self, role: Role, bold: bool) -> float:
        """From the top of a laid-out text to its baseline."""
        key = (role, bold)
        found = self._ascents.get(key)
        if found is None:
            found = self._ascents[key] = self.metrics(role, bold).ascent()
        return found

    def laid_out(self, text: str, role: Role, bold: bool) -> QStaticText:
        """A text shaped once; its origin is `ascent` above the baseline."""
        key = (text, role, bold)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) >= _CACHED_TEXTS:
                self._texts.clear()
            found = QStaticText(text)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            found.prepare(font=self.font(role, bold))
            self._texts[key] = found
        return found


def make_font(px: int, bold: bool) -> QFont:
    """A font of the product's one family; never smaller than 1 px."""
    font = QFont([FAMILY, *FALLBACK_FAMILIES])
    font.setPixelSize(max(1, px))
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def load_fonts() -> tuple[str, ...]:
    """Load the shipped fonts into Qt, once; gives their families. Without files: the system's."""
    folder = resources.files("assets") / "fonts"
    families: list[str] = []
    for name in FONT_FILES:
        path = folder / name
        if path.is_file():
            number = QFontDatabase.addApplicationFont(str(path))
            families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))
