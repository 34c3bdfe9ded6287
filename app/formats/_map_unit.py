"""Units of mapped fields: to the catalogue's for a value, to the model's for speed and the rest."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from app.core import keys
from app.core.catalog import Catalog
from app.formats._indicator import BadUnit, Convert, NotInCatalogue, Units
from app.formats._map_config import FieldSpec, Output
from app.registry import deferred

OF_A_KEY = frozenset({"value", "low", "high"})
_OF_THE_MODEL = {"speed": "m/s", "altitude": "m", "battery": "", "heading": "°"}


class UnknownKey(ValueError):
    """A key of which no unit is known; the argument is the reason's word."""


def wanted(name: str, spec: FieldSpec, specs: Output) -> str | None:
    """The unit that a field is turned into as far as it does not depend on the record's key."""
    if spec.to:
        return spec.to
    if name == "quantity":
        unit = specs.get("unit")
        return str(unit.value) if isinstance(unit, FieldSpec) and unit.value is not None else None
    return _OF_THE_MODEL.get(name)


def fixed(given: str, to: str) -> Convert:
    """A conversion that is the same for every record; raises BadUnit."""
    units = deferred("app.core.units")
    try:
        linear: Convert = units.converter(given, to)
    except units.UnitError as error:
        raise BadUnit(str(error)) from error
    return linear


class ByKey:
    """Conversions to the unit that the catalogue has for the code of a key."""

    def __init__(self, catalog: Catalog, given: Iterable[str]) -> None:
        self._units = Units(catalog)
        for unit in given:  # now, not with the first message: the library takes its time
            with suppress(BadUnit):
                fixed(unit, "m")

    def __call__(self, value: float, given: str, key: Any) -> float:
        """The value in the catalogue's unit; raises UnknownKey or BadUnit with a reason's word."""
        try:
            code = keys.parse(str(key)).code
        except keys.BadKey as error:
            raise UnknownKey("bad_key") from error
        try:
            return self._units.to_catalogue(code, given)(value)
        except NotInCatalogue as error:
            raise UnknownKey(error.args[0]) from error
