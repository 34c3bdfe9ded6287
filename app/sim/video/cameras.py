"""Which cameras the demonstration's video platform knows, and which scene each looks at."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from app.catalogue.outline import load_outlines
from app.catalogue.rows import RegionRow
from app.city import City, city_folder
from app.core.directory import Camera
from app.core.outline import Ring
from app.sim.names import street
from app.sim.noise import salt
from app.sim.outline import scatter
from app.table import load_table

PLATFORM = "demo-video"
"""What stands before the colon of the ids of cameras.csv."""

PHASES = 3
"""Cameras of one scene run in so many rhythms: neighbours on a wall differ."""

SCENES = {
    "chem_firm": ("line", "yard"),
    "site": ("yard",),
    "school": ("gate", "square"),
    "scenic": ("square", "river"),
    "mall": ("square",),
    "bus_hub": ("road", "junction"),
    "rail_station": ("square", "road"),
    "bridge": ("bridge", "river"),
    "pump_station": ("river",),
    "sluice": ("river",),
    "flood_spot": ("junction", "road"),
    "underpass": ("junction", "night"),
}
_FORMS = ("bullet", "bullet", "bullet", "dome", "dome", "panorama")


class SimCamera(NamedTuple):
    """A camera as the platform lists it. `number` is the platform's own key (`gbId`), `code` its
    20 digits of GB/T 28181; position WGS-84 degrees, heading in degrees from north."""

    number: int
    code: str
    name: str
    region: str
    address: str
    lon: float
    lat: float
    form: str
    heading: float
    point: str = ""

    @property
    def id(self) -> str:
        """As the simulator's device states name it."""
        return f"{PLATFORM}:{self.code}"

    def scene(self, clips: Sequence[str]) -> str:
        """The clip that it shows, of those there are; the same for as long as they are there. A
        scene may have several (`river`, `river-2`)."""
        kinds = SCENES.get(self.point.rpartition(":")[2].rpartition("-")[0], ())
        usable = [name for name in clips if not name.startswith("dark")]
        fitting = [name for name in usable if name.partition("-")[0] in kinds]
        chosen = fitting or usable
        return chosen[salt(0, "scene", self.code) % len(chosen)]

    def phase(self, seconds: float) -> float:
        """By how many seconds of a clip it runs ahead of others of its scene."""
        return seconds / PHASES * (salt(0, "phase", self.code) % PHASES)


def cameras_of(city: City) -> list[SimCamera]:
    """Those of cameras.csv, then as many made up as `[simulator] cameras` asks for."""
    own = [
        _listed(number, camera)
        for number, camera in enumerate(city.cameras, 1)
        if camera.id.startswith(f"{PLATFORM}:")
    ]
    simulator = city.config.simulator
    wanted = (simulator.cameras if simulator is not None else 0) - len(own)
    if wanted <= 0:
        return own
    folder = city_folder(city.read_from)
    rows = [row for row in load_table(folder / "regions.csv", RegionRow) if row.boundary == "yes"]
    outlines = load_outlines(folder)
    seed = simulator.seed if simulator is not None else 1
    return own + list(made_up(rows, outlines, wanted, seed, len(own) + 1))


def _listed(number: int, camera: Camera) -> SimCamera:
    return SimCamera(
        number,
        camera.id.partition(":")[2],
        camera.name_zh,
        camera.region,
        camera.address or camera.name_zh.partition("（")[0],
        camera.lon,
        camera.lat,
        camera.form,
        camera.heading or 0.0,
        camera.point,
    )


def made_up(
    rows: Sequence[RegionRow],
    outlines: dict[str, list[Ring]],
    count: int,
    seed: int,
    first: int,
) -> Iterable[SimCamera]:
    """`count` cameras spread over districts by their people, along made-up streets; two runs give
    the same."""
    random = np.random.Generator(np.random.PCG64(salt(seed, "cameras") % (1 << 63)))
    rows = [row for row in rows if row.adcode in outlines]
    people = np.array([row.demo_population_10k for row in rows], dtype=float)
    ends = np.round(np.cumsum(people / people.sum()) * count).astype(int)
    number = first
    for row, begin, end in zip(rows, [0, *ends[:-1]], ends, strict=True):
        centre = (row.centre_lon or 0.0, row.centre_lat or 0.0)
        places = scatter(outlines[row.adcode], centre, int(end - begin), random)
        for index, (lon, lat) in enumerate(places.tolist()):
            yield _made(number, row, index, lon, lat)
            number += 1


def _made(number: int, row: RegionRow, index: int, lon: float, lat: float) -> SimCamera:
    chance = salt(0, "camera", row.adcode, str(index))
    road, house = street(chance % 997)[0], 1 + chance // 997 % 398
    return SimCamera(
        number=number,
        code=f"{row.adcode}00001320{100_001 + index:06d}",
        name=f"{row.short_zh}{road}{house}号（演示）·{index % 9 + 1}号机",
        region=row.adcode,
        address=f"{row.name_zh}{road}{house}号",
        lon=lon,
        lat=lat,
        form=_FORMS[chance // 400_000 % len(_FORMS)],
        heading=float(chance // 3_000_000 % 360),
    )
