"""Which theme a window wears, and how many pixels a design unit of its seat is there."""

from widgets.theme import REFERENCE_WALL, Theme, WallProfile, desk_scale, load_theme

HALL = "hall"


class Looks:
    """The themes of one seat, made once per name and size. Needs a QGuiApplication.

    `light` is the cockpit by day; `reduced` stops all motion, also in the pictures of tests.
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
        self._themes: dict[tuple[str, float], Theme] = {}

    def unit(self, width: int, height: int) -> float:
        """Pixels per design unit: of the reference wall in the hall, of 1920 x 1080 elsewhere."""
        if self.seat == HALL:
            return self.wall.px(1.0) / REFERENCE_WALL.px(1.0)
        return desk_scale(width, height)

    def theme(self, name: str, width: int, height: int) -> Theme:
        """The theme of a window; an empty name is the seat's own."""
        key = (name or self.seat, self.unit(width, height))
        if key not in self._themes:
            self._themes[key] = load_theme(
                key[0], light=self.light, scale=key[1], wall=self.wall, reduced=self.reduced
            )
        return self._themes[key]
