"""Places against places of the same name, against roads, and against the boundaries."""

import numpy as np
import shapely

from app.core.message import message
from app.gis.crs import title, to_wgs84
from app.gis.fit import Edges, Numbers
from app.gis.plane import Plane
from app.gis.reference import Pairs, Reference, polygon
from app.gis.verdict import Certainty, Tried, Verdict, far, off

DATUMS = ("wgs84", "gcj02", "bd09")
_MOST = 20_000
_LEAST = 30  # places that say something of roads
_ODDS = 4.0  # standard deviations by which the better must win
_ROAD_M = 150.0  # farther from every road, a place says nothing
_TELLING = 8  # places outside that speak against a datum


def judge_points(places: Pairs, reference: Reference, known: Pairs | None = None) -> Verdict:
    """The verdict by places in degrees (n x 2); `known` are the true places of each of them, where
    they are known."""
    if known is None and len(places) > _MOST:
        places = places[np.linspace(0, len(places) - 1, _MOST).astype(int)]
    if known is not None:
        return _by_name(places, known)
    taken = {crs: np.column_stack(to_wgs84(places[:, 0], places[:, 1], crs)) for crs in DATUMS}
    if reference.lines:
        return _by_roads(taken, reference)
    if reference.outlines:
        return _by_boundary(taken, reference)
    return Verdict("unclear", message("mapfile.judge.few"), compared=len(places))


def _by_name(places: Pairs, known: Pairs) -> Verdict:
    plane = Plane(*known.mean(axis=0))
    truth = plane.metres(known)
    left: dict[str, tuple[Pairs, float]] = {}
    for crs in DATUMS:
        gap = plane.metres(np.column_stack(to_wgs84(places[:, 0], places[:, 1], crs))) - truth
        shift = np.median(gap, axis=0)
        spread = 1.4826 * float(np.median(np.hypot(*(gap - shift).T)))
        left[crs] = shift, spread / np.sqrt(len(places))
    tried = tuple(
        Tried(crs, round(float(np.hypot(*shift)), 1), round(sigma, 1))
        for crs, (shift, sigma) in left.items()
    )
    best = min(DATUMS, key=lambda crs: float(np.hypot(*left[crs][0])))
    shift, sigma = left[best]
    rest = float(np.hypot(*shift))
    east, north = left["wgs84"][0]
    n = len(places)
    if 3 * sigma > 130:
        text = message("mapfile.judge.coarse", sigma=far(3 * sigma))
        return Verdict("unclear", text, matched=n, compared=n, tried=tried)
    if rest > max(130, 3 * sigma):
        return Verdict(
            "displaced",
            off("mapfile.judge.displaced", east, north),
            certainty="certain" if sigma * 10 < rest else "likely",
            east_m=round(float(east), 1),
            north_m=round(float(north), 1),
            matched=n,
            compared=n,
            tried=tried,
        )
    certainty: Certainty = "certain" if rest < 60 and sigma < 20 else "likely"
    return _datum(best, certainty, (float(east), float(north)), rest, tried, n, n)


def _by_roads(taken: dict[str, Pairs], reference: Reference) -> Verdict:
    """On which datum the places come nearer to the roads: counted place by place, so that some
    that lie wrong do not decide."""
    plane = Plane(*np.concatenate(reference.lines).mean(axis=0))
    edges = Edges([plane.metres(line) for line in reference.lines])
    far_off = {crs: edges.nearest(plane.metres(pairs))[0] for crs, pairs in taken.items()}
    order = sorted(DATUMS, key=lambda crs: float(np.median(far_off[crs])))
    best, second = order[0], order[1]
    n = len(taken[best])
    tried = tuple(
        Tried(crs, median_m=round(float(np.median(gap)), 1)) for crs, gap in far_off.items()
    )
    if _wins(far_off[best], far_off[second]) < _ODDS or n < _LEAST:
        text = message("mapfile.judge.roads_unclear")
        return Verdict("unclear", text, compared=n, tried=tried)
    middle = float(np.median(far_off[best]))
    shift = _typical(taken, best, plane)
    certainty: Certainty = "certain" if middle < 30 else "likely"
    return _datum(best, certainty, shift, middle, tried, 0, n)


def _wins(one: Numbers, other: Numbers) -> float:
    """Standard deviations by which `one` is nearer more often than not (sign test); neighbours on
    one road are one witness, so that a tenth of them counts."""
    near = np.minimum(one, other) < _ROAD_M
    better = int((one[near] < other[near]).sum())
    worse = int((one[near] > other[near]).sum())
    witnesses = (better + worse) / 10
    return float((better - worse) / 10 / np.sqrt(witnesses)) if witnesses else 0.0


def _by_boundary(taken: dict[str, Pairs], reference: Reference) -> Verdict:
    """Where one datum leaves all inside and the others do not, that is it; places say no more
    against boundaries, and mostly not that much."""
    area = shapely.union_all([polygon(item.rings) for item in reference.outlines])
    shapely.prepare(area)
    hits = {
        crs: np.asarray(shapely.contains_xy(area, pairs[:, 0], pairs[:, 1]))
        for crs, pairs in taken.items()
    }
    of_city = hits["wgs84"] | hits["gcj02"] | hits["bd09"]
    n = int(of_city.sum())
    outside = {crs: n - int(hit.sum()) for crs, hit in hits.items()}
    share = {crs: round(1 - out / n, 4) if n else 0.0 for crs, out in outside.items()}
    tried = tuple(Tried(crs, inside=share[crs]) for crs in DATUMS)
    best, second = sorted(DATUMS, key=lambda crs: outside[crs])[:2]
    compared = len(taken[best])
    if n < compared / 2:
        text = message("mapfile.judge.outside", share=round(100 - 100 * n / compared))
        return Verdict("unclear", text, compared=compared, tried=tried)
    if outside[second] < _TELLING or outside[best] > outside[second] / 8:
        text = message("mapfile.judge.places", share=round(100 * share["wgs84"]))
        return Verdict("unclear", text, compared=compared, tried=tried)
    plane = Plane(*taken[best].mean(axis=0))
    east, north = _typical(taken, best, plane)
    id_ = "mapfile.judge.inside"
    text = message(id_, datum=title(best), n=compared, out=outside[second], other=title(second))
    return Verdict(
        "datum",
        text,
        best,
        certainty="likely",
        east_m=round(east, 1),
        north_m=round(north, 1),
        compared=compared,
        tried=tried,
    )


def _typical(taken: dict[str, Pairs], crs: str, plane: Plane) -> tuple[float, float]:
    gap = plane.metres(taken["wgs84"]) - plane.metres(taken[crs])
    east, north = np.median(gap, axis=0)
    return float(east), float(north)


def _datum(
    crs: str,
    certainty: Certainty,
    shift: tuple[float, float],
    within: float,
    tried: tuple[Tried, ...],
    matched: int,
    compared: int,
) -> Verdict:
    east, north = shift
    text = message("mapfile.judge.wgs84", within=far(within))
    if crs != "wgs84":
        text = off("mapfile.judge.datum", east, north, datum=title(crs), within=far(within))
    return Verdict(
        "datum",
        text,
        crs,
        False,
        certainty,
        round(east, 1),
        round(north, 1),
        round(within, 1),
        matched,
        compared,
        tried,
    )
