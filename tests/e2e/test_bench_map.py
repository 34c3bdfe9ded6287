"""`bench map` with a hundredth of its points: every figure of the points comes, from the socket."""

import json
import os
import subprocess
import sys

import pytest

from tests.helpers.program import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.full, pytest.mark.timeout(180)]
CODE = """
import json, sys
from widgets.bench.map import Scale, run
found = run(sys.argv[1:], scale=Scale(0.01, 3.0, full=False))
print(json.dumps({figure.name: [figure.value, figure.baseline] for figure in found}))
"""


def figures(*names: str) -> dict[str, tuple[float, float | None]]:
    """The figures of a process of their own."""
    root = {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [sys.executable, "-c", CODE, *names],
        cwd=ROOT,
        env={**os.environ, **root},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, tuple[float, float | None]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "names",
    [
        ("points200k_python", "points200k_drawn"),
        ("lasso_100k", "radius_100k"),
        ("clusters_40k",),
        ("tiles_rate",),
    ],
    ids=lambda names: names[0],
)
def test_figures_come(names: tuple[str, ...]) -> None:
    found = figures(*names)
    assert tuple(found) == names
    assert all(value > 0 for value, _ in found.values())
