"""Paths into a foreign record: jmespath in JSON, a column in CSV, XPath in XML.

Most paths are only names, dots and numbers (`data.levels[0].z`); those are made into plain
look-ups, twenty times as fast as the library, and may be Chinese without quotation marks. Names of
`AROUND` are not of the record but of what it came in.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from app.formats._jmespath import PathError, searcher
from app.formats._map_config import MapConfig
from app.formats._xml import Element, xpath

Getter = Callable[[Any], Any]
Step = str | int

TOPIC, NAME, ROOT = "_topic", "_name", "_root"
AROUND = (TOPIC, NAME, ROOT)
"""The levels of the topic, the name of the file or address, and the payload beside its records."""

_STEP = re.compile(r'\.?([^\W\d]\w*|"(?:[^"\\]|\\.)*")|\[(-?\d{1,6})\]')
_EQUAL = re.compile(r"(.+?)\s*(==|!=)\s*'([^'\\]*)'")
_CHILD = re.compile(r"@?[^\W\d][\w-]*")


class Paths:
    """Compiles the paths of one mapping; what is made raises nothing. `around` is filled anew for
    every payload."""

    def __init__(self, config: MapConfig) -> None:
        self.around: dict[str, Any] = {}
        self._config = config

    def path(self, text: str) -> Getter:
        """A function from a record to the value at a path, None for none; raises PathError."""
        steps = plain_steps(text)
        if steps is not None and steps[0] in AROUND:
            walk = _steps(steps)
            return lambda _record: walk(self.around)
        if self._config.format == "csv":
            return _column(text)
        if self._config.format == "xml":
            return _xml(text, self._config.namespaces)
        return self._json(text, steps)

    def named(self, text: str) -> Getter:
        """The same for what may also be a bare name of any characters, such as `水位(m)`."""
        try:
            return self.path(text)
        except PathError:
            if self._config.format == "xml":
                raise
            return _column(text)

    def condition(self, text: str) -> Callable[[Any], bool]:
        """`when`: whether a record counts. Raises PathError."""
        if self._config.format == "xml":
            return _truth(text, self._config.namespaces)
        equal = _EQUAL.fullmatch(text.strip())
        if equal is not None and plain_steps(equal.group(1)) is not None:
            return self._equal(*equal.groups())
        find = self._jmespath(text)
        return lambda record: bool(find(record))

    def _equal(self, path: str, operator: str, wanted: str) -> Callable[[Any], bool]:
        """`type == 'level'`, of which most conditions consist, without the library."""
        quoted = self._config.format == "csv" and path[:1] == path[-1:] == '"'
        find = _column(path[1:-1]) if quoted else self.path(path)
        if operator == "==":
            return lambda record: bool(find(record) == wanted)
        return lambda record: bool(find(record) != wanted)

    def _json(self, text: str, steps: tuple[Step, ...] | None) -> Getter:
        if steps is None:
            return self._jmespath(text)
        if len(steps) == 1 and isinstance(steps[0], str):
            return _column(steps[0])
        return _steps(steps)

    def _jmespath(self, text: str) -> Getter:
        find = searcher(text)
        if not any(name in text for name in AROUND):
            return find
        around = self.around
        return lambda record: find({**record, **around} if type(record) is dict else around)


def plain_steps(text: str) -> tuple[Step, ...] | None:
    """The steps of a path that has only names and numbers; None for any other."""
    steps: list[Step] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            return None
        name, number = found.groups()
        if name is not None and (at == 0) is text.startswith(".", at):
            return None
        step = int(number) if name is None else _name(name)
        if step is None:
            return None
        steps.append(step)
        at = found.end()
    return tuple(steps) or None


def _name(name: str) -> str | None:
    """A name as it is, or in quotes, a string of JSON as in JMESPath; None where it is none."""
    if not name.startswith('"'):
        return name
    try:
        return str(json.loads(name))
    except json.JSONDecodeError:
        return None


def _column(name: str) -> Getter:
    return lambda record: record.get(name) if type(record) is dict else None


def _steps(steps: tuple[Step, ...]) -> Getter:
    def find(value: Any) -> Any:
        for step in steps:
            if type(step) is str:
                if type(value) is not dict:
                    return None
                value = value.get(step)
            elif type(value) is list and -len(value) <= step < len(value):  # type: ignore[operator]
                value = value[step]  # type: ignore[index]
            else:
                return None
        return value

    return find


def _xml(text: str, namespaces: dict[str, str]) -> Getter:
    if _CHILD.fullmatch(text):
        if text.startswith("@"):
            name = text[1:]
            return lambda element: element.get(name)
        return lambda element: _value(element.find(text))
    try:
        find = xpath(text, namespaces)
    except ValueError as error:
        raise PathError(str(error)) from error

    def value(element: Element) -> Any:
        found = find(element)
        return _value(found[0] if isinstance(found, list) and found else found)

    return value


def _value(found: Any) -> Any:
    """The value of what XPath found: a text or a number; None for nothing."""
    if isinstance(found, str | bool):
        return found
    if isinstance(found, float):
        return found if found == found else None  # number() of what is none
    if found is None or isinstance(found, list | tuple):
        return None
    return found.text if not len(found) else "".join(found.itertext())


def _truth(text: str, namespaces: dict[str, str]) -> Callable[[Any], bool]:
    try:
        find = xpath(f"boolean({text})", namespaces)
    except ValueError as error:
        raise PathError(str(error)) from error
    return lambda element: find(element) is True
