"""What the indices came to, for whoever shows them; a part of the picture."""

from collections.abc import Callable

from app.core.index import IndexMove, IndexPlan, IndexResult, Lack, Part
from app.core.model import Freshness

Lacks = tuple[tuple[Lack, ...], tuple[tuple[str, float], ...]]
"""By bureau what of an index's own indicators is missing; keys and weights of members that are
indices."""


def _no_parts(key: str) -> tuple[Part, ...]:
    return ()


class IndexBook:
    """Read it; only `app.live.indices` writes it. Keys are `reading/<index code>/<region>`.

    A change is published as `Kind.INDEX` with the keys of the indices that changed.
    """

    def __init__(self) -> None:
        self.plan = IndexPlan()
        self.results: dict[str, IndexResult] = {}
        self.moves: dict[str, IndexMove] = {}
        """Against the same moment of the day before."""
        self.parts_of: Callable[[str], tuple[Part, ...]] = _no_parts
        self.lacks_of: Callable[[str], Lacks | None] = lambda key: None
        self.crowd_of: Callable[[str, float], tuple[int, int]] = self._count

    def lacks(self, key: str) -> Lacks | None:
        """The quick answer to what is missing (see `index_missing`); None where the parts must be
        gone over one by one."""
        return self.lacks_of(key)

    def crowd(self, key: str, most: float) -> tuple[int, int]:
        """How many live parts score at most so much, and how many live parts have a score."""
        return self.crowd_of(key, most)

    def parts(self, key: str) -> tuple[Part, ...]:
        """What an index is made of now, in the order of its plan; worked out when asked."""
        return self.parts_of(key)

    def _count(self, key: str, most: float) -> tuple[int, int]:
        live = [part.score for part in self.parts(key) if part.freshness is Freshness.LIVE]
        scores = [score for score in live if score is not None]
        return sum(score <= most for score in scores), len(scores)
