"""Run in a process of its own: a desk that drives two walls, with its real commands and scenes.

`QT_QPA_PLATFORM=offscreen:configfile=... python -m tests.helpers.wall_desk FOLDER`: one JSON line
per step: what the walls panel says, and what really stands on the walls.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from app.city import load_city
from app.core.i18n import translator
from tests.helpers.alone import run_alone
from widgets.session import Options, Session

WITHIN_S = 20.0
STEPS = (
    ("start", None),
    ("down", Qt.Key.Key_J),
    ("send", Qt.Key.Key_Return),
    ("other", Qt.Key.Key_Right),
    ("back", Qt.Key.Key_Left),
    ("undo", Qt.Key.Key_U),
    ("lock", Qt.Key.Key_L),
    ("edit", Qt.Key.Key_E),
    ("unlock", Qt.Key.Key_L),
    ("again", Qt.Key.Key_E),
)


async def drive(session: Session) -> None:
    """Press each key, wait until what it began is done, say what there is."""
    shell = session.shell
    panel = next(p for p in shell.windows[0].panels.values() if p.kind == "walls")
    for name, key in STEPS:
        if key is not None:
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
            QGuiApplication.sendEvent(panel, event)
        for _ in range(16):
            while panel.asked:
                await asyncio.wait(panel.asked)
            shell.bridge.drain()
            await asyncio.sleep(0)
        await whole(panel)
        picture = panel._pictures.get(panel.wall)
        colours = set()
        if picture is not None and picture.image is not None:
            small = picture.image.scaled(60, 30)
            colours = {small.pixel(x, y) for x in range(60) for y in range(30)}
        overlay = session.editor.overlay
        said = {
            "step": name,
            "wall": panel.wall,
            "chosen": panel.chosen_entry.name,
            "said": panel.said,
            "items": {item.key: [item.value, item.mode, item.source] for item in panel.items()},
            "stands": {w.group: w.scene.name for w in shell.wall_windows},
            "colours": len(colours),
            "whole": picture is not None and picture.is_whole,
            "editing": overlay.window().group if overlay is not None else "",
        }
        print(json.dumps(said), flush=True)  # noqa: T201
    session.end()


async def whole(panel: Any) -> None:
    """The miniature of the chosen wall is drawn; it comes in pieces."""
    async with asyncio.timeout(WITHIN_S):
        while (picture := panel._pictures.get(panel.wall)) is not None and not picture.is_whole:
            panel.context.bridge.drain()
            await asyncio.sleep(0.01)


async def run(session: Session) -> None:
    """The session with somebody at its keys."""
    session.show()
    work = asyncio.ensure_future(session.run())
    await drive(session)
    await work


def main() -> None:
    """A desk on the first monitor, walls on the others; no feeds, so that nothing moves."""
    options = Options(
        seat="desk",
        data=Path(sys.argv[1]),
        scene="walls",
        walls=("WALL-1", "WALL-2"),
        feeds=False,
        exports=Path(sys.argv[1]),
    )
    run_alone(lambda: run(Session(options, load_city("huaian"), translator("zh_CN"))))


if __name__ == "__main__":
    main()
