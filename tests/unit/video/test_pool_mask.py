"""A camera with a mask: no picture leaves its worker without it, whatever happens to the worker."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.camera_mask import read_areas
from app.video.board import SLOTS
from app.video.segments import attach
from app.video.wire import Failed, Fault, Open, PixelFormat, Rung, Source
from app.video.worker.mask import CHROMA, LUMA
from tests.helpers.clips import Pixels, still, write_clip
from tests.helpers.pooling import PoolHouse, View, pooled, until

LEFT = read_areas("0,0 0.5,1")
RIGHT = read_areas("0.5,0 1,1")
SIZE = (320, 180)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("mask") / "street.mp4", seconds=2)


def halves(view: View) -> tuple[bool, bool]:
    """Whether the left and the right half of the newest picture are covered."""
    return halves_of(view.bgra())


def halves_of(picture: Pixels) -> tuple[bool, bool]:
    middle = picture.shape[1] // 2
    left, right = picture[:, : middle - 4, :3], picture[:, middle + 4 :, :3]
    return bool((left == LUMA).all()), bool((right == LUMA).all())


def playing(clip: Path, stream: int = 1, **more: object) -> Open:
    return Open(stream, str(clip), Source.FILE, loop=True, **more)  # type: ignore[arg-type]


async def test_the_first_picture_has_the_mask(clip: Path) -> None:
    async with pooled() as house:
        house.pool.open(playing(clip, mask=LEFT))
        view = house.view(1, *SIZE)
        await until(lambda: view["seq"] >= SLOTS)
        # All three slots: none held anything else, however short.
        memory = np.frombuffer(attach(view.place.segment), np.uint8)
        pictures = memory.reshape(SLOTS, view.place.slot_bytes)[:, : SIZE[1] * view["stride"]]
        for picture in pictures.copy():
            lines = picture.reshape(SIZE[1], view["stride"] // 4, 4)[:, : SIZE[0]]
            assert halves_of(lines) == (True, False)


async def test_a_mask_that_changes_holds_with_the_next_picture(clip: Path) -> None:
    async with pooled() as house:
        house.pool.open(playing(clip))
        view = house.view(1, *SIZE)
        await until(lambda: view["seq"])
        assert halves(view) == (False, False)
        for mask, seen in ((LEFT, (True, False)), (RIGHT, (False, True)), ((), (False, False))):
            house.pool.cover(1, mask)
            await until(lambda seen=seen: halves(view) == seen, 1.0)


async def test_a_picture_that_stands_is_covered_too(clip: Path) -> None:
    """One picture in ten seconds, and one that will never come: nobody waits for the next."""
    async with pooled() as house:
        house.pool.open(playing(clip, rung=Rung.STILL))
        view = house.view(1, *SIZE)
        await until(lambda: view["seq"])
        house.pool.cover(1, LEFT)
        await until(lambda: halves(view) == (True, False), 1.0)
        house.pool.open(Open(1, "/nowhere/clip.mp4", Source.FILE, mask=LEFT + RIGHT))
        failed = await house.failed(1)
        assert failed.fault is Fault.NOT_FOUND
        assert halves(view) == (True, True)


@pytest.mark.parametrize("form", [PixelFormat.I420, PixelFormat.NV12])
async def test_planes_for_a_card_have_the_mask(clip: Path, form: PixelFormat) -> None:
    async with pooled() as house:
        house.pool.open(playing(clip, mask=LEFT))
        view = house.view(1, 640, 360, form)
        await until(lambda: view["seq"])
        data = view.slot()
        luma = data[: 640 * 360].reshape(360, 640)
        assert (luma[:, :320] == LUMA).all()
        assert not (luma[:, 330:] == LUMA).all()
        rest = data[640 * 360 : 640 * 540].reshape(180 if form is PixelFormat.NV12 else 360, -1)
        assert (rest[:, : rest.shape[1] // 2] == CHROMA).all()


async def _another_worker(house: PoolHouse, stream: int) -> None:
    """Its worker dies; the stream is opened anew elsewhere, as `Life` does it."""
    pid = house.pool.process_of(stream)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: Failed(stream, Fault.WORKER, "its process ended") in house.heard)


async def test_no_picture_without_its_mask_after_a_worker_died(
    clip: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("a video worker ended; its 1 streams")
    async with pooled() as house:
        house.pool.open(playing(clip, mask=LEFT))
        view = house.view(1, *SIZE)
        await until(lambda: view["seq"])
        await _another_worker(house, 1)
        before, seen = view["seq"], set()
        house.pool.open(playing(clip, mask=LEFT))
        while view["seq"] < before + 5:
            if view["format"] == PixelFormat.BGRA:  # a window draws nothing else
                seen.add(halves(view))
            await asyncio.sleep(0)
        assert seen == {(True, False)}


async def test_a_snapshot_has_the_mask_in_the_cameras_own_size(clip: Path, tmp_path: Path) -> None:
    async with pooled() as house:
        house.pool.open(playing(clip, mask=LEFT))
        view = house.view(1, *SIZE)
        await until(lambda: view["seq"])
        for name in ("now.png", "now.jpg"):
            assert (await house.pool.snap(1, tmp_path / name)).made
            with av.open(str(tmp_path / name)) as file:
                picture = next(file.decode(video=0)).to_ndarray(format="rgb24")
            assert picture.shape == (360, 640, 3)
            grey = np.abs(picture[:, :312].astype(int) - LUMA)
            assert grey.max() <= (0 if name.endswith("png") else 24)
            assert np.ptp(picture[:, 340:]) > 100


def _halved(number: int, width: int, height: int) -> Pixels:
    """Only the left half moves."""
    picture = still(number, width, height)
    picture[:, : width // 2] += np.uint8(number * 7 % 256)
    return picture


async def test_whether_a_camera_lives_is_judged_behind_its_mask(tmp_path: Path) -> None:
    """What moves is covered, and so is nearly all light: the camera is well all the same."""
    clip = write_clip(tmp_path / "half.mp4", seconds=2, paint=_halved, numbered=False)
    async with pooled() as house:
        house.pool.open(playing(clip, mask=read_areas("0,0 0.97,1")))
        view = house.view(1, *SIZE)
        await until(lambda: view["decoded"] > 25)
        assert view["written"] - view["changed"] < 0.5
        assert view["written"] - view["lit"] < 0.5


def _plain(number: int, width: int, height: int) -> Pixels:
    """The same for a coder too, which comes nearer to a pattern from picture to picture."""
    return np.full((height, width), 120, np.uint8)


async def test_a_frozen_camera_stays_frozen_when_its_mask_changes(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "still.mp4", seconds=2, paint=_plain, numbered=False)
    async with pooled() as house:
        house.pool.open(playing(clip))
        view = house.view(1, *SIZE)
        await until(lambda: view["decoded"] > 3)
        changed = view["changed"]
        for at in range(3):
            house.pool.cover(1, read_areas(f"0,0 0.{at + 3},1"))
            number = view["decoded"]
            await until(lambda number=number: view["decoded"] > number + 1)
        assert view["changed"] == changed
