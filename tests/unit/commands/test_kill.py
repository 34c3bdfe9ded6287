"""kill -9 while commands are being saved: each is there wholly, or not at all."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from app.store.driver import Durability, connect
from app.store.verify import verify_file

ROOT = Path(__file__).resolve().parents[3]


def kill_once(folder: Path, answers: int) -> list[str]:
    """Let a seat answer so often, then kill it in whatever it is doing; the answered ids."""
    seat = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.commands.seat_process", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert seat.stdout is not None
    with seat:
        lines = [seat.stdout.readline() for _ in range(answers)]
        seat.kill()
        lines += seat.stdout.readlines()
    return [line.split()[0] for line in lines if line.endswith("\n")]


def check(folder: Path, answered: list[str]) -> None:
    """Four tables tell of the same commands, all that were answered are there, the chain holds."""
    connection = connect(folder / "ops.db", None, Durability.FULL)
    tables = {
        "command": "id",
        "audit": "command",
        "outbox": "operation",
        "acknowledgement": "command",
    }
    found = {
        table: [
            row[0] for row in connection.execute(f"SELECT {column} FROM {table} ORDER BY rowid")
        ]
        for table, column in tables.items()
    }
    sound = connection.execute("PRAGMA quick_check").fetchone()
    connection.close()
    assert sound == ("ok",)
    assert found["command"] == found["audit"] == found["outbox"]
    assert sorted(found["acknowledgement"]) == sorted(found["command"])
    assert set(answered) <= set(found["command"])
    assert verify_file(folder, None).findings == []


def kill_often(folder: Path, times: int) -> None:
    chance = random.Random(7)
    answered: list[str] = []
    for _ in range(times):
        answered += kill_once(folder, chance.randrange(1, 12))
        check(folder, answered)
    assert len(answered) >= times


def test_five_kills(tmp_path: Path) -> None:
    kill_often(tmp_path, 5)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_hundred_kills(tmp_path: Path) -> None:
    kill_often(tmp_path, 100)
