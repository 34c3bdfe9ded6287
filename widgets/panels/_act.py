"""What a key on a panel does: a command, like everything an officer does."""

import shlex

from app.core.message import Refusal
from widgets.panels._base import Panel


def act(panel: Panel, text: str) -> None:
    """Do the command of a text; what this seat cannot do (a scene it has not) is left undone."""
    commands = panel.context.commands
    try:
        command = commands.parse(text)
    except Refusal:
        return
    panel.ask(commands.submit(command))


def has_scene(panel: Panel, name: str) -> bool:
    """Whether this seat has a scene of that name."""
    return name in panel.context.spine.seat.scenes


def pick_to_compare(panel: Panel, key: str) -> None:
    """The first of two to be set side by side, or the second beside the one that waits."""
    waiting = panel.context.spine.seat.compared
    if waiting and waiting != key:
        act(panel, f"compare {shlex.quote(waiting)} second={shlex.quote(key)}")
    else:
        act(panel, f"compare {shlex.quote(key)}")
