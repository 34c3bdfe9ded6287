"""What an index is, what it came to, and what moved it: the records of the index engine.

An index is a weighted combination of scores (0 to 100, higher is better) of indicators or of other
indices. One whose `higher_is_worse` is shown as 100 minus that score. The arithmetic stands in
`app/rules`; here is only what is handed about.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.model import Freshness, Ms
from app.core.privacy import Privacy

LEAST_SHARE = 0.6
"""Below this effective weight an index is not published."""

SOURCE = "index:"
"""What the source of an index of ours begins with; the version of its plan follows."""


def index_source(version: str) -> str:
    """The source of the indices that this program works out under a version of the plan."""
    return f"{SOURCE}{version}"


class Across(StrEnum):
    """How the members of an index are combined."""

    ARITHMETIC = "arithmetic"  # explainable; the rule within a dimension
    GEOMETRIC = "geometric"  # a bad member is not made good by a better one
    PENALISED = "penalised"  # arithmetic, pulled towards the worst member


class IndexKind(StrEnum):
    """What an index is of."""

    CITY = "city"
    DIMENSION = "dimension"
    THEME = "theme"


class Member(msgspec.Struct, frozen=True):
    """An indicator or another index, and its share; the shares of one index sum to 1."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    weight: float


class IndexSpec(msgspec.Struct, frozen=True):
    """One index; `code` starts with `index.` (`index.pressure`, `index.theme.flood`)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    kind: IndexKind
    name_zh: str
    name_en: str
    members: tuple[Member, ...]
    across: Across = Across.ARITHMETIC
    penalty: float = 0.0  # of PENALISED: the share that the worst member alone decides, 0 to 1
    higher_is_worse: bool = False


class IndexPlan(msgspec.Struct, frozen=True):
    """Every index of a city, members before what is made of them; `version` is the hash of all
    that decides a score (members, weights, thresholds): two versions are never compared."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    specs: Mapping[str, IndexSpec] = {}
    version: str = ""
    least: float = LEAST_SHARE


class Input(msgspec.Struct, frozen=True, gc=False):
    """What stands for a member now; `value` None where nothing was ever heard.

    `confidence` is 1 for a live value and falls while a late one is carried forward.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    value: float | None = None
    confidence: float = 0.0
    fresh: bool = False
    as_of: Ms = 0


class Part(msgspec.Struct, frozen=True, gc=False):
    """A member's part in an index at a moment.

    `weight` is its share by the plan, `share` by what could be counted (confidence and, where the
    worst member counts more, its penalty); the shares of an index sum to 1. `score` is 0 to 100,
    higher is better; None where there is no value.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    key: str
    weight: float
    share: float
    value: float | None
    score: float | None
    confidence: float
    freshness: Freshness
    as_of: Ms | None
    source: str


class Lack(msgspec.Struct, frozen=True, gc=False):
    """What one bureau's values are missing from an index: `weight` by the plan (0 to 1), `since`
    (ms UTC) the oldest moment that is known of it; None where nothing was ever heard."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    bureau: str
    weight: float
    since: Ms | None


class IndexResult(msgspec.Struct, frozen=True):
    """What an index came to at `at` (ms UTC).

    `value` is as shown, None where less than the least share of weight could be counted. `score`
    is the same in the good direction, before that rule. `effective` is the share of weight that
    could be counted, confidences included; `fresh` the share that is live. `evidence` is the moment
    that half of the counted weight is at least as new as. `served`: a system of the city computed
    it, and its value is shown in place of ours (`ours`). `basis` is how the half of what ours
    counts stands: live, or at least over a line that is up, or not.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    key: str
    at: Ms
    value: float | None
    score: float | None
    effective: float
    fresh: float
    evidence: Ms | None
    version: str
    members: int
    served: bool = False
    ours: float | None = None
    basis: Freshness = Freshness.LIVE


class Contribution(msgspec.Struct, frozen=True, gc=False):
    """What one member did to a move, in points as shown; `by_value` of it because its value
    changed, the rest because what could be counted changed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    key: str
    amount: float
    by_value: float
    before: float | None  # the member's value then
    after: float | None


class IndexMove(msgspec.Struct, frozen=True):
    """From one moment to another under one version of the plan: the contributions add up to
    `after - before` exactly. `effective_before` is the share of weight counted then."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    key: str
    since: Ms
    until: Ms
    before: float
    after: float
    effective_before: float
    version: str
    contributions: tuple[Contribution, ...]  # the largest amount first

    @property
    def amount(self) -> float:
        """The move in points as shown."""
        return self.after - self.before
