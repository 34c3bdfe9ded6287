"""Cameras of a city's own files: what every row says of one, whoever reads its stream."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, TypeVar

import msgspec

from app.config import PlatformConfig
from app.core.directory import Camera
from app.core.model import Latitude, Longitude, Name
from app.core.privacy import Privacy
from app.options import bad


class OwnRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`id` is without the platform's; of none `credential`: the platform's. Name and place may
    stand in the city's cameras.csv instead."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    credential: str = ""
    name_zh: Name = ""
    name_en: Name = ""
    region: Name = ""
    lon: Longitude = 0.0
    lat: Latitude = 0.0
    form: Name = ""
    heading: float | None = None


R = TypeVar("R", bound=OwnRow)


def by_id(config: PlatformConfig, rows: Iterable[R]) -> dict[str, R]:
    """The rows by their ids; raises ConfigError for one that stands there twice."""
    found: dict[str, R] = {}
    for row in rows:
        if row.id in found:
            raise bad(config.id, "camera", f"{row.id} stands there twice")
        found[row.id] = row
    return found


def cameras_of(config: PlatformConfig, rows: Iterable[OwnRow]) -> list[Camera]:
    """Those that have a name, as the catalogue's one page."""
    link = config.depends[0] if config.depends else ""
    return [
        Camera(
            id=f"{config.id}:{row.id}",
            name_zh=row.name_zh,
            name_en=row.name_en,
            region=row.region,
            lon=row.lon,
            lat=row.lat,
            form=row.form,
            heading=row.heading,
            link=link,
        )
        for row in rows
        if row.name_zh
    ]
