"""The demonstration's WVP in a test's own loop, with clips made on the spot."""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import ManualClock
from app.sim.faults import Faults, Spell, Trouble
from app.sim.video.cameras import SimCamera
from app.sim.video.live import Live
from app.sim.video.rtsp import RtspServer
from app.sim.video.shelf import Shelf
from app.sim.video.web import WebServer
from app.sim.video.wvp import Wvp

NOON = 1_764_561_600_000  # 2025-12-01T12:00:00 in China


def camera(number: int, name: str = "", **more: object) -> SimCamera:
    """Camera by number: 32081200001320000001 is the first."""
    row = {
        "number": 7000 + number,
        "code": f"3208120000132{number:07d}",
        "name": name or f"测试{number}号机",
        "region": "320812",
        "address": "测试路",
        "lon": 119.0 + number / 1000,
        "lat": 33.5,
        "form": "dome",
        "heading": 90.0,
    }
    return SimCamera(**(row | more))  # type: ignore[arg-type]


class Chosen(Faults):
    """Troubles by camera id, as the test says."""

    def __init__(self, troubles: Mapping[str, Trouble]) -> None:
        super().__init__(1)
        self.troubles = dict(troubles)

    def device(self, id_: str, at: int) -> Spell | None:
        """What it has, for an hour."""
        trouble = self.troubles.get(id_)
        return Spell(trouble, at, at + 3_600_000) if trouble else None


@dataclass
class PlatformServer:
    """What runs."""

    web: WebServer
    rtsp: RtspServer
    wvp: Wvp
    live: Live
    clock: ManualClock
    faults: Chosen

    @property
    def url(self) -> str:
        """Of the API."""
        return self.web.url


@asynccontextmanager
async def platform_server(
    clips: Mapping[str, Path],
    cameras: Sequence[SimCamera],
    *,
    users: Mapping[str, str] | None = None,
    troubles: Mapping[str, Trouble] | None = None,
) -> AsyncIterator[PlatformServer]:
    """Run one; `users` are names with passwords."""
    clock = ManualClock(NOON)
    faults = Chosen(troubles or {})
    live = Live(Shelf(clips), list(clips), faults, clock)
    rtsp = RtspServer(live)
    known = {name: hashlib.md5(word.encode()).hexdigest() for name, word in (users or {}).items()}
    wvp = Wvp(cameras, live, rtsp, clock, "Asia/Shanghai", known)
    web = WebServer(wvp)
    await rtsp.start()
    await web.start()
    try:
        yield PlatformServer(web, rtsp, wvp, live, clock, faults)
    finally:
        await web.stop()
        await rtsp.stop()
