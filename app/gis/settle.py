"""Features as a file gives them made into WGS-84 places that a map can draw."""

import msgspec
import numpy as np
import shapely

from app.core.message import Message, message
from app.gis._collect import BadFile
from app.gis._shapes import parts
from app.gis.content import Flags
from app.gis.crs import caution, to_wgs84
from app.gis.features import AREA, LINE, POINT, Features, starts
from app.gis.reference import Pairs

_LOW = shapely.box(-180, -90, 180, 90)
_HIGH = shapely.box(180, -90, 540, 90)


def settled(features: Features, crs: str, *, swap: bool = False) -> Features:
    """In WGS-84/CGCS2000 degrees. `crs` is what was declared; `swap` says that the file's numbers
    stand north before east. Things with places out of range are left out and counted, those that
    cross the 180th meridian are parted there. Raises UnknownCrs, and BadFile where nothing is
    left."""
    given = (features.y, features.x) if swap else (features.x, features.y)
    lon, lat = to_wgs84(*given, crs)
    said: list[Message] = []
    warned = caution(crs)
    if warned is not None:
        said.append(warned)
    good = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
    settled_ = msgspec.structs.replace(features, x=lon, y=lat)
    if not good.all():
        kept = _without(settled_, ~good)
        if not kept.any():
            raise BadFile("range", crs=crs)
        said.append(message("mapfile.fault.range", n=int((~kept).sum())))
        settled_ = settled_.only(kept)
    settled_ = _parted(settled_, said)
    return msgspec.structs.replace(settled_, faults=features.faults + tuple(said))


def _without(features: Features, bad: Flags) -> Flags:
    """Which things have no vertex among the bad ones."""
    ring = np.searchsorted(features.ring_start, np.flatnonzero(bad), side="right") - 1
    kept = np.ones(features.count, np.bool_)
    kept[features.ring_shape()[ring]] = False
    return kept


def _parted(features: Features, said: list[Message]) -> Features:
    """A line or area that leaps more than half around the Earth from one vertex to the next goes
    the short way over the 180th meridian (RFC 7946, 3.1.9 wants it parted there)."""
    leaps = np.abs(np.diff(features.x)) > 180.0
    leaps[features.ring_start[1:-1].astype(np.int64) - 1] = False  # from one ring to the next
    if not leaps.any():
        return features
    ring = np.searchsorted(features.ring_start, np.flatnonzero(leaps), side="right") - 1
    crossing = np.zeros(features.count, np.bool_)
    crossing[features.ring_shape()[ring]] = True
    crossing &= features.form != POINT
    if not crossing.any():
        return features
    said.append(message("mapfile.fault.meridian", n=int(crossing.sum())))
    return _put_in(features, {int(i): _cut(features, int(i)) for i in np.flatnonzero(crossing)})


def _cut(features: Features, index: int) -> list[Pairs]:
    rings = []
    for ring in features.rings(index):
        east = np.unwrap(ring[:, 0], period=360.0)
        rings.append(np.column_stack([east + (360.0 if east.min() < -180.0 else 0.0), ring[:, 1]]))
    area = features.form[index] == AREA
    found: list[Pairs] = []
    for ring in rings:
        whole = shapely.make_valid(shapely.Polygon(ring)) if area else shapely.LineString(ring)
        for box, back in ((_LOW, 0.0), (_HIGH, 360.0)):
            for form, pieces in parts(whole.intersection(box)):
                if form == (AREA if area else LINE):
                    found += [piece - (back, 0.0) for piece in pieces]
    return found


def _put_in(features: Features, changed: dict[int, list[Pairs]]) -> Features:
    rings: list[Pairs] = []
    sizes = np.zeros(features.count, np.int64)
    for index in range(features.count):
        found = changed.get(index) if index in changed else list(features.rings(index))
        assert found is not None
        rings += found
        sizes[index] = len(found)
    together = np.concatenate(rings)
    whole = msgspec.structs.replace(
        features,
        x=np.ascontiguousarray(together[:, 0]),
        y=np.ascontiguousarray(together[:, 1]),
        ring_start=starts(np.array([len(ring) for ring in rings], np.int64)),
        shape_start=starts(sizes),
    )
    return whole.only(sizes > 0)
