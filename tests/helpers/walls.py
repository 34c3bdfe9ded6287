"""Run in a process of its own: opens a shell on fake monitors and prints what stands where.

`QT_QPA_PLATFORM=offscreen:configfile=... python -m tests.helpers.walls SEAT`: one JSON line per
step: the start, the loss of all monitors but the first, their return; with a second word, an
address that the second monitor shows by itself.
"""

import json
import sys

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.core.i18n import translator
from tests.helpers.seat import TestSeat
from tests.qt.shell.scenes import scenes
from widgets.look import Looks
from widgets.map.before import allow_maps
from widgets.shell import Shell, screen_names


def say(shell: Shell) -> None:
    """What stands where now."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    found = [
        {
            "screen": window.screen().name(),
            "box": list(window.geometry().getRect()),
            "panels": [p.title() for p in window.panels.values() if p.isVisible()],
        }
        for window in shell.windows
    ]
    print(json.dumps(found), flush=True)  # noqa: T201


def main() -> None:
    """The three steps."""
    allow_maps()
    application = QApplication([])
    looks = Looks(sys.argv[1], reduced=True)
    shell = Shell(
        TestSeat(),
        looks,
        translator("en"),
        scenes=scenes(),
        panels="tests.helpers.blocks",
        full=True,
    )
    if len(sys.argv) > 2:
        shell.spine.seat.stage.shown["WALL-2"] = sys.argv[2]
    shell.start()
    say(shell)
    screens = screen_names()
    shell.use_screens(screens[:1])
    say(shell)
    shell.use_screens(screens)
    say(shell)
    shell.stop()
    shell.deleteLater()
    say(shell)
    assert not application.topLevelWidgets()


if __name__ == "__main__":
    main()
