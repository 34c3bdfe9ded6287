"""Plates (板块): bundles of layers that are opened together, with a view and who may see them.

A city's are in its `plates.csv`; columns in docs/howto-layer.md.
"""

from collections.abc import Container
from importlib.resources.abc import Traversable
from typing import ClassVar

import msgspec

from app.catalogue.faults import Faults
from app.core.privacy import Privacy
from app.live.map_state import MAX_ZOOM, MIN_ZOOM, LayerChoice
from app.table import numbered_table

FILE = "plates.csv"
SEATS = ("hall", "desk", "cockpit")


class Plate(msgspec.Struct, frozen=True):
    """One plate. `layers` are ids, bottom first; `choices` the same with the filters that they
    begin with; `zoom` is where the view starts; `audience` the seats that may open it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    group: str
    layers: tuple[str, ...]
    zoom: float
    audience: tuple[str, ...] = ()
    theme: str = ""
    choices: tuple[LayerChoice, ...] = ()

    def opens_for(self, seat: str) -> bool:
        """Whether a seat (hall, desk, cockpit) may open it."""
        return not self.audience or seat in self.audience

    @property
    def aliases(self) -> tuple[str, ...]:
        """Words under which it is found beside its names (`app.core.search` adds how those are
        spoken: 12345诉求 by 12345sq)."""
        return (self.code, self.group)


class PlateRow(msgspec.Struct, frozen=True):
    """One line of `plates.csv`; lists are separated by `;`. `filters` are pairs `layer=words`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    name_zh: str
    name_en: str
    layers: str
    zoom: float
    group: str = ""
    audience: str = ""
    theme: str = ""
    filters: str = ""


def read_plates(
    folder: Traversable, layers: Container[str], themes: Container[str], faults: Faults
) -> dict[str, Plate]:
    """The plates of a city's folder by code, in the order of the file; what is wrong goes into the
    faults, and what can be used of a plate is used."""
    file = folder / FILE
    if not file.is_file():
        return {}
    none: list[tuple[int, PlateRow]] = []
    rows = faults.trying(lambda: numbered_table(file, PlateRow), none)
    found: dict[str, Plate] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        if row.code in found:
            faults.add("cities.twice", FILE, line, "code", code=row.code, first=lines[row.code])
            continue
        lines[row.code] = line
        found[row.code] = _plate(row, line, layers, themes, faults)
    return found


def _plate(
    row: PlateRow, line: int, layers: Container[str], themes: Container[str], faults: Faults
) -> Plate:
    known = []
    for id_ in _list(row.layers):
        if id_ in layers:
            known.append(id_)
        else:
            faults.add("cities.unknown", FILE, line, "layers", code=id_, known="[[layer]]")
    audience = _list(row.audience)
    for seat in audience:
        if seat not in SEATS:
            faults.add("cities.unknown", FILE, line, "audience", code=seat, known=" ".join(SEATS))
    if row.theme and row.theme not in themes:
        faults.add("cities.unknown", FILE, line, "theme", code=row.theme, known="themes.csv")
    if not MIN_ZOOM <= row.zoom <= MAX_ZOOM:
        faults.add("maplayer.zoom", FILE, line, "zoom", value=row.zoom, low=MIN_ZOOM, high=MAX_ZOOM)
    filters = _filters(row, line, known, faults)
    return Plate(
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        group=row.group,
        layers=tuple(known),
        zoom=min(max(row.zoom, MIN_ZOOM), MAX_ZOOM),
        audience=audience,
        theme=row.theme,
        choices=tuple(LayerChoice(id_, filter=filters.get(id_, "")) for id_ in known),
    )


def _filters(row: PlateRow, line: int, layers: list[str], faults: Faults) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in _list(row.filters):
        id_, is_pair, words = pair.partition("=")
        if is_pair and id_.strip() in layers:
            found[id_.strip()] = words.strip()
        else:
            faults.add("cities.unknown", FILE, line, "filters", code=pair, known="layers")
    return found


def _list(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))
