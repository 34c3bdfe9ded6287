"""Every callback of the main loop goes first, however it came into the loop."""

import asyncio

import qasync
from PySide6.QtWidgets import QApplication

from app.core.precedence import Precedence
from widgets.bridge import Bridge
from widgets.loop import Loop
from widgets.windows_first import WindowsFirst


def test_busy_in_every_callback(
    application: QApplication, bridge: Bridge, loop: qasync.QEventLoop
) -> None:
    precedence = Precedence()
    first = WindowsFirst(precedence, bridge)
    own = Loop(application, already_running=False)
    seen: dict[str, bool] = {}

    def note(name: str) -> None:
        seen[name] = precedence.is_busy

    async def work() -> None:
        first.start(own)
        own.call_soon(note, "soon")
        own.call_later(0.001, note, "later")
        own.call_at(own.time() + 0.001, note, "at")
        own.call_soon_threadsafe(note, "from a thread")
        while len(seen) < 5:
            await asyncio.sleep(0)
            note("task")
        first.stop()
        assert not precedence.is_busy
        done = asyncio.Event()
        own.call_soon(done.set)
        await done.wait()
        assert not precedence.is_busy, "after the end nobody is told"

    try:
        own.run_until_complete(work())
    finally:
        own.close()
        asyncio.set_event_loop(loop)
    assert seen == dict.fromkeys(("soon", "later", "at", "from a thread", "task"), True)
