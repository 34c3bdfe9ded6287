"""How densely stations stand: the spacing of neighbours, and the widest place without any (PD7).

Two stations are neighbours when no other stands in the circle over the line between them (the
Gabriel graph; Gabriel and Sokal 1969). Only numpy: a city has hundreds of stations at most.
"""

from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.outline import Ring, inside
from app.core.privacy import Privacy

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

WANTED_KM = 5.0
"""Stations in a town should stand nearer to each other than this."""
_KM = 111.32  # per degree of latitude
_GRID = 48  # places looked at along each side of a district
_ROUNDS = 5  # each looks closer round the best one
_TOUCH = 1e-9  # a station on the circle itself is inside, whatever the last digits say


class Gap(msgspec.Struct, frozen=True):
    """The place of a district that lies farthest from any working station, and how far."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    lon: float
    lat: float
    km: float


class DistrictCoverage(msgspec.Struct, frozen=True):
    """One district. `spacings` count the pairs of neighbours with an end in it; `mean_km` and
    `longest_km` are None where there is no pair; `wide` of them stand farther apart than wanted;
    `longest` is that pair, by number."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    region: str
    stations: int
    working: int
    spacings: int = 0
    wide: int = 0
    mean_km: float | None = None
    longest_km: float | None = None
    longest: tuple[int, int] | None = None
    gap: Gap | None = None


def plane(lon: Floats, lat: Floats, middle: float) -> Floats:
    """Degrees to kilometres east and north (n x 2), true near a latitude."""
    return np.column_stack((lon * np.cos(np.radians(middle)) * _KM, lat * _KM))


def neighbour_pairs(places: Floats) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The pairs (n x 2, the smaller number first) of places (km) that are neighbours; of several
    at one place the first stands for all."""
    _, first = np.unique(places.round(6), axis=0, return_index=True)
    first = np.sort(first)
    chosen = places[first]
    squares = ((chosen[:, None, :] - chosen[None, :, :]) ** 2).sum(axis=2)
    found = []
    for one in range(len(chosen) - 1):
        # Inside the circle over (one, other) stands who sees the two under a right angle or more.
        sums = squares[one][:, None] + squares[:, one + 1 :]
        inside_circle = sums <= squares[one, one + 1 :][None, :] * (1 + _TOUCH)
        inside_circle[one, :] = False
        others = np.arange(one + 1, len(chosen))
        inside_circle[others, others - one - 1] = False
        found += [(one, int(other)) for other in others[~inside_circle.any(axis=0)]]
    return first[np.array(found, np.int64).reshape(-1, 2)]


def coverage(
    outlines: dict[str, list[Ring]],
    lon: Floats,
    lat: Floats,
    regions: list[str],
    working: Flags,
    wanted_km: float = WANTED_KM,
) -> list[DistrictCoverage]:
    """Every district that has an outline or a station, in the order of the outlines. Only stations
    that work count; `longest` numbers them in the order given."""
    live = np.flatnonzero(working)
    middle = float(np.mean(lat)) if len(lat) else _middle(outlines)
    places = plane(lon[live], lat[live], middle)
    pairs = neighbour_pairs(places)
    spans = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    of = [regions[index] for index in live]
    named = [*outlines, *sorted(set(regions) - set(outlines))]
    return [
        _district(
            region,
            [flag for flag, name in zip(working.tolist(), regions, strict=True) if name == region],
            [(live[a], live[b], float(span)) for (a, b), span in zip(pairs, spans, strict=True)
             if region in (of[a], of[b])],
            largest_gap(outlines[region], places, middle) if region in outlines else None,
            wanted_km,
        )
        for region in named
    ]  # fmt: skip


def _district(
    region: str,
    flags: list[bool],
    pairs: list[tuple[Any, Any, float]],
    gap: Gap | None,
    wanted_km: float,
) -> DistrictCoverage:
    if not pairs:
        return DistrictCoverage(region, len(flags), sum(flags), gap=gap)
    first, second, longest = max(pairs, key=lambda item: item[2])
    return DistrictCoverage(
        region,
        len(flags),
        sum(flags),
        spacings=len(pairs),
        wide=sum(span > wanted_km for *_, span in pairs),
        mean_km=sum(span for *_, span in pairs) / len(pairs),
        longest_km=longest,
        longest=(int(first), int(second)),
        gap=gap,
    )


def _middle(outlines: dict[str, list[Ring]]) -> float:
    return float(np.mean([rings[0][:, 1].mean() for rings in outlines.values()] or [0.0]))


def largest_gap(rings: list[Ring], places: Floats, middle: float) -> Gap | None:
    """The centre and radius of the largest circle without a station whose centre lies in a
    district, to some ten metres; None without a station. `places` are km by `plane`."""
    if not len(places):
        return None
    outer = rings[0]
    low, high = outer.min(axis=0), outer.max(axis=0)
    # The farthest place often lies on the edge of the district: its corners are looked at too.
    best = _farthest(outer, places, middle)
    steps = (high - low) / _GRID
    grid = _grid((low + high) / 2, steps, _GRID // 2)
    for _ in range(_ROUNDS):
        within = grid[inside(rings, grid[:, 0], grid[:, 1])]
        if len(within):
            found = _farthest(within, places, middle)
            best = found if found.km > best.km else best
        grid = _grid(np.array([best.lon, best.lat]), steps / 3, 9)
        steps = steps / 3
    return best


def _grid(centre: Floats, steps: Floats, half: int) -> Floats:
    across = np.arange(-half, half + 1)
    east, north = np.meshgrid(across * steps[0], across * steps[1])
    return np.column_stack((centre[0] + east.ravel(), centre[1] + north.ravel()))


def _farthest(candidates: Floats, places: Floats, middle: float) -> Gap:
    here = plane(candidates[:, 0], candidates[:, 1], middle)
    apart = np.hypot(
        here[:, None, 0] - places[None, :, 0], here[:, None, 1] - places[None, :, 1]
    ).min(axis=1)
    best = int(np.argmax(apart))
    return Gap(float(candidates[best, 0]), float(candidates[best, 1]), float(apart[best]))
