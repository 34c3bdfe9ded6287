"""Every index of a plan at one moment, from arrays: pure, and quick enough for each frame.

The order of the leaves (`codes`) is the order of all arrays that go in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import Quantity
from app.core.index import IndexPlan, IndexSpec
from app.core.model import Freshness
from app.core.privacy import Privacy
from app.rules.combine import combined, shares, taken_apart
from app.rules.score import Scorer

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


class Computed(msgspec.Struct, frozen=True):
    """One index at one moment: its score, and the arrays behind it in the order of its members."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    spec: IndexSpec
    score: float | None  # 0 to 100, higher is better; None where nothing can be counted
    published: bool
    effective: float
    fresh: float
    linked: float  # of `effective`, what came over a line that is up
    evidence: int  # ms UTC, 0 for none
    scores: Floats
    counted: Floats
    share: Floats

    @property
    def basis(self) -> Freshness:
        """How the half of what is counted stands: live, at least over a line that is up, or not."""
        if self.effective <= 0:
            return Freshness.NONE
        if self.fresh >= self.effective / 2:
            return Freshness.LIVE
        return Freshness.LATE if self.linked >= self.effective / 2 else Freshness.CACHED

    @property
    def shown(self) -> float | None:
        """The value as it is published, None where it is not."""
        if self.score is None or not self.published:
            return None
        return 100.0 - self.score if self.spec.higher_is_worse else self.score


class _Node:
    """An index of the plan with the places of its members among the leaves and indices."""

    def __init__(
        self, spec: IndexSpec, leaves: Mapping[str, int], indices: Mapping[str, int]
    ) -> None:
        self.spec = spec
        codes = [member.code for member in spec.members]
        self.of_indices = all(code in indices for code in codes)
        table = indices if self.of_indices else leaves
        self.places = np.array([table[code] for code in codes], dtype=np.int64)
        self.weights = np.array([member.weight for member in spec.members])


class Engine:
    """The plan made ready. Members of one index are all indicators or all indices."""

    def __init__(self, plan: IndexPlan, quantities: Mapping[str, Quantity]) -> None:
        self.plan = plan
        used = {member.code for spec in plan.specs.values() for member in spec.members}
        self.codes: tuple[str, ...] = tuple(
            code for code in quantities if code in used and code not in plan.specs
        )
        places = {code: place for place, code in enumerate(self.codes)}
        numbers = {code: number for number, code in enumerate(plan.specs)}
        self._nodes = [_Node(spec, places, numbers) for spec in plan.specs.values()]
        self.scorer = Scorer([quantities[code] for code in self.codes])

    def compute(
        self, scores: Floats, counted: Floats, fresh: Floats, linked: Floats, as_of: Ints
    ) -> dict[str, Computed]:
        """All indices from the leaves' scores (NaN for none), confidences (0 to 1), whether each
        is live and whether its line is up (0 or 1), and the moments they are of (ms UTC)."""
        done: list[Computed] = []
        for node in self._nodes:
            if node.of_indices:
                found = self._of_indices(node, done)
            else:
                at = node.places
                found = self._combine(
                    node, scores[at], counted[at], fresh[at], linked[at], as_of[at]
                )
            done.append(found)
        return {item.spec.code: item for item in done}

    def _of_indices(self, node: _Node, done: Sequence[Computed]) -> Computed:
        members = [done[place] for place in node.places]
        scores = np.array([np.nan if item.score is None else item.score for item in members])
        # What is not published does not count; what is counts by what it could count itself.
        counted = np.array([item.effective if item.published else 0.0 for item in members])
        fresh = np.array([item.fresh for item in members])
        linked = np.array([item.linked / (item.effective or 1.0) for item in members])
        as_of = np.array([item.evidence for item in members], dtype=np.int64)
        return self._combine(node, scores, counted, fresh, linked, as_of)

    def _combine(
        self,
        node: _Node,
        scores: Floats,
        counted: Floats,
        fresh: Floats,
        linked: Floats,
        as_of: Ints,
    ) -> Computed:
        spec = node.spec
        counted = np.where(np.isnan(scores), 0.0, counted)
        share = shares(node.weights, counted, scores, spec.across, spec.penalty)
        whole = float(node.weights.sum()) or 1.0
        effective = float(node.weights @ counted) / whole
        return Computed(
            spec=spec,
            score=combined(scores, share, spec.across),
            published=effective >= self.plan.least - 1e-9,
            effective=effective,
            fresh=float(node.weights @ np.where(np.isnan(scores), 0.0, fresh)) / whole,
            linked=float(node.weights @ (counted * linked)) / whole,
            evidence=_half_as_new(as_of, node.weights * counted),
            scores=scores,
            counted=counted,
            share=share,
        )


def _half_as_new(as_of: Ints, weights: Floats) -> int:
    """The moment that half of the weight is at least as new as; 0 where nothing counts."""
    used = weights > 0
    if not used.any():
        return 0
    order = np.argsort(as_of[used])[::-1]
    heaped = np.cumsum(weights[used][order])
    return int(as_of[used][order][int(np.searchsorted(heaped, heaped[-1] / 2))])


def move(before: Computed, after: Computed) -> tuple[Floats, Floats]:
    """Each member's part in the move as shown, and the part that its own value made; in the order
    of the members. They sum to the move exactly (to rounding of floats)."""
    amounts, by_value = taken_apart(
        before.scores, before.share, after.scores, after.share, before.spec.across
    )
    sign = -1.0 if before.spec.higher_is_worse else 1.0
    return sign * amounts, sign * by_value
