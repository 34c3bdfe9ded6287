"""`bench video`: the figures of app.bench.video, and what 25 live tiles cost a seat with its
windows: how late it is (`gui_late_p99_25`), its processor beside 25 of mpv's (`cpu_vs_mpv`). And
how long a key takes that looks for a camera among 40,000 (`catalogue_p99`)."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from app.bench import video
from app.bench._base import Figure, proc_cpu
from app.bench._city import write_city
from app.bench._video_clip import make_clip
from app.live.video_wall import Look
from app.video.tile import State
from widgets import offscreen
from widgets.bench._catalogue import catalogue_p99
from widgets.bench._desk import measure
from widgets.session import Session

TILES = 25
SCREEN = (2752, 1228)
"""On it the wall of a desk has 1920 x 1080, as that of `bench video` without windows."""
SIZE = (316, 178)
"""Of a picture on that wall, and so of mpv's windows."""
WITHIN_S = 60.0
WARM_S = 5.0
MEASURED_S = 15.0
OF_SEAT = ("gui_late_p99_25", "cpu_vs_mpv")
NAMES = (*video.NAMES, *OF_SEAT, "catalogue_p99")


def run(only: Collection[str] = ()) -> list[Figure]:
    """All figures, or those named."""
    wanted = frozenset(only or NAMES)
    there = wanted.intersection(video.NAMES)
    found = video.run(there) if there else []
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        folder = Path(place)
        # The wall of a certain size comes first: the first windows of a process choose its screens.
        if not wanted.isdisjoint(OF_SEAT):
            found += _seat(folder, wanted)
        if "catalogue_p99" in wanted:
            found.append(catalogue_p99())
    return found


def _seat(folder: Path, wanted: Collection[str]) -> list[Figure]:
    """What 25 live tiles cost a seat with its windows."""
    found = []
    clip = make_clip(folder, 360)
    seat = partial(measure, scene="video", prepare=_screen)
    before = _mpv_spent(clip) if "cpu_vs_mpv" in wanted else None
    busy = seat(partial(_watch, TILES), str(_city(folder / "busy", clip)))
    if "gui_late_p99_25" in wanted:
        idle = seat(partial(_watch, 0), str(_city(folder / "idle", clip)))
        found.append(Figure("gui_late_p99_25", busy[0], "ms", "no camera", idle[0]))
    if "cpu_vs_mpv" in wanted:
        found.append(_beside_mpv(busy[1], busy[2], before, clip))
    return found


def _screen(folder: Path) -> Path:
    """The file of a desk's one monitor."""
    offscreen.one(folder, *SCREEN)
    return folder / "screens.json"


def _city(folder: Path, clip: Path) -> Path:
    """A city of no feed with a list of 25 cameras, each the same street."""
    write_city(folder, 10)
    shutil.copy(clip, folder / clip.name)
    cameras = "".join(
        f'\n[[platform.options.camera]]\nid = "c{number}"\nname_zh = "街道{number}号"\n'
        f'region = "320800"\nurl = "{clip.name}"\n'
        for number in range(TILES)
    )
    head = '\n[[platform]]\nid = "bench"\nkind = "static"\nname_zh = "压测视频"\n'
    with (folder / "city.toml").open("a", encoding="utf-8") as file:
        file.write(head + cameras)
    rows = "".join(
        f"bench:c{number},街道{number}号,Street {number},320800,119,33.5\n"
        for number in range(TILES)
    )
    (folder / "cameras.csv").write_text("id,name_zh,name_en,region,lon,lat\n" + rows, "utf-8")
    return folder


async def _watch(tiles: int, session: Session) -> tuple[float, float, tuple[int, int]]:
    """Lateness (ms, p99), processor seconds a second of a seat with so many live tiles, and the
    size of their pictures."""
    wall = session.runtime.seat.videos["main"]
    cameras = {number: f"bench:c{number}" for number in range(tiles)}
    wall.look = Look(count=TILES, cameras=cameras)
    end = time.monotonic() + WITHIN_S
    while tiles and _live(session) < tiles:
        if time.monotonic() > end:
            raise TimeoutError(f"only {_live(session)} of {tiles} tiles are live")
        await asyncio.sleep(0.1)
    await asyncio.sleep(WARM_S)
    session.stall.reset()
    before, begin = _spent(), time.monotonic()
    await asyncio.sleep(MEASURED_S)
    spent = (_spent() - before) / (time.monotonic() - begin)
    return session.stall.figures().p99, spent, _size(session)


def _size(session: Session) -> tuple[int, int]:
    """Of most pictures on the board, in pixels; none: 0 x 0."""
    service = session.runtime.video
    board = None if service is None else service.board
    if board is None:
        return 0, 0
    sizes = Counter((int(row["width"]), int(row["height"])) for row in board if row["seq"])
    return sizes.most_common(1)[0][0] if sizes else (0, 0)


def _live(session: Session) -> int:
    service = session.runtime.video
    tiles = service.tiles.values() if service is not None else ()
    return sum(tile.state in (State.LIVE, State.DEGRADED) for tile in tiles)


def _spent() -> float:
    """Processor seconds of this process and its children."""
    return proc_cpu("self") + sum(proc_cpu(pid) for pid in _children())


def _children() -> Iterator[int]:
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text(encoding="ascii").split():
            yield int(pid)


def _beside_mpv(ours: float, size: tuple[int, int], before: float | None, clip: Path) -> Figure:
    """Ours counts the whole seat; of mpv only its own processes, not the X server that draws. Its
    windows are as large as the pictures of ours. It is measured before and after, because the
    clock of a shared machine is not steady for a minute."""
    value = 100 * ours / TILES
    if size != SIZE:
        raise ValueError(f"the tiles are {size}, mpv's windows {SIZE}")
    after = _mpv_spent(clip)
    if before is None or after is None:
        return Figure("cpu_vs_mpv", value, "% of a core a tile (mpv or Xvfb is missing)")
    return Figure(
        "cpu_vs_mpv", value, "% of a core a tile", "a window of mpv", (before + after) / 2
    )


def _mpv_spent(clip: Path) -> float | None:
    """What a window of mpv costs in % of a core, of as many as there are tiles; None where mpv or
    an X server is missing."""
    if shutil.which("mpv") is None or shutil.which("Xvfb") is None:
        return None
    with _display() as display, ExitStack() as stack:
        pids = [stack.enter_context(_mpv(clip, number, SIZE, display)) for number in range(TILES)]
        time.sleep(WARM_S)
        before, begin = sum(map(proc_cpu, pids)), time.monotonic()
        time.sleep(MEASURED_S)
        spent = (sum(map(proc_cpu, pids)) - before) / (time.monotonic() - begin)
    return 100 * spent / TILES


@contextmanager
def _display() -> Iterator[str]:
    """An X server of its own; gives its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()


@contextmanager
def _mpv(clip: Path, number: int, size: tuple[int, int], display: str) -> Iterator[int]:
    """One window with one decoder thread and no sound, as large as a tile; gives its process."""
    left, top = number % 5 * size[0], number // 5 * size[1]
    command = [
        "mpv", "--no-config", "--no-terminal", "--loop-file=inf", "--no-audio", "--hwdec=no",
        "--vd-lavc-threads=1", "--framedrop=no", "--vo=x11",
        "--no-border", "--osc=no", "--load-scripts=no",
        f"--geometry={size[0]}x{size[1]}+{left}+{top}", str(clip),
    ]  # fmt: skip
    environment = {**os.environ, "DISPLAY": display}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as player:
        try:
            yield player.pid
        finally:
            player.terminate()
