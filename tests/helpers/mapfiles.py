"""Files of places as bureaus deliver them, made from what a city knows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from pyogrio.raw import write

from app.catalogue.outline import load_outlines
from app.city import city_folder, load_city
from app.gis.crs import from_wgs84


def moved(pairs: np.ndarray, crs: str) -> np.ndarray:
    """Places in WGS-84 as a source of another system gives them."""
    return np.column_stack(from_wgs84(pairs[:, 0], pairs[:, 1], crs))


def districts(city: str, crs: str = "wgs84") -> tuple[list[str], list[str], list[shapely.Geometry]]:
    """Codes, names and outlines of a city's districts in a system."""
    regions = load_city(city).catalog.regions
    rings = load_outlines(city_folder(city))
    areas = [
        shapely.Polygon(moved(found[0], crs), [moved(hole, crs) for hole in found[1:]])
        for found in rings.values()
    ]
    return list(rings), [regions[code].name_zh for code in rings], areas


def shapefile(
    path: Path,
    shapes: Sequence[shapely.Geometry],
    columns: dict[str, Sequence[object]],
    *,
    kind: str = "Polygon",
    crs: str | None = None,
    encoding: str = "GBK",
) -> Path:
    """A shapefile in GBK, without a .cpg, as most are that come from a bureau."""
    write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, object)),
        field_data=[np.array(values, object) for values in columns.values()],
        fields=list(columns),
        geometry_type=kind,
        crs=crs or "EPSG:4326",
        driver="ESRI Shapefile",
        encoding=encoding,
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if crs is None:
        path.with_suffix(".prj").unlink(missing_ok=True)
    return path


def duty_areas(folder: Path, crs: str = "gcj02") -> Path:
    """`duty.shp`: the areas of docs/howto-import.md, drawn on a GCJ-02 base as many are."""
    codes, names, areas = districts("huaian", crs)
    people = [str(12 + 7 * number) for number in range(len(codes))]
    columns = {"编号": codes, "名称": names, "人数": people}
    return shapefile(folder / "duty.shp", areas, columns)
