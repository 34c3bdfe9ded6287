"""From what the streams cost to what each of them gets: prices, allowance and ladder together."""

from collections.abc import Collection, Iterable

from app.video.budget import Allowance, Cost, Prices
from app.video.ladder import STEPS, Ladder, Load, Step
from app.video.life import Life
from app.video.meter import Facts
from app.video.platform import Profile
from app.video.streams import SUB_AREA, Held
from app.video.tile import Budget
from app.video.wire import Rung


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
        costs = {life: cost for life in lives if (cost := cost_of(life)) is not None}
        self.prices.learn(costs.values())
        self.allowance.heed(_latencies(costs), now)
        # A camera's new stream counts and not the one that it takes the place of.
        latest = sorted(lives, key=lambda life: life.held.unwanted is None)
        named = {life.held.name: life for life in latest}
        loads = [self._load(life, costs.get(life), single) for life in named.values()]
        steps = self._ladder.climb(loads, self.allowance.cores, now)
        for name, life in named.items():
            life.give(steps[name])
        self.economy = frozenset(name for name, step in steps.items() if step.economy)
        self._count([life for life in lives if life.is_open], costs.values(), workers)

    def _load(self, life: Life, cost: Cost | None, single: Collection[str]) -> Load:
        held = life.held
        usual = self.prices.usual(held.profile)
        full = self.prices.full(cost) if cost is not None else usual
        if held.playback is not None or held.camera in single or held.area <= SUB_AREA:
            return Load(held.name, held.weight, held.area, full)
        if held.profile is Profile.MAIN:
            economy = min(full, self.prices.usual(Profile.SUB))
            return Load(held.name, held.weight, held.area, full, economy)
        # It is a substream because of the ladder; whole it would be a main stream.
        main = max(full, self.prices.usual(Profile.MAIN))
        return Load(held.name, held.weight, held.area, main, full)

    def _count(self, lives: list[Life], costs: Iterable[Cost], workers: int) -> None:
        reduced = sum(life.step.rung > Rung.FULL for life in lives)
        facts = [found for life in lives if (found := facts_of(life)) is not None]
        self.budget = Budget(
            used=round(sum(cost.cores for cost in costs), 2),
            allowed=round(self.allowance.cores, 2),
            streams=len(lives),
            full=len(lives) - reduced,
            reduced=reduced,
            keys=sum(life.step.rung >= Rung.KEYS for life in lives),
            workers=workers,
            bytes_per_s=float(round(sum(one.speed for one in facts), -4)),
        )


def facts_of(life: Life) -> Facts | None:
    """What one of a stream's rows says; the stream's own figures are the same in all."""
    return next((shown.facts for shown in life.shown.values() if shown.facts.pictures), None)


def cost_of(life: Life) -> Cost | None:
    """What a stream costs as measured; None while it has no picture."""
    facts, opened = facts_of(life), life.opened
    if facts is None or opened is None:
        return None
    rate = facts.due if facts.due > 0 else (opened.fps or 25.0)
    return Cost(facts.cores, opened.width * opened.height * rate, facts.rung, facts.settled)


def _latencies(lives: Iterable[Life]) -> list[float]:
    facts = [facts_of(life) for life in lives]
    return [one.latency for one in facts if one is not None and one.rung < Rung.KEYS]
