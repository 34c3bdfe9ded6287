"""S, C, P and others on a video panel: why, from when or where to, then the command about the
camera of a cell."""

import shlex
from collections.abc import Sequence

from PySide6.QtCore import QRect

from app.core.directory import Camera
from widgets.panels._base import Panel
from widgets.refused import refusal_of
from widgets.video.asking import AskField
from widgets.video.words import camera_name


class Saving:
    """One field of one panel at a time; the camera is the one that was under the hand when the key
    was pressed, whatever a round puts there meanwhile."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.field: AskField | None = None

    def ask_why(self, verb: str, camera: Camera, cell: QRect) -> None:
        """Open the field over a cell (a place of the panel)."""
        text = f"{verb} {shlex.quote(camera.id)} reason="
        title = self._panel.context.text(f"videohand.{verb}.title", name=self._name(camera))
        self._ask("reason", title, text, cell)

    def ask_when(self, camera: Camera, wall: str, cell: QRect) -> None:
        """The same for the moment of a recording."""
        text = f"play-recording {shlex.quote(camera.id)} wall={wall} at="
        title = self._panel.context.text("videohand.play.title", name=self._name(camera))
        self._ask("moment", title, text, cell)

    def ask_name(self, wall: str, cell: QRect) -> None:
        """The same for the name under which a wall's layout is kept."""
        title = self._panel.context.text("videohand.layout.title")
        self._ask("layout", title, "save-layout ", cell, f" wall={wall}")

    def ask_where(self, camera: Camera, wall: str, cell: QRect) -> None:
        """Which moment of the recording that is played to go to."""
        text = f"seek-recording {shlex.quote(camera.id)} wall={wall} at="
        title = self._panel.context.text("videopast.seek.title", name=self._name(camera))
        self._ask("seek", title, text, cell)

    def ask_review(self, cameras: Sequence[str], wall: str, cell: QRect) -> None:
        """From when several cameras are to be played together."""
        text = f"review-cameras {shlex.quote(' '.join(cameras))} wall={wall} at="
        title = self._panel.context.text("videopast.review.title", n=len(cameras))
        self._ask("review", title, text, cell)

    def ask_preset(self, camera: Camera, cell: QRect) -> AskField:
        """Which direction a camera is to turn to; what there is is told in the field."""
        text = f"go-to-preset {shlex.quote(camera.id)} preset="
        title = self._panel.context.text("videopast.preset.title", name=self._name(camera))
        return self._ask("preset", title, text, cell)

    def _name(self, camera: Camera) -> str:
        return camera_name(self._panel.context, camera)

    def _ask(self, what: str, title: str, text: str, cell: QRect, more: str = "") -> AskField:
        self.close()
        field = self.field = AskField(self._panel.context, what, title, self._panel)
        field.given.connect(lambda said: self._give(field, text + shlex.quote(said) + more))
        field.closed.connect(self._forget)
        field.open_over(cell)
        return field

    def close(self) -> None:
        """Nobody asks any more."""
        if self.field is not None:
            self.field.close_field()

    def _forget(self) -> None:
        self.field = None

    def _give(self, field: AskField, text: str) -> None:
        self._panel.ask(self._do(field, text))

    async def _do(self, field: AskField, text: str) -> None:
        """The field goes when it is on the disk who asked and why; a refusal stands in it."""
        reason = await refusal_of(self._panel.context.commands, text)
        if field is not self.field:
            return
        if reason is None:
            field.close_field()
        else:
            field.refuse(self._panel.context.translator.render(reason))
