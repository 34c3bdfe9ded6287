"""From what the streams cost to what each of them gets: prices, allowance and ladder together."""

from collections.abc import Collection, Iterable, Mapping

from app.video.budget import Allowance, Cost, Prices
from app.video.ladder import STEPS, Ladder, Load, Step
from app.video.life import Life
from app.video.meter import Facts
from app.video.platform import Profile
from app.video.streams import SUB_AREA, Held
from app.video.tile import Budget
from app.video.wire import Opened, Rung


class Governor:
    """Belongs to the video thread; `govern` at every look."""

    def __init__(self, cores: int) -> None:
        self.prices = Prices()
        self.allowance = Allowance(cores)
        self.budget = Budget(0.0, round(self.allowance.cores, 2))
        self.economy: frozenset[str] = frozenset()
        """Cameras whose substream must do."""
        self._ladder = Ladder()

    def is_busy(self, share: float) -> bool:
        """Whether more than a share of what may be used is used, or pictures are left out."""
        return self.budget.reduced > 0 or self.budget.used > share * self.budget.allowed

    def first_step(self, held: Held) -> Step:
        """What a new stream begins with."""
        return STEPS[self._ladder.level(held.name)]

    def govern(
        self, lives: Collection[Life], single: Collection[str], workers: int, now: float
    ) -> None:
        """Measure, decide, tell the streams."""
        facts = {life: found for life in lives if (found := facts_of(life)) is not None}
        costs = {life: _cost(found, life.opened) for life, found in facts.items() if life.opened}
        self.prices.learn(costs.values())
        self.allowance.heed([facts[life].latency for life in costs if _moves(facts[life])], now)
        usual = {profile: self.prices.usual(profile) for profile in Profile}
        # A camera's new stream counts and not the one that it takes the place of.
        latest = sorted(lives, key=lambda life: life.held.unwanted is None)
        named = {life.held.name: life for life in latest}
        loads = [
            self._load(name, life.held, costs.get(life), single, usual)
            for name, life in named.items()
        ]
        steps = self._ladder.climb(loads, self.allowance.cores, now)
        for name, life in named.items():
            life.give(steps[name])
        self.economy = frozenset(name for name, step in steps.items() if step.economy)
        speeds = (found.speed for life, found in facts.items() if life.is_open)
        self._count([life for life in lives if life.is_open], costs.values(), workers, sum(speeds))

    def _load(
        self,
        name: str,
        held: Held,
        cost: Cost | None,
        single: Collection[str],
        usual: Mapping[Profile, float],
    ) -> Load:
        full = self.prices.full(cost) if cost is not None else usual[held.profile]
        if held.playback is not None or held.camera in single or held.area <= SUB_AREA:
            return Load(name, held.weight, held.area, full)
        if held.profile is Profile.MAIN:
            return Load(name, held.weight, held.area, full, min(full, usual[Profile.SUB]))
        # It is a substream because of the ladder; whole it would be a main stream.
        return Load(name, held.weight, held.area, max(full, usual[Profile.MAIN]), full)

    def _count(
        self, lives: list[Life], costs: Iterable[Cost], workers: int, bytes_per_s: float
    ) -> None:
        reduced = sum(life.step.rung > Rung.FULL for life in lives)
        self.budget = Budget(
            used=round(sum(cost.cores for cost in costs), 2),
            allowed=round(self.allowance.cores, 2),
            streams=len(lives),
            full=len(lives) - reduced,
            reduced=reduced,
            keys=sum(life.step.rung >= Rung.KEYS for life in lives),
            workers=workers,
            bytes_per_s=float(round(bytes_per_s, -4)),
        )


def facts_of(life: Life) -> Facts | None:
    """What one of a stream's rows says; the stream's own figures are the same in all."""
    for shown in life.shown.values():
        if shown.facts.pictures:
            return shown.facts
    return None


def _cost(facts: Facts, opened: Opened) -> Cost:
    """What a stream costs as measured."""
    rate = facts.due if facts.due > 0 else (opened.fps or 25.0)
    return Cost(facts.cores, opened.width * opened.height * rate, facts.rung, facts.settled)


def _moves(facts: Facts) -> bool:
    return facts.rung < Rung.KEYS
