"""Makes a demonstration city's places, cameras and devices: `python -m app.sim.generate FOLDER`.

Everything is drawn from a seed, inside the real outlines of `regions.geojson` in the folder, and
all names are made up (app/sim/names.py). Two runs give the same bytes; the files are committed.
"""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

import click
import numpy as np

from app.catalogue.outline import load_outlines
from app.catalogue.rows import RegionRow
from app.config import CityConfig, load_toml
from app.core.directory import DeviceKind, PointKind
from app.core.outline import Ring
from app.core.privacy import Privacy
from app.sim.names import address, street
from app.sim.noise import salt
from app.sim.outline import scatter
from app.table import load_table

CAMERAS = 236
DEVICES = {
    **{"rain_gauge": 96, "water_level_float": 24, "water_level_radar": 38, "flow_adcp": 14},
    **{"gate_opening": 46, "dam_seepage": 60, "ponding_meter": 81, "manhole_level": 120},
    **{"manhole_cover": 90, "gas_adjacent": 130, "gas_pressure": 60, "water_pressure": 96},
    **{"water_quality": 19, "drain_flow": 48, "pump_status": 74, "light_controller": 60},
    **{"air_station": 12, "air_micro": 80, "noise": 30, "smoke_detector": 60},
    **{"hydrant_pressure": 60, "electric_fire": 40, "elevator": 60, "weather_auto": 42},
    **{"visibility_meter": 18, "road_icing": 12, "traffic_loop": 60, "bridge_monitor": 36},
    **{"people_counter": 36, "smart_meter": 40, "gas_meter": 24, "water_meter": 24},
    **{"charger": 48, "geo_displacement": 34, "geo_rain": 20, "video_ai_node": 12},
    **{"people_access": 16, "panic_button": 30},
}
AT_POINTS = {
    **{"ponding_meter": ("flood_spot", "underpass"), "pump_status": ("pump_station",)},
    **{"gate_opening": ("sluice",), "dam_seepage": ("reservoir",), "bridge_monitor": ("bridge",)},
    **{"water_quality": ("waterworks",), "geo_displacement": ("geo_hazard",)},
    **{"water_level_float": ("reservoir",), "water_level_radar": ("hydro_station",)},
    **{"flow_adcp": ("hydro_station",), "people_counter": ("mall", "scenic")},
    **{"gas_pressure": ("gas_station",), "geo_rain": ("geo_hazard",)},
}
CAMERA_POINTS = (
    *("flood_spot", "underpass", "pump_station", "bridge", "mall", "scenic", "rail_station"),
    *("bus_hub", "sluice", "chem_firm", "site", "school"),
)


