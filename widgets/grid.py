"""From a scene's grid to pixels: pure arithmetic, no Qt."""

import itertools
from collections.abc import Sequence, Set
from typing import NamedTuple

from widgets.scene import PanelSpec, ScreenSpec, Track


class Placed(NamedTuple):
    """Where panel `number` of a scene file stands in its window, in pixels."""

    number: int
    x: int
    y: int
    width: int
    height: int
    drawer: bool = False


class Seams(NamedTuple):
    """Where a wall's panels meet, in pixels of the window; text keeps `clear` from them."""

    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    clear: float = 0.0


class _Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def choose_screen(
    specs: Sequence[ScreenSpec], index: int, width: float, height: float
) -> ScreenSpec:
    """The entry for a real screen of this many design units, see ScreenSpec.

    A screen that the scene does not know shows what the first one does.
    """
    indices = {spec.index for spec in specs}
    wanted = index if index in indices else min(indices)
    entries = [spec for spec in specs if spec.index == wanted]
    for spec in entries:
        if width >= spec.min_width and height >= spec.min_height:
            return spec
    return entries[-1]


def place(
    spec: ScreenSpec,
    panels: Sequence[tuple[int, PanelSpec]],
    width: int,
    height: int,
    scale: float,
    seams: Seams | None = None,
    *,
    whole: bool = False,
) -> tuple[Placed, ...]:
    """Where the panels of a screen stand in a window; `scale` is pixels per design unit.

    A gutter that lies near a seam is moved onto it. With `whole` no track closes and nothing is
    in a drawer: the grid as it is edited.
    """
    seams = seams or Seams()
    placed = _edges(panels, width, height, scale)
    if whole:
        columns, rows = tracks(spec, panels, width, height, scale, seams)
        placed += [_on(columns, rows, *item) for item in panels if not item[1].edge]
        return tuple(sorted(placed))
    area = _grid_area(spec, placed, panels, width, height, scale)
    in_drawer = {index for index, panel in panels if width < panel.drawer_below * scale}
    kept = [item for item in panels if not item[1].edge and item[0] not in in_drawer]
    gutter = spec.gutter * scale
    hidden = {
        column
        for index, panel in panels
        if index in in_drawer
        for column in range(panel.column, panel.column + panel.columns)
    }
    over = [set(range(panel.column, panel.column + panel.columns)) for _, panel in kept]
    # A strip that crosses the drawer's column does not keep that column open.
    over = [span - hidden or span for span in over]
    columns = _spans(spec.columns, over, (area.left, area.right), gutter, scale)
    columns = _onto_seams(columns, seams.x, seams.clear)
    down = [set(range(panel.row, panel.row + panel.rows)) for _, panel in kept]
    rows = _spans(spec.rows, down, (area.top, area.bottom), gutter, scale)
    rows = _onto_seams(rows, seams.y, seams.clear)
    placed += [_on(columns, rows, index, panel) for index, panel in kept]
    placed += _drawers(spec, panels, in_drawer, area, scale)
    return tuple(sorted(placed))


