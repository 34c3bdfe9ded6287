"""Which monitors one window covers: pure arithmetic, no Qt."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from widgets.scene import ScreenSpec


class Monitor(NamedTuple):
    """A monitor as it stands on the seat's desktop, in logical pixels."""

    name: str
    x: int
    y: int
    width: int
    height: int


class Tile(NamedTuple):
    """One window's place: the monitors it covers and their common rectangle."""

    monitors: tuple[str, ...]
    x: int
    y: int
    width: int
    height: int


def tiles(
    specs: Sequence[ScreenSpec],
    monitors: Sequence[Monitor],
    unit: Callable[[int, int], float],
    *,
    fill: bool,
) -> list[Tile]:
    """A place per screen of a scene, in their order, as far as there are monitors.

    `unit` gives pixels per design unit of a size. With `fill` each monitor that is left has a
    window too (a wall has no dark monitor).
    """
    left = list(monitors)
    found = []
    for index in range(1 + max(spec.index for spec in specs)):
        if not left:
            break
        spans = [spec for spec in specs if spec.index == index and spec.span > 1]
        tile = next(
            (tile for spec in spans if (tile := _spanning(spec, left, unit)) is not None),
            _tile(left[:1]),
        )
        found.append(tile)
        del left[: len(tile.monitors)]
    if fill:
        found += [_tile([monitor]) for monitor in left]
    return found


def _spanning(
    spec: ScreenSpec, left: Sequence[Monitor], unit: Callable[[int, int], float]
) -> Tile | None:
    """The next monitors as one, where they are enough, stand edge to edge, and are large enough."""
    members = left[: spec.span]
    if len(members) < spec.span:
        return None
    tile = _tile(members)
    if sum(item.width * item.height for item in members) != tile.width * tile.height:
        return None
    ratio = unit(tile.width, tile.height)
    fits = tile.width >= spec.min_width * ratio and tile.height >= spec.min_height * ratio
    return tile if fits else None


def _tile(members: Sequence[Monitor]) -> Tile:
    x, y = min(item.x for item in members), min(item.y for item in members)
    right = max(item.x + item.width for item in members)
    bottom = max(item.y + item.height for item in members)
    return Tile(tuple(item.name for item in members), x, y, right - x, bottom - y)
