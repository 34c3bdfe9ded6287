"""Sequence numbers of a `ws-json` session: what is missing, what was asked for, what came back."""

from collections import deque

from app.core.envelope import Gone, Refill, Refilled

MAX_WAITING = 100


class Continuity:
    """Outlives connections, so that a new one begins where the old one ended."""

    def __init__(self) -> None:
        self.session = ""
        self.last = 0
        self._asked: Refill | None = None
        self._waiting: deque[Refill] = deque()

    def welcome(self, session: str) -> bool:
        """A connection begins; gives whether it goes on with the session known."""
        same = session == self.session and self.last > 0
        if not same:
            self.session, self.last = session, 0
        self._asked = None
        self._waiting.clear()
        return same

    def missing(self, prev: int) -> Refill | None:
        """The range between the last frame and one that says what came before it."""
        if not self.last or prev <= self.last:
            return None
        return Refill(first=self.last + 1, last=prev)

    def ask(self, missing: Refill) -> Refill | None:
        """What to send now for a gap; one question at a time, a bounded number of them waits."""
        if self._asked is None:
            self._asked = missing
            return missing
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append(missing)
        return None

    def answered(self, frame: Refilled | Gone) -> tuple[int, Refill | None]:
        """An answer came: how many numbers are no longer missing, and what to ask next."""
        asked = self._asked
        if asked is None:
            return 0, None
        if isinstance(frame, Refilled) and not frame.final:
            return 0, None
        if isinstance(frame, Refilled) and not asked.first <= frame.seq <= asked.last:
            return 0, None  # the end of a history, not of what was asked here
        found = asked.last - asked.first + 1 if isinstance(frame, Refilled) else 0
        self._asked = self._waiting.popleft() if self._waiting else None
        return found, self._asked
