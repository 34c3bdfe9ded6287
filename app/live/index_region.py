"""The indices of one region: what they come to, what they are made of, what moved them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core import keys
from app.core.catalog import HOUR, Quantity
from app.core.index import Contribution, IndexMove, IndexPlan, IndexResult, Lack, Part
from app.core.model import Freshness, Ms
from app.core.privacy import Privacy
from app.live.index_book import Lacks
from app.live.index_leaves import Leaves
from app.live.picture import Picture
from app.rules.confidence import confidence
from app.rules.engine import Computed, Engine, move

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
_NEVER = np.iinfo(np.int64).max


class Past(msgspec.Struct, frozen=True):
    """A region's indices at a moment before, and the values of its indicators then (NaN: none)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    at: Ms
    values: Floats
    computed: Mapping[str, Computed]


class RegionIndices:
    """A plan over the values of one region; lives in the main loop, but for `at`, which is pure."""

    def __init__(
        self,
        region: str,
        plan: IndexPlan,
        quantities: Mapping[str, Quantity],
        key_of: Mapping[str, str],
        engine: Engine | None = None,
    ) -> None:
        """`key_of` by the code of each indicator that the plan uses; `engine` where one is made."""
        self.region = region
        self.plan = plan
        self.engine = engine or Engine(plan, quantities)
        self.leaves = Leaves(self.engine.codes, quantities, self.engine.scorer, key_of)
        self.computed: dict[str, Computed] = {}
        self.past: Past | None = None
        self._leaves_of: dict[str, Ints] = {}
        self._places = {code: place for place, code in enumerate(self.engine.codes)}
        self._keys = {code: self.leaves.keys[place] for code, place in self._places.items()}
        self._keys.update((code, keys.reading_key(code, region)) for code in plan.specs)

    def key(self, code: str) -> str:
        """The key of an index, or of an indicator as it stands for this region."""
        return self._keys[code]

    def take(self, picture: Picture, changed: Iterable[str]) -> bool:
        """Values of these keys changed; whether any of ours did."""
        return self.leaves.take(picture, changed) > 0

    def compute(self, picture: Picture, now: Ms) -> None:
        """All indices as they stand at a moment."""
        leaves = self.leaves
        leaves.judge(picture, now)
        self.computed = self.engine.compute(
            leaves.scores,
            leaves.counted,
            (leaves.live & (leaves.belief > 0)).astype(np.float64),
            leaves.linked.astype(np.float64),
            leaves.as_of,
        )

    def at(self, moment: Ms, values: Floats, as_of: Ints) -> Past:
        """The indices at a moment of the past, from the values that stood then.

        Whether the lines were up then is not known, so the age alone decides; and of the past no
        more than one value an hour need have been kept, so nothing was due more often.
        """
        leaves = self.leaves
        periods = np.maximum(leaves.periods, HOUR)
        ages = moment - as_of
        known = ~np.isnan(values)
        live = known & (ages <= 2 * periods + leaves.lags)
        counted = np.where(known, confidence(ages, periods, leaves.lags, live), 0.0)
        scores = self.engine.scorer(values)
        up = known.astype(np.float64)
        computed = self.engine.compute(scores, counted, live.astype(np.float64), up, as_of)
        return Past(moment, values, computed)

    def result(self, code: str, now: Ms) -> IndexResult:
        """What an index of the last computation came to."""
        item = self.computed[code]
        return IndexResult(
            code=code,
            key=self.key(code),
            at=now,
            value=item.shown,
            score=item.score,
            effective=item.effective,
            fresh=item.fresh,
            evidence=item.evidence or None,
            version=self.plan.version,
            members=len(item.spec.members),
            ours=item.shown,
            basis=item.basis,
        )

    def move(self, code: str, now: Ms) -> IndexMove | None:
        """What moved an index since the moment before; None where one of the two is unknown."""
        past, after = self.past, self.computed[code]
        if past is None:
            return None
        before = past.computed[code]
        if before.shown is None or after.shown is None:
            return None
        amounts, by_value = move(before, after)
        codes = [member.code for member in after.spec.members]
        columns = (
            codes,
            [self._keys[code] for code in codes],
            amounts.tolist(),
            by_value.tolist(),
            self._shown(past.computed, past.values, codes),
            self._shown(self.computed, self.leaves.values, codes),
        )
        parts = list(map(Contribution, *columns))
        order = np.argsort(-np.abs(amounts), kind="stable").tolist()
        return IndexMove(
            code=code,
            key=self.key(code),
            since=past.at,
            until=now,
            before=before.shown,
            after=after.shown,
            effective_before=before.effective,
            version=self.plan.version,
            contributions=tuple([parts[place] for place in order]),
        )

    def parts(self, code: str, results: Mapping[str, IndexResult], source: str) -> tuple[Part, ...]:
        """The members of an index as they stood at the last computation, in the order of the plan.

        `source` is what is named for members that are indices of ours.
        """
        item = self.computed.get(code)
        if item is None:
            return ()
        return tuple(
            self._part(item, place, results, source) for place in range(len(item.spec.members))
        )

    def lacks(self, code: str, picture: Picture) -> Lacks:
        """By bureau what of the members is not live or cannot be so, with the members that are
        indices: thousands of them without going over each."""
        if code not in self.computed:
            return (), ()
        members, leaves = self.plan.specs[code].members, self._member_leaves(code)
        weights = np.array([member.weight for member in members])
        inner = np.flatnonzero(leaves < 0).tolist()
        live = self.leaves.live[leaves]
        gone = np.flatnonzero((leaves >= 0) & ~live)
        false = self._false(np.flatnonzero((leaves >= 0) & live), leaves, picture)
        moments = self.leaves.missing_since(picture, leaves[gone])
        places = np.concatenate([gone, np.array([place for place, _ in false], np.int64)])
        moments = np.concatenate([moments, np.array([since for _, since in false], np.int64)])
        bureaus, names = self.leaves.bureau[leaves[places]], self.leaves.bureaus
        shares = np.bincount(bureaus, weights[places], len(names))
        first = np.full(len(names), _NEVER)
        np.minimum.at(first, bureaus, np.where(moments > 0, moments, _NEVER))
        found = [
            Lack(names[n], float(shares[n]), int(first[n]) if first[n] < _NEVER else None)
            for n in np.flatnonzero(np.bincount(bureaus, minlength=len(names))).tolist()
        ]
        return tuple(found), tuple((self.key(members[n].code), members[n].weight) for n in inner)

    def _false(self, places: Ints, leaves: Ints, picture: Picture) -> list[tuple[int, Ms]]:
        """Of live members those whose value cannot be so, and since when."""
        doubted = places[self.leaves.belief[leaves[places]] <= 0].tolist()
        findings = [
            (place, picture.findings.get(self.leaves.keys[leaves[place]])) for place in doubted
        ]
        return [(place, min(item.since for item in found)) for place, found in findings if found]

    def crowd(self, code: str, most: float) -> tuple[int, int]:
        """How many live members score at most so much, and how many live ones have a score."""
        item = self.computed.get(code)
        if item is None:
            return 0, 0
        leaves = self._member_leaves(code)
        live = np.where(leaves >= 0, self.leaves.live[leaves], False)
        for place in np.flatnonzero(leaves < 0).tolist():
            own = self.computed[item.spec.members[place].code]
            live[place] = own.basis is Freshness.LIVE
        scores = item.scores[live & ~np.isnan(item.scores)]
        return int((scores <= most).sum()), len(scores)

    def _member_leaves(self, code: str) -> Ints:
        """The leaf of each member of an index, -1 for a member that is an index itself."""
        found = self._leaves_of.get(code)
        if found is None:
            members = self.plan.specs[code].members
            places = [self._places.get(member.code, -1) for member in members]
            found = self._leaves_of[code] = np.array(places, dtype=np.intp)
        return found

    def _part(
        self, item: Computed, place: int, results: Mapping[str, IndexResult], source: str
    ) -> Part:
        member = item.spec.members[place]
        key = self.key(member.code)
        score = float(item.scores[place])
        share, counted = float(item.share[place]), float(item.counted[place])
        shown = None if np.isnan(score) else score
        if member.code in self.plan.specs:
            own = self.computed[member.code]
            result = results.get(key)
            return Part(
                member.code, key, member.weight, share, result.value if result else own.shown,
                shown, counted, own.basis, own.evidence or None, source,
            )  # fmt: skip
        leaves, leaf = self.leaves, self._places[member.code]
        value = float(leaves.values[leaf])
        return Part(
            member.code, key, member.weight, share, None if np.isnan(value) else value,
            shown, counted, leaves.freshness(leaf), int(leaves.as_of[leaf]) or None,
            leaves.source(leaf),
        )  # fmt: skip

    def _shown(
        self, computed: Mapping[str, Computed], values: Floats, codes: Sequence[str]
    ) -> list[float | None]:
        """Members as they are shown; None for no value."""
        if codes[0] in computed:
            return [computed[code].shown for code in codes]
        places = [self._places[code] for code in codes]
        return [None if value != value else value for value in values[places].tolist()]
