"""A foreign value to a reading of the catalogue: which code, which station, which unit.

The tables of the options name it; nothing is guessed from the wire. Units are converted by
app.core.units, which is loaded with the first conversion that is needed.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar

import msgspec

from app.core import keys
from app.core.catalog import Catalog
from app.core.privacy import Privacy
from app.options import bad, said
from app.registry import deferred

Convert = Callable[[float], float]


class BadUnit(ValueError):
    """A unit is unknown, or is not that of the quantity; the argument is the reason's word."""


class NotInCatalogue(BadUnit):
    """There is no such quantity."""


_UNSAFE = re.compile(r"[#+\s\\\"'/]+")


def part_of_key(name: str) -> str:
    """A foreign name as a level of a key: marks that have a meaning there become hyphens."""
    return _UNSAFE.sub("-", name.strip())[:80] or "-"


class Station(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a station belongs to: the key's region, and its qualifier (its own number if empty)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    region: Annotated[str, said("of the key: GB/T 2260 or the city's own")]
    name: Annotated[str, said("the key's qualifier; the station's number where left out")] = ""

    def key(self, code: str, number: str) -> str:
        """The key of a quantity at this station; raises BadKey."""
        key = keys.reading_key(code, self.region, self.name or number)
        keys.parse(key)
        return key


def check_stations(feed: str, stations: Mapping[str, Station]) -> None:
    """Raises ConfigError for a station of the format's options that no key can name."""
    for number, station in stations.items():
        try:
            station.key("x", number)
        except keys.BadKey as error:
            raise bad(feed, f"format_options.stations.{number}", str(error)) from error


class Units:
    """Turns values into the catalogue's units; remembers what it found."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[tuple[str, str], Convert] = {}

    def check(self, feed: str, where: str, code: str, unit: str) -> None:
        """Raises ConfigError where a code is in no catalogue or the unit is not one of its kind."""
        try:
            self.to_catalogue(code, unit)
        except BadUnit as error:
            raise bad(feed, where, f"{code}, {unit or '-'}: {error}") from error

    def to_catalogue(self, code: str, unit: str) -> Convert:
        """The conversion from a unit to that of a code; as it is where no unit is stated. Raises
        BadUnit."""
        known = self._known.get((code, unit))
        if known is None:
            known = self._known[(code, unit)] = self._find(code, unit)
        return known

    def _find(self, code: str, unit: str) -> Convert:
        quantity = self._catalog.quantities.get(code)
        if quantity is None:
            raise NotInCatalogue("not_in_catalogue")
        given = unit.strip()
        if not given or given == quantity.unit:
            return float
        units = deferred("app.core.units")
        try:
            linear: Convert = units.converter(given, quantity.unit)
        except units.UnitError as error:
            raise BadUnit("bad_unit") from error
        return linear
