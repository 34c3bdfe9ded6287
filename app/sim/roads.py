"""Makes a demonstration city's roads: `python -m app.sim.roads FOLDER`.

No road is real: warped nets around the centres of the districts, a sparse one between, and
highways from centre to centre, cut at the real outlines of `regions.geojson`. Shown as 示意路网.
Two runs give the same bytes.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import shapely
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import cdist

from app.catalogue.outline import load_outlines
from app.catalogue.rows import RegionRow
from app.core.geo import Degrees
from app.table import load_table

FILE = "roads.geojson"
METRES = 111_320.0
TOWN_M, STREETS_M = 4_500.0, 3_200.0  # how far a town's roads and its streets reach
BLOCK_M, STREET_M, RURAL_M = 900.0, 300.0, 5_500.0
_STEP_M = 450.0  # between two vertices
_LOST = 0.35  # of streets' pieces that are not there


class Road(NamedTuple):
    """One road, in metres east and north of the middle, and its class."""

    kind: str
    line: Degrees


class Warp:
    """Bends straight lines as a river or a field does: the same place always goes to the same."""

    def __init__(self, random: np.random.Generator) -> None:
        self._phase = random.uniform(0, 2 * math.pi, 8)

    def __call__(self, line: Degrees) -> Degrees:
        """A line's places, moved by up to some 350 m."""
        x, y, p = line[:, 0], line[:, 1], self._phase
        east = 210 * np.sin(y / 3100 + p[0]) + 90 * np.sin(y / 1100 + p[1])
        east += 60 * np.sin((x + y) / 800 + p[2]) + 25 * np.sin(x / 330 + p[6])
        north = 210 * np.sin(x / 2900 + p[3]) + 90 * np.sin(x / 1300 + p[4])
        north += 60 * np.sin((x - y) / 900 + p[5]) + 25 * np.sin(y / 310 + p[7])
        return np.column_stack((x + east, y + north))


def net(
    middle: Degrees, reach: float, gap: float, angle: float, step: float = _STEP_M
) -> Iterator[tuple[int, Degrees]]:
    """Lines of a turned grid around a place, each with its number."""
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    many = int(reach // gap)
    for number in range(-many, many + 1):
        half = math.sqrt(max(0.0, reach**2 - (number * gap) ** 2))
        count = max(2, int(2 * half // step) + 1)
        along = np.linspace(-half, half, count)
        across = np.full(count, number * gap)
        for pair in ((along, across), (across, along)):
            yield number, np.column_stack(pair) @ turn + middle


def roads(centres: Degrees, seed: int) -> Iterator[Road]:
    """All roads, in metres."""
    random = np.random.default_rng(seed)
    warp = Warp(random)
    reach = float(np.abs(centres).max()) + 40_000
    for number, line in net(np.zeros(2), reach, RURAL_M, 0.12):
        yield Road("main" if number % 4 == 0 else "middle", warp(line))
    for middle in centres:
        angle = random.uniform(-0.25, 0.25)
        for number, line in net(middle, TOWN_M, BLOCK_M, angle):
            yield Road("main" if number % 3 == 0 else "middle", warp(line))
        for _, line in net(middle, STREETS_M, STREET_M, angle, STREET_M):
            yield from (Road("small", warp(piece)) for piece in _pieces(line, random))
    yield from (Road("main", warp(line)) for line in _highways(centres, random))


def _pieces(line: Degrees, random: np.random.Generator) -> Iterator[Degrees]:
    """A street with parts of it missing."""
    begin = 0
    for at in range(1, len(line)):
        gone = random.random() < _LOST
        if gone or at == len(line) - 1:
            end = at - 1 if gone else at
            if end > begin:
                yield line[begin : end + 1]
            begin = at


def _highways(centres: Degrees, random: np.random.Generator) -> Iterator[Degrees]:
    """From centre to centre along the shortest tree, bent."""
    tree = minimum_spanning_tree(cdist(centres, centres)).tocoo()
    for one, other in zip(tree.row, tree.col, strict=True):
        begin, end = centres[one], centres[other]
        length = float(np.hypot(*(end - begin)))
        share = np.linspace(0, 1, max(3, int(length // 1500)))[:, None]
        aside = np.array([-(end - begin)[1], (end - begin)[0]]) * random.uniform(-0.08, 0.08)
        yield begin + share * (end - begin) + np.sin(share * math.pi) * aside


def features(folder: Path, seed: int) -> list[dict[str, object]]:
    """The roads as GeoJSON features, one for each class, inside the city."""
    outlines = load_outlines(folder)
    whole = shapely.union_all(
        [shapely.make_valid(shapely.Polygon(r)) for rings in outlines.values() for r in rings]
    )
    rows = load_table(folder / "regions.csv", RegionRow)
    known = [(row.centre_lon, row.centre_lat) for row in rows if row.centre_lon and row.centre_lat]
    places = np.array(known, float)
    middle = places.mean(axis=0)
    scale = np.array([METRES * math.cos(math.radians(float(middle[1]))), METRES])
    by_class: dict[str, list[shapely.Geometry]] = {}
    for road in roads((places - middle) * scale, seed):
        line = shapely.LineString(road.line / scale + middle)
        by_class.setdefault(road.kind, []).append(line)
    found: list[dict[str, object]] = []
    for kind, lines in by_class.items():
        cut = shapely.intersection(shapely.MultiLineString(lines), whole)
        geometry = json.loads(shapely.to_geojson(shapely.set_precision(cut, 1e-5)))
        rounded = _rounded(geometry["coordinates"])
        shape = {"type": "MultiLineString", "coordinates": rounded}
        found.append({"type": "Feature", "properties": {"class": kind}, "geometry": shape})
    return found


def _rounded(lines: list[list[list[float]]]) -> list[list[list[float]]]:
    return [[[round(x, 5), round(y, 5)] for x, y in line] for line in lines]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seed", default=20800, show_default=True)
def main(folder: Path, seed: int) -> None:
    """Write roads.geojson into FOLDER."""
    collection = {"type": "FeatureCollection", "features": features(folder, seed)}
    text = json.dumps(collection, separators=(",", ":"), ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
