"""kill -9 while files are being taken: in the end every record is in the store, once."""

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.helpers.store import ask

ROOT = Path(__file__).parents[2]
FILES = 30
ROWS = 40
START = time.time_ns() // 1_000_000 - 3_600_000


def fill(inbox: Path) -> None:
    """Files of which each row has a moment of its own."""
    inbox.mkdir()
    for number in range(FILES):
        rows = [
            f"jiangba,{n % 1000},{START + n}" for n in range(number * ROWS, (number + 1) * ROWS)
        ]
        (inbox / f"{number:03}.csv").write_text("\n".join(["station,z,t", *rows, ""]))


def run(folder: Path, kill_after: float | None) -> None:
    """Run the child; kill it some time after its first batch, or when all files are put away."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.drop_child", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    timer = threading.Timer(kill_after or 60.0, child.kill)
    try:
        for _ in child.stdout:
            if timer.ident is None:
                timer.start()
            if kill_after is None and not list((folder / "in").glob("*.csv")):
                break
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        timer.cancel()


@pytest.mark.parametrize("times", [3, pytest.param(60, marks=pytest.mark.full)])
@pytest.mark.timeout(600)
def test_every_record_is_stored_once_whatever_is_killed_when(tmp_path: Path, times: int) -> None:
    fill(tmp_path / "in")
    chance = random.Random(times)
    for number in range(times):
        run(tmp_path, chance.uniform(0.0, 0.35))
        if number % 10 == 9:  # something to do again
            late = tmp_path / "in" / f"late-{number}.csv"
            late.write_text(f"station,z,t\nbadun,{number},{START + number}\n")
    run(tmp_path, None)
    late_ones = times // 10
    stored = ask(tmp_path / "data", "SELECT count(*) FROM reading")
    assert stored[0][0] == FILES * ROWS + late_ones
    assert len(list((tmp_path / "in" / "done").iterdir())) == FILES + late_ones
