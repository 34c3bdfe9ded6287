"""Where a city stands to the figures of its plan: per target the year that counts, the value that
is set against it, and what follows.

A target of a year is due when the year has ended in the city's zone. What a damaged source text
does not state is said, never filled in; a missed target is a missed target and no warning.
"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from app.core.clock import to_datetime
from app.core.model import Ms
from app.core.privacy import Privacy
from app.core.target import Target
from app.live.view import ValueView

ROOM = 1.25  # a bar without a natural end reaches so far beyond what stands on it
WHOLE = 100.0


class Standing(StrEnum):
    """What can be said of a target now."""

    MISSED = "missed"  # 未达标
    MET = "met"  # 已达标
    RUNNING = "running"  # 未到期: its year has not ended and the value is not there yet
    NO_DATA = "no_data"  # no indicator measures it, or no value of it is known
    LOST = "lost"  # 原文数字缺失


class Progress(msgspec.Struct, frozen=True):
    """One target now. `year` and `wanted` are of the figure that counts, None where the source
    states none; `due`: that year has ended."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    target: Target
    standing: Standing
    view: ValueView | None = None
    year: int | None = None
    wanted: float | None = None
    due: bool = False

    @property
    def scale(self) -> tuple[float, float]:
        """From where to where a bar reaches: 0 to 100 for a share (a growth rate of 6 % is none),
        else a little beyond both."""
        value = self.view.value if self.view is not None else None
        most = max(self.wanted or 0.0, value or 0.0)
        if self.target.unit == "%" and WHOLE / 4 < most <= WHOLE:
            return (0.0, WHOLE)
        return (0.0, most * ROOM or 1.0)


class Section(msgspec.Struct, frozen=True):
    """The targets of one section of the plan, in its order."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name_zh: str
    name_en: str
    rows: tuple[Progress, ...]


def year_that_counts(target: Target, now: Ms, zone: ZoneInfo) -> tuple[int, bool] | None:
    """The newest year of a target that has ended and True; before the first ends, the first and
    False. None where no figure is stated."""
    if not target.by_year:
        return None
    this_year = to_datetime(now, zone).year
    ended = [year for year in target.by_year if year < this_year]
    return (max(ended), True) if ended else (min(target.by_year), False)


def progress(target: Target, view: ValueView | None, now: Ms, zone: ZoneInfo) -> Progress:
    """How one target stands; `view` is of the indicator that measures it, None for none.

    A value of a period before the year that counts says nothing about it.
    """
    counts = year_that_counts(target, now, zone)
    if counts is None:
        return Progress(target, Standing.LOST, view)
    year, due = counts
    wanted = target.by_year[year]
    value = view.value if view is not None and _speaks_of(view, year, now, zone) else None
    if value is None:
        standing = Standing.NO_DATA
    elif value >= wanted if target.at_least else value <= wanted:
        standing = Standing.MET
    else:
        standing = Standing.MISSED if due else Standing.RUNNING
    return Progress(target, standing, view, year, wanted, due)


def _speaks_of(view: ValueView, year: int, now: Ms, zone: ZoneInfo) -> bool:
    """Whether a value is of that year or later. A year still to come is measured by what is known
    now: it can be met early."""
    if view.as_of is None:
        return False
    return year > to_datetime(now, zone).year or to_datetime(view.as_of - 1, zone).year >= year


def sections(found: Iterable[Progress]) -> list[Section]:
    """Gathered by section, both in the order in which they come."""
    gathered: dict[str, list[Progress]] = {}
    for item in found:
        gathered.setdefault(item.target.section_zh, []).append(item)
    return [Section(zh, rows[0].target.section_en, tuple(rows)) for zh, rows in gathered.items()]


def counted(found: Iterable[Progress]) -> dict[Standing, int]:
    """How many targets stand how; every standing is there."""
    counts = Counter(item.standing for item in found)
    return {standing: counts[standing] for standing in Standing}


def years(targets: Iterable[Target]) -> tuple[int, ...]:
    """Every year for which any of them states a figure, ascending."""
    return tuple(sorted({year for target in targets for year in target.by_year}))
