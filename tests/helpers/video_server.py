"""The demonstration's own RTSP server in a test, in a thread with a loop of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TypeVar

from app.sim.video.rtsp import RtspServer
from app.sim.video.shelf import Offers, Shelf

T = TypeVar("T")


class ServerThread:
    """`with ServerThread({"street": path}) as server:` serves `server.url + "/street"`."""

    def __init__(self, clips: Mapping[str, Path], offers: Callable[[], Offers] | None = None):
        self._make = offers or (lambda: Shelf(clips))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rtsp server")
        self.rtsp = RtspServer(self._make())
        self.port = 0

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"rtsp://127.0.0.1:{self.port}"

    def __enter__(self) -> "ServerThread":
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        left = self._wait(_left())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        assert not left, f"the server left behind {left}"

    def start(self) -> None:
        """Listen, after a stop on the same port as before."""
        self.port = self._wait(self.rtsp.start(self.port))

    def stop(self) -> None:
        """Cut all and give up the port."""
        self._wait(self.rtsp.stop())

    def cut(self) -> int:
        """Cut all that watch."""
        return self.ask(self.rtsp.cut)

    def ask(self, what: Callable[[], T]) -> T:
        """Call something within the server's thread."""

        async def called() -> T:
            return what()

        return self._wait(called())

    def _wait(self, coroutine: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)


async def _left() -> set[asyncio.Task[object]]:
    """What still runs in this loop though everything was stopped; what is ending may end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    return (await asyncio.wait(others, timeout=5))[1] if others else set()
