"""What a benchmark gives: figures, each with a baseline measured in the same run.

A benchmark `NAME` is a module `app/bench/NAME.py` or `widgets/bench/NAME.py` with
`def run() -> list[Figure]`.
"""

import os
import platform
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy


class Figure(msgspec.Struct, frozen=True):
    """One measured figure. `ratio` is value / baseline; None without a baseline."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    value: float
    unit: str
    baseline_name: str = ""
    baseline: float | None = None

    @property
    def ratio(self) -> float | None:
        """Value by baseline."""
        return self.value / self.baseline if self.baseline else None


def report(bench: str, figures: list[Figure]) -> dict[str, object]:
    """The JSON form of a run."""
    return {
        "bench": bench,
        "machine": machine(),
        "figures": [
            {
                "name": figure.name,
                "value": figure.value,
                "unit": figure.unit,
                "baseline_name": figure.baseline_name,
                "baseline": figure.baseline,
                "ratio": figure.ratio,
            }
            for figure in figures
        ],
    }


def machine() -> str:
    """The machine in words: processor count, system, Python."""
    return (
        f"{os.cpu_count()} x {platform.machine()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )
