"""The windows of a seat with their operator, begun and ended as a session does it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from app.core.i18n import translator
from tests.qt.conftest import settle
from tests.qt.shell.scenes import scenes
from widgets.look import Looks
from widgets.operator import Operator
from widgets.shell import Shell


def make(seat: Any, kind: str = "desk", **options: Any) -> Shell:
    """A shell with the scenes of `scenes.py`, whose panels are blocks of colour."""
    looks = Looks(kind, reduced=True)
    return Shell(
        seat, looks, translator("zh_CN"), scenes=scenes(), panels="tests.helpers.blocks", **options
    )


def begun(shell: Shell, size: tuple[int, int] = (1920, 1080)) -> Operator:
    """The first window has that size in pixels, and what was due is done."""
    operator = Operator(shell)
    shell.start()
    shell.windows[0].showNormal()
    shell.windows[0].resize(*size)
    settle()
    return operator


def ended(operator: Operator, run: Callable[[Awaitable[Any]], Any]) -> None:
    """What was asked is answered or cancelled before the windows go."""
    shell = operator.shell
    run(operator.stop())
    asked = [task for item in shell.windows[0].panels.values() for task in item.asked]
    shell.stop()
    if asked:
        run(asyncio.wait(asked, timeout=9))
    operator.deleteLater()
    shell.deleteLater()
