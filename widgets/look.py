"""Which theme a window wears, and how many pixels a design unit of its seat is there."""

import logging

from app.config import ConfigError
from widgets.grid import Seams
from widgets.theme import (
    REFERENCE_WALL,
    Theme,
    WallProfile,
    desk_scale,
    load_theme,
    read_theme,
    theme_names,
)

log = logging.getLogger(__name__)

HALL = "hall"
LIGHT, DARK = "light", "dark"
"""What a theme with two grounds is worn as."""


class Looks:
    """The themes of one seat, made once per name and size. Needs a QGuiApplication.

    `light` is the cockpit by day; `reduced` stops all motion, also in the pictures of tests;
    `choices` is what the seat may wear.
    """

    def __init__(
        self,
        seat: str,
        *,
        wall: WallProfile = REFERENCE_WALL,
        light: bool = False,
        reduced: bool = False,
    ) -> None:
        self.seat = seat
        self.wall = wall
        self.light = light
        self.reduced = reduced
        self._own = seat
        self._themes: dict[tuple[str, bool, float], Theme] = {}
        self.choices = _choices(seat)

    @property
    def worn(self) -> str:
        """The choice that is worn now."""
        if self._own == self.seat and self.seat not in self.choices:
            return LIGHT if self.light else DARK
        return self._own

    def wear(self, choice: str) -> None:
        """Another of `choices`; windows made or remade from now on look so."""
        if choice in (LIGHT, DARK):
            self._own, self.light = self.seat, choice == LIGHT
        else:
            self._own = choice

    def unit(self, width: int, height: int) -> float:
        """Pixels per design unit: of the reference wall in the hall, of 1920 x 1080 elsewhere."""
        if self.seat == HALL:
            return self.wall.px(1.0) / REFERENCE_WALL.px(1.0)
        return desk_scale(width, height)

    def seams(self, theme: Theme) -> Seams:
        """Where the wall's panels meet; a desk's screen is one piece."""
        if self.seat != HALL:
            return Seams()
        wall = self.wall
        return Seams(wall.seams_x, wall.seams_y, theme.seam_clear + wall.seam_px / 2)

    def theme(self, name: str, width: int, height: int) -> Theme:
        """The theme of a window; an empty name is what the seat wears."""
        key = (name or self._own, self.light, self.unit(width, height))
        if key not in self._themes:
            self._themes[key] = load_theme(
                key[0], light=self.light, scale=key[2], wall=self.wall, reduced=self.reduced
            )
        return self._themes[key]


def _choices(seat: str) -> tuple[str, ...]:
    """What a seat may wear: the grounds of its own theme, and other themes of its kind. One with a
    fault cannot be worn: it is named, and what is worn stays."""
    own = read_theme(seat)
    found = [LIGHT, DARK] if own.light and own.dark else [seat]
    for name in theme_names():
        if name == seat:
            continue
        try:
            other = read_theme(name)
        except ConfigError as error:
            log.error("theme %s: %s", name, error)
        else:
            found += [name] if other.kind == own.kind else []
    return tuple(found)
