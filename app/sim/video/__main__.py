"""`python -m app.sim.video`: serves video as a process; prints one JSON line when it is ready.

It is a process of its own beside `app.sim`, so that packets due each 40 ms and the beat of the
city do not wait for each other. With `--city` it is the video platform of a demonstration city,
with `--clips` the clips of a folder stand at `rtsp://…/<name>`. With `--parent-pipe` it ends when
its standard input ends.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import ClassVar

import click
import msgspec

from app.child import parent_gone
from app.city import City, load_city
from app.config import ConfigError
from app.core.clock import SystemClock
from app.core.i18n import translator
from app.core.privacy import Privacy
from app.sim.faults import Faults
from app.sim.video.cameras import cameras_of
from app.sim.video.live import Live
from app.sim.video.rtsp import RtspServer
from app.sim.video.shelf import Shelf, folder_of_clips
from app.sim.video.web import WebServer
from app.sim.video.wvp import Wvp

CLIPS = Path(__file__).resolve().parents[3] / "assets" / "video"


class Ready(msgspec.Struct, frozen=True):
    """The line on standard output. `epoch` is when the first picture of every clip was due, in
    seconds of `time.monotonic()`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    rtsp: str
    epoch: str
    wvp: str = ""


async def serve(
    clips: Path, city: City | None, host: str, ports: tuple[int, int], pipe: bool
) -> None:
    """Run until cancelled, or until the parent is gone. `ports` are those of RTSP and of the
    platform's API; 0: any."""
    found = folder_of_clips(clips)
    shelf = Shelf(found)
    async with AsyncExitStack() as stack:
        if city is None:
            rtsp = RtspServer(shelf, host)
        else:
            clock, config = SystemClock(), city.config
            seed = config.simulator.seed if config.simulator is not None else 1
            live = Live(shelf, list(found), Faults(seed), clock)
            rtsp = RtspServer(live, host)
            wvp = Wvp(cameras_of(city), live, rtsp, clock, config.zone)
            web = WebServer(wvp, host)
            await web.start(ports[1])
            stack.push_async_callback(web.stop)
        await rtsp.start(ports[0])
        stack.push_async_callback(rtsp.stop)
        ready = Ready(rtsp.url, repr(shelf.epoch), web.url if city is not None else "")
        sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
        sys.stdout.buffer.flush()
        await (parent_gone() if pipe else asyncio.Event().wait())


@click.command()
@click.option("--clips", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--city", default="", help="Name or folder of a city whose platform this is.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True)
@click.option("--web-port", type=click.IntRange(0, 65535), default=0, show_default=True)
@click.option("--parent-pipe", is_flag=True, help="End when standard input ends.")
def main(
    clips: Path | None, city: str, host: str, port: int, web_port: int, parent_pipe: bool
) -> None:
    """Serve clips as live cameras."""
    try:
        loaded = load_city(city) if city else None
        asyncio.run(serve(clips or CLIPS, loaded, host, (port, web_port), parent_pipe))
    except ConfigError as error:
        raise click.ClickException(translator("zh_CN").render(error.reason)) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
