"""`python -m app.sim.video`: serves video as a process; prints one JSON line when it is ready.

It is a process of its own beside `app.sim`, so that packets due each 40 ms and the beat of the
city do not wait for each other. With `--parent-pipe` it ends when its standard input ends.
"""

import asyncio
import sys
from pathlib import Path
from typing import ClassVar

import click
import msgspec

from app.child import parent_gone
from app.core.privacy import Privacy
from app.sim.video.rtsp import RtspServer
from app.sim.video.shelf import Shelf, folder_of_clips


class Ready(msgspec.Struct, frozen=True):
    """The line on standard output. `epoch` is when the first picture of every clip was due, in
    seconds of `time.monotonic()`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    rtsp: str
    epoch: str


async def serve(clips: Path, host: str, port: int, parent_pipe: bool) -> None:
    """Run until cancelled, or until the parent is gone."""
    shelf = Shelf(folder_of_clips(clips))
    server = RtspServer(shelf, host)
    await server.start(port)
    sys.stdout.buffer.write(msgspec.json.encode(Ready(server.url, repr(shelf.epoch))) + b"\n")
    sys.stdout.buffer.flush()
    try:
        await (parent_gone() if parent_pipe else asyncio.Event().wait())
    finally:
        await server.stop()


@click.command()
@click.option("--clips", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True)
@click.option("--parent-pipe", is_flag=True, help="End when standard input ends.")
def main(clips: Path, host: str, port: int, parent_pipe: bool) -> None:
    """Serve the clips of a folder as live cameras."""
    try:
        asyncio.run(serve(clips, host, port, parent_pipe))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
