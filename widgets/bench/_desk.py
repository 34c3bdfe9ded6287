"""A seat under measurement: the real session on the offscreen platform, in this process."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QApplication

from app.child import Child
from app.city import load_city
from app.core.clock import Clock
from app.core.i18n import translator
from widgets import offscreen
from widgets.loop import Loop
from widgets.map.before import allow_maps
from widgets.session import Options, Session

T = TypeVar("T")


def measure(
    work: Callable[[Session], Awaitable[T]],
    city: str,
    *,
    clock: Clock | None = None,
    feeds: bool = True,
    scene: str = "",
    seat: str = "desk",
    prepare: Callable[[Path], Path | None] = lambda folder: None,
    data: Path | None = None,
) -> T:
    """Run the seat of a city, do `work` beside it, end it; gives what `work` gave. `prepare` fills
    the data folder and may give a file of monitors; `data` is a folder that stays."""
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        folder = data or Path(place)
        offscreen.use(folder, seat, prepare(folder))
        allow_maps()
        application = QApplication.instance() or QApplication(["chengmai"])
        assert isinstance(application, QApplication)
        application.setQuitOnLastWindowClosed(False)
        loop = Loop(application)
        asyncio.set_event_loop(loop)
        session = Session(
            Options(seat=seat, data=folder, feeds=feeds, scene=scene),
            load_city(city),
            translator("zh_CN"),
            clock=clock,
        )
        session.show()

        async def both() -> T:
            running = asyncio.ensure_future(session.run())
            try:
                return await work(session)
            finally:
                session.end()
                await running

        with loop:
            return loop.run_until_complete(both())


class Load:
    """The load server in a process of its own, for the length of a `with`."""

    def __init__(self, rate: int, batch: int, keys: int, file: Path | None = None) -> None:
        values = [] if file is None else [str(file)]
        self._child = Child("app.bench._load", [str(rate), str(batch), str(keys), *values])

    def __enter__(self) -> str:
        return self._child.start()["ws"]

    def __exit__(self, *_: object) -> None:
        self._child.stop()
