"""A panel as a table: what it showed, and the curves behind it. Texts are already in a language."""

from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.model import Ms
from app.core.privacy import Privacy

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


class Line(msgspec.Struct, frozen=True):
    """One value as it was shown; `observed` is local time as text, `age_s` in seconds."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    key: str
    label: str
    value: float | int | str | None
    unit: str
    level: str
    observed: str
    age_s: float | None
    source: str
    state: str


class Curve(msgspec.Struct, frozen=True):
    """The history of one value: moments (ms UTC), means and extremes, of equal length."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    key: str
    label: str
    unit: str
    ts: Ints
    value: Floats
    low: Floats
    high: Floats


class Sheet(msgspec.Struct, frozen=True):
    """A whole export. `notes` are (name, text): city, moment, who, the command's id, what world;
    `columns` and `curve_columns` are headings in the order of the fields that are written."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    title: str
    notes: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    curve_columns: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()
    zone: str = "Asia/Shanghai"


class Moment(msgspec.Struct, frozen=True):
    """When and by whom something was made, for names of files and for the trace."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: Ms
    command: str
    person: str
    seat: str


def cells(line: Line) -> tuple[str | float | int | None, ...]:
    """A line in the order of the columns."""
    return (
        line.label,
        line.value,
        line.unit,
        line.level,
        line.observed,
        line.age_s,
        line.state,
        line.source,
        line.key,
    )
