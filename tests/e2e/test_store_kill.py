"""kill -9 in mid-write: nothing that was said to be saved is lost, and the files are sound."""

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.helpers.store import ask, open_store
from tests.helpers.store_writer import SECONDS, SERIES

ROOT = Path(__file__).parents[2]


def killed_run(folder: Path, after: float) -> dict[str, int]:
    """Start the writer, kill it some time after its first saved readings; what it said."""
    said = {"decision": 0, "readings": 0}
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.store_writer", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    timer = threading.Timer(after, child.kill)
    try:
        assert child.stdout.readline().split() == ["ready"]
        for line in child.stdout:
            if not line.endswith("\n"):
                break
            word, number = line.split()
            said[word] = int(number)
            if word == "readings" and timer.ident is None:
                timer.start()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        timer.cancel()
    timer.join()
    assert child.returncode == -9
    return said


def check(folder: Path, said: dict[str, int]) -> None:
    """Every saved decision and reading is there, and every roll-up is that of its readings."""
    decisions = {number for (number,) in ask(folder, "SELECT n FROM kill_test", "ops.db")}  # type: ignore[misc]
    assert said["decision"] in decisions
    rows = ask(folder, "SELECT value, count(*) FROM reading GROUP BY value")
    stored = {int(value): count for value, count in rows}  # type: ignore[misc]
    assert set(range(1, said["readings"] + 1)) <= set(stored)
    assert set(stored.values()) == {SERIES}
    counted = ask(folder, "SELECT sum(n), sum(sum), max(max) FROM roll_minute")
    assert counted == [(sum(stored.values()), float(sum(stored) * SERIES), float(max(stored)))]
    assert ask(folder, "SELECT DISTINCT value FROM latest") == [(float(max(stored)),)]


@pytest.mark.parametrize("times", [5, pytest.param(100, marks=pytest.mark.full)])
@pytest.mark.timeout(600)
def test_killed_in_mid_write(tmp_path: Path, times: int) -> None:
    chance = random.Random(times)
    for _ in range(times):
        said = killed_run(tmp_path, chance.uniform(0.005, 0.25))
        assert said["readings"] >= SECONDS
        check(tmp_path, said)
        store = open_store(tmp_path)
        assert store.reports == []
        store.close()
