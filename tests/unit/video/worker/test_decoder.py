"""Who decodes is what the machine says; without a card, or with a broken one, software does."""

from pathlib import Path

import av
import pytest

from app.video.worker.decoder import NVIDIA, Decoders, Nvdec, Software
from tests.conftest import Watch
from tests.helpers.clips import number_of, write_clip


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "h264": write_clip(folder / "h264.mp4", seconds=1),
        "hevc": write_clip(folder / "hevc.mp4", codec="libx265", seconds=1),
    }


def numbers(path: Path, decoders: Decoders) -> list[int]:
    """What is written into the pictures of a clip, as a worker decodes them."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        decoder = decoders.make(stream)
        frames = [
            frame for one in container.demux(stream) if one.size for frame in decoder.decode(one)
        ]
        frames += decoder.drain()
    return [number_of(frame.to_ndarray(format="bgra")) for frame in frames]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_machine_without_a_card_decodes_in_software_and_says_nothing(
    clips: dict[str, Path], codec: str, tmp_path: Path
) -> None:
    decoders = Decoders(1, tmp_path / "no driver")
    assert decoders.names == ("software",)
    assert numbers(clips[codec], decoders) == list(range(25))


@pytest.mark.skipif(NVIDIA.exists(), reason="this machine has an NVIDIA card that answers")
@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_driver_without_a_card_behind_it_is_said_once(
    clips: dict[str, Path],
    codec: str,
    tmp_path: Path,
    expect_log: Watch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    expect_log("the card does not decode: .*Error")
    driver = tmp_path / "nvidiactl"
    driver.touch()
    decoders = Decoders(1, driver)
    assert decoders.names == ("software",)
    for _ in range(3):
        assert numbers(clips[codec], decoders) == list(range(25))
    assert len([one for one in caplog.records if "the card" in one.message]) == 1


def test_a_card_shows_the_same_pictures(clips: dict[str, Path]) -> None:
    if not NVIDIA.exists():
        pytest.skip("no NVIDIA card on this machine")
    decoders = Decoders(1)
    assert decoders.names == (Nvdec.name, Software.name)
    for clip in clips.values():
        assert numbers(clip, decoders) == list(range(25))
