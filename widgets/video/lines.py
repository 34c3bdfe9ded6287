"""Where the tracks of a video wall begin and end in pixels, so that no cell lies across a seam.

On a wall of several monitors every seam has a line of the grid, and the other lines share the room
between two seams. Which line lies on which seam: those that fewest cells lie across, then those
that are nearest to where they would stand without seams. A cell so wide that it lies across a seam
all the same is cut back to whole monitors, or to the widest part on one.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from widgets.edges import Edges

ACROSS = 1000.0
"""What a cell across a seam costs; a distance from the even place costs its share of the room."""


class Line(NamedTuple):
    """A line of the grid: where the track before it ends, where the next one begins (pixels), and
    whether a monitor ends there."""

    end: float
    begin: float
    seam: bool = False


class Room(NamedTuple):
    """A stretch of the wall along one axis, with the seams in it; `gap` lies between two cells."""

    start: float
    length: float
    gap: float
    edges: Edges = Edges()

    @property
    def seams(self) -> tuple[float, ...]:
        """Those that leave room to either side."""
        clear = max(self.edges.clear, self.gap / 2)
        least, most = self.start + clear, self.start + self.length - clear
        return tuple(seam for seam in self.edges.at if least < seam < most)


def lay_lines(count: int, room: Room, spans: Sequence[tuple[int, int]]) -> list[Line]:
    """The `count` + 1 lines of so many tracks; `spans` are first and last line of each cell."""
    end, half = room.start + room.length, room.gap / 2
    marks = {0: Line(room.start, room.start, seam=True), count: Line(end, end, seam=True)}
    seams = room.seams
    if seams:
        clear = max(room.edges.clear, half)
        for line, seam in _marked(count, room, seams, spans):
            marks[line] = Line(seam - clear, seam + clear, seam=True)
    lines = []
    for (first, here), (last, there) in itertools.pairwise(sorted(marks.items())):
        begin, stop = here.begin - half, there.end + half
        lines.append(here)
        for step in range(1, last - first):
            at = begin + (stop - begin) * step / (last - first)
            lines.append(Line(at - half, at + half))
    return [*lines, marks[count]]


def stretch(lines: Sequence[Line], room: Room, first: int, last: int) -> tuple[float, float]:
    """Where a cell from one line to another begins and ends: all of it where that is whole
    monitors or a part of one, else the largest such piece."""
    begin, end = lines[first].begin, lines[last].end
    inside = [seam for seam in room.seams if begin < seam < end]
    stops = [begin, *inside, end]
    pieces = list(itertools.pairwise(stops))
    whole = stops[not lines[first].seam : len(stops) - (not lines[last].seam)]
    if len(whole) > 1:
        pieces.append((whole[0], whole[-1]))
    left, right = max(pieces, key=lambda piece: piece[1] - piece[0])
    clear = max(room.edges.clear, room.gap / 2)
    return left + clear * (left in inside), right - clear * (right in inside)


def narrowest(count: int, room: Room) -> float:
    """How wide the narrowest of so many plain tracks is."""
    lines = lay_lines(count, room, ())
    ends = (stretch(lines, room, first, first + 1) for first in range(count))
    return min(end - begin for begin, end in ends)


def _marked(
    count: int, room: Room, seams: tuple[float, ...], spans: Sequence[tuple[int, int]]
) -> list[tuple[int, float]]:
    """Which line lies on which seam, in rising order; where there are fewer lines than seams each
    of them lies on one."""
    inner = range(1, count)
    across = {line: sum(first < line < last for first, last in spans) for line in inner}

    def worth(line: int, seam: float) -> float:
        away = abs(line / count - (seam - room.start) / room.length)
        return across[line] * ACROSS + away

    if len(inner) >= len(seams):
        costs = [[worth(line, seam) for line in inner] for seam in seams]
        return [(inner[at], seam) for at, seam in zip(_rising(costs), seams, strict=True)]
    costs = [[worth(line, seam) - across[line] * ACROSS for seam in seams] for line in inner]
    return [(line, seams[at]) for at, line in zip(_rising(costs), inner, strict=True)]


def _rising(costs: Sequence[Sequence[float]]) -> list[int]:
    """A column of each row, each further right than the one before, at the least cost together."""
    best: list[tuple[float, tuple[int, ...]]] = []
    for number, row in enumerate(costs):
        found: list[tuple[float, tuple[int, ...]]] = []
        before: tuple[float, tuple[int, ...]] | None = (0.0, ()) if number == 0 else None
        for column, cost in enumerate(row):
            if number and column and (before is None or best[column - 1] < before):
                before = best[column - 1]
            if before is None:
                found.append((float("inf"), ()))
            else:
                found.append((before[0] + cost, (*before[1], column)))
        best = found
    return list(min(best)[1]) if best else []
