"""`fences.toml`: the geofences of a city, read and checked.

[[fence]]
id = "chemical-park"
name = "化工园区"
region = "321302"            # or form and corners, degrees WGS-84/CGCS2000:
form = "circle"
corners = [[118.31, 33.95]]
radius_m = 800
rule = "enter"               # leave; dwell with dwell_s
level = "orange"
layers = ["truck"]           # of positions; none: all
"""

from collections.abc import Collection
from importlib.resources.abc import Traversable
from typing import Annotated, ClassVar

import msgspec

from app.catalogue.faults import Faults
from app.config import locate, parse_toml
from app.core.corners import corners_text
from app.core.map_decision import AreaForm, Fence, FenceRule
from app.core.model import Latitude, Level, Longitude
from app.core.privacy import Privacy

FILE = "fences.toml"
_CORNERS = {AreaForm.CIRCLE: (1, 1), AreaForm.BOX: (2, 2)}


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    rule: FenceRule = FenceRule.ENTER
    level: Level = Level.YELLOW
    form: AreaForm = AreaForm.POLYGON
    corners: tuple[tuple[Longitude, Latitude], ...] = ()
    radius_m: Annotated[int, msgspec.Meta(ge=0, le=500_000)] = 0
    region: str = ""
    layers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    dwell_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    fence: Annotated[list[_Row], msgspec.Meta(max_length=200)] = []


def read_fences(folder: Traversable, regions: Collection[str], faults: Faults) -> tuple[Fence, ...]:
    """The geofences of a city; none where there is no file. Raises ConfigError where the file
    cannot be read; what makes no sense in it goes into the faults."""
    path = folder / FILE
    if not path.is_file():
        return ()
    text = path.read_text(encoding="utf-8")
    rows = parse_toml(text, _File, FILE).fence
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        key = f"fence[{number}]"
        line = locate(text, f"{key}.id")
        if seen.setdefault(row.id, line) != line:
            faults.add("cities.twice", FILE, line, f"{key}.id", code=row.id, first=seen[row.id])
        if row.region and row.region not in regions:
            at = locate(text, f"{key}.region")
            faults.add(
                "cities.unknown", FILE, at, f"{key}.region", code=row.region, known="regions.csv"
            )
        if not _has_place(row) or (row.rule is FenceRule.DWELL) != (row.dwell_s > 0):
            faults.add("maptool.fence.row", FILE, line, key, id=row.id)
    return tuple(_fence(row) for row in rows)


def _has_place(row: _Row) -> bool:
    """A district, or a drawn place with as many corners as its form has; a level that sounds."""
    if row.level is Level.NONE or bool(row.region) is bool(row.corners):
        return False
    least, most = _CORNERS.get(row.form, (3, 320))
    is_round = row.form is AreaForm.CIRCLE
    whole = least <= len(row.corners) <= most and (row.radius_m > 0) is is_round
    return bool(row.region) or whole


def _fence(row: _Row) -> Fence:
    return Fence(
        id=row.id,
        name=row.name,
        rule=row.rule,
        level=row.level,
        form=row.form,
        corners=corners_text(row.corners),
        radius_m=row.radius_m,
        region=row.region,
        layers=" ".join(row.layers),
        kinds=" ".join(row.kinds),
        dwell_s=row.dwell_s,
    )
