"""The verdict in words: where each index stands, by rule, and what the sentence rests on.

Facts and no instructions. Worked out from the indices, their moves since yesterday and their parts;
nothing of the clock goes in but the last said, so that the same picture gives the same sentence.

An index is a mean of many scores and moves little, so three things are looked at:

- its level: a score under `LOW` (the middle between the anchors of good, 85, and watch, 70);
- how many of its live parts stand at or beyond yellow (score 60): `CROWD` of them and more;
- its move since the same moment of yesterday: `STRIDE` points and more, and more than twice what it
  usually moves in a day where that is known.

What has been said holds until it is passed by a margin (`SLACK`): a sentence does not flicker.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.index import IndexKind, IndexMove, IndexPlan, IndexResult, IndexSpec
from app.core.keys import reading_key
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.index_book import IndexBook
from app.rules.plan import CITY, DIMENSIONS, index_code

LOW = 75.0
"""A score under it is said: 25 and more of 压力."""
OVER = 60.0
"""The score of the yellow limit: a part at or under it counts as over."""
CROWD = 0.12
"""So large a share of the live parts over yellow is said whatever the mean is."""
LEAST_CROWD = 3
STRIDE = 3.0
"""A move of so many points since yesterday is said."""
USUAL_TIMES = 2.0
SLACK = 0.8
"""What was said is said on until it is under this part of its bound."""


class Standing(StrEnum):
    """Where an index stands; the first four are worth a word, in the order of their weight."""

    BAD = "bad"  # 偏高 where higher is worse, else 偏低
    WORSE = "worse"  # moved to its bad side since yesterday
    BETTER = "better"
    UNPUBLISHED = "unpublished"
    STEADY = "steady"


RANK = {standing: rank for rank, standing in enumerate(Standing)}


class Ground(msgspec.Struct, frozen=True):
    """What one index gives to the sentence: the numbers as they were then.

    `over` of `live` parts stand at or beyond yellow; `evidence` is the moment that half of what was
    counted is at least as new as.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    spec: IndexSpec
    key: str
    standing: Standing
    value: float | None
    move: float | None
    effective: float
    over: int
    live: int
    evidence: Ms | None


class Headline(msgspec.Struct, frozen=True):
    """The verdict: a ground per dimension in their order, the one of the whole, and when.

    `at` is when it was judged, `evidence` its own moment: that of what it names first, of the
    whole city where everything is steady. `stopped`: since then no line is up, and the indices
    stand as they stood.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: Ms
    version: str
    least: float
    whole: Ground | None = None
    grounds: tuple[Ground, ...] = ()
    stopped: Ms | None = None

    @property
    def named(self) -> tuple[Ground, ...]:
        """What the sentence names, the gravest first."""
        found = [ground for ground in self.grounds if ground.standing is not Standing.STEADY]
        return tuple(sorted(found, key=lambda ground: (RANK[ground.standing], -_size(ground))))

    @property
    def published(self) -> bool:
        """Whether there is anything to be said of any of them."""
        every = (*self.grounds, self.whole) if self.whole else self.grounds
        return any(ground.value is not None for ground in every)

    @property
    def lead(self) -> Ground | None:
        """What opens with the sentence: the worst one that is published, else the whole."""
        first = next((item for item in self.named if item.value is not None), None)
        return first or self.whole or (self.grounds[0] if self.grounds else None)

    @property
    def evidence(self) -> Ms | None:
        """The moment of what the sentence rests on."""
        lead = self.lead
        return lead.evidence if lead is not None else None

    def standing(self, key: str) -> Standing:
        """How an index was said to stand; steady where it was not said."""
        return next((item.standing for item in self.grounds if item.key == key), Standing.STEADY)


def board_specs(plan: IndexPlan) -> tuple[IndexSpec | None, tuple[IndexSpec, ...]]:
    """What a city's board shows: the whole and what it is made of; the dimensions where nothing
    is made of them, else the themes."""
    specs = plan.specs
    whole = specs.get(CITY)
    if whole is not None:
        parts = tuple(specs[item.code] for item in whole.members if item.code in specs)
        if parts:
            return whole, tuple(sorted(parts, key=_place))
    for kind in (IndexKind.DIMENSION, IndexKind.THEME):
        found = tuple(spec for spec in specs.values() if spec.kind is kind)
        if found:
            return whole, found
    return whole, ()


def _place(spec: IndexSpec) -> int:
    """The four dimensions stand in their usual order, others after them as the plan has them."""
    codes = [index_code(name) for name in DIMENSIONS]
    return codes.index(spec.code) if spec.code in codes else len(codes)


def judged(
    book: IndexBook,
    region: str,
    now: Ms,
    before: Headline | None = None,
    usual: Mapping[str, float] | None = None,
    stopped: Ms | None = None,
) -> Headline:
    """The verdict on the city of a region. `usual` is what an index moves in a day, by its key;
    `stopped` since when every line is down."""
    plan = book.plan
    whole, specs = board_specs(plan)
    held = before if before is not None and before.version == plan.version else None
    grounds = tuple(_ground(book, spec, region, held, usual or {}) for spec in specs)
    city = None if whole is None else _ground(book, whole, region, None, {})
    return Headline(now, plan.version, plan.least, city, grounds, stopped)


def _ground(
    book: IndexBook,
    spec: IndexSpec,
    region: str,
    before: Headline | None,
    usual: Mapping[str, float],
) -> Ground:
    key = reading_key(spec.code, region)
    result, move = book.results.get(key), book.moves.get(key)
    over, live = (0, 0) if spec.kind is IndexKind.CITY else book.crowd(key, OVER)
    held = before.standing(key) if before is not None else Standing.STEADY
    amount = move.amount if move is not None else None
    return Ground(
        spec=spec,
        key=key,
        standing=_standing(spec, result, move, (over, live), held, usual.get(key, 0.0)),
        value=result.value if result is not None else None,
        move=amount,
        effective=result.effective if result is not None else 0.0,
        over=over,
        live=live,
        evidence=result.evidence if result is not None else None,
    )


def _standing(
    spec: IndexSpec,
    result: IndexResult | None,
    move: IndexMove | None,
    crowd: tuple[int, int],
    held: Standing,
    usual: float,
) -> Standing:
    if result is None or result.value is None:
        return Standing.UNPUBLISHED
    score = 100.0 - result.value if spec.higher_is_worse else result.value
    ease = SLACK if held is Standing.BAD else 1.0
    over, live = crowd
    many = over >= max(LEAST_CROWD * ease, CROWD * ease * live) and live > 0
    if 100.0 - score >= (100.0 - LOW) * ease or many:
        return Standing.BAD
    if move is not None:
        worse = move.amount if spec.higher_is_worse else -move.amount
        side = Standing.WORSE if worse > 0 else Standing.BETTER
        bound = max(STRIDE, USUAL_TIMES * usual) * (SLACK if held is side else 1.0)
        if abs(worse) >= bound:
            return side
    return Standing.STEADY


def _size(ground: Ground) -> float:
    """How far a ground is from what is steady, for the order of one standing."""
    if ground.value is None:
        return 0.0
    return ground.value if ground.spec.higher_is_worse else 100.0 - ground.value
