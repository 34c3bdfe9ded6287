"""What the windows of a seat show: an address each, what stood there before, rotations, the lock.

A window is named: `main` are the seat's own monitors together, a monitor's name is that monitor by
itself, `wall-1` is the first monitor that a desk lends to the hall.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

import msgspec

from app.core.message import Refusal, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.address import Address

MAIN = "main"
WALL = "wall-"
REMEMBERED = 20
Check = Callable[[str, Address], None]
"""Raises Refusal where a window cannot show an address."""


class Rotation(msgspec.Struct, frozen=True):
    """A round of scenes: which of them stands, since when, whether a red warning holds it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    stops: tuple[str, ...]
    dwell_ms: Ms
    at: int = 0
    since: Ms = 0
    held: bool = False

    @property
    def address(self) -> str:
        """What it shows now."""
        return self.stops[self.at]


class SceneOrder(msgspec.Struct, frozen=True):
    """What is to become of a scene's file: the commands put it here, the windows do it.

    `save` writes what was edited in `window`, under another `name` where one is given; else the
    person's own file `name` is deleted.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    save: bool
    window: str
    name: str = ""
    title: str = ""


class Stage:
    """Read it; only commands and the windows write it. Changes are published as `Kind.SEAT`."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {MAIN: ""}  # the text of an address per window
        self.rotating: dict[str, Rotation] = {}
        self.walls: tuple[str, ...] = ()  # windows that a desk drives for the hall
        self.monitors: tuple[str, ...] = ()  # that are plugged in
        self.scenes: tuple[str, ...] = ()  # of the seat; empty: anything
        self.hall_scenes: tuple[str, ...] = ()  # of the walls that a desk drives
        self.rounds: Mapping[str, Mapping[str, Rotation]] = {}  # per window kind, by name
        self.since: dict[str, Ms] = {}  # when each window began to show what it shows
        self.locked = False  # nobody moves a panel
        self.editing = ""  # the window whose panels are being moved
        self.orders: list[SceneOrder] = []  # taken by the windows
        self.own: Mapping[str, frozenset[str]] = {}  # scenes with a file of this machine, as rounds
        self.reloads = 0  # how often scene files were asked to be read anew
        self.check: Check | None = None  # set by the windows
        self._before: dict[str, list[str]] = {}

    @property
    def windows(self) -> tuple[str, ...]:
        """What `window=` may say."""
        return (MAIN, *self.walls, *(name for name in self.monitors if name not in self.walls))

    def scenes_of(self, window: str) -> tuple[str, ...]:
        """Which scenes may stand in a window."""
        return self.hall_scenes if window in self.walls else self.scenes

    def rounds_of(self, window: str) -> Mapping[str, Rotation]:
        """Which rotations a window may go through."""
        return self.rounds.get("hall" if window in self.walls else "", {})

    def own_of(self, window: str) -> frozenset[str]:
        """Which of its scenes have a file of this machine."""
        return self.own.get("hall" if window in self.walls else "", frozenset())

    def require(self, window: str) -> None:
        """Raises Refusal for a window that is not there."""
        if window != MAIN and window not in (*self.windows, *self.shown):
            known = " ".join(self.windows)
            raise Refusal(message("scene.no_window", window=window, known=known))

    def require_address(self, window: str, address: Address) -> None:
        """Raises Refusal where the window cannot show it."""
        self.require(window)
        known = self.scenes_of(window)
        if known and address.scene not in known:
            raise Refusal(message("scene.unknown", scene=address.scene, known=" ".join(known)))
        if self.check is not None:
            self.check(window, address)

    def show(self, window: str, address: str) -> None:
        """Show something in a window; what stood there can be had back."""
        before = self.shown.get(window, "")
        if before != address:
            if self.editing == window:
                self.editing = ""
            stack = self._before.setdefault(window, [])
            if before or window != MAIN:
                stack.append(before)
            del stack[:-REMEMBERED]
        self.shown[window] = address

    def before(self, window: str) -> str | None:
        """What `undo` would bring back: empty is a monitor's place among the main ones; None is
        nothing."""
        stack = self._before.get(window)
        return stack[-1] if stack else None

    def undo(self, window: str) -> None:
        """Bring back what stood there before."""
        stack = self._before.get(window, [])
        if not stack:
            return
        address = stack.pop()
        if self.editing == window:
            self.editing = ""
        if address:
            self.shown[window] = address
        else:
            self.shown.pop(window, None)


def step(rotation: Rotation, now: Ms, *, red: bool) -> Rotation:
    """The rotation a moment later. It never leaves a scene while a red warning is unacknowledged,
    and gives the scene its whole time again after that."""
    if red:
        return rotation if rotation.held else msgspec.structs.replace(rotation, held=True)
    if rotation.held:
        return msgspec.structs.replace(rotation, held=False, since=now)
    if now - rotation.since < rotation.dwell_ms:
        return rotation
    following = (rotation.at + 1) % len(rotation.stops)
    return msgspec.structs.replace(rotation, at=following, since=now)
