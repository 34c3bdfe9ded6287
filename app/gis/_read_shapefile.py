"""Shapefiles (ESRI, 1998) through GDAL, of which nothing but the shapefile driver is loaded.

GDAL has over sixty drivers, some of which open addresses that stand in a file. So the process that
reads starts itself anew with all others switched off, and refuses if that did not work. The file
and its siblings are put under fixed names in a folder of their own.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pyogrio
import shapely
from pyogrio.raw import read

from app.gis._collect import BadFile, Collector
from app.gis._shapes import parts
from app.gis.crs import of_wkt
from app.gis.features import Features

SIBLINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAGIC = (9994).to_bytes(4, "big")
_ONLY = "ESRI Shapefile"
_TRIED = "CHENGMAI_DRIVERS_OFF"
_PAGES = {0x4D: "gb18030", 0x7A: "gb18030", 0x57: "", 0x00: ""}  # of the DBF's byte 29


def only_this_driver() -> None:
    """Start this process anew without the other drivers of GDAL; raises BadFile where they stay."""
    others = [name for name in pyogrio.list_drivers() if name != _ONLY]
    if not others:
        return
    if os.environ.get(_TRIED):
        raise BadFile("drivers")
    os.environ.update({"GDAL_SKIP": ",".join(others), _TRIED: "1"})
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  (no shell)


def read_shapefile(folder: Path) -> Features:
    """The things of `data.shp` in a folder of ours. Raises BadFile."""
    path = folder / "data.shp"
    with path.open("rb") as file:
        if file.read(4) != _MAGIC:
            raise BadFile("not_shape")
    if set(pyogrio.list_drivers()) != {_ONLY}:
        raise BadFile("drivers")
    pyogrio.set_gdal_config_options(
        {
            "SHAPE_RESTORE_SHX": True,
            "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
            "GDAL_HTTP_MAX_RETRY": "0",
            "OGR_ORGANIZE_POLYGONS": "SKIP",
        }
    )
    try:
        meta, _, shapes, fields = read(
            str(path), encoding=_encoding(folder), force_2d=True, datetime_as_string=True
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise BadFile(
            "bad_shape", error=re.sub(r"\S*/data\.", "data.", str(error))[:200]
        ) from error
    except (UnicodeDecodeError, ValueError, pyogrio.errors.FieldError) as error:
        raise BadFile("bad_shape", error=str(error)[:200]) from error
    into = Collector()
    names = [str(name) for name in meta["fields"]]
    for index, shape in enumerate(_geometries(shapes, into)):
        row = {name: _plain(column[index]) for name, column in zip(names, fields, strict=True)}
        found = list(parts(shape))
        for form, rings in found:
            into.add(form, rings, row)
        if not found:
            into.fault("empty")
    prj = folder / "data.prj"
    text = prj.read_bytes()[:20_000].decode("utf-8", "replace") if prj.is_file() else ""
    return into.features("shapefile", of_wkt(text))


def _geometries(shapes: Any, into: Collector) -> Any:
    if shapes is None:
        raise BadFile("nothing")
    found = shapely.from_wkb(shapes, on_invalid="ignore")
    into.fault("odd", sum(a is None and b is not None for a, b in zip(found, shapes, strict=True)))
    return found


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _encoding(folder: Path) -> str:
    """Of the table: what its .cpg says, what the table's own byte says, else UTF-8 if all of its
    start is that, else GB18030, which every bureau's is."""
    page = folder / "data.cpg"
    said = (
        page.read_bytes()[:40].decode("ascii", "ignore").strip().lower() if page.is_file() else ""
    )
    if said:
        known = {"utf-8", "utf8", "65001"}
        if said in known:
            return "utf-8"
        if re.fullmatch(r"(cp|ansi )?936|gbk|gb2312|gb18030|euc-?cn", said):
            return "gb18030"
        if re.fullmatch(r"big5|(cp|ansi )?950", said):
            return "big5"
    table = folder / "data.dbf"
    if not table.is_file():
        return "utf-8"
    with table.open("rb") as file:
        head = file.read(1_000_000)
    if len(head) > 29 and _PAGES.get(head[29]):
        return _PAGES[head[29]]
    try:
        head[32:].decode("utf-8")
    except UnicodeDecodeError as error:
        cut = len(head) == 1_000_000 and error.start > len(head) - 40
        return "utf-8" if cut else "gb18030"
    return "utf-8"
