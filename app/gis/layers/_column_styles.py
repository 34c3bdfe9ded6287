"""Colours by a column of a file's table: by named values, by shades of a number, or value by
value."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from app.gis.content import Bytes, LegendStep
from app.gis.features import Features
from app.gis.layer import Ask
from app.gis.layers._numbers import decimals_of, round_breaks, written

SERIES = 8
CLASSES = 6
OTHER = "text3"


class Look(NamedTuple):
    """One class: its colour, and its name in the legend."""

    colour: str
    name_zh: str = ""
    name_en: str = ""


class Classed(NamedTuple):
    """The class of each thing, the classes, and the steps of a legend of shades."""

    style: Bytes
    looks: tuple[Look, ...]
    steps: tuple[LegendStep, ...] = ()


class Named(Protocol):
    """A class as the options state it."""

    @property
    def value(self) -> str: ...
    @property
    def colour(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class Wishes(Protocol):
    """What the options of a layer say of colours."""

    @property
    def by(self) -> str: ...
    @property
    def colour(self) -> str: ...
    @property
    def classes(self) -> Sequence[Named]: ...
    @property
    def breaks(self) -> tuple[float, ...]: ...


def classed(features: Features, wishes: Wishes, ask: Ask) -> Classed:
    """The colours of all things. A column that the file lacks colours nothing."""
    plain = Classed(np.zeros(features.count, np.uint8), (Look(wishes.colour),))
    if wishes.by not in features.columns:
        return plain
    column = features.cells[features.columns.index(wishes.by)]
    if wishes.classes:
        return _named(column, wishes.classes)
    numbers = np.array([_number(cell) for cell in column])
    known = numbers[np.isfinite(numbers)]
    if wishes.breaks or (len(known) >= 0.8 * len(column) and len(np.unique(known)) > SERIES):
        breaks = wishes.breaks or round_breaks(float(known.min()), float(known.max()), CLASSES)
        return _shaded(numbers, breaks, ask)
    return _valued(column)


def _named(column: Sequence[str], classes: Sequence[Named]) -> Classed:
    at = {item.value: number for number, item in enumerate(classes[:254])}
    looks = [Look(c.colour, c.name_zh or c.value, c.name_en or c.value) for c in classes[:254]]
    style = np.array([at.get(cell, len(looks)) for cell in column], np.uint8)
    return Classed(style, (*looks, Look(OTHER, "其他", "Other")))


def _valued(column: Sequence[str]) -> Classed:
    """The most frequent values have a colour each, the rest one together."""
    common = [value for value, _ in Counter(column).most_common(SERIES) if value]
    common.sort()
    at = {value: number for number, value in enumerate(common)}
    looks = [Look(f"series.{number + 1}", v[:40], v[:40]) for v, number in at.items()]
    style = np.array([at.get(cell, len(looks)) for cell in column], np.uint8)
    return Classed(style, (*looks, Look(OTHER, "其他", "Other")))


def _shaded(
    numbers: np.ndarray[tuple[int], np.dtype[np.float64]], breaks: tuple[float, ...], ask: Ask
) -> Classed:
    count = len(breaks) - 1
    shades = [f"sequential.{round(step)}" for step in np.linspace(1, CLASSES, max(count, 2))]
    shades = shades[:count]
    found = np.clip(np.searchsorted(breaks, numbers, side="right") - 1, 0, count - 1)
    style = np.where(np.isfinite(numbers), found, count).astype(np.uint8)
    decimals = decimals_of(breaks)
    steps = [
        LegendStep(shade, f"{written(low, decimals)} – {written(high, decimals)}")
        for shade, low, high in zip(shades, breaks, breaks[1:], strict=False)
    ]
    holes = int((~np.isfinite(numbers)).sum())
    if holes:
        steps.append(LegendStep(OTHER, ask.pick(f"无数值（{holes}）", f"No number ({holes})")))
    return Classed(style, (*(Look(shade) for shade in shades), Look(OTHER)), tuple(steps))


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return np.nan
