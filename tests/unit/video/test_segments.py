"""Memory by name: shared, refused, and cleared when its maker was killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.video import segments
from app.video.segments import FOLDER, Segment, attach, clear, leftovers
from tests.contract.house import ROOT

MAKER = """
import sys
from app.video.segments import Segment
made = Segment(5000)
print(made.name, flush=True)
sys.stdin.read()
"""


def test_what_one_writes_the_other_reads() -> None:
    made = Segment(10_000)
    try:
        writer, reader = attach(made.name, write=True), attach(made.name)
        writer[9_999] = 42
        assert (made.memory[9_999], reader[9_999], len(reader)) == (42, 42, 10_000)
        with pytest.raises(TypeError):
            reader[0] = 1
    finally:
        made.unlink()


def test_memory_outlives_its_name() -> None:
    made = Segment(100)
    reader = attach(made.name)
    made.memory[3] = 9
    made.unlink()
    made.unlink()
    assert reader[3] == 9 and not (FOLDER / made.name).exists()
    with pytest.raises(FileNotFoundError):
        attach(made.name)


@pytest.mark.parametrize("name", ["", "other-1-1", "../etc/passwd", "chengmai-/../../etc/passwd"])
def test_only_our_names_are_opened(name: str) -> None:
    with pytest.raises(ValueError):
        attach(name)


def test_all_of_it_is_there_at_once() -> None:
    """A page that is missing later would kill who writes there."""
    made = Segment(1 << 20)
    try:
        assert (FOLDER / made.name).stat().st_blocks * 512 >= 1 << 20
    finally:
        made.unlink()


def test_too_much_is_refused_and_leaves_nothing() -> None:
    before = set(FOLDER.glob("chengmai-*"))
    with pytest.raises(OSError):
        Segment(1 << 50)
    assert set(FOLDER.glob("chengmai-*")) == before


def test_what_a_killed_process_left_is_cleared_and_what_lives_is_not() -> None:
    mine = Segment(100)
    child = subprocess.Popen(
        [sys.executable, "-c", MAKER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert child.stdin is not None and child.stdout is not None
        theirs = child.stdout.readline().decode().strip()
        assert {mine.name, theirs}.isdisjoint(leftovers(young_s=-1))
        child.kill()
        child.wait()
        assert theirs in leftovers(young_s=-1)
        assert theirs not in clear()  # it is young: its maker might only not have its lock yet
        assert theirs in clear(young_s=-1)
        assert not (FOLDER / theirs).exists() and (FOLDER / mine.name).exists()
    finally:
        child.stdin.close()
        child.stdout.close()
        mine.unlink()


def test_what_is_not_ours_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "FOLDER", tmp_path)
    (tmp_path / "psm_1234").write_bytes(b"x")
    (tmp_path / "chengmai-1-1").write_bytes(b"x")
    assert clear(young_s=-1) == ["chengmai-1-1"]
    assert [path.name for path in tmp_path.iterdir()] == ["psm_1234"]
