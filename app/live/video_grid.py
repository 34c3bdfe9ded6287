"""Where the cells of a plain grid stand: as many columns and rows as make its pictures largest."""

import math

from app.live.video_layout import Layout, grid

ASPECT = 16 / 9


def best_columns(count: int, width: float, height: float, aspect: float = ASPECT) -> int:
    """In how many columns `count` pictures of an aspect are largest in a room of this size. Where
    several are alike: with the fewest places left empty, then the most columns, for a block and not
    a ribbon."""
    if width <= 0 or height <= 0:
        return max(1, math.isqrt(count))

    def worth(columns: int) -> tuple[float, int, int]:
        rows = math.ceil(count / columns)
        picture = min(width / columns, height / rows * aspect)
        return picture, count - rows * columns, columns

    return max(range(1, count + 1), key=worth)


def plain_grid(count: int, width: float, height: float, aspect: float = ASPECT) -> Layout:
    """`count` cells, row by row."""
    return in_columns(count, best_columns(count, width, height, aspect))


def in_columns(count: int, columns: int) -> Layout:
    """`count` cells in so many columns."""
    return grid(columns, math.ceil(count / columns), count)
