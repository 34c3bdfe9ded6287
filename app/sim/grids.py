"""Makes a demonstration city's towns, villages and grids: `python -m app.sim.grids FOLDER`.

Every boundary is made up: cells around centres drawn from a seed (Voronoi, evened out by Lloyd's
rounds), cut at the real outlines of `regions.geojson`, towns into villages, villages into grids.
Codes and names of towns and villages come from lists that are given (`--towns`, `--villages`:
columns code and name, a code begins with that of what it lies in); grids are numbered. Two runs
give the same bytes.
"""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import shapely

from app.catalogue.outline import load_outlines
from app.catalogue.rows import RegionRow
from app.sim.names import street
from app.table import load_table

FILE = "grids.geojson"
DECIMALS = 4  # 0.0001 degrees are some ten metres
_ROUNDS = 3
_STEP = 10.0**-DECIMALS


class Cell(NamedTuple):
    """One unit of one level, with its made-up outline."""

    level: str
    code: str
    name: str
    parent: str
    shape: shapely.Geometry


class Named(NamedTuple):
    """A unit of a list: its code and its name."""

    code: str
    name: str


def split(
    whole: shapely.Geometry, count: int, random: np.random.Generator
) -> list[shapely.Geometry]:
    """An area cut into so many cells of about the same size."""
    if count <= 1:
        return [whole]
    centres = _scattered(whole, count, random)
    cells: list[shapely.Geometry] = []
    for _ in range(_ROUNDS):
        cells = _cells(whole, centres)
        centres = np.array([shapely.get_coordinates(_inside(cell))[0] for cell in cells])
    return cells


def _scattered(
    whole: shapely.Geometry, count: int, random: np.random.Generator
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    west, south, east, north = whole.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        drawn = random.uniform((west, south), (east, north), (count * 4, 2))
        found = np.vstack((found, drawn[shapely.contains_xy(whole, drawn[:, 0], drawn[:, 1])]))
    return found[:count]


def _cells(
    whole: shapely.Geometry, centres: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> list[shapely.Geometry]:
    """The cell of each centre, in the order of the centres."""
    points = shapely.multipoints(centres)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=whole))
    tree = shapely.STRtree(cells)
    owner, cell = tree.query(shapely.points(centres), predicate="within")
    of = dict(zip(owner.tolist(), cell.tolist(), strict=True))
    cut = (shapely.intersection(cells[of[number]], whole) for number in range(len(centres)))
    return [_areas(shape) for shape in cut]


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Without the lines and points that a cut may leave."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _inside(cell: shapely.Geometry) -> shapely.Geometry:
    middle = shapely.centroid(cell)
    return middle if shapely.contains(cell, middle) else shapely.point_on_surface(cell)


class Maker:
    """Draws the units of one folder from one seed."""

    def __init__(self, folder: Path, seed: int, towns: list[Named], villages: list[Named]) -> None:
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._towns, self._villages = towns, villages
        outlines = load_outlines(folder)
        self._rows = {row.adcode: row for row in load_table(folder / "regions.csv", RegionRow)}
        self._counties = {
            code: shapely.polygons(rings[0], rings[1:] or None) for code, rings in outlines.items()
        }

    def cells(self, grids: int, made_up: int) -> Iterator[Cell]:
        """Towns, villages and about `grids` grids in all; a county of which no list has towns gets
        `made_up` of them with made-up names, and no villages."""
        units = []
        for code, shape in self._counties.items():
            for town in self._towns_of(code, shape, made_up):
                yield town
                villages = list(self._villages_of(town))
                yield from villages
                units += villages or [town]
        each, more = divmod(grids, len(units)) if units else (0, 0)
        for number, unit in enumerate(units):
            yield from self._grids_of(unit, each + (number < more))

    def _towns_of(self, code: str, shape: shapely.Geometry, made_up: int) -> list[Cell]:
        named = [town for town in self._towns if town.code.startswith(code)]
        if not named:
            named = [
                Named(f"{code}9{number:02d}", f"{street(number)[0][:-1]}街道（示意）")
                for number in range(made_up)
            ]
        cells = split(shape, len(named), self._random)
        return [
            Cell("town", town.code, town.name, code, cell)
            for town, cell in zip(named, cells, strict=True)
        ]

    def _villages_of(self, town: Cell) -> Iterator[Cell]:
        named = [village for village in self._villages if village.code.startswith(town.code)]
        if not named:
            return
        for village, cell in zip(named, split(town.shape, len(named), self._random), strict=True):
            yield Cell("village", village.code, village.name, town.code, cell)

    def _grids_of(self, unit: Cell, count: int) -> Iterator[Cell]:
        for number, cell in enumerate(split(unit.shape, count, self._random), 1):
            yield Cell("grid", f"{unit.code}-{number:02d}", f"第{number}网格", unit.code, cell)


def _listed(path: Path | None, starts: tuple[str, ...]) -> list[Named]:
    """Codes and names of a list, of what lies in these districts; sorted by code."""
    if path is None:
        return []
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return sorted(Named(row["code"], row["name"]) for row in rows if row["code"].startswith(starts))


def feature(cell: Cell) -> str:
    """One line of the file."""
    shape = shapely.set_precision(cell.shape, _STEP)
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [[_ring(ring) for ring in shapely.get_rings(part)] for part in parts]
    one = len(rings) == 1
    geometry = {
        "type": "Polygon" if one else "MultiPolygon",
        "coordinates": rings[0] if one else rings,
    }
    properties = {"level": cell.level, "code": cell.code, "name": cell.name, "parent": cell.parent}
    whole = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _ring(ring: shapely.Geometry) -> list[list[float]]:
    return [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in shapely.get_coordinates(ring)]


def write(folder: Path, cells: list[Cell], say: Callable[[str], object]) -> None:
    """The file, one unit a line."""
    lines = ",\n".join(feature(cell) for cell in cells)
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    (folder / FILE).write_text(text, encoding="utf-8")
    for level in ("town", "village", "grid"):
        say(f"{level}: {sum(cell.level == level for cell in cells)}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--towns", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--villages", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--extra", multiple=True, help="A town more, as code=name.")
@click.option("--grids", default=900, show_default=True, help="How many grids in all.")
@click.option("--made-up", default=12, show_default=True, help="Towns of a county without a list.")
@click.option("--seed", default=20800, show_default=True)
def main(
    folder: Path,
    towns: Path | None,
    villages: Path | None,
    extra: tuple[str, ...],
    grids: int,
    made_up: int,
    seed: int,
) -> None:
    """Write grids.geojson into FOLDER."""
    counties = tuple(load_outlines(folder))
    more = [Named(*pair.split("=", 1)) for pair in extra]
    listed = [*_listed(towns, counties), *more]
    maker = Maker(folder, seed, listed, _listed(villages, counties))
    write(folder, list(maker.cells(grids, made_up)), click.echo)


if __name__ == "__main__":
    main()
