"""A file of lines that outlives kill -9: torn ends, a bounded size, a disk that refuses."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.feeds._kept_lines import KeptLines


def kept(path: Path | None, most: int = 1000) -> KeptLines:
    return KeptLines(path, "f", most)


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "feeds" / "f.cap"
    assert kept(path).load() == []
    kept(path).add(b"one\ntwo\n")
    kept(path).add(b"three\n")
    assert kept(path).load() == [b"one", b"two", b"three"]
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"one\ntw")
    again = kept(path)
    assert again.load() == [b"one", b"tw"]
    again.add(b"three\n")
    assert kept(path).load() == [b"one", b"tw", b"three"]


def test_without_a_path_nothing_is_kept() -> None:
    nowhere = kept(None)
    nowhere.add(b"one\n")
    assert nowhere.load() == [] and not nowhere.keeps


def test_a_disk_that_refuses_is_said_once_and_again_after_it_took_one(
    tmp_path: Path, expect_log: Any
) -> None:
    expect_log("feed f: what was taken is not remembered")
    path = tmp_path / "f"
    path.mkdir()
    refused = kept(path)
    assert refused.load() == []
    refused.add(b"one\n")
    path.rmdir()
    refused.add(b"two\n")
    assert kept(path).load() == [b"", b"two"]


@given(st.lists(st.binary(max_size=30).map(lambda line: line.hex().encode()), max_size=60))
def test_a_file_stays_within_its_bytes_and_keeps_the_newest(
    tmp_path_factory: Any, lines: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("kept") / "f"
    writer = kept(path, 200)
    for line in lines:
        writer.add(line + b"\n")
    found = kept(path, 200).load()
    assert found == lines[len(lines) - len(found) :]
    assert not path.exists() or path.stat().st_size <= 200
    if sum(len(line) + 1 for line in lines) > 200:
        assert sum(len(line) + 1 for line in found) > 100 - 62  # half, less a line
