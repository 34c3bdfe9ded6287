"""What of a stream was already taken: by sequence, and by the sender's own message id."""

from collections import OrderedDict

MAX_KNOWN = 100_000


class Taken:
    """The memory of one feed over its connections; bounded, the oldest is forgotten."""

    def __init__(self) -> None:
        self._sequences: OrderedDict[int, bool] = OrderedDict()  # and whether it is saved
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._stream = ""
        self._given = 0
        self.last = 0

    def stream_is(self, identity: str) -> None:
        """A stream that was made anew counts from 1 again: nothing of it was taken."""
        if identity != self._stream:
            self._stream = identity
            self._sequences.clear()
            self._given = 0
            self.last = 0

    def resume(self, floor: int, given: int) -> None:
        """The server says that everything up to `floor` was taken, perhaps by a process before us,
        and that up to `given` was handed out: what of that was not taken comes again in its own
        time, after newer ones, and is not missing."""
        self.last = max(self.last, floor)
        self._given = max(self._given, given)

    def __contains__(self, number: int) -> bool:
        return number in self._sequences

    def take(self, number: int) -> int:
        """A sequence is taken now; gives how many before it were not seen."""
        before = max(self.last, self._given)
        missing = number - before - 1 if 0 < before < number else 0
        self._sequences[number] = False
        self.last = max(self.last, number)
        if len(self._sequences) > MAX_KNOWN:
            self._sequences.popitem(last=False)
        return missing

    def saved(self, number: int) -> None:
        """What became of it is on the disk."""
        if number in self._sequences:
            self._sequences[number] = True

    def is_saved(self, number: int) -> bool:
        """Whether it is known to be on the disk."""
        return self._sequences.get(number, False)

    def knows(self, identity: str) -> bool:
        """Whether a message of this id was taken."""
        return identity in self._ids

    def message(self, identity: str) -> None:
        """A message of this id is taken now."""
        self._ids[identity] = None
        if len(self._ids) > MAX_KNOWN:
            self._ids.popitem(last=False)