class _CountedKind(PointKind, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    count: int = 0


Row = dict[str, str | float]


class Maker:
    """Draws everything of one folder from one seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._outlines = load_outlines(folder)
        rows = load_table(folder / "regions.csv", RegionRow)
        # A city whose districts have no outlines is drawn as one.
        rows.append(_whole(load_toml(folder / "city.toml", CityConfig)))
        self._regions = {row.adcode: row for row in rows if row.adcode in self._outlines}
        people = np.array([row.demo_population_10k for row in self._regions.values()])
        self._share = people / people.sum()

    def _places(self, count: int) -> Iterable[tuple[RegionRow, Ring]]:
        """`count` places spread over the districts by population."""
        codes = list(self._regions)
        chosen = self._random.choice(len(codes), size=count, p=self._share)
        for index, code in enumerate(codes):
            region = self._regions[code]
            centre = (region.centre_lon or 0.0, region.centre_lat or 0.0)
            wanted = int((chosen == index).sum())
            for place in scatter(self._outlines[code], centre, wanted, self._random):
                yield region, place

    def points(self, kinds: list[_CountedKind]) -> list[Row]:
        """Key places, numbered within their kind."""
        rows: list[Row] = []
        for kind in kinds:
            for number, (region, place) in enumerate(self._places(kind.count), 1):
                zh, en = street(int(self._random.integers(1000)))
                zh_stem, en_stem = zh.rstrip("路街大道"), en.rsplit(" ", 1)[0]
                rows.append(
                    {
                        "id": f"demo:{kind.code}-{number:04d}",
                        "kind": kind.code,
                        "name_zh": f"{region.name_zh}{zh_stem}{kind.name_zh}{number}号（演示）",
                        "name_en": f"{en_stem} {kind.name_en.lower()} {number} (demo)",
                        "region": region.adcode,
                        "lon": float(place[0]),
                        "lat": float(place[1]),
                        "bureau": kind.bureau,
                    }
                )
        return rows

    def cameras(self, points: list[Row], count: int) -> list[Row]:
        """Key cameras, each at a point that is worth watching."""
        wanted = [point for point in points if point["kind"] in CAMERA_POINTS]
        chosen = self._random.choice(len(wanted), size=min(count, len(wanted)), replace=False)
        rows: list[Row] = []
        for number, index in enumerate(sorted(int(item) for item in chosen), 1):
            point = wanted[index]
            form = ("bullet", "dome", "panorama")[int(self._random.integers(3))]
            id_ = f"demo-video:{point['region']}00001320{number:06d}"
            rows.append(
                {
                    "id": id_,
                    "name_zh": f"{point['name_zh']}·{number}号机",
                    "name_en": f"{point['name_en']} cam {number}",
                    "region": point["region"],
                    **self._beside(point),
                    "form": form,
                    "heading": float(self._random.integers(0, 360)),
                    "point": point["id"],
                    "bureau": "police",
                    "address": self._address(id_, str(point["region"])),
                }
            )
        return rows

    def _address(self, camera: str, region: str) -> str:
        """Where a camera stands in words; one in twenty rows lacks it, as rows of bureaus do."""
        chance = salt(0, "address", camera)
        name = self._regions[region].name_zh
        return "" if chance % 20 == 0 else f"{address(name, chance, chance // 997)}（演示）"

    def devices(self, kinds: list[DeviceKind], points: list[Row], scale: float) -> list[Row]:
        """Sensors: at the points they watch where the kind has such, else spread over the city."""
        rows: list[Row] = []
        for kind in kinds:
            count = round(DEVICES.get(kind.code, 0) * scale)
            hosts = [point for point in points if point["kind"] in AT_POINTS.get(kind.code, ())]
            rows.extend(
                self._device(kind, number, hosts[(number - 1) % len(hosts)])
                for number in range(1, count + 1 if hosts else 1)
            )
            spread = enumerate(self._places(0 if hosts else count), 1)
            rows.extend(self._lone_device(kind, number, *place) for number, place in spread)
        return rows

    def _device(self, kind: DeviceKind, number: int, point: Row) -> Row:
        return {
            **_device_id(kind, number),
            "name_zh": f"{str(point['name_zh']).removesuffix('（演示）')}{kind.name_zh}",
            "name_en": f"{kind.name_en} {number}",
            "region": point["region"],
            **self._beside(point),
            "point": point["id"],
        }

    def _lone_device(self, kind: DeviceKind, number: int, region: RegionRow, place: Ring) -> Row:
        zh, _ = street(int(self._random.integers(1000)))
        return {
            **_device_id(kind, number),
            "name_zh": f"{region.name_zh}{zh}{kind.name_zh}{number}",
            "name_en": f"{kind.name_en} {number}",
            "region": region.adcode,
            "lon": float(place[0]),
            "lat": float(place[1]),
            "point": "",
        }

    def _beside(self, point: Row) -> Row:
        shift = self._random.uniform(-0.0003, 0.0003, size=2)  # within some 30 m
        return {
            "lon": round(float(point["lon"]) + float(shift[0]), 5),
            "lat": round(float(point["lat"]) + float(shift[1]), 5),
        }


def _whole(config: CityConfig) -> RegionRow:
    return RegionRow(
        adcode=config.code,
        name_zh=config.name_zh,
        short_zh=config.name_zh,
        name_en=config.name_en,
        centre_lon=config.lon,
        centre_lat=config.lat,
        demo_population_10k=1.0,
    )


def _device_id(kind: DeviceKind, number: int) -> Row:
    return {"id": f"demo-iot:{kind.code.replace('_', '-')}-{number:04d}", "kind": kind.code}


def _write(path: Path, rows: list[Row], say: Callable[[str], object]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    say(f"{path.name}: {len(rows)}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seed", default=20800, show_default=True)
@click.option("--scale", default=1.0, show_default=True, help="Share of cameras and sensors.")
def main(folder: Path, seed: int, scale: float) -> None:
    """Write points.csv, cameras.csv and devices.csv into FOLDER."""
    maker = Maker(folder, seed)
    points = maker.points(load_table(folder / "point_kinds.csv", _CountedKind))
    _write(folder / "points.csv", points, click.echo)
    _write(folder / "cameras.csv", maker.cameras(points, round(CAMERAS * scale)), click.echo)
    kinds = load_table(folder / "device_kinds.csv", DeviceKind)
    _write(folder / "devices.csv", maker.devices(kinds, points, scale), click.echo)


if __name__ == "__main__":
    main()
