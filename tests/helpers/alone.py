"""A desk in a process of its own, from both sides: what runs in it, and who asks what it saw."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import qasync
from PySide6.QtWidgets import QApplication

from app.city import load_city
from app.core.i18n import translator
from tests.helpers.program import ROOT
from widgets.map.before import allow_maps
from widgets.session import Options, Session

T = TypeVar("T")


def run_alone(work: Callable[[], Awaitable[T]]) -> T:
    """Within the process: something in Qt's loop, to its end."""
    allow_maps()
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        found: T = loop.run_until_complete(work())
    return found


def say(seen: Any) -> None:
    """The line that `seen_in` reads."""
    print(json.dumps(seen, ensure_ascii=False), flush=True)  # noqa: T201


def demonstration(folder: Path) -> Session:
    """A desk on the demonstration city with its feeds, its data and copies in a folder."""
    options = Options("desk", folder, exports=folder)
    return Session(options, load_city("huaian"), translator("zh_CN"))


@asynccontextmanager
async def living(session: Session) -> AsyncIterator[None]:
    """A session that runs meanwhile, and is ended in order."""
    session.show()
    running = asyncio.ensure_future(session.run())
    try:
        yield
    finally:
        session.end()
        await running


def seen_in(module: str, folder: Path, *more: str, within_s: float = 170) -> dict[str, Any]:
    """Outside of it: what `python -m tests.helpers.<module> FOLDER` said last."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.helpers.{module}", str(folder), *more],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=within_s,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Traceback" not in done.stderr, done.stderr[-4000:]
    seen: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return seen
