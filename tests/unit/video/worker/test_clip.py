"""Files made of what was kept: decoded again they give the same pictures."""

import time
from pathlib import Path

import av
import pytest

from app.video.worker.clip import (
    NothingKept,
    newest_picture,
    parameters_of,
    write_clip,
    write_picture,
)
from app.video.worker.reader import spell_of
from app.video.worker.ring import Kept, Ring
from tests.helpers.clips import number_of


def ring_of(path: Path, times: int = 1) -> Ring:
    """What a stream of this clip leaves behind, each opening a spell of its own, ending now."""
    ring = Ring(600)
    begin = time.monotonic() - 2.0 * times
    for turn in range(times):
        with av.open(str(path)) as file:
            stream = file.streams.video[0]
            spell = spell_of(stream)
            packets = [packet for packet in file.demux(stream) if packet.size]
            for number, packet in enumerate(packets):
                ring.add(Kept(begin + turn * 2 + number * 0.04, packet, spell))
    return ring


def pictures(path: Path) -> list[tuple[int, float]]:
    """Number and second of each picture of a file."""
    with av.open(str(path)) as file:
        return [
            (number_of(frame.to_ndarray(format="bgra")), float(frame.time))
            for frame in file.decode(video=0)
        ]


@pytest.mark.parametrize("name", ["h264", "h265", "hd", "flv", "ts"])
def test_a_clip_is_what_came(clips: dict[str, Path], tmp_path: Path, name: str) -> None:
    path = tmp_path / "clip.mp4"
    made = write_clip(ring_of(clips[name]).since(0), path, 5)
    assert made.made and made.ticket == 5 and made.size == path.stat().st_size
    assert made.seconds == pytest.approx(1.96)
    assert made.begins == pytest.approx(time.time() - 2, abs=1.0)
    found = pictures(path)
    assert [number for number, _ in found] == list(range(50))
    assert found[-1][1] - found[0][1] == pytest.approx(1.96, abs=0.02)


def test_a_clip_across_an_outage_keeps_its_times(clips: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    write_clip(ring_of(clips["h264"], times=3).since(0), path, 1)
    found = pictures(path)
    assert [number for number, _ in found] == list(range(50)) * 3
    assert [second for _, second in found] == pytest.approx(
        [turn * 2 + number * 0.04 for turn in range(3) for number in range(50)], abs=0.021
    )


def test_no_file_is_written_over(clips: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"evidence")
    ring = ring_of(clips["h264"])
    with pytest.raises(FileExistsError):
        write_clip(ring.since(0), path, 1)
    with pytest.raises(FileExistsError):
        write_picture(newest_picture(ring.group()), path, 1)
    assert path.read_bytes() == b"evidence"


def test_a_folder_that_is_not_there_leaves_nothing(clips: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(OSError):
        write_clip(ring_of(clips["h264"]).since(0), tmp_path / "none" / "clip.mp4", 1)
    with pytest.raises(NothingKept):
        write_clip([], tmp_path / "clip.mp4", 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("name", ["h264", "h265"])
def test_a_picture_of_now(clips: dict[str, Path], tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"now{suffix}"
    made = write_picture(newest_picture(ring_of(clips[name]).group()), path, 3)
    assert made.made and made.size == path.stat().st_size > 1000
    with av.open(str(path)) as file:
        frame = next(file.decode(video=0))
        assert (frame.width, frame.height) == (640, 360)
        assert number_of(frame.to_ndarray(format="bgra")) == 49


def test_nothing_kept_is_no_picture() -> None:
    with pytest.raises(NothingKept):
        newest_picture([])


def test_a_key_frame_brings_its_parameters(clips: dict[str, Path]) -> None:
    """In a transport stream they stand before it; H.264's begin with type 7 of 5 bits."""
    with av.open(str(clips["ts"])) as file:
        first = next(file.demux(video=0))
        found = parameters_of(first)
    assert found.split(b"\0\0\1")[1][0] & 31 == 7
