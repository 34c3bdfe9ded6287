"""Named places of a city beyond its lists: towns, villages and grids of `grids.geojson`, and tables
of places (`places.csv` of the city, and every table in the data folder's `places`).

    kind,code,name_zh,name_en,lon,lat,crs
    stake,G25 K12,,,118.3012,33.9021,cgcs2000        kilometre post (公里桩)
    lamp,0302-117,发展大道 117 号灯杆,,118.29,33.95,gcj02
    crossing,,发展大道/项王路,,118.28,33.96,cgcs2000
    address,,发展大道 188 号,,118.28,33.96,cgcs2000

A table without a `crs` in each row is refused: a guess puts a lamp half a kilometre off.
"""

from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.config import ConfigError
from app.core.message import Message, Refusal, message
from app.core.privacy import INTERNAL, Privacy
from app.gis.crs import to_wgs84
from app.table import load_table

FILE, FOLDER, GRIDS = "places.csv", "places", "grids.geojson"
MOST = 500_000
STAKE = "stake"
KINDS = ("stake", "lamp", "grid", "crossing", "address", "town", "village", "place")
Text = Annotated[str, INTERNAL, msgspec.Meta(max_length=200)]


class PlaceRow(msgspec.Struct, frozen=True, gc=False):
    """One row of a table of places, as it stands there."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
    lon: float
    lat: float
    crs: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    code: Text = ""
    name_zh: Text = ""
    name_en: Text = ""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Something with a name and a place, WGS-84 degrees. `kind` and `id` name it for `fly-to`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: str
    id: Text
    name_zh: Text
    name_en: Text
    lon: float
    lat: float
    zoom: float = 16.0
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Its kind and id."""
        return self.kind, self.id


class _Properties(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    level: str
    code: str
    name: str
    parent: str = ""


class _Geometry(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    type: str
    coordinates: list[Any]


class _Feature(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    properties: _Properties
    geometry: _Geometry


class _Collection(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    features: list[_Feature]


def read_tables(city: Traversable, data: Path | None) -> tuple[list[Place], list[Message]]:
    """The places of all tables, and what is wrong with those that cannot be used."""
    files: list[Traversable] = [city / FILE] if (city / FILE).is_file() else []
    if data is not None and (data / FOLDER).is_dir():
        files += sorted((data / FOLDER).glob("*.csv"))
    found: list[Place] = []
    faults: list[Message] = []
    for file in files:
        try:
            found += placed(load_table(file, PlaceRow), file.name)
        except (ConfigError, Refusal) as error:
            faults.append(error.reason)
    if len(found) > MOST:
        faults.append(message("maptool.too_many_places", n=len(found), most=MOST))
    return found[:MOST], faults


def placed(rows: Sequence[PlaceRow], file: str) -> list[Place]:
    """Rows with their places in WGS-84; raises Refusal for an unknown system of coordinates or a
    place that is none."""
    if not rows:
        return []
    lon, lat = np.array([(row.lon, row.lat) for row in rows], np.float64).T.copy()
    systems = np.array([row.crs for row in rows], object)
    for crs in dict.fromkeys(systems.tolist()):
        which = np.flatnonzero(systems == crs)
        lon[which], lat[which] = to_wgs84(lon[which], lat[which], crs)
    wrong = np.flatnonzero(~((np.abs(lon) <= 180) & (np.abs(lat) <= 85)))
    if len(wrong):
        raise Refusal(message("maptool.bad_places", file=file, n=len(wrong), line=wrong[0] + 2))
    return [
        Place(row.kind, row.code or row.name_zh, row.name_zh or row.code, row.name_en, x, y)
        for row, x, y in zip(rows, lon.tolist(), lat.tolist(), strict=True)
    ]


def read_grids(city: Traversable) -> Iterable[Place]:
    """Towns, villages and grids with the middle of their outlines; a grid is found by the name of
    its village too. Raises msgspec.DecodeError where the file is none."""
    path = city / GRIDS
    if not path.is_file():
        return ()
    features = msgspec.json.decode(path.read_bytes(), type=_Collection).features
    names = {one.properties.code: one.properties.name for one in features}
    zooms = {"town": 13.0, "village": 15.0, "grid": 16.0}
    found = []
    for one in features:
        about = one.properties
        box = _box(one.geometry)
        if box is None:
            continue
        name = about.name
        if about.level == "grid":
            name = f"{names.get(about.parent, '')}{name}"
        west, south, east, north = box
        found.append(
            Place(
                about.level,
                about.code,
                name,
                "",
                (west + east) / 2,
                (south + north) / 2,
                zooms.get(about.level, 15.0),
            )
        )
    return found


def _box(geometry: _Geometry) -> tuple[float, float, float, float] | None:
    parts = geometry.coordinates if geometry.type == "MultiPolygon" else [geometry.coordinates]
    rings = [np.array(part[0], np.float64) for part in parts if part and part[0]]
    if not rings:
        return None
    corners = np.concatenate(rings)
    west, south = corners.min(axis=0)[:2]
    east, north = corners.max(axis=0)[:2]
    return float(west), float(south), float(east), float(north)
