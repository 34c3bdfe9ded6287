"""What a city set out to reach: a plan's figure by year, binding or expected."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy


class Certainty(StrEnum):
    """How far a figure taken from a damaged text may be trusted."""

    CERTAIN = "certain"
    INFERRED = "inferred"
    NAME_UNCERTAIN = "name_uncertain"
    UNCERTAIN = "uncertain"  # the figure is not stated
    LOST = "lost"


class Target(msgspec.Struct, frozen=True):
    """One line of `targets.csv`. `by_year` holds only what is certain enough to be quoted;
    `binding`: 约束性, else 预期性. `indicator` is a code of the catalogue, empty where no indicator
    of the same unit measures it; `at_least` False means that less is better."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    section_zh: str
    section_en: str
    name_zh: str
    name_en: str
    unit: str
    unit_en: str
    by_year: Mapping[int, float]
    binding: bool
    certainty: Certainty = Certainty.CERTAIN
    indicator: str = ""
    at_least: bool = True
    note: str = ""