def tracks(
    spec: ScreenSpec,
    panels: Sequence[tuple[int, PanelSpec]],
    width: int,
    height: int,
    scale: float,
    seams: Seams | None = None,
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Start and end of every column and of every row in pixels, whether or not a panel stands
    there."""
    seams = seams or Seams()
    edges = _edges(panels, width, height, scale)
    area = _grid_area(spec, edges, panels, width, height, scale)
    gutter = spec.gutter * scale
    columns = _open(spec.columns, (area.left, area.right), gutter, scale)
    rows = _open(spec.rows, (area.top, area.bottom), gutter, scale)
    return _onto_seams(columns, seams.x, seams.clear), _onto_seams(rows, seams.y, seams.clear)


def _open(
    lengths: Sequence[Track], area: tuple[float, float], gutter: float, scale: float
) -> list[tuple[float, float]]:
    return _spans(lengths, [set(range(len(lengths)))], area, gutter, scale)


def _on(
    columns: Sequence[tuple[float, float]],
    rows: Sequence[tuple[float, float]],
    index: int,
    panel: PanelSpec,
) -> Placed:
    left, right = columns[panel.column][0], columns[panel.column + panel.columns - 1][1]
    top, bottom = rows[panel.row][0], rows[panel.row + panel.rows - 1][1]
    return _rounded(index, left, top, right, bottom)


def _edges(
    panels: Sequence[tuple[int, PanelSpec]], width: int, height: int, scale: float
) -> list[Placed]:
    placed = []
    top, bottom = 0.0, float(height)
    for index, panel in panels:
        if panel.edge == "top":
            placed.append(_rounded(index, 0, top, width, top + panel.size * scale))
            top += panel.size * scale
        elif panel.edge == "bottom":
            placed.append(_rounded(index, 0, bottom - panel.size * scale, width, bottom))
            bottom -= panel.size * scale
    return placed


def _grid_area(
    spec: ScreenSpec,
    edges: Sequence[Placed],
    panels: Sequence[tuple[int, PanelSpec]],
    width: int,
    height: int,
    scale: float,
) -> _Area:
    by_index = dict(panels)
    top = max((p.y + p.height for p in edges if by_index[p.number].edge == "top"), default=0)
    bottom = min((p.y for p in edges if by_index[p.number].edge == "bottom"), default=height)
    above, right, below, left = (length * scale for length in spec.margin)
    return _Area(left, top + above, width - right, bottom - below)


def _spans(
    tracks: Sequence[Track],
    used_by: Sequence[Set[int]],
    area: tuple[float, float],
    gutter: float,
    scale: float,
) -> list[tuple[float, float]]:
    """Start and end of each track; one that no panel stands on takes no room and no gutter."""
    used = [any(number in span for span in used_by) for number in range(len(tracks))]
    fixed = sum(
        float(track) * scale
        for track, is_used in zip(tracks, used, strict=True)
        if is_used and not isinstance(track, str)
    )
    shares = [
        float(track[:-2]) if is_used and isinstance(track, str) else 0.0
        for track, is_used in zip(tracks, used, strict=True)
    ]
    free = max(0.0, area[1] - area[0] - fixed - gutter * max(0, sum(used) - 1))
    spans = []
    at = area[0]
    for track, share, is_used in zip(tracks, shares, used, strict=True):
        if not is_used:
            spans.append((at, at - gutter))  # what ends here ends with the track before
            continue
        length = free * share / sum(shares) if isinstance(track, str) else float(track) * scale
        spans.append((at, at + length))
        at += length + gutter
    return spans


def _onto_seams(
    spans: list[tuple[float, float]], seams: Sequence[float], clear: float
) -> list[tuple[float, float]]:
    """Tracks whose gutters stand on the seams near them, at least `clear` to either side."""
    moved = list(spans)
    used = [number for number, (start, end) in enumerate(spans) if end > start]
    for before, after in itertools.pairwise(used):
        end, start = moved[before][1], moved[after][0]
        middle = (end + start) / 2
        seam = min(seams, key=lambda at: abs(at - middle), default=None)
        reach = min(end - moved[before][0], moved[after][1] - start) / 4
        if seam is None or abs(seam - middle) > reach:
            continue
        half = max((start - end) / 2, clear)
        moved[before] = (moved[before][0], seam - half)
        moved[after] = (seam + half, moved[after][1])
        for closed in range(before + 1, after):
            moved[closed] = (seam + half, seam - half)
    return moved


def _drawers(
    spec: ScreenSpec,
    panels: Sequence[tuple[int, PanelSpec]],
    in_drawer: set[int],
    area: _Area,
    scale: float,
) -> list[Placed]:
    """Panels of a drawer stand at the right edge over the rows they had, one above the other."""
    placed = []
    members = [(index, panel) for index, panel in panels if index in in_drawer]
    every = [set(range(len(spec.rows)))]
    rows = _spans(spec.rows, every, (area.top, area.bottom), spec.gutter * scale, scale)
    for index, panel in members:
        track = spec.columns[panel.column]
        width = 424.0 if isinstance(track, str) else float(track)
        top, bottom = rows[panel.row][0], rows[panel.row + panel.rows - 1][1]
        left = area.right - width * scale
        placed.append(_rounded(index, left, top, area.right, bottom)._replace(drawer=True))
    return placed


def _rounded(index: int, left: float, top: float, right: float, bottom: float) -> Placed:
    x, y = round(left), round(top)
    return Placed(index, x, y, max(0, round(right) - x), max(0, round(bottom) - y))
