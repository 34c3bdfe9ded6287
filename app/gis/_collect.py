"""What a reader of a format has found so far, within bounds."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from app.core.message import Message, Refusal, message
from app.gis.features import Features, starts
from app.gis.reference import Pairs

MAX_SHAPES = 500_000
MAX_VERTICES = 20_000_000  # of one file, before it is made simpler
MAX_COLUMNS = 100
MAX_CELL = 500
MAX_TEXT = 64_000_000  # characters of the whole table
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class BadFile(Refusal):
    """A file that is not used; `reason` is the word of which `mapfile.bad.<word>` is the
    sentence."""

    def __init__(self, reason: str, **args: str | int | float) -> None:
        super().__init__(message(f"mapfile.bad.{reason}", **args))
        self.word = reason


class Collector:
    """Takes things one after the other; raises BadFile where they are too many."""

    def __init__(self) -> None:
        self._form: list[int] = []
        self._rings: list[Pairs] = []
        self._per_shape: list[int] = []
        self._vertices = 0
        self._columns: dict[str, list[str]] = {}
        self._text = 0
        self._faults: dict[str, int] = {}

    def add(self, form: int, rings: Iterable[Pairs], row: Mapping[str, Any]) -> None:
        """One thing: its rings (n x 2) and its cells. A thing without a place is counted."""
        found = [ring for ring in rings if len(ring)]
        if not found:
            self.fault("empty")
            return
        if len(self._form) >= MAX_SHAPES:
            raise BadFile("shapes", limit=MAX_SHAPES)
        self._vertices += sum(map(len, found))
        if self._vertices > MAX_VERTICES:
            raise BadFile("vertices", limit=MAX_VERTICES)
        self._put(row)
        self._form.append(form)
        self._rings += found
        self._per_shape.append(len(found))

    def fault(self, word: str, n: int = 1) -> None:
        """Something was left out or mended: `mapfile.fault.<word>`."""
        if n:
            self._faults[word] = self._faults.get(word, 0) + n

    def features(self, format_: str, stated: str = "") -> Features:
        """All of it; raises BadFile where there is nothing."""
        if not self._form:
            raise BadFile("nothing")
        n = len(self._form)
        together = np.concatenate(self._rings)
        cells = (tuple(texts + [""] * (n - len(texts))) for texts in self._columns.values())
        return Features(
            np.array(self._form, np.uint8),
            np.ascontiguousarray(together[:, 0], float),
            np.ascontiguousarray(together[:, 1], float),
            starts(np.array([len(ring) for ring in self._rings], np.int64)),
            starts(np.array(self._per_shape, np.int64)),
            tuple(self._columns),
            tuple(cells),
            format_,
            stated,
            faults(self._faults),
        )

    def _put(self, row: Mapping[str, Any]) -> None:
        at = len(self._form)
        for name, value in row.items():
            text = cell(value)
            if not text:
                continue
            title = cell(name)[:60] or "-"
            column = self._columns.get(title)
            if column is None:
                if len(self._columns) >= MAX_COLUMNS:
                    self.fault("columns")
                    continue
                column = self._columns[title] = []
            if len(text) > MAX_CELL:
                text = text[: MAX_CELL - 1] + "…"
                self.fault("cut")
            self._text += len(text)
            if self._text > MAX_TEXT:
                raise BadFile("text", limit=MAX_TEXT)
            column += [""] * (at - len(column))
            if len(column) == at:
                column.append(text)


def faults(counted: Mapping[str, int]) -> tuple[Message, ...]:
    """The sentences of what was counted."""
    return tuple(message(f"mapfile.fault.{word}", n=n) for word, n in counted.items() if n)


def cell(value: Any) -> str:
    """A value of any type as one line of text, without what turns or breaks a line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, str | int):
        text = str(value) if not isinstance(value, int) or abs(value) < 10**40 else "…"
    else:
        try:
            text = msgspec.json.encode(value).decode()
        except (TypeError, ValueError, RecursionError):
            text = ""
    return _CONTROLS.sub(" ", text[: MAX_CELL * 4]).strip()
