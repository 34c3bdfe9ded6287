"""Recordings as a wall shows them: a real service and its workers, and the demonstration's WVP.

A picture of the clip says its number, and every recording of a moment is of the same place in the
clip: that the moment of a tile is right is read from its pixels.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.config import PlatformConfig
from app.core.message import message
from app.core.model import Ms
from app.secrets import Secrets
from app.sim.faults import Trouble
from app.sim.video.channels import records
from app.video.platform import Ability, CameraPlatform, Played
from app.video.platforms.wvp import Wvp
from app.video.service import VideoService
from app.video.sources import Make, make_platform
from app.video.tile import Demand, Playback, State, Tile
from tests.conftest import Watch
from tests.helpers.clips import FPS, number_of, write_clip
from tests.helpers.pooling import until
from tests.helpers.video_desk import Answers, Desk
from tests.helpers.video_platform import NOON, PlatformServer, camera, platform_server

CAMERAS = [camera(number) for number in range(1, 60)]
ZONE = ZoneInfo("Asia/Shanghai")
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
CLIP_S = 4.0
NEAR_S = 0.45
"""A tile is told four times a second."""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    clip = write_clip(folder / "street.mp4", size=(320, 180), seconds=CLIP_S)
    return {"street": clip}


def whole(number: int = 0) -> str:
    """A camera that was recorded without a gap lately."""
    good = [one for one in CAMERAS if len(records(one, NOON - 4 * HOUR, NOON, ZONE)) == 4]
    return f"police:{good[number].code}"


class Review(Desk):
    """Views of recordings."""

    def play(self, view: str, camera: str, playback: Playback | None) -> None:
        self.service.want(view, Demand(camera, 320, 180, playback=playback))

    async def off(self, view: str) -> float:
        """By how many seconds the moment of a tile differs from what its picture shows, modulo the
        clip; read when the tile was told anew."""
        before = self.service.tiles[view].observed

        def fresh() -> bool:
            tile = self.service.tiles.get(view)
            return tile is not None and tile.place is not None and tile.observed != before

        await until(fresh)
        number = number_of(self.pixels(view))
        assert number >= 0
        said = self.service.tiles[view].observed / 1000
        difference = (said - number / FPS) % CLIP_S
        return min(difference, CLIP_S - difference)

    async def at(self, view: str, first: int, last: int) -> Tile:
        """Wait until a view shows a moment between two."""

        def there() -> bool:
            tile = self.service.tiles.get(view)
            return tile is not None and first <= tile.observed < last and _plays(tile)

        try:
            await until(there, 12.0)
        except AssertionError:
            raise AssertionError(f"{view}: {self.service.tiles.get(view)}") from None
        return self.service.tiles[view]


def _plays(tile: Tile) -> bool:
    return tile.state is State.PLAYBACK


class Plain(Wvp):
    """A platform that plays recordings as they were recorded, and no other way."""

    abilities = Wvp.abilities - {Ability.SEEK}

    async def seek(self, camera: str, played: Played, at: Ms | None, speed: float) -> None:
        await CameraPlatform.seek(self, camera, played, at, speed)


@asynccontextmanager
async def review(
    clips: dict[str, Path], folder: Path, make: Make = make_platform, **more: object
) -> AsyncIterator[tuple[Review, PlatformServer]]:
    async with platform_server(clips, CAMERAS, **more) as server:  # type: ignore[arg-type]
        config = PlatformConfig("police", "wvp", "公安视频平台", url=server.url)
        service = VideoService(
            [config],
            (),
            folder,
            server.clock,
            Secrets(folder, {}),
            {},
            "Asia/Shanghai",
            cores=8,
            workers=1,
            idle_s=0.0,
            make=make,
        )
        found = Review(service, Answers({}))
        loop = asyncio.get_running_loop()
        service.start(lambda: loop.call_soon_threadsafe(found.take))
        try:
            yield found, server
        finally:
            await service.stop()


async def test_the_moment_that_a_tile_tells_is_that_of_its_picture(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    begin, end = NOON - 30 * MINUTE, NOON
    async with review(clips, tmp_path) as (wall, _):
        wall.play("a", whole(), Playback(begin, end))
        tile = await wall.at("a", begin, begin + 5 * SECOND)
        assert tile.playback == Playback(begin, end)
        assert await wall.off("a") < NEAR_S
        # a minute and more further on: what was wrong here were the dates after a seek
        there = begin + 62 * SECOND
        wall.play("a", whole(), Playback(there, end, turn=1))
        await wall.at("a", there, there + 5 * SECOND)
        assert await wall.off("a") < NEAR_S
        # before where the platform began: it is asked for another playback
        early = begin - 8 * MINUTE
        wall.play("a", whole(), Playback(early, end, turn=2))
        await wall.at("a", early, early + 5 * SECOND)
        assert await wall.off("a") < NEAR_S


async def test_it_runs_faster_stands_still_and_goes_on(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    begin, end = NOON - 30 * MINUTE, NOON
    async with review(clips, tmp_path) as (wall, server):
        wall.play("a", whole(), Playback(begin, end, 4.0))
        await wall.at("a", begin + 12 * SECOND, end)
        source = next(iter(server.live._running.values())).offer.source
        assert source.speed == 4.0
        assert await wall.off("a") < 4 * NEAR_S
        wall.play("a", whole(), Playback(begin, end, 0.0))
        await until(lambda: source.speed == 0.0)
        await until(lambda: wall.tile("a").playback == Playback(begin, end, 0.0))
        stood = wall.tile("a").observed
        seq = int(wall.row("a")["seq"])
        await until(lambda: wall.service.budget is not None and wall.tile("a").observed == stood)
        wall.play("a", whole(), Playback(begin, end, 0.5))
        await until(lambda: int(wall.row("a")["seq"]) > seq + 20)
        tile = await wall.at("a", stood, stood + 5 * SECOND)
        assert tile.playback == Playback(begin, end, 0.5) and source.speed == 0.5


async def test_where_the_platform_cannot_stand_still_nothing_is_read(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    """The picture stays and is said to be one that stands; the platform plays nothing meanwhile.
    It goes on where it stood, and what is covered then is covered at once."""
    begin, end = NOON - 30 * MINUTE, NOON
    async with review(clips, tmp_path, Plain) as (wall, server):
        wall.play("a", whole(), Playback(begin, end))
        await wall.at("a", begin + 2 * SECOND, end)
        wall.play("a", whole(), Playback(begin, end, 0.0))
        await until(lambda: wall.tile("a").playback == Playback(begin, end, 0.0))
        await until(lambda: not server.live._running)
        stood, seq = wall.tile("a").observed, int(wall.row("a")["seq"])
        assert begin + 2 * SECOND <= stood < begin + 12 * SECOND
        ahead = (stood / 1000 - number_of(wall.pixels("a")) / FPS) % CLIP_S
        assert min(ahead, CLIP_S - ahead) < NEAR_S
        # at another moment it stands as well, with the picture of that one
        there = begin + 62 * SECOND
        wall.play("a", whole(), Playback(there, end, 0.0, turn=1))
        await until(lambda: wall.tile("a").playback == Playback(there, end, 0.0, turn=1))
        await until(lambda: not server.live._running)
        assert int(wall.row("a")["seq"]) > seq and wall.tile("a").state is State.PLAYBACK
        stood, seq = wall.tile("a").observed, int(wall.row("a")["seq"])
        assert there <= stood < there + 3 * SECOND
        wall.play("a", whole(), Playback(there, end, 1.0, turn=1))
        await until(lambda: int(wall.row("a")["seq"]) > seq + 20)
        tile = await wall.at("a", stood + SECOND, stood + 8 * SECOND)
        assert tile.playback == Playback(there, end, 1.0, turn=1)
        assert await wall.off("a") < NEAR_S


async def test_what_stands_outlives_its_worker(
    clips: dict[str, Path], tmp_path: Path, expect_log: Watch
) -> None:
    expect_log("a video worker ended")
    begin, end = NOON - 30 * MINUTE, NOON
    async with review(clips, tmp_path, Plain) as (wall, server):
        wall.play("a", whole(), Playback(begin, end, 0.0))
        await wall.until("a", State.PLAYBACK)
        await until(lambda: wall.tile("a").playback == Playback(begin, end, 0.0))
        await until(lambda: not server.live._running)
        stood = wall.tile("a").observed
        pool = wall.service._pool
        assert pool is not None
        (pid,) = pool.pids()
        os.kill(pid, signal.SIGKILL)
        await until(lambda: pool.pids() not in ([], [pid]))
        await until(
            lambda: (
                not server.live._running
                and wall.tile("a").state is State.PLAYBACK
                and wall.tile("a").playback == Playback(begin, end, 0.0)
            )
        )
        assert stood <= wall.tile("a").observed < stood + 3 * SECOND


async def test_where_nothing_was_recorded_nothing_is_shown(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    hour, empty = next(
        (NOON - back * HOUR, one)
        for one in CAMERAS
        for back in range(3, 24)
        if not records(one, NOON - back * HOUR, NOON - (back - 1) * HOUR, ZONE)
        and records(one, NOON - (back + 1) * HOUR, NOON - back * HOUR, ZONE)
    )
    async with review(clips, tmp_path) as (wall, server):
        id_ = f"police:{empty.code}"
        wall.play("a", id_, Playback(hour + 10 * MINUTE, NOON))
        tile = await wall.until("a", State.NO_SIGNAL)
        assert tile.why == message("videostate.no_recording")
        assert tile.place is None or tile.observed == 0
        assert not server.live._running
        # what was recorded before it is played to where it ends, and not over the gap
        wall.play("a", id_, Playback(hour - 3 * SECOND, NOON, turn=1))
        await wall.at("a", hour - 3 * SECOND, hour)


async def test_what_just_happened_is_played_from_what_the_worker_kept(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    async with review(clips, tmp_path) as (wall, server):
        wall.play("a", whole(), None)
        await wall.until("a", State.LIVE)
        seq = int(wall.row("a")["seq"])
        await until(lambda: int(wall.row("a")["seq"]) > seq + 75)
        server.faults.troubles = {camera.id: Trouble.OFFLINE for camera in CAMERAS}
        wall.play("a", whole(), Playback(NOON - 2 * SECOND, NOON, 0.5))
        await wall.at("a", NOON - 2 * SECOND, NOON)
        (kept,) = (tmp_path / "video" / "kept").glob("*.mp4")
        wall.play("a", whole(), Playback(NOON - SECOND, NOON, 0.25, turn=1))
        await wall.at("a", NOON - SECOND, NOON)
        assert kept.exists()
        wall.service.want("a", None)
        await until(lambda: not kept.exists())
