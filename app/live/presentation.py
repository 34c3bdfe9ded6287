"""A presentation under way, and windows that stand still or are dark while it goes on.

One at a time. What its window showed before comes back when it ends, a rotation too.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.message import Refusal, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.script import Script, Step
from app.live.stage import MAIN, Rotation, Stage

SPEAKER = "presenter"
"""The desk's scene with the notes: shown on its own monitors while a wall is presented on."""


class Cover(StrEnum):
    """What stands before a window's live picture."""

    FROZEN = "frozen"
    BLACK = "black"


class Covered(msgspec.Struct, frozen=True):
    """A window's picture stands still, or is dark, since a moment."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    how: Cover
    since: Ms


class Presenting(msgspec.Struct, frozen=True):
    """The step that stands, and what stood before the first."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    name: str
    script: Script
    window: str
    began: Ms
    since: Ms  # this step
    at: int = 0
    before: str = ""  # what the window showed
    round: Rotation | None = None  # that it went through
    speaker_before: str = ""  # what the desk's own monitors showed

    @property
    def step(self) -> Step:
        """The one that stands."""
        return self.script.step[self.at]

    @property
    def following(self) -> Step | None:
        """The one after it."""
        rest = self.script.step[self.at + 1 : self.at + 2]
        return rest[0] if rest else None


class Presentation:
    """The seat's. Read it; commands and the windows write it, and publish `Kind.SEAT`."""

    def __init__(self) -> None:
        self.scripts: dict[str, Mapping[str, Script]] = {}  # by name; per kind of seat, `hall`'s
        self.running: Presenting | None = None
        self.covered: dict[str, Covered] = {}  # by window
        self.recalled: Ms = 0  # when a red warning brought the windows back to live last

    @property
    def is_on(self) -> bool:
        """Whether a window shows anything else than what the seat chose, live."""
        return self.running is not None or bool(self.covered)

    def scripts_of(self, stage: Stage, window: str) -> Mapping[str, Script]:
        """Which scripts a window may be led through."""
        return self.scripts.get("hall" if window in stage.walls else "", {})

    def audience(self, stage: Stage) -> tuple[str, ...]:
        """The windows that are looked at: what a desk lends to the hall, else its own."""
        return stage.walls or (MAIN,)

    def begin(self, stage: Stage, name: str, window: str, now: Ms) -> None:
        """The first step stands; a rotation waits until the end."""
        self.end(stage, now)
        script = self.scripts_of(stage, window)[name]
        speaker = window != MAIN and SPEAKER in stage.scenes
        self.running = Presenting(
            name=name,
            script=script,
            window=window,
            began=now,
            since=now,
            before=stage.shown.get(window, ""),
            round=stage.rotating.pop(window, None),
            speaker_before=stage.shown.get(MAIN, "") if speaker else "",
        )
        if speaker:
            stage.shown[MAIN] = SPEAKER
        stage.shown[window] = self.running.step.address

    def go(self, stage: Stage, by: int, now: Ms) -> bool:
        """Some steps on or back; False where there is none. A frozen or dark window is live again,
        or the step could not be seen."""
        running = self.running
        if running is None or not 0 <= running.at + by < len(running.script.step):
            return False
        self.running = msgspec.structs.replace(running, at=running.at + by, since=now)
        self.covered.pop(running.window, None)
        stage.shown[running.window] = self.running.step.address
        return True

    def end(self, stage: Stage, now: Ms) -> None:
        """Everything live, and what stood before stands again."""
        self.covered.clear()
        running, self.running = self.running, None
        if running is None:
            return
        if running.round is not None:
            stage.rotating[running.window] = msgspec.structs.replace(running.round, since=now)
            stage.shown[running.window] = running.round.address
        elif running.before:
            stage.shown[running.window] = running.before
        if running.speaker_before and stage.shown.get(MAIN, "").startswith(SPEAKER):
            stage.shown[MAIN] = running.speaker_before

    def recall(self, stage: Stage, now: Ms) -> None:
        """A red warning waits: live, at once."""
        self.end(stage, now)
        self.recalled = now

    def cover(self, windows: tuple[str, ...], how: Cover, now: Ms, *, on: bool) -> None:
        """Let windows stand still or be dark, or be live again."""
        for window in windows:
            if on:
                self.covered[window] = Covered(how, now)
            elif window in self.covered and self.covered[window].how is how:
                del self.covered[window]


def require_running(presentation: Presentation) -> Presenting:
    """The presentation that goes on; raises Refusal."""
    if presentation.running is None:
        raise Refusal(message("visit.none"))
    return presentation.running


class Switch(StrEnum):
    """On or off, as an officer writes it."""

    ON = "on"
    OFF = "off"
