"""The sound of one stream: heard is what was sent, in bounded memory, and only when asked."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.platform import Stream
from app.video.segments import FOLDER, PREFIX, Segment, attach
from app.video.sound import (
    BEGIN_S,
    MOST_S,
    RING_S,
    SoundReader,
    SoundWriter,
    sound_bytes,
)
from app.video.tile import State
from app.video.wire import Open, Source
from tests.helpers.clips import write_clip
from tests.helpers.gst_server import ONE_SLICE, GstServer, missing
from tests.helpers.pooling import pooled, until
from tests.helpers.sounds import RATE, Ear, write_film
from tests.helpers.video_desk import Answers, Desk, desk

SLOW = 8_000
"""Samples a second of rings that no output hears."""


def ring() -> tuple[SoundWriter, SoundReader]:
    memory = memoryview(bytearray(sound_bytes(SLOW)))
    return SoundWriter(memory, SLOW), SoundReader(memory, SLOW)


def samples(first: int, count: int) -> bytes:
    """Numbered from `first`."""
    return np.arange(first, first + count, dtype=np.uint32).tobytes()


def numbers(heard: bytes) -> list[int]:
    return np.frombuffer(heard, np.uint32).tolist()


@given(st.lists(st.integers(0, int(MOST_S * SLOW)), min_size=1, max_size=40))
def test_who_listens_all_the_time_hears_each_sample_once(pieces: list[int]) -> None:
    writer, reader = ring()
    first = int(BEGIN_S * SLOW)
    writer.write(samples(0, first))
    heard, at = numbers(reader.read(1 << 20)), first
    for piece in pieces:
        writer.write(samples(at, piece))
        at += piece
        heard += numbers(reader.read(1 << 20))
    assert heard == list(range(at))


@given(st.lists(st.integers(0, 3 * RING_S * SLOW), min_size=1, max_size=6))
def test_who_falls_behind_goes_on_with_what_is_new(pieces: list[int]) -> None:
    writer, reader = ring()
    at = 0
    for piece in pieces:
        writer.write(samples(at, piece))
        at += piece
    heard = numbers(reader.read(1 << 20))
    assert len(heard) <= MOST_S * SLOW
    assert heard == list(range(at - len(heard), at))


def test_a_ring_of_another_rate_is_refused_and_what_is_silent_stays_so() -> None:
    with pytest.raises(ValueError, match="sound"):
        SoundWriter(memoryview(bytearray(sound_bytes(SLOW))), RATE)
    writer, reader = ring()
    writer.silence()
    writer.write(samples(0, SLOW))
    assert reader.written == 0


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {
        "low": write_film(folder / "low.mp4", 440.0),
        "high": write_film(folder / "high.mov", 1200.0, codec="pcm_alaw"),
        "mute": write_clip(folder / "mute.mp4", size=(320, 180)),
    }


@pytest.fixture
def answers(films: dict[str, Path]) -> Answers:
    streams = {
        name: (Stream(str(path), source=Source.FILE, loop=True),) for name, path in films.items()
    }
    return Answers(streams)


async def hears(wall: Desk, view: str) -> Ear:
    wall.service.hear(view, RATE)
    sound = await until(lambda: (one := wall.service.sound) and one.view == view and one)
    return Ear(attach(sound.segment))


def rings() -> int:
    size = sound_bytes(RATE)
    return sum(path.stat().st_size == size for path in FOLDER.glob(f"{PREFIX}-*"))


async def test_one_view_is_heard_at_the_rate_of_the_output(
    answers: Answers, tmp_path: Path
) -> None:
    async with desk(tmp_path, answers) as wall:
        for view in ("low", "high", "mute"):
            wall.show(view)
            await wall.until(view, State.LIVE)
        assert wall.service.sound is None and rings() == 0  # nothing begins by itself
        assert wall.tile("low").audio and not wall.tile("mute").audio
        for view, tone in (("low", 440.0), ("high", 1200.0)):
            ear = await hears(wall, view)
            await until(lambda ear=ear: ear.listen() > RATE)
            assert ear.tone == pytest.approx(tone, abs=3)
            assert rings() == 1
        ear = await hears(wall, "mute")
        number = wall.row("mute")["decoded"]
        await until(lambda: wall.row("mute")["decoded"] > number + 10)
        assert ear.reader.written == 0
        wall.service.hear("")
        await until(lambda: wall.service.sound is None)
        assert rings() == 0


async def test_sound_goes_on_after_a_worker_died_and_ends_with_its_view(
    answers: Answers, tmp_path: Path, expect_log: object
) -> None:
    expect_log("a video worker ended")  # type: ignore[operator]
    async with desk(tmp_path, answers) as wall:
        wall.show("a", "low")
        await wall.until("a", State.LIVE)
        ear = await hears(wall, "a")
        await until(lambda: ear.reader.written)
        director = wall.service._director
        assert director is not None
        director._pool._workers[0].kill()
        before = ear.reader.written
        await until(lambda: ear.reader.written > before + RATE)
        wall.service.want("a", None)
        # A stream that nobody wants is kept for three seconds; nobody hears it meanwhile.
        await until(lambda: director._target("a") is None)
        await until(lambda: director.hearing._told is None)


async def test_a_recording_at_another_speed_is_silent(films: dict[str, Path]) -> None:
    segment = Segment(sound_bytes(RATE))
    try:
        async with pooled() as house:
            house.pool.open(Open(1, str(films["low"]), Source.FILE, loop=True, speed=2.0))
            house.pool.listen(1, segment.name, RATE)
            view = house.view(1, 320, 180)
            await until(lambda: view["decoded"] > 20)
            assert SoundReader(segment.memory, RATE).written == 0
    finally:
        segment.unlink()


@pytest.mark.skipif(bool(missing()), reason=missing() or "installed")
@pytest.mark.parametrize(
    "udp", [False, pytest.param(True, marks=pytest.mark.full)], ids=["tcp", "udp"]
)
async def test_a_camera_is_heard_that_was_watched_in_silence(tmp_path: Path, *, udp: bool) -> None:
    """A real server sends sound from the start; the library leaves it out until it is asked."""
    clip = write_clip(tmp_path / "clip.mp4", size=(320, 180), options=ONE_SLICE)
    (tmp_path / "served").mkdir()
    with GstServer({"cam-tone": clip}, tmp_path / "served") as server:
        answers = Answers({"cam": (Stream(f"{server.url}/cam-tone", udp=udp),)})
        async with desk(tmp_path / "seat", answers) as wall:
            wall.show("cam")
            tile = await wall.until("cam", State.LIVE)
            assert tile.audio
            for _ in range(2):
                ear = await hears(wall, "cam")
                await until(lambda ear=ear: ear.listen() > RATE)
                assert ear.tone == pytest.approx(880, abs=3)
                wall.service.hear("")
                await until(lambda: wall.service.sound is None)
            assert wall.tile("cam").state is State.LIVE
