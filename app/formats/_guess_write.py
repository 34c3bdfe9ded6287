"""A proposed `[[feed]]` for a sample, as TOML for a person to correct.

Every guess carries a comment that asks for a look, and what could not be told one that asks for the
answer; it loads as it stands, so that `feed try` says at once what is still wrong.
"""

import json
import re
from collections.abc import Callable, Collection, Sequence
from itertools import count, pairwise
from typing import Any

from app.core.catalog import Catalog, Quantity
from app.formats._guess_field import (
    STATES,
    Column,
    columns_of,
    quantity_of,
    role_of,
    time_format,
    time_of,
    unit_of,
)
from app.formats._guess_sample import Guessed
from app.formats._map_time import time_parser

Say = Callable[[str], str]
_REGION = ("adcode", "xzqh", "xzqhdm", "addvcd", "区划", "区划代码", "行政区划", "行政区划代码")
_MOST_READINGS = 12
_OTHER = 60  # times the catalogue's period: the sample may well be another quantity


def proposal(
    sample: Guessed,
    catalog: Catalog,
    zone: str,
    region: str,
    name: str,
    say: Say,
    taken: Collection[str] = (),
) -> str:
    """The TOML text. `say` gives the comment of a word such as `each` or `todo_unit`; `taken` are
    the ids of feeds that there are."""
    return "\n".join(_Proposal(sample, catalog, zone, region, name, say).lines(taken)) + "\n"


