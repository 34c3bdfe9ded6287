"""How much of each stream is decoded when the machine cannot carry all of them whole.

Down at once, up one step at a time and only after room for it has stood for 5 s. What is under the
hand or beside an incident is never made worse; what nobody sees is decoded by its key frames.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

import msgspec

from app.core.privacy import Privacy
from app.video.tile import Weight
from app.video.wire import Rung

ROOM = 0.9
"""Of what is allowed: better pictures must fit into so much of it before they are given."""
UP_AFTER_S = 5.0
FEWER_FPS = 12.0


class Step(NamedTuple):
    """What a stream is given. `economy` asks for the substream instead of the main one."""

    economy: bool
    rung: Rung
    fps: float = 0.0


STEPS = (
    Step(economy=False, rung=Rung.FULL),
    Step(economy=True, rung=Rung.FULL),
    Step(economy=True, rung=Rung.FEWER, fps=FEWER_FPS),
    Step(economy=True, rung=Rung.PLAIN, fps=FEWER_FPS),
    Step(economy=True, rung=Rung.KEYS),
    Step(economy=True, rung=Rung.STILL),
)
KEYS = 4
STILL = 5
SHARES = {
    Rung.FULL: 1.0,
    Rung.FEWER: 0.85,
    Rung.PLAIN: 0.72,
    Rung.KEYS: 0.07,
    Rung.STILL: 0.02,
    Rung.RING: 0.01,
}
"""What a rung costs of FULL: docs/performance.md, `bench video`."""


class Load(msgspec.Struct, frozen=True, gc=False):
    """A stream for the ladder. `full` is what it costs whole (cores), `economy` what its substream
    would, None where it has none or already is one; `area` in device pixels."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    weight: Weight
    area: int
    full: float
    economy: float | None = None

    def cost(self, level: int) -> float:
        """Cores at a step."""
        step = STEPS[level]
        whole = self.economy if step.economy and self.economy is not None else self.full
        return whole * SHARES[step.rung]

    @property
    def kept(self) -> bool:
        """Whether it is never made worse."""
        return self.weight >= Weight.ALARM


def first_levels(loads: Iterable[Load]) -> dict[str, int]:
    """What each stream has while nothing has to give way."""
    return {load.name: KEYS if load.weight is Weight.HIDDEN else 0 for load in loads}


def target(loads: Sequence[Load], allowed: float) -> dict[str, int]:
    """The highest step of each stream with which all of them fit into `allowed` cores, as far as
    that can be: those with the least weight, then the smallest, give way first."""
    levels = first_levels(loads)
    total = sum(load.cost(level) if (level := levels[load.name]) else load.full for load in loads)
    if total <= allowed:
        return levels
    order = sorted(
        (load for load in loads if not load.kept), key=lambda load: (load.weight, load.area)
    )
    for level in range(1, len(STEPS)):
        for load in order:
            before = levels[load.name]
            if before >= level:
                continue
            if total <= allowed:
                return levels
            levels[load.name] = level
            total += load.cost(level) - load.cost(before)
    return levels


class _Stand(NamedTuple):
    level: int
    weight: Weight
    room_since: float  # 0: there is none


class Ladder:
    """Where each stream stands between two looks."""

    def __init__(self) -> None:
        self._stands: dict[str, _Stand] = {}

    def climb(self, loads: Sequence[Load], allowed: float, now: float) -> dict[str, Step]:
        """What each stream gets from now on; `now` in seconds of a monotonic clock."""
        roomy = target(loads, allowed * ROOM)
        # Where nothing gives way for little room, nothing does for more.
        tight = roomy if roomy == first_levels(loads) else target(loads, allowed)
        self._stands = {
            load.name: self._stand(load, tight[load.name], roomy[load.name], now) for load in loads
        }
        return {name: STEPS[stand.level] for name, stand in self._stands.items()}

    def level(self, name: str) -> int:
        """The step of a stream: its place in STEPS."""
        stand = self._stands.get(name)
        return stand.level if stand is not None else 0

    def _stand(self, load: Load, tight: int, roomy: int, now: float) -> _Stand:
        before = self._stands.get(load.name)
        if before == (tight, load.weight, 0.0):
            return before
        if before is None or load.weight > before.weight or tight >= before.level:
            # new, of more weight than before (it came into sight), or worse: at once
            return _Stand(tight, load.weight, 0.0)
        if roomy >= before.level:
            return _Stand(before.level, load.weight, 0.0)
        since = before.room_since or now
        if now - since < UP_AFTER_S:
            return _Stand(before.level, load.weight, since)
        return _Stand(max(roomy, _better(before.level, load)), load.weight, now)


def _better(level: int, load: Load) -> int:
    """The next step up; without a substream the main stream's whole is next to FEWER."""
    return 0 if level <= 2 and load.economy is None else level - 1
