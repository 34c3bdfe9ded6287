"""A city: its settings and its catalogues, from a folder of TOML and CSV files.

The folder is `assets/cities/<name>` or any other path; columns are in docs/howto-city.md. Nothing
here is kept between calls.
"""

import hashlib
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar

import msgspec

from app.catalogue.faults import Faults
from app.catalogue.fences import read_fences
from app.catalogue.files import Files, Numbered, T
from app.catalogue.indices import make_plan, weighed
from app.catalogue.rows import region
from app.catalogue.targets import read_targets
from app.catalogue.video import read_video
from app.catalogue.visit import read_visit
from app.config import CityConfig, ConfigError
from app.core.catalog import Catalog, Quantity, Region
from app.core.directory import (
    Camera,
    Depot,
    Device,
    DeviceKind,
    DutyRole,
    EventType,
    Point,
    PointKind,
    Theme,
    WarningModel,
)
from app.core.map_decision import Fence
from app.core.message import message
from app.core.privacy import Privacy
from app.core.target import Target
from app.core.video_rules import VideoRules
from app.core.visit import VisitRules
from app.rules.availability import AVAILABILITY
from app.rules.camera_availability import MEASURED
from app.rules.plan import index_quantities

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


class City(msgspec.Struct, frozen=True):
    """Everything known about a city before the first record comes."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    name: str  # the folder's name
    place: str  # as it was asked for: a name of the program's cities, or a path
    read_from: str  # the folder or name that its files were read from; else than `place` if faulty
    config: CityConfig
    catalog: Catalog
    themes: list[Theme] = []
    point_kinds: list[PointKind] = []
    points: list[Point] = []
    cameras: list[Camera] = []
    device_kinds: list[DeviceKind] = []
    devices: list[Device] = []
    event_types: list[EventType] = []
    warning_models: list[WarningModel] = []
    duty_roles: list[DutyRole] = []
    depots: list[Depot] = []
    fences: tuple[Fence, ...] = ()
    video: VideoRules = VideoRules()
    version: str = ""


def city_names() -> list[str]:
    """The cities that come with the program, sorted."""
    folder = resources.files("assets") / "cities"
    return sorted(item.name for item in folder.iterdir() if (item / "city.toml").is_file())


def city_folder(name: str | Path) -> Traversable:
    """The folder of a city by its name, or by a path to it; raises ConfigError."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        folder: Traversable = resources.files("assets") / "cities" / name
        if (folder / "city.toml").is_file():
            return folder
    path = Path(name)
    if (path / "city.toml").is_file():
        return path
    raise ConfigError(message("city.unknown", city=str(name), known=", ".join(city_names())))


def load_city(name: str | Path) -> City:
    """Read a city; raises CityFaults with file, line and column of everything that is wrong."""
    folder = city_folder(name)
    version = _version(folder)
    faults = Faults()
    files = Files(folder, faults)
    files.check()
    themes = _rows(files.themes)
    quantities = weighed(files.quantities(), files.own.weights)
    plan = make_plan(quantities, themes, files.own, faults)
    none: tuple[Target, ...] = ()
    targets = faults.trying(lambda: read_targets(folder, {**quantities, **MEASURED}, faults), none)
    visit = faults.trying(lambda: _visit(folder, files, quantities, faults), VisitRules())
    regions = [item.code for item in _regions(files)]
    no_fences: tuple[Fence, ...] = ()
    fences = faults.trying(lambda: read_fences(folder, regions, faults), no_fences)
    platforms = [platform.id for platform in files.config.platform]
    video = faults.trying(lambda: read_video(folder, platforms, faults), VideoRules())
    faults.end()
    return City(
        name=Path(name).resolve().name if Path(name).is_dir() else str(name),
        place=str(name),
        read_from=str(name),
        config=files.config,
        catalog=Catalog(
            quantities={
                **quantities,
                **index_quantities(plan, quantities),
                AVAILABILITY.code: AVAILABILITY,
                **MEASURED,
            },
            bureaus={item.code: item for _, item in files.bureaus},
            regions={item.code: item for item in _regions(files)},
            version=version,
            plan=plan,
            targets=targets,
            visit=visit,
        ),
        themes=themes,
        point_kinds=_rows(files.point_kinds),
        points=_rows(files.points),
        cameras=_rows(files.cameras),
        device_kinds=_rows(files.device_kinds),
        devices=_rows(files.devices),
        event_types=_rows(files.event_types),
        warning_models=_rows(files.warning_models),
        duty_roles=_rows(files.duty_roles),
        depots=_rows(files.depots),
        fences=fences,
        video=video,
        version=version,
    )


def _visit(
    folder: Traversable, files: Files, quantities: dict[str, Quantity], faults: Faults
) -> VisitRules:
    return read_visit(
        folder,
        [item.code for _, item in files.event_types],
        [item.code for _, item in files.warning_models],
        list(quantities),
        _rows(files.cameras),
        [platform.id for platform in files.config.platform],
        faults,
    )


def _rows(lines: Numbered[T]) -> list[T]:
    return [row for _, row in lines]


def _regions(files: Files) -> list[Region]:
    """The city itself first, then its districts; the districts come from `regions.csv`."""
    config = files.config
    city = Region(
        code=config.code,
        name_zh=config.name_zh,
        short_zh=config.name_zh,
        name_en=config.name_en,
        lon=config.lon or None,
        lat=config.lat or None,
    )
    return [city] + [region(row) for _, row in files.regions]


def _version(folder: Traversable) -> str:
    """A hash over the names and bytes of the folder's TOML and CSV files."""
    digest = hashlib.sha256()
    files = (item for item in folder.iterdir() if item.name.endswith((".csv", ".toml")))
    for item in sorted(files, key=lambda entry: entry.name):
        content = item.read_bytes()
        digest.update(f"{item.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
