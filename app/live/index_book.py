"""What the indices came to, for whoever shows them; a part of the picture."""

from collections.abc import Callable

from app.core.index import IndexMove, IndexPlan, IndexResult, Part


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

    def parts(self, key: str) -> tuple[Part, ...]:
        """What an index is made of now, in the order of its plan; worked out when asked."""
        return self.parts_of(key)
