"""A file of a city, or one that was imported, as features in WGS-84 with their names and ids.

`.geojson` and `.json` are read as RFC 7946, `.npz` is what the import has packed. What cannot be
drawn is left out and counted; nothing is moved: swapped coordinates are told, not turned.
"""

from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.message import Message, Refusal, message
from app.core.privacy import Privacy
from app.gis._mend import mended
from app.gis._read_geojson import read_geojson
from app.gis.content import Flags
from app.gis.crs import to_wgs84
from app.gis.features import Broken, Features, unpacked
from app.gis.layers._columns import check_places, said

MAX_MB = 256
Numbers = np.ndarray[Any, np.dtype[np.int64]]
_NAMES = ("name_zh", "name", "NAME", "Name", "名称", "title")
_IDS = ("id", "code", "ID", "adcode", "编号")


class Placed(msgspec.Struct, frozen=True):
    """Features whose `x`, `y` are WGS-84 degrees, and what each is called."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    features: Features
    ids: tuple[str, ...]
    names: tuple[str, ...]
    faults: tuple[Message, ...]


def read_placed(
    file: Path, crs: str, home: tuple[float, float], name: str = "", id_: str = ""
) -> Placed:
    """What a file of a declared coordinate system holds; `home` is the city's centre, `name` and
    `id_` the columns that call a thing. Raises Refusal where the file cannot be used."""
    found = mended(_features(file))
    lon, lat = to_wgs84(found.x, found.y, crs)
    found = msgspec.structs.replace(found, x=lon, y=lat)
    checked = check_places(lon, lat, home)
    swapped, outside = _things(found, checked.swapped), _things(found, checked.outside)
    kept = np.ones(found.count, np.bool_)
    kept[swapped], kept[outside] = False, False
    found = found.only(kept)
    columns = dict(zip(found.columns, found.cells, strict=True))
    names = _column(columns, (name, *_NAMES), found.count)
    ids = _column(columns, (id_, *_IDS), found.count)
    return Placed(
        found,
        tuple(key or f"{file.stem}:{number}" for number, key in enumerate(ids)),
        names,
        (*found.faults, *said(len(swapped), len(outside))),
    )


def _features(file: Path) -> Features:
    try:
        size = file.stat().st_size
        if size > MAX_MB * 1024 * 1024:
            mb = round(size / 1024 / 1024)
            raise Refusal(message("maplayer.too_big", file=file.name, mb=mb, most=MAX_MB))
        data = file.read_bytes()
        return unpacked(data) if file.suffix == ".npz" else read_geojson(data)
    except OSError as error:
        raise no_file(file, error) from error
    except Broken as error:
        raise Refusal(message("maplayer.broken", file=file.name, error=str(error)[:200])) from error


def no_file(file: Path, error: OSError) -> Refusal:
    """A file that cannot be opened."""
    why = error.strerror or str(error)
    return Refusal(message("maplayer.no_file", file=file.name, error=why))


def _things(found: Features, vertices: Flags) -> Numbers:
    """The things to which any of these vertices belongs."""
    ring = np.searchsorted(found.ring_start, np.flatnonzero(vertices), side="right") - 1
    return np.unique(found.ring_shape()[ring])


def _column(
    columns: dict[str, tuple[str, ...]], wanted: tuple[str, ...], n: int
) -> tuple[str, ...]:
    return next((columns[name] for name in wanted if name in columns), ("",) * n)
