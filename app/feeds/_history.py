"""Which spans of a source's history are still to be asked for, and which is next: the newest day.

So the trends of the last hours fill first, and what was interrupted is asked for again.
"""

from collections.abc import Iterable

from app.core.catalog import DAY
from app.core.model import Ms, Span

WINDOW = DAY
"""The longest span asked for at once, of a source that tells something more often."""


class Windows:
    """Outlives connections. Spans never touch or overlap; one question at a time, for a day or for
    `period` ms where that is longer: years of monthly figures are not asked for day by day."""

    def __init__(self, spans: Iterable[Span] = (), period: int = 0) -> None:
        self._window = max(WINDOW, period)
        self._spans: list[Span] = []
        self._asked: Span | None = None
        for since, until in spans:
            self.add(since, until)

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is not answered yet, oldest first."""
        return tuple(self._spans)

    def add(self, since: Ms, until: Ms) -> None:
        """A span is missing."""
        if since >= until:
            return
        apart = [span for span in self._spans if span[1] < since or until < span[0]]
        joined = [span for span in self._spans if span not in apart]
        first = min([since, *(span[0] for span in joined)])
        last = max([until, *(span[1] for span in joined)])
        self._spans = sorted([*apart, (first, last)])

    def drop_before(self, oldest: Ms) -> None:
        """What is older is not wanted."""
        kept = ((max(since, oldest), until) for since, until in self._spans)
        self._spans = [span for span in kept if span[0] < span[1]]

    def ask(self) -> Span | None:
        """What to ask for now; a question that was not answered is put again."""
        if not self._spans:
            self._asked = None
            return None
        since, until = self._spans[-1]
        self._asked = max(since, until - self._window), until
        return self._asked

    def answered(self) -> bool:
        """The question was answered completely; False where none was put."""
        if self._asked is None:
            return False
        first, last = self._asked
        self._asked = None
        left: list[Span] = []
        for since, until in self._spans:
            left += [(since, min(until, first)), (max(since, last), until)]
        self._spans = [span for span in left if span[0] < span[1]]
        return True