class _Proposal:
    def __init__(
        self, sample: Guessed, catalog: Catalog, zone: str, region: str, name: str, say: Say
    ) -> None:
        self._sample = sample
        self._catalog = catalog
        self._zone = zone
        self._region = region
        self._name = name
        self._say = say
        self._columns = columns_of(sample.rows, sample.name_of)
        self._id = role_of(self._columns, "id")
        self._time = time_of(self._columns, zone)
        self._lon, self._lat = self._places()
        self._form = time_format(self._time.values, zone) if self._time is not None else ""

    def lines(self, taken: Collection[str]) -> list[str]:
        """Line by line."""
        outputs = self._outputs()
        placed = any(line.startswith("lon ") for line in outputs)
        lines = [
            *self._head(_free(_slug(self._name) or "draft", taken)),
            *self._map(placed=placed),
            *outputs,
        ]
        return [*lines, *self._unused("\n".join(lines))]

    def _head(self, id_: str) -> list[str]:
        dropped = self._sample.format == "csv"
        period = self._period()
        return [
            "[[feed]]",
            self._line("id", id_, "todo_id"),
            self._line("kind", "file-drop" if dropped else "http-json", "todo_kind"),
            self._line("name_zh", self._name, "name"),
            self._line(
                "url", "file:/srv/drop" if dropped else "https://example.invalid/", "todo_url"
            ),
            self._line("bureau", "", "todo_bureau"),
            self._line("expected_period_s", period or 300, "period" if period else "todo_period"),
            self._line("trial", True, "trial"),
            "",
        ]

    def _period(self) -> int:
        """Seconds between two times of the sample, the median; 0 where that cannot be told."""
        if self._time is None or not self._form:
            return 0
        parse = time_parser(self._form, self._zone)
        times = sorted({parse(str(value).strip()) for value in self._time.values[:200]})
        steps = sorted(late - early for early, late in pairwise(times))
        return round(steps[len(steps) // 2] / 1000) if steps else 0

    def _unused(self, text: str) -> list[str]:
        """What the sample has beside what was guessed."""
        paths = (column.path for column in self._columns)
        left = [path for path in paths if _text(path) not in text and f"{{{path}}}" not in text]
        return ["", f"# {self._say('unused')}{', '.join(map(_text, left))}"] if left else []

    def _map(self, *, placed: bool) -> list[str]:
        sample = self._sample
        lines = ["[feed.map]", self._line("format", sample.format, "format")]
        if sample.each:
            lines.append(self._line("each", sample.each, "each"))
        if sample.zip:
            lines.append(self._line("zip", list(sample.zip), "zip"))
        if sample.explode:
            lines.append(self._line("explode", sample.explode, "explode"))
        if sample.encoding != "utf-8":
            lines.append(self._line("encoding", sample.encoding, "encoding"))
        if sample.delimiter != ",":
            lines.append(self._line("delimiter", sample.delimiter, "delimiter"))
        if sample.columns:
            lines.append(self._line("columns", list(sample.columns), "todo_columns"))
        lines.append(self._line("zone", self._zone, "zone"))
        if placed:
            lines.append(self._line("crs", "wgs84", "todo_crs"))
        if sample.namespaces:
            lines += ["", "[feed.map.namespaces]"]
            lines += [f"{prefix} = {_text(uri)}" for prefix, uri in sample.namespaces.items()]
        return lines

    # ---- what the records are

    def _outputs(self) -> list[str]:
        state = self._state()
        if self._is_event():
            return self._event()
        moving = [role_of(self._columns, role) for role in ("speed", "heading")]
        still = state is not None or self._values()
        if self._lon is not None and (any(moving) or not still):
            return [*self._position(), *self._device(state)]
        lines: list[str] = []
        for column in self._values()[:_MOST_READINGS]:
            lines += self._reading(column)
        lines += self._device(state)
        return lines or self._unknown()

    def _is_event(self) -> bool:
        title, kind, place = (role_of(self._columns, role) for role in ("title", "type", "place"))
        if title is not None and title is self._state():
            title = None
        return title is not None or (kind is not None and place is not None)

    def _values(self) -> list[Column]:
        """The fields of numbers that are nothing else; those that the catalogue knows first."""
        used = [self._id, self._time, self._lon, self._lat, self._state()]
        used += [role_of(self._columns, role) for role in ("battery", "heading", "speed")]
        taken = {column.path for column in used if column is not None}
        taken |= {column.path for column in self._columns if column.name in _REGION}
        known, unknown = [], []
        for column in self._columns:
            if column.path in taken or not column.numbers or column.name.startswith("_"):
                continue
            if quantity_of(column, self._catalog) is not None:
                known.append(column)
            elif not column.around and not column.name.endswith(("id", "code", "no")):
                unknown.append(column)
        return known or unknown

    def _places(self) -> tuple[Column | None, Column | None]:
        lon, lat = role_of(self._columns, "lon"), role_of(self._columns, "lat")
        if lon is None or lat is None or not lon.numbers or not lat.numbers:
            return None, None
        if _within(lat.numbers, 73, 136) and _within(lon.numbers, 3, 54):
            return lat, lon  # a survey's x is north
        if _within(lon.numbers, -180, 180) and _within(lat.numbers, -90, 90):
            return lon, lat
        return None, None

    def _state(self) -> Column | None:
        column = role_of(self._columns, "state")
        known = column is not None and {str(value) for value in column.values} <= set(STATES)
        return column if known else None

    # ---- one output each

    def _reading(self, column: Column) -> list[str]:
        quantity = quantity_of(column, self._catalog)
        code = quantity.code if quantity is not None else "todo.code"
        region = next((item for item in self._columns if item.name in _REGION), None)
        where = f"{{{region.path}}}" if region is not None else self._region
        own = f"{{{self._id.path}}}" if self._id is not None else "todo"
        key = f"reading/{code}/{where}/{own}"
        constant = region is None and self._id is None
        fields: dict[str, Any] = {"from": column.path, "unit": column.unit or "todo"}
        # Refused until it is told, as every code of no catalogue is.
        comment = "unit" if column.unit else "todo_unit"
        if quantity is not None:
            fields["unit"], certain = unit_of(column, quantity)
            comment = "unit" if certain else "todo_unit"
        return [
            "",
            "[[feed.map.reading]]",
            *self._when(column),
            self._line(
                "key",
                {"value" if constant else "template": key},
                self._doubt(quantity) if quantity is not None and not constant else "todo_code",
            ),
            self._line("value", fields, comment),
            self._moment("observed"),
        ]

    def _doubt(self, quantity: Quantity) -> str:
        """Rain of an hour is not the catalogue's rain of a minute."""
        other = self._period() * 1000 >= _OTHER * quantity.period_ms
        return "todo_period_code" if other else "key"

    def _when(self, column: Column) -> list[str]:
        """Records without a value are no faults: they are left out."""
        if not column.nothing:
            return []
        xml = self._sample.format == "xml"
        path = json.dumps(column.path, ensure_ascii=False) if self._sample.format == "csv" else ""
        tests = [f"{path or column.path} != '{text}'" for text in column.nothing[:4]]
        return [self._line("when", (" and " if xml else " && ").join(tests), "when")]

    def _position(self) -> list[str]:
        lines = [
            "",
            "[[feed.map.position]]",
            self._identity(),
            self._line("layer", {"value": "todo"}, "todo_layer"),
            *self._place_lines(),
            self._moment("observed"),
        ]
        for role in ("speed", "heading"):
            column = role_of(self._columns, role)
            if column is None or not column.numbers:
                continue
            fields: dict[str, Any] = {"from": column.path}
            if role == "speed":
                fields["unit"] = column.unit or "km/h"
            comment = "value" if column.unit or role == "heading" else "todo_unit"
            lines.append(self._line(role, fields, comment))
        return lines

    def _event(self) -> list[str]:
        lines = ["", "[[feed.map.event]]", self._identity()]
        kind = role_of(self._columns, "type")
        if kind is not None:
            lines.append(self._line("type", kind.path, "field"))
        else:
            lines.append(self._line("type", {"value": "todo"}, "todo_type"))
        for role in ("title", "place", "reporter"):
            column = role_of(self._columns, role)
            if column is not None:
                lines.append(self._line(role, column.path, "field"))
        times = [self._moment("occurred"), self._moment("observed")]
        return [*lines, *self._place_lines(), *times]

    def _device(self, state: Column | None) -> list[str]:
        if state is None:
            return []
        words = {str(value): STATES[str(value)] for value in state.values}
        fields = {"from": state.path, "map": words, "otherwise": "unknown"}
        lines = ["", "[[feed.map.device]]", self._identity()]
        return [*lines, self._line("state", fields, "state"), self._moment("observed")]

    def _unknown(self) -> list[str]:
        path = next((column.path for column in self._columns), "todo")
        return self._reading(Column(path, "", "", []))

    def _identity(self) -> str:
        if self._id is None:
            return self._line("id", {"template": "todo:{todo}"}, "todo_identity")
        return self._line("id", {"template": f"todo:{{{self._id.path}}}"}, "identity")

    def _place_lines(self) -> list[str]:
        if self._lon is None or self._lat is None:
            return []
        return [
            self._line("lon", self._lon.path, "field"),
            self._line("lat", self._lat.path, "field"),
        ]

    def _moment(self, name: str) -> str:
        if self._time is None:
            return self._line(name, {"time": "received"}, "todo_time")
        form = self._form or "iso"
        fields = {"from": self._time.path, "time": form}
        return self._line(name, fields, "time" if self._form else "todo_form")

    def _line(self, key: str, value: Any, comment: str) -> str:
        return f"{key} = {_toml(value)}  # {self._say(comment)}"


def _within(numbers: Sequence[float], least: float, most: float) -> bool:
    return all(least <= number <= most for number in numbers)


def _slug(name: str) -> str:
    """A name as an id of a feed; empty where nothing of it may stand in one."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]


def _free(id_: str, taken: Collection[str]) -> str:
    """The id, or with a number where another feed has it."""
    names = (id_ if number == 1 else f"{id_}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def _toml(value: Any) -> str:
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    pairs = (f"{_key(name)} = {_toml(item)}" for name, item in value.items())
    return "{" + ", ".join(pairs) + "}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else _text(name)
