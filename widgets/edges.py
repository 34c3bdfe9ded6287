"""Where the panels of a wall meet, along one axis: what is painted keeps off these lines."""

from typing import NamedTuple

NARROW = 0.7


class Edges(NamedTuple):
    """The middles of the seams in the coordinates of whoever asks; `clear` is kept free to either
    side. None on a screen of one piece."""

    at: tuple[float, ...] = ()
    clear: float = 0.0

    def moved(self, by: float) -> "Edges":
        """The same from an origin that lies `by` further on."""
        return self._replace(at=tuple(seam - by for seam in self.at))

    def crossed(self, start: float, length: float) -> float | None:
        """The first seam that something would lie on."""
        for seam in self.at:
            if start < seam + self.clear and start + length > seam - self.clear:
                return seam
        return None

    def past(self, start: float, length: float) -> float:
        """Where something of a length may begin, from `start` on."""
        while (seam := self.crossed(start, length)) is not None:
            if seam + self.clear <= start:  # longer than the room between two seams
                return start
            start = seam + self.clear
        return start

    def before(self, end: float, length: float) -> float:
        """Where something of a length may end, back from `end`."""
        for seam in reversed(self.at):
            if end > seam - self.clear and end - length < seam + self.clear:
                end = seam - self.clear
        return end

    def until(self, start: float, end: float) -> float:
        """How far something may reach that begins at `start`."""
        return min((seam - self.clear for seam in self.at if start < seam < end), default=end)

    def pieces(self, start: float, end: float) -> list[tuple[float, float]]:
        """What is left between the seams: start and end of each part."""
        found, left = [], start
        for seam in self.at:
            if start < seam < end:
                found.append((left, seam - self.clear))
                left = seam + self.clear
        return [*found, (left, end)]

    def lanes(self, start: float, end: float, least: float) -> list[tuple[float, float]]:
        """Columns of at least `least`, as many as fit and one in each part: start and width.

        All of one width where the parts allow it.
        """
        lanes, pieces = [], self.pieces(start, end)
        # A part that is a little narrow sets the width for all.
        narrow = [right - left for left, right in pieces if right - left >= NARROW * least]
        least = min([least, *narrow]) if len(pieces) > 1 else least
        for left, right in pieces:
            count = max(1, int((right - left) // least)) if least > 0 else 1
            wide = (right - left) / count
            lanes += [(left + number * wide, wide) for number in range(count)]
        return lanes
