"""The topics of one subscription: patterns of the envelope, quick for lists of subtrees."""

from collections.abc import Iterable

from app.core.envelope import matches

WILD = frozenset("+#")


class Topics:
    """The patterns of one subscription, with what they were found to match.

    A bureau asks for dozens of `reading/<code>/#`, and every key of the city is held against them:
    such subtrees are looked up by their beginning, not tried one after the other.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._subtrees: set[str] = set()
        self._others: list[str] = []
        for pattern in patterns:
            beginning, _, last = pattern.rpartition("/")
            if last == "#" and beginning and WILD.isdisjoint(beginning):
                self._subtrees.add(beginning)
            else:
                self._others.append(pattern)
        self.everything = "#" in self._others
        self._known: dict[str, bool] = {}

    def wants(self, topic: str) -> bool:
        """Whether any pattern matches a topic."""
        found = self._known.get(topic)
        if found is None:
            found = self._known[topic] = self._below(topic) or any(
                matches(pattern, topic) for pattern in self._others
            )
        return found

    def _below(self, topic: str) -> bool:
        """`a/#` matches `a` itself and whatever is below it."""
        end = len(topic)
        while end > 0:
            if topic[:end] in self._subtrees:
                return True
            end = topic.rfind("/", 0, end)
        return False
