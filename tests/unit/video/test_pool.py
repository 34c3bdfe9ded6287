"""The pool: real workers, real clips, and what becomes of them when processes die."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from app.video import process
from app.video.board import ROWS
from app.video.pool import SUSPECT, NoRoom
from app.video.segments import FOLDER, clear
from app.video.wire import Fault, Open, PixelFormat, Rung, Source
from tests.conftest import Watch
from tests.contract.house import ROOT
from tests.helpers.clips import dark, number_of, still, write_clip
from tests.helpers.pooling import PoolHouse, pooled, until


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "h264": write_clip(folder / "h264.mp4", seconds=2, title="street"),
        "h265": write_clip(folder / "h265.mp4", codec="libx265", seconds=2),
        "still": write_clip(
            folder / "still.mp4", seconds=2, paint=still, numbered=False, options={"qp": "30"}
        ),
        "dark": write_clip(folder / "dark.mp4", seconds=2, paint=dark, numbered=False),
    }


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = set(FOLDER.glob(f"chengmai-{os.getpid()}-*"))
    yield
    assert set(FOLDER.glob(f"chengmai-{os.getpid()}-*")) == before


def file(stream: int, path: Path, *, loop: bool = True, speed: float = 1.0) -> Open:
    return Open(stream, str(path), source=Source.FILE, loop=loop, speed=speed)


async def test_a_stream_is_decoded_once_and_shown_in_several_sizes(clips: dict[str, Path]) -> None:
    async with pooled() as house:
        house.pool.open(file(1, clips["h264"]))
        small, large = house.view(1, 320, 180), house.view(1, 640, 360)
        planes = house.view(1, 640, 360, PixelFormat.I420)
        opened = await house.opened(1)
        assert (opened.codec, opened.width, opened.height) == ("h264", 640, 360)
        assert (opened.fps, opened.title, opened.decoder) == (25.0, "street", "software")
        await until(lambda: small["seq"] > 5 and large["seq"] > 5)
        assert small.number >= 5
        assert abs(small.number - large.number) <= 1
        assert (planes["width"], planes["stride"], planes["format"]) == (640, 640, 2)
        assert abs(small["decoded"] - large["decoded"]) <= 1  # one decoder for both
        assert small["written"] >= small["arrived"] > 0
        assert small["changed"] > 0 and small["lit"] > 0 and small["cpu"] > 0


async def test_a_file_is_shown_at_the_speed_of_its_clock_and_begins_anew(
    clips: dict[str, Path],
) -> None:
    async with pooled() as house:
        begin = time.monotonic()
        house.pool.open(file(1, clips["h265"], speed=2.0))
        view = house.view(1, 320, 180)
        await until(lambda: view["pts"] > 2.2)
        assert time.monotonic() - begin > 1.0
        assert view["seq"] == pytest.approx(25 * view["pts"], abs=3)
        assert view.number == pytest.approx(round(view["pts"] * 25) % 50, abs=1)


async def test_a_file_ends_and_goes_to_a_second(clips: dict[str, Path]) -> None:
    async with pooled() as house:
        house.pool.open(file(1, clips["h264"], loop=False, speed=0.0))
        view = house.view(1, 320, 180)
        await until(lambda: view["seq"] >= 1)
        house.pool.seek(1, 1.2, 0.0)
        await until(lambda: view.number == 30)
        assert view["pts"] == pytest.approx(1.2, abs=0.001)
        house.pool.seek(1, 0.4, 0.0)
        await until(lambda: view.number == 10)
        house.pool.seek(1, 1.0, 4.0)
        failed = await house.failed(1)
        assert failed.fault is Fault.ENDED
        assert view.number == 49


async def test_less_is_decoded_by_rung(clips: dict[str, Path]) -> None:
    async with pooled() as house:
        house.pool.open(file(1, clips["h264"], speed=4.0))
        view = house.view(1, 320, 180)
        await until(lambda: view["seq"] > 3)

        async def rate(rung: Rung, fps: float = 0.0) -> tuple[int, int, int]:
            """Packets, pictures decoded and shown while fifty packets come."""
            house.pool.step(1, rung, fps)
            await until(lambda: view["rung"] == rung)
            begin = [view[name] for name in ("packets", "decoded", "seq")]
            await until(lambda: view["packets"] >= begin[0] + 50)
            now = [view[name] for name in ("packets", "decoded", "seq")]
            return now[0] - begin[0], now[1] - begin[1], now[2] - begin[2]

        packets, decoded, shown = await rate(Rung.FEWER, 20.0)
        assert decoded >= packets - 2 and 8 <= shown <= 14
        _, decoded, shown = await rate(Rung.KEYS)
        assert decoded <= 2 and shown <= 2
        assert view.number == 0
        _, decoded, _ = await rate(Rung.RING)
        assert decoded <= 1
        packets, decoded, shown = await rate(Rung.FULL)
        assert decoded >= packets - 2 and shown >= packets - 3


async def test_frozen_and_black_are_seen_in_the_row(clips: dict[str, Path]) -> None:
    async with pooled() as house:
        house.pool.open(file(1, clips["still"]))
        house.pool.open(file(2, clips["dark"]))
        frozen, black = house.view(1, 320, 180), house.view(2, 320, 180)
        await until(lambda: min(frozen["decoded"], black["decoded"]) > 40)
        assert frozen["written"] - frozen["changed"] > 1.0 and frozen["lit"] > frozen["changed"]
        assert black["lit"] == 0.0 and black["luma"] < 24


async def test_a_clip_and_a_picture_of_a_stream_that_is_only_kept(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    async with pooled() as house:
        house.pool.open(file(1, clips["h264"]))
        view = house.view(1, 64, 36)
        await until(lambda: view["packets"] > 20)
        house.pool.step(1, Rung.RING)
        await until(lambda: view["packets"] > 60)
        made = await house.pool.clip(1, tmp_path / "clip.mp4", 30)
        assert made.made and made.seconds == pytest.approx(2.4, abs=0.3)
        snap = await house.pool.snap(1, tmp_path / "now.jpg")
        assert snap.made
        refused = await house.pool.clip(1, tmp_path / "clip.mp4", 30)
        assert not refused.made and refused.detail == "FileExistsError"
        assert not (await house.pool.snap(7, tmp_path / "none.jpg")).made
        with av.open(str(tmp_path / "clip.mp4")) as written:
            found = [number_of(one.to_ndarray(format="bgra")) for one in written.decode(video=0)]
        assert found[:50] == list(range(50)) and len(found) > 55


async def test_what_was_kept_outlives_the_connection(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    async with pooled() as house:
        house.pool.open(file(1, clips["h264"], loop=False, speed=4.0))
        house.view(1, 64, 36)
        await house.failed(1)
        assert (await house.pool.clip(1, tmp_path / "clip.mp4", 30)).made
        assert (await house.pool.snap(1, tmp_path / "last.png")).made


async def test_a_row_that_is_hidden_is_empty_and_given_again(clips: dict[str, Path]) -> None:
    async with pooled() as house:
        house.pool.open(file(1, clips["h264"]))
        first, other = house.view(1, 64, 36), house.view(1, 64, 36)
        await until(lambda: first["seq"] and other["seq"])
        row = first.place.row
        await house.pool.hide(row)
        assert not house.pool.board[row : row + 1].view(np.uint8).any()
        begin = other["seq"]
        await until(lambda: other["seq"] > begin + 2)
        assert not house.pool.board[row : row + 1].view(np.uint8).any()
        assert house.view(1, 64, 36).place.row == row
        await house.pool.close(1)
        assert not house.pool.board.view(np.uint8).any()
        await house.pool.close(1)


async def test_rows_and_memory_have_an_end() -> None:
    async with pooled() as house:
        with pytest.raises(NoRoom):
            house.view(1, 16384, 1 << 40)
        for _ in range(ROWS):
            house.view(1, 2, 2)
        with pytest.raises(NoRoom):
            house.view(1, 2, 2)


def killed(house: PoolHouse, number: int = 0) -> None:
    os.kill(house.pool.pids()[number], signal.SIGKILL)


async def test_a_worker_that_dies_is_replaced_and_its_rows_go_on(
    clips: dict[str, Path], expect_log: Watch
) -> None:
    expect_log("a video worker ended; its 1 streams")
    async with pooled(2) as house:
        for stream in (1, 2):
            house.pool.open(file(stream, clips["h264"]))
        dies, stays = house.view(1, 320, 180), house.view(2, 320, 180)
        await until(lambda: dies["seq"] > 3 and stays["seq"] > 3)
        gone = house.pool.pids()[0]
        killed(house)
        failed = await until(lambda: [one for one in house.heard if getattr(one, "fault", None)])
        assert [(one.stream, one.fault) for one in failed] == [(1, Fault.WORKER)]
        stood = dies["seq"]
        assert dies.number >= 0  # the last picture is still there
        house.heard.clear()
        house.pool.open(file(1, clips["h264"]))
        begin = stays["seq"]
        await house.opened(1)
        await until(lambda: dies["seq"] > stood + 3)
        assert stays["seq"] > begin
        assert house.pool.workers == 2 and gone not in house.pool.pids()


async def test_a_stream_that_kills_its_workers_is_set_apart_and_then_refused(
    clips: dict[str, Path], expect_log: Watch
) -> None:
    """What was killed along with it twice goes on alone."""
    expect_log("a video worker ended")
    async with pooled(1) as house:
        for death in range(SUSPECT + 1):
            house.heard.clear()
            for stream in (1, 2):
                house.pool.open(file(stream, clips["h264"]))
            await house.opened(1)
            await house.opened(2)
            guilty, innocent = house.pool.process_of(1), house.pool.process_of(2)
            assert guilty is not None
            assert (guilty == innocent == house.pool.pids()[0]) is (death < SUSPECT)
            os.kill(guilty, signal.SIGKILL)
            await house.failed(1)
        assert guilty != innocent == house.pool.process_of(2)
        house.heard.clear()
        house.pool.open(file(1, clips["h264"]))
        assert (await house.failed(1)).fault is Fault.UNREADABLE
        await until(lambda: house.pool.workers == 2)
        await house.pool.close(2)
        await until(lambda: house.pool.workers == 1)


async def test_a_worker_that_hangs_is_killed(
    clips: dict[str, Path], expect_log: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_log("a video worker ended")
    monkeypatch.setattr(process, "ANSWER_S", 0.3)
    async with pooled(1) as house:
        house.pool.open(file(1, clips["h264"]))
        view = house.view(1, 64, 36)
        await house.opened(1)
        os.kill(house.pool.pids()[0], signal.SIGSTOP)
        await house.pool.hide(view.place.row)
        assert (await house.failed(1)).fault is Fault.WORKER
        await until(lambda: house.pool.workers == 1)


PARENT = """
import asyncio, sys
from app.video.pool import Pool
from app.video.wire import Open, Source
async def main():
    pool = Pool(lambda report: None, workers=1)
    await pool.start()
    pool.open(Open(1, sys.argv[1], source=Source.FILE, loop=True))
    place = pool.show(1, 64, 36)
    while not pool.board["seq"][place.row]:
        await asyncio.sleep(0.01)
    print(pool.pids()[0], place.segment, pool.board_name, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_a_parent_that_is_killed_leaves_no_process_and_the_next_start_clears_its_memory(
    clips: dict[str, Path],
) -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, str(clips["h264"])),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    worker, *segments = (await parent.stdout.readline()).decode().split()
    parent.kill()
    await parent.wait()
    await until(lambda: not alive(int(worker)), 1.0)
    assert all((FOLDER / name).exists() for name in segments)
    assert set(segments) <= set(clear(young_s=-1))
    assert not any((FOLDER / name).exists() for name in segments)


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
