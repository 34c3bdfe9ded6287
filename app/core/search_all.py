"""Finding in several indexes as if they were one: lists that change apart are indexed apart, and a
list that several look through is indexed once."""

from collections.abc import Collection, Sequence

from app.core.search import Index
from app.core.text import Found


class Indexes:
    """What lies in `parts`, of equal rank in the order of `kinds`; a kind lies in one part only."""

    def __init__(self, parts: Sequence[Index], kinds: Sequence[str]) -> None:
        self._parts = tuple(parts)
        self._order = {kind: number for number, kind in enumerate(kinds)}

    def find(
        self,
        text: str,
        limit: int,
        *,
        kinds: Collection[str] = (),
        recent: Sequence[tuple[str, str]] = (),
    ) -> Found:
        """What one `Index` of all names in their order would find."""
        chosen = {key: number for number, key in reversed(list(enumerate(recent)))}
        found, total = [], 0
        for part in self._parts:
            ranked, count = part.ranked(text, limit, kinds=kinds, recent=recent)
            total += count
            for rank, name in ranked:  # each part is sorted, and sorting below keeps its order
                last = chosen.get((name.kind, name.id), len(chosen))
                found.append((rank, last, self._order[name.kind], name))
        found.sort(key=lambda item: item[:3])
        return Found(tuple(name for *_, name in found[:limit]), total)
