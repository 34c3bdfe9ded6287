"""S and C on a video panel: why, then the command that saves a picture or a clip of a cell."""

import shlex

from PySide6.QtCore import QRect

from app.core.directory import Camera
from app.core.message import Refusal
from app.live.commands import Outcome
from widgets.panels._base import Panel
from widgets.video.reason import ReasonField
from widgets.video.words import camera_name

VERBS = ("save-clip", "save-snapshot")


class Saving:
    """One field of one panel at a time; the camera is the one that was under the hand when the key
    was pressed, whatever a round puts there meanwhile."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.field: ReasonField | None = None

    def ask_why(self, verb: str, camera: Camera, cell: QRect) -> None:
        """Open the field over a cell (a place of the panel)."""
        self.close()
        context = self._panel.context
        name = camera_name(context, camera)
        title = context.text(f"videohand.{verb}.title", name=name)
        field = self.field = ReasonField(context, title, self._panel)
        field.given.connect(lambda reason: self._give(field, verb, camera, reason))
        field.closed.connect(self._forget)
        field.open_over(cell)

    def close(self) -> None:
        """Nobody asks any more."""
        if self.field is not None:
            self.field.close_field()

    def _forget(self) -> None:
        self.field = None

    def _give(self, field: ReasonField, verb: str, camera: Camera, reason: str) -> None:
        text = f"{verb} {shlex.quote(camera.id)} reason={shlex.quote(reason)}"
        self._panel.ask(self._do(field, text))

    async def _do(self, field: ReasonField, text: str) -> None:
        """The field goes when it is on the disk who asked and why; a refusal stands in it."""
        commands = self._panel.context.commands
        try:
            outcome: Outcome = await commands.submit(commands.parse(text))
            reason = None if outcome.done else outcome.reason
        except Refusal as refusal:
            reason = refusal.reason
        if field is not self.field:
            return
        if reason is None:
            field.close_field()
        else:
            field.refuse(self._panel.context.translator.render(reason))
