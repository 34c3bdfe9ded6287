"""`targets.csv`: what a city set out to reach, one column per year (`y2026`)."""

import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import ClassVar

import msgspec

from app.catalogue.faults import Faults
from app.core.catalog import Quantity
from app.core.privacy import Privacy
from app.core.target import Certainty, Target
from app.rules.camera_availability import MEASURED
from app.table import cells, numbered_table

FILE = "targets.csv"
WITHOUT = (Certainty.UNCERTAIN, Certainty.LOST)
"""These carry no figure: what a damaged text does not say for certain is not quoted."""

_YEAR = re.compile(r"y(\d{4})")


class TargetRow(msgspec.Struct, frozen=True):
    """One line, without its years."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    section_zh: str
    section_en: str
    name_zh: str
    name_en: str
    unit: str
    unit_en: str = ""
    binding: bool = False
    certainty: Certainty = Certainty.CERTAIN
    indicator: str = ""
    at_least: bool = True
    note: str = ""


def read_targets(
    folder: Traversable, quantities: Mapping[str, Quantity], faults: Faults
) -> tuple[Target, ...]:
    """The targets of a folder, none where it has no such file; what is wrong goes into `faults`.

    Raises ConfigError where the file itself cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    found: dict[str, tuple[int, Target]] = {}
    rows = numbered_table(path, TargetRow)
    for (line, row), (_, filled) in zip(rows, cells(path), strict=True):
        target = Target(**msgspec.structs.asdict(row), by_year=_years(line, filled, faults))
        if row.id in found:
            faults.add("cities.twice", FILE, line, "id", code=row.id, first=found[row.id][0])
        _check(line, target, quantities, faults)
        found.setdefault(row.id, (line, target))
    return tuple(target for _, target in found.values())


def _years(line: int, filled: Mapping[str, str], faults: Faults) -> dict[int, float]:
    years: dict[int, float] = {}
    for column, cell in filled.items():
        year = _YEAR.fullmatch(column)
        if year is None:
            continue
        try:
            years[int(year.group(1))] = msgspec.convert(cell, float, strict=False)
        except msgspec.ValidationError as error:
            faults.add("city.cell", FILE, line, column, error=str(error))
    return years


def _check(line: int, target: Target, quantities: Mapping[str, Quantity], faults: Faults) -> None:
    figures = bool(target.by_year)
    if figures == (target.certainty in WITHOUT):
        id_ = "cities.figure" if figures else "cities.no_figure"
        faults.add(id_, FILE, line, "certainty", id=target.id, certainty=target.certainty)
    if not target.indicator:
        return
    quantity = quantities.get(target.indicator)
    if quantity is None or not (quantity.is_indicator or quantity.code in MEASURED):
        code, known = target.indicator, "indicators.csv"
        faults.add("cities.unknown", FILE, line, "indicator", code=code, known=known)
    elif quantity.unit != target.unit:
        faults.add(
            "cities.unit",
            FILE,
            line,
            "unit",
            unit=target.unit,
            code=target.indicator,
            wanted=quantity.unit,
        )
