"""One field of a foreign record: found, defaulted, looked up, converted, checked.

Everything that can be known before the first record is worked out when the field is made; what is
left for each record is a short chain of functions.
"""

import re
from collections.abc import Callable
from typing import Any

from app.core.privacy import MASK, Privacy, mask_text
from app.formats._map_check import Check, CheckError, number_of, text_of
from app.formats._map_config import FieldSpec, MapConfig, Scalar
from app.formats._map_expression import NotComputable, expression
from app.formats._map_path import Getter, Paths
from app.formats._map_table import lookup_table
from app.formats._map_time import RECEIVED, NoSuchTime, TimeParser, time_parser

_GAP = re.compile(r"\{([^{}]*)\}")
_IDENTITIES = frozenset({"id", "key"})


class FieldError(ValueError):
    """A field cannot be made; (field, why)."""


class Field:
    """How one field of an output is made. Construction raises ValueError for a specification that
    can never work. `check` is that of the Struct's field; `convert` turns units."""

    def __init__(
        self,
        name: str,
        spec: FieldSpec,
        config: MapConfig,
        paths: Paths,
        check: Check,
        convert: Callable[[float], float] | None = None,
    ) -> None:
        ways = (spec.from_, spec.template, spec.compute, spec.time == RECEIVED)
        if sum(map(bool, ways)) + (spec.value is not None) != 1:
            raise ValueError(
                "state exactly one of from, value, template, compute, or time = 'received'"
            )
        if spec.map and spec.table:
            raise ValueError("state map or table, not both")
        self.name = name
        self.spec = spec
        self.uses_received = spec.time == RECEIVED
        self._find = self._finder(paths)
        self._steps = list(self._chain(config, check, convert))

    def _finder(self, paths: Paths) -> Getter:
        spec = self.spec
        if spec.from_:
            return paths.path(spec.from_)
        if spec.template:
            return _template(spec.template, paths)
        if spec.compute:
            return expression(spec.compute, paths)
        return lambda _record: spec.value

    def _chain(
        self, config: MapConfig, check: Check, convert: Callable[[float], float] | None
    ) -> list[Check]:
        spec = self.spec
        steps: list[Check] = []
        if spec.map or spec.table:
            table = lookup_table(config.tables, spec.table, spec.column) if spec.table else spec.map
            steps.append(_lookup(table, spec.otherwise))
        if spec.time and not self.uses_received:
            parse = time_parser(spec.time, spec.zone or config.zone, config.twice)
            steps.append(_moment(parse))
        if spec.scale != 1.0 or spec.offset:
            steps.append(lambda value: number_of(value) * spec.scale + spec.offset)
        if convert is not None:
            steps.append(lambda value: convert(number_of(value)))
        if spec.privacy not in (None, Privacy.PUBLIC):
            steps.append(_private(self.name, spec.privacy))
        return [*steps, check]

    def make(self, record: Any) -> Any:
        """The value for the record, None where it is absent; raises FieldError."""
        try:
            value = self._find(record)
            if type(value) is str:
                value = value.strip()
            if value is None or value == "":
                value = self.spec.default
            for step in self._steps:
                if value is None:
                    return None
                value = step(value)
        except (CheckError, NotComputable) as error:
            raise FieldError(self.name, error.args[0]) from error
        return value


def _lookup(table: dict[str, Scalar], otherwise: Scalar | None) -> Check:
    def look_up(value: Any) -> Any:
        found = table.get(value if type(value) is str else _written(value), otherwise)
        if found is None:
            raise CheckError("not_in_map")
        return found

    return look_up


def _written(value: Any) -> str:
    """As the key of a table in TOML: JSON's true is `true` there, not Python's word."""
    return str(value).lower() if type(value) is bool else str(value)


def _moment(parse: TimeParser) -> Check:
    def moment(value: Any) -> int:
        try:
            return parse(value)
        except NoSuchTime as error:
            raise CheckError("no_such_time") from error
        except (ValueError, OverflowError, TypeError) as error:
            raise CheckError("bad_time") from error

    return moment


def _template(template: str, paths: Paths) -> Getter:
    gaps = [paths.path(gap.strip()) for gap in _GAP.findall(template)]
    if not gaps:
        raise ValueError("a template has gaps, such as {station}; use value for a constant")
    texts = _GAP.split(template)[::2]
    head, pairs = texts[0], list(zip(gaps, texts[1:], strict=True))

    def fill(record: Any) -> str | None:
        filled = head
        for gap, text in pairs:
            part = gap(record)
            if type(part) is not str:
                if part is None or isinstance(part, dict | list):
                    return None
                part = str(part)
            part = part.strip()
            if not part:
                return None
            filled += part + text
        return filled

    return fill


def _private(name: str, privacy: Privacy | None) -> Check:
    """What is left of a value before anything else sees it. A number cannot be masked in part."""
    if name in _IDENTITIES and privacy is not Privacy.INTERNAL:
        raise ValueError("an identity that is masked is the same for all: leave it out")
    if privacy is Privacy.SECRET:
        return lambda _value: None
    if privacy is Privacy.PERSONAL:
        return lambda value: MASK if isinstance(value, str) else None
    return lambda value: mask_text(text_of(value))
