"""How a video wall is divided: a grid of tracks, and cells that cover one place of it or several.

Pure: every change gives a new layout. Cells are counted row by row from their upper left corner, so
a change that takes one away numbers the others anew; `ways` says which old cell each new one is.
"""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import islice, product
from typing import Annotated, ClassVar, NamedTuple

import msgspec

from app.core.privacy import Privacy

MAX_CELLS = 64
MOST_TRACKS = 64
LARGE = {6: 2, 8: 3, 10: 4}
"""One large picture with a row of small ones at its right and foot: by count, its tracks."""
AROUND = 13
"""A large picture in the middle, small ones around it."""
_GRID = re.compile(r"([1-9]\d?)x([1-9]\d?)")

Track = Annotated[int, msgspec.Meta(ge=0, lt=MOST_TRACKS)]
Tracks = Annotated[int, msgspec.Meta(ge=1, le=MOST_TRACKS)]
Ways = dict[int, int]


class Span(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a cell stands on the grid, from 0, and how many tracks it covers: `[0, 0, 3, 3]`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    column: Track
    row: Track
    columns: Tracks = 1
    rows: Tracks = 1

    @property
    def right(self) -> int:
        """The line where it ends."""
        return self.column + self.columns

    @property
    def bottom(self) -> int:
        """The line where it ends."""
        return self.row + self.rows

    def meets(self, other: "Span") -> bool:
        """Whether they share a place."""
        return (
            self.column < other.right
            and other.column < self.right
            and self.row < other.bottom
            and other.row < self.bottom
        )

    def joined(self, other: "Span") -> "Span":
        """The smallest rectangle that holds both."""
        column, row = min(self.column, other.column), min(self.row, other.row)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Span(column, row, right - column, bottom - row)


class LayoutError(ValueError):
    """A layout cannot be so; `cell` is the number of the cell at fault, -1 for the grid."""

    def __init__(self, cell: int, reason: str) -> None:
        super().__init__(reason)
        self.cell = cell


class Layout(msgspec.Struct, frozen=True):
    """A checked layout; make it by `layout` or by what stands below. Places may be left empty."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    columns: Tracks
    rows: Tracks
    cells: tuple[Span, ...]


class Change(NamedTuple):
    """Another layout, and the old number of each of its cells that there was before."""

    layout: Layout
    ways: Ways


def layout(columns: int, rows: int, cells: Iterable[Span]) -> Layout:
    """Cells on a grid, checked, in the order in which they are given; raises LayoutError."""
    spans = tuple(cells)
    _require(columns, rows, len(spans))
    for number, span in enumerate(spans):
        if span.right > columns or span.bottom > rows:
            raise LayoutError(number, f"outside the grid of {columns} x {rows}")
        for other, before in enumerate(spans[:number]):
            if span.meets(before):
                raise LayoutError(number, f"lies over cells[{other}]")
    return Layout(columns, rows, spans)


def grid(columns: int, rows: int, count: int = 0) -> Layout:
    """A plain grid, row by row; with a `count` the last places may stay empty. Raises
    LayoutError."""
    count = min(count, columns * rows) or columns * rows
    _require(columns, rows, count)
    places = islice(product(range(rows), range(columns)), count)
    return Layout(columns, rows, tuple(Span(column, row) for row, column in places))


def _require(columns: int, rows: int, count: int) -> None:
    if not 1 <= count <= MAX_CELLS:
        raise LayoutError(-1, f"{count} cells, a wall has 1 to {MAX_CELLS}")
    if not (1 <= columns <= MOST_TRACKS and 1 <= rows <= MOST_TRACKS):
        raise LayoutError(-1, f"{columns} x {rows}, a grid has 1 to {MOST_TRACKS} each way")


def ready(count: int) -> Layout | None:
    """The usual layout of so many cells where that is no plain grid: 6 is 1 large and 5, 8 is 1
    and 7, 10 is 1 and 9, 13 is 1 in the middle and 12; None for all others."""
    if count in LARGE:
        side = LARGE[count]
        tracks, large = side + 1, Span(0, 0, side, side)
    elif count == AROUND:
        tracks, large = 4, Span(1, 1, 2, 2)
    else:
        return None
    small = [Span(column, row) for row, column in product(range(tracks), repeat=2)]
    return ordered(tracks, tracks, [large, *(one for one in small if not one.meets(large))])


def grid_word(word: str) -> tuple[int, int] | None:
    """Columns and rows of a word such as `3x2`; None for any other."""
    found = _GRID.fullmatch(word)
    return (int(found[1]), int(found[2])) if found else None


def ordered(columns: int, rows: int, cells: Iterable[Span]) -> Layout:
    """The same in reading order, on no finer grid than it needs."""
    spans = sorted(cells, key=lambda span: (span.row, span.column))
    across = math.gcd(columns, *(line for span in spans for line in (span.column, span.right)))
    down = math.gcd(rows, *(line for span in spans for line in (span.row, span.bottom)))
    coarse = [
        Span(s.column // across, s.row // down, s.columns // across, s.rows // down) for s in spans
    ]
    return layout(columns // across, rows // down, coarse)


def reach(where: Layout, one: int, other: int) -> Span:
    """The smallest rectangle with two cells that cuts through no cell."""
    span = where.cells[one].joined(where.cells[other])
    while True:
        wider = span
        for cell in where.cells:
            if cell.meets(wider):
                wider = wider.joined(cell)
        if wider == span:
            return span
        span = wider


def within(where: Layout, span: Span) -> list[int]:
    """The cells that lie in a rectangle."""
    return [number for number, cell in enumerate(where.cells) if cell.meets(span)]


def merged(where: Layout, one: int, other: int) -> Change:
    """Two cells and all between them as one, which is `one` in `ways`; raises LayoutError where
    they are one already."""
    span = reach(where, one, other)
    gone = within(where, span)
    if len(gone) < 2:
        raise LayoutError(one, "one cell")
    kept = [(number, cell) for number, cell in enumerate(where.cells) if number not in gone]
    return _numbered(where.columns, where.rows, [*kept, (one, span)])


def divided(where: Layout, number: int, columns: int = 0, rows: int = 0) -> Change:
    """A cell as several; the first of them is the old one in `ways`. Without figures it becomes
    the places that it covers, and where that is one only, two by two. Raises LayoutError for more
    cells or tracks than a wall has."""
    cell = where.cells[number]
    if not columns and not rows:
        single = cell.columns == cell.rows == 1
        columns, rows = (2, 2) if single else (cell.columns, cell.rows)
    columns, rows = max(1, columns), max(1, rows)
    across = columns // math.gcd(cell.columns, columns)
    down = rows // math.gcd(cell.rows, rows)
    if max(where.columns * across, where.rows * down) > MOST_TRACKS:
        raise LayoutError(number, "too fine")
    if len(where.cells) - 1 + columns * rows > MAX_CELLS:
        raise LayoutError(number, "too many")
    fine = [
        (at, Span(s.column * across, s.row * down, s.columns * across, s.rows * down))
        for at, s in enumerate(where.cells)
    ]
    _, old = fine.pop(number)
    wide, high = old.columns // columns, old.rows // rows
    for row, column in product(range(rows), range(columns)):
        part = Span(old.column + column * wide, old.row + row * high, wide, high)
        fine.append((-1 if row or column else number, part))
    return _numbered(where.columns * across, where.rows * down, fine)


def _numbered(columns: int, rows: int, cells: Sequence[tuple[int, Span]]) -> Change:
    order = sorted(cells, key=lambda pair: (pair[1].row, pair[1].column))
    ways = {new: old for new, (old, _) in enumerate(order) if old >= 0}
    return Change(ordered(columns, rows, [span for _, span in order]), ways)
