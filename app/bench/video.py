"""`bench video`: how many streams a machine carries, what a tile costs, how soon it is there.

Clips are made here, with a number in each picture (app.bench._video_clip). Files are read at the
speed of their clock, so that no server takes part of the machine; `first_picture`, `latency_median`
and `reconnect_growth` read RTSP from the demonstration's server in a process of its own.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Collection
from pathlib import Path
from statistics import median

from app.bench._base import Figure, proc_pss
from app.bench._video_clip import FPS, SECONDS, make_clip
from app.bench._video_ffmpeg import streams_decoded
from app.bench._video_wall import Poller, Wall, share_shown, tile_of, wait_for_picture, wall
from app.child import Child
from app.video.wire import Failed, Open, Opened, Rung, Source

ALL, WORST = 0.99, 0.98
"""A number of streams is sustained when these shares of due pictures are shown."""
RUN_S = 8.0
RING_S = 32.0
RECONNECTS = 2000


def streams_360p(folder: Path) -> Figure:
    """Streams of 640 x 360 sustained, beside what ffmpeg decodes."""
    return _streams("streams_360p", make_clip(folder, 360))


def streams_720p(folder: Path) -> Figure:
    """Streams of 1280 x 720 sustained, beside what ffmpeg decodes."""
    return _streams("streams_720p", make_clip(folder, 720))


def _streams(name: str, clip: Path) -> Figure:
    """Halving between what goes and what does not, to a thirtieth. The baseline is the mean of
    before and after: the clock of a shared machine is not steady for minutes."""
    bare = streams_decoded(clip)
    best, too_many = 0, max(2, round(0.9 * bare))
    count = max(1, round(0.6 * bare))
    while best < count < too_many:
        shown, worst = asyncio.run(share_shown(clip, count, RUN_S))
        if shown >= ALL and worst >= WORST:
            best = count
        else:
            too_many = count
        if too_many - best <= count / 30:
            break
        count = (best + too_many) // 2 if best else round(count * 0.8)
    bare = (bare + streams_decoded(clip)) / 2
    return Figure(name, best, "streams", "ffmpeg -threads 1", bare)


def tile_memory(folder: Path) -> Figure:
    """What a further tile of 360p weighs with 30 s of its packets kept, of 9 and 25 tiles."""

    async def weigh(clip: Path) -> float:
        async with wall() as made:
            await made.add(str(clip), 9, tile_of(25))
            with Poller(made.pool.board, made.places):
                await asyncio.sleep(RING_S)
            nine = made.pss()
            await made.add(str(clip), 16, tile_of(25))
            with Poller(made.pool.board, made.places):
                await asyncio.sleep(RING_S)
            return (made.pss() - nine) / 16

    held = asyncio.run(weigh(make_clip(folder, 360)))
    return Figure("tile_memory", held / 1e6, "MB")


def keyframes_64_cpu(folder: Path) -> Figure:
    """64 tiles of 360p on key frames only, in % of one core, and all pictures of them."""

    async def spend(clip: Path, rung: Rung) -> float:
        async with wall() as made:
            await made.add(str(clip), 64, tile_of(64), rung=rung)
            await asyncio.sleep(2.5)
            begin, before = time.monotonic(), made.cpu()
            await asyncio.sleep(RUN_S)
            return 100 * (made.cpu() - before) / (time.monotonic() - begin)

    clip = make_clip(folder, 360)
    spent = asyncio.run(spend(clip, Rung.KEYS))
    every = asyncio.run(spend(clip, Rung.FULL))
    return Figure("keyframes_64_cpu", spent, "%", "all pictures", every)


def first_picture(folder: Path) -> Figure:
    """From the order to the picture on the board, from a server that keeps the newest group."""

    async def opened(url: str) -> list[float]:
        found = []
        async with wall() as made:
            for stream in range(20):
                begin = time.monotonic()
                made.pool.open(Open(stream, url))
                place = made.pool.show(stream, 640, 360)
                board = made.pool.board
                came = await asyncio.to_thread(wait_for_picture, board, place.row)
                found.append(came - begin)
                await made.pool.close(stream)
        return found

    with _Server(folder) as server:
        return Figure("first_picture", median(asyncio.run(opened(server.url))), "s")


def latency_median(folder: Path) -> Figure:
    """From the moment that a picture is due at the server to its copy on the screen, of 9 streams
    over RTSP."""

    async def delays(url: str, epoch: float) -> list[float]:
        async with wall() as made:
            await made.add(url, 9, tile_of(9), source=Source.NETWORK)
            await asyncio.sleep(1.0)
            with Poller(made.pool.board, made.places) as poller:
                await asyncio.sleep(RUN_S)
            turn = float(SECONDS)
            return [
                (copied - epoch - number / FPS) % turn
                for number, copied in poller.latest
                if number >= 0
            ]

    with _Server(folder) as server:
        found = median(asyncio.run(delays(server.url, server.epoch)))
    return Figure("latency_median", found * 1000, "ms")


def reconnect_growth(folder: Path) -> Figure:
    """What 2,000 openings of eight streams leave behind in the worker."""

    async def grown(url: str) -> float:
        async with wall(1) as made:
            for stream in range(8):
                made.pool.show(stream, 320, 180)
            await _reconnect(made, url, RECONNECTS // 5)
            before = await _least(made.pool.pids()[0])
            await _reconnect(made, url, RECONNECTS)
            return await _least(made.pool.pids()[0]) - before

    with _Server(folder) as server:
        return Figure("reconnect_growth", asyncio.run(grown(server.url)) / 1e6, "MB")


async def _least(pid: int) -> int:
    """Bytes of a worker at rest: connections that are still being closed come and go, and so do
    other programs that share its libraries."""
    found = []
    for _ in range(10):
        await asyncio.sleep(0.5)
        found.append(proc_pss(pid))
    return min(found)


async def _reconnect(made: Wall, url: str, times: int) -> None:
    """Open streams again and again, each as soon as its first picture came; then close them."""
    left = times
    made.heard.clear()
    for stream in range(8):
        made.pool.open(Open(stream, url, ring_s=1.0))
    while left > 0:
        made.news.clear()
        await made.news.wait()
        for stream, report in list(made.heard.items()):
            if isinstance(report, Failed):
                raise RuntimeError(report.detail)
            left -= isinstance(report, Opened)
            del made.heard[stream]
            made.pool.open(Open(stream, url, ring_s=1.0))


class _Server:
    """The demonstration's RTSP server with a clip of 360p, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        clip = make_clip(folder, 360)
        arguments = ["--clips", str(folder), "--parent-pipe"]
        self._child = Child("app.sim.video", arguments)
        self._name = clip.stem
        self.url = ""
        self.epoch = 0.0

    def __enter__(self) -> "_Server":
        ready = self._child.start()
        self.url = f"{ready['rtsp'].rstrip('/')}/{self._name}"
        self.epoch = float(ready["epoch"])
        return self

    def __exit__(self, *_: object) -> None:
        self._child.stop()


_FIGURES: dict[str, Callable[[Path], Figure]] = {
    measure.__name__: measure
    for measure in (
        streams_360p,
        streams_720p,
        tile_memory,
        keyframes_64_cpu,
        first_picture,
        latency_median,
        reconnect_growth,
    )
}
NAMES = tuple(_FIGURES)


def run(only: Collection[str] = ()) -> list[Figure]:
    """All figures, or those named."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            measure(Path(folder)) for name, measure in _FIGURES.items() if not only or name in only
        ]
