"""What a benchmark gives: figures, each with a baseline measured in the same run.

A benchmark `NAME` is a module `app/bench/NAME.py` or `widgets/bench/NAME.py` with
`def run() -> list[Figure]`.
"""

import os
import platform
from pathlib import Path
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


def proc_pss(pid: int | str) -> int:
    """Bytes of a process by the kernel's count, shared pages by their share; "self" is this one."""
    path = Path(f"/proc/{pid}/smaps_rollup")
    for line in path.read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no Pss in smaps_rollup")


def proc_cpu(pid: int | str) -> float:
    """Seconds of processor that a process has used, in user and kernel (proc(5), stat)."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
