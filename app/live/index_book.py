"""What the indices came to, for whoever shows them; a part of the picture."""

from collections.abc import Callable

from app.core.index import IndexMove, IndexPlan, IndexResult, Part
from app.core.model import Freshness


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
        self.weak_of: Callable[[str], tuple[Part, ...]] = lambda key: self.parts_of(key)
        self.crowd_of: Callable[[str, float], tuple[int, int]] = self._count

    def weak_parts(self, key: str) -> tuple[Part, ...]:
        """Of the parts at least those that are indices or may be missing (see `index_missing`)."""
        return self.weak_of(key)

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
