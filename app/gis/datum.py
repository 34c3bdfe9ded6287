"""The truth about a file's coordinates: which datum it looks like, by the known boundaries.

`judge` takes what a file holds as WGS-84, GCJ-02 and BD-09 in turn, and measures how far it then
lies from what is known: areas by the shape of their boundaries (`app.gis.fit`), places by their
names, by the roads and by the share inside the boundaries. Coordinates that are swapped or in
metres are recognised first. Where the evidence does not part the datums, it says so and guesses
nothing.
"""

from collections.abc import Sequence

import numpy as np

from app.core.message import message
from app.gis import crs as systems
from app.gis._judge_areas import judge_areas
from app.gis._judge_points import judge_points
from app.gis._metres import projections
from app.gis.plane import Plane
from app.gis.reference import Outline, Pairs, Reference
from app.gis.verdict import Verdict, far

NEAR_M = 100_000.0  # farther from all that is known, it is of another place
_FEW = 3


def judge(lon: Pairs, lat: Pairs, shapes: Sequence[Outline], reference: Reference) -> Verdict:
    """What the coordinates look like. `lon`, `lat`: places of points and lines as the file gives
    them (degrees, or metres of an unknown projection); `shapes`: its areas, in the same system,
    with the codes and names that they bear. Never raises for data; takes well under a second."""
    if reference.empty:
        return Verdict("unclear", message("mapfile.judge.no_reference"))
    places = np.column_stack([np.asarray(lon, float), np.asarray(lat, float)])
    places = places[np.isfinite(places).all(axis=1)]
    shapes = [shape for shape in shapes if _sound(shape)]
    middle = _middle(places, shapes)
    if middle is None:
        return Verdict("unclear", message("mapfile.judge.nothing"))
    if _away(middle, reference) <= NEAR_M:
        return _degrees(places, shapes, reference)
    if _away(middle[::-1], reference) <= NEAR_M:
        turned = _degrees(places[:, ::-1], [_turned(shape) for shape in shapes], reference)
        return _swapped(turned)
    if np.abs(middle).max() > 400:
        return _metres(places, shapes, reference, middle)
    gone = _away(middle, reference)
    if not np.isfinite(gone):
        return Verdict("unclear", message("mapfile.judge.nonsense"))
    return Verdict(
        "elsewhere", message("mapfile.judge.elsewhere", off=far(gone), place=reference.title)
    )


def _degrees(places: Pairs, shapes: Sequence[Outline], reference: Reference) -> Verdict:
    by_areas = judge_areas(shapes, reference) if shapes else None
    if by_areas is not None and by_areas.kind != "unclear":
        return by_areas
    every = [places] + [ring for shape in shapes for ring in shape.rings]
    by_points = judge_points(np.concatenate(every), reference)
    if by_areas is not None and by_points.kind == "unclear":
        return by_areas
    return by_points


def judge_named(
    names: Sequence[str], lon: Pairs, lat: Pairs, reference: Reference
) -> Verdict | None:
    """The verdict by places whose names (or ids) are known; None where fewer than five are."""
    found = [
        (reference.places[name], x, y)
        for name, x, y in zip(names, lon, lat, strict=True)
        if name in reference.places and np.isfinite(x) and np.isfinite(y)
    ]
    if len(found) < 5:
        return None
    known = np.array([place for place, _, _ in found], float)
    given = np.array([(x, y) for _, x, y in found], float)
    return judge_points(given, reference, known)


def _swapped(turned: Verdict) -> Verdict:
    text = message("mapfile.judge.swapped")
    if turned.crs:
        text = message("mapfile.judge.swapped_datum", datum=systems.title(turned.crs))
    return Verdict(
        turned.kind,
        text,
        turned.crs,
        not turned.swap,
        turned.certainty,
        turned.east_m,
        turned.north_m,
        turned.within_m,
        turned.matched,
        turned.compared,
        turned.tried,
    )


def _metres(
    places: Pairs, shapes: Sequence[Outline], reference: Reference, middle: Pairs
) -> Verdict:
    """Metres: each projection in which it lies near is tried, and the boundaries decide."""
    fitting = projections(middle, reference.box)
    if not fitting:
        return Verdict("unclear", message("mapfile.judge.metres_unknown"))
    found: list[tuple[float, str, bool, Verdict]] = []
    for name, swap in fitting:
        turned = [_turned(shape) for shape in shapes] if swap else list(shapes)
        moved = [_moved(shape, name) for shape in turned]
        verdict = judge_areas(moved, reference) if moved else None
        if verdict is not None and verdict.matched:
            plain = next(item for item in verdict.tried if item.crs == "wgs84")
            found.append((plain.left_m, name, swap, verdict))
    if not found:
        names = "、".join(dict.fromkeys(name for name, _ in fitting[:4]))
        only = {name for name, _ in fitting}
        name, swap = fitting[0]
        crs = name if len(only) == 1 else ""
        text = message("mapfile.judge.metres_perhaps", crs=names)
        certainty = "likely" if crs else "none"
        kind = "projected" if crs else "unclear"
        return Verdict(kind, text, crs, swap, certainty)  # type: ignore[arg-type]
    left, name, swap, verdict = min(found, key=lambda item: item[0])
    if verdict.crs != "wgs84":
        text = message("mapfile.judge.metres_off", crs=systems.title(name), off=far(left))
        return Verdict("unclear", text, matched=verdict.matched, compared=verdict.compared)
    id_ = "mapfile.judge.metres_swapped" if swap else "mapfile.judge.metres"
    return Verdict(
        "projected",
        message(id_, crs=systems.title(name), within=far(verdict.within_m)),
        name,
        swap,
        verdict.certainty,
        verdict.east_m,
        verdict.north_m,
        verdict.within_m,
        verdict.matched,
        verdict.compared,
        verdict.tried,
    )


def _middle(places: Pairs, shapes: Sequence[Outline]) -> Pairs | None:
    every = [places] + [ring for shape in shapes for ring in shape.rings]
    together = np.concatenate(every)
    return np.asarray(np.median(together, axis=0)) if len(together) >= _FEW else None


def _away(place: Pairs, reference: Reference) -> float:
    """Metres from a place in degrees to the box of all that is known; infinite for no place."""
    lon, lat = float(place[0]), float(place[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return np.inf
    west, south, east, north = reference.box
    nearest = np.array([[min(max(lon, west), east), min(max(lat, south), north)]])
    return float(np.hypot(*Plane(lon, lat).metres(nearest)[0]))


def _sound(shape: Outline) -> bool:
    return bool(shape.rings) and all(
        len(ring) >= 4 and bool(np.isfinite(ring).all()) for ring in shape.rings
    )


def _turned(shape: Outline) -> Outline:
    return Outline(tuple(ring[:, ::-1] for ring in shape.rings), shape.code, shape.names)


def _moved(shape: Outline, crs: str) -> Outline:
    moved = (systems.to_wgs84(ring[:, 0], ring[:, 1], crs) for ring in shape.rings)
    rings = tuple(np.column_stack(pair) for pair in moved)
    return Outline(tuple(r[np.isfinite(r).all(axis=1)] for r in rings), shape.code, shape.names)
