"""Areas against the outlines of the same areas."""

from collections.abc import Sequence

import numpy as np
import shapely

from app.core.message import message
from app.gis.crs import title, to_wgs84
from app.gis.fit import Edges, Fit, fit
from app.gis.plane import Plane
from app.gis.reference import Outline, Pairs, Reference, matched, polygon, rings_of
from app.gis.verdict import Certainty, Tried, Verdict, far, off

DATUMS = ("wgs84", "gcj02", "bd09")
_MOST = 400  # areas that are compared by their shape
_ALIKE = 0.85  # of two areas with one middle: what they share of what they cover together
_REACH_M = 60_000.0
_NO_DATUM_M = 1_000.0  # beyond BD-09's shift from GCJ-02 nothing is a datum
_SURE_M = 40.0

Couples = list[tuple[Outline, Outline]]


def judge_areas(shapes: Sequence[Outline], reference: Reference) -> Verdict | None:
    """The verdict by areas in degrees; None where none of them is a known one."""
    couples = matched(shapes, reference.outlines) or _by_shape(shapes, reference.outlines)
    couples = [(theirs, ours) for theirs, ours in couples if theirs.rings and ours.rings]
    if not couples:
        return None
    ours = rings_of(known for _, known in couples)
    plane = Plane(*np.concatenate(ours).mean(axis=0))
    fits = {crs: _fitted(couples, ours, plane, crs) for crs in DATUMS}
    compared = sum(len(ring) for ring in rings_of(theirs for theirs, _ in couples))
    return _decided(fits, _datum_shift(couples, plane), len(couples), compared)


def _fitted(couples: Couples, ours: list[Pairs], plane: Plane, crs: str) -> Fit:
    """The coarser of the two drawings is laid on the finer: its vertices lie on the true line,
    while the finer one's stray from the coarse edges by what was left out there."""
    theirs = [plane.metres(_taken(ring, crs)) for ring in rings_of(item for item, _ in couples)]
    known = [plane.metres(ring) for ring in ours]
    middles = np.array(
        [
            _centre([plane.metres(_taken(ring, crs)) for ring in item.rings])
            - _centre([plane.metres(ring) for ring in same.rings])
            for item, same in couples
        ]
    )
    start = np.median(middles, axis=0)
    if sum(map(len, theirs)) > sum(map(len, known)):
        found = fit(np.concatenate(known), Edges(theirs), [-start])
        return Fit(-found.east, -found.north, found.sigma, found.before, found.after)
    return fit(np.concatenate(theirs), Edges(known), [start])


def _decided(fits: dict[str, Fit], shifts: dict[str, Pairs], areas: int, compared: int) -> Verdict:
    best = min(DATUMS, key=lambda crs: fits[crs].length)
    rest = [crs for crs in DATUMS if crs != best]
    apart = min(float(np.hypot(*(shifts[best] - shifts[crs]))) for crs in rest)
    found = fits[best]
    tried = tuple(
        Tried(crs, round(f.length, 1), round(f.sigma, 1), round(f.before, 1))
        for crs, f in fits.items()
    )
    raw = fits["wgs84"]
    sure = 3 * found.sigma <= apart / 2
    near = found.length + 2 * found.sigma <= max(apart * 0.3, _SURE_M)
    if sure and near:
        east, north = shifts[best] + (found.east, found.north)
        tight = found.length <= _SURE_M and found.before <= apart / 2
        certainty: Certainty = "certain" if tight else "likely"
        name, within = title(best), max(1.0, found.length + found.sigma)
        text = off("mapfile.judge.datum", east, north, datum=name, within=far(within))
        if best == "wgs84":
            text = message("mapfile.judge.wgs84", within=far(within))
        return Verdict(
            "datum",
            text,
            best,
            False,
            certainty,
            round(float(east), 1),
            round(float(north), 1),
            round(within, 1),
            areas,
            compared,
            tried,
        )
    gone = raw.length - 3 * raw.sigma
    if gone > _NO_DATUM_M or (sure and found.length > max(3 * found.sigma, apart * 0.3)):
        text = off("mapfile.judge.displaced", raw.east, raw.north)
        return Verdict(
            "displaced",
            text,
            certainty="certain" if raw.after < raw.length / 4 else "likely",
            east_m=round(raw.east, 1),
            north_m=round(raw.north, 1),
            within_m=round(raw.after, 1),
            matched=areas,
            compared=compared,
            tried=tried,
        )
    return Verdict(
        "unclear",
        message("mapfile.judge.coarse", sigma=far(found.sigma * 3)),
        matched=areas,
        compared=compared,
        tried=tried,
    )


def _datum_shift(couples: Couples, plane: Plane) -> dict[str, Pairs]:
    """By how much a drawing of each datum lies off here when it is taken as WGS-84, metres."""
    vertices = np.concatenate(rings_of(item for item, _ in couples))
    here = plane.metres(vertices)
    return {
        crs: np.asarray(np.median(here - plane.metres(_taken(vertices, crs)), axis=0))
        for crs in DATUMS
    }


def _taken(pairs: Pairs, crs: str) -> Pairs:
    return np.column_stack(to_wgs84(pairs[:, 0], pairs[:, 1], crs))


def _centre(rings: Sequence[Pairs]) -> Pairs:
    whole = polygon(rings).centroid
    if whole.is_empty:
        return np.asarray(np.concatenate(list(rings)).mean(axis=0))
    return np.array([whole.x, whole.y])


def _by_shape(shapes: Sequence[Outline], known: Sequence[Outline]) -> Couples:
    """Areas without a code or name that is known: those that have the size and the form of one."""
    if not known or len(shapes) > _MOST:
        return []
    plane = Plane(*np.concatenate(rings_of(known)).mean(axis=0))
    ours = [(item, polygon([plane.metres(ring) for ring in item.rings])) for item in known]
    found: Couples = []
    for shape in shapes:
        theirs = polygon([plane.metres(ring) for ring in shape.rings])
        for item, area in ours:
            if _same(theirs, area):
                found.append((shape, item))
                break
    return found


def _same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    if one.is_empty or other.is_empty or not 0.7 < one.area / other.area < 1.4:
        return False
    a, b = one.centroid, other.centroid
    if np.hypot(a.x - b.x, a.y - b.y) > _REACH_M:
        return False
    moved = shapely.transform(one, lambda pairs: pairs + np.array([b.x - a.x, b.y - a.y]))
    return bool(moved.intersection(other).area > _ALIKE * moved.union(other).area)
