"""Clips that all tests of the worker read: small ones, because they are made anew each run."""

from pathlib import Path

import pytest

from tests.helpers.clips import dark, still, write_clip


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "h264": write_clip(folder / "h264.mp4", seconds=2, title="street"),
        "h265": write_clip(folder / "h265.mp4", codec="libx265", seconds=2),
        "hd": write_clip(folder / "hd.mp4", size=(1280, 720), seconds=2),
        "still": write_clip(folder / "still.mp4", seconds=2, paint=still, numbered=False),
        "dark": write_clip(folder / "dark.mp4", seconds=2, paint=dark, numbered=False),
        "flv": write_clip(folder / "h264.flv", seconds=2),
        "ts": write_clip(folder / "h264.ts", seconds=2),
    }
