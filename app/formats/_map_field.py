"""One field of a foreign record: found, defaulted, looked up, converted."""

import math
import re
from collections.abc import Callable
from typing import Any

import jmespath

from app.core.privacy import MASK, Privacy, mask_text
from app.formats._map_config import FieldSpec
from app.formats._map_time import RECEIVED, TimeParser, time_parser

Getter = Callable[[Any], Any]
_GAP = re.compile(r"\{([^{}]*)\}")


class FieldError(ValueError):
    """A field cannot be made; (field, why)."""


class Field:
    """How one field of an output is made. Construction raises ValueError or jmespath's errors for
    a specification that can never work."""

    def __init__(self, name: str, spec: FieldSpec, zone: str, *, column: bool) -> None:
        ways = [
            bool(spec.from_),
            spec.value is not None,
            bool(spec.template),
            spec.time == RECEIVED,
        ]
        if ways.count(True) != 1:
            raise ValueError("state exactly one of from, value, template, or time = 'received'")
        self.name = name
        self.spec = spec
        self.uses_received = spec.time == RECEIVED
        self._time: TimeParser | None = None
        if spec.time and not self.uses_received:
            self._time = time_parser(spec.time, spec.zone or zone)
        self._find = self._finder(column=column)

    def _finder(self, *, column: bool) -> Getter:
        spec = self.spec
        if spec.from_:
            return _path(spec.from_, column=column)
        if spec.template:
            return _template(spec.template, column=column)
        return lambda _record: spec.value

    def make(self, record: Any, received: int) -> Any:
        """The value for the record, None where it is absent; raises FieldError."""
        spec = self.spec
        if self.uses_received:
            return received
        value = self._find(record)
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            value = spec.default
        if value is None:
            return None
        if spec.map:
            value = self._lookup(value)
        if self._time is not None:
            return self._moment(value)
        if spec.scale != 1.0 or spec.offset:
            value = self.number(value) * spec.scale + spec.offset
        return _private(value, spec.privacy)

    def number(self, value: Any) -> float:
        """A finite number from a number or its text; raises FieldError."""
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise FieldError(self.name, "not_a_number")
        return number

    def _lookup(self, value: Any) -> Any:
        found = self.spec.map.get(str(value), self.spec.otherwise)
        if found is None:
            raise FieldError(self.name, "not_in_map")
        return found

    def _moment(self, value: Any) -> int:
        assert self._time is not None
        try:
            return self._time(value)
        except (ValueError, OverflowError, TypeError) as error:
            raise FieldError(self.name, "bad_time") from error


def _path(path: str, *, column: bool) -> Getter:
    if column:
        return lambda record: record.get(path) if isinstance(record, dict) else None
    expression = jmespath.compile(path)

    def find(record: Any) -> Any:
        try:
            return expression.search(record)
        except jmespath.exceptions.JMESPathError:
            return None  # a function met the wrong type: the record has no such value

    return find


def _template(template: str, *, column: bool) -> Getter:
    gaps = [_path(gap.strip(), column=column) for gap in _GAP.findall(template)]
    if not gaps:
        raise ValueError("a template has gaps, such as {station}; use value for a constant")

    def fill(record: Any) -> Any:
        parts = [gap(record) for gap in gaps]
        if any(part is None or part == "" or isinstance(part, dict | list) for part in parts):
            return None
        texts = iter(str(part).strip() for part in parts)
        return _GAP.sub(lambda _match: next(texts), template)

    return fill


def _private(value: Any, privacy: Privacy | None) -> Any:
    if privacy is None or privacy is Privacy.PUBLIC:
        return value
    if privacy is Privacy.INTERNAL:
        return mask_text(value) if isinstance(value, str) else value
    if privacy is Privacy.PERSONAL:
        return MASK if isinstance(value, str) else value
    return None
