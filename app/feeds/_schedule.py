"""When to ask next: every period, without drift, and not all feeds at the same instant."""

import random
import zlib

JITTER = 0.02
"""Of a period, at random, beside the feed's own place in it."""


class Schedule:
    """Instants of one feed on a grid of its period; where in the period they lie follows from the
    feed's name, so that 500 feeds of one period are spread over it."""

    def __init__(self, name: str, period_s: float) -> None:
        self._period = period_s
        self._phase = zlib.crc32(name.encode()) / 2**32 * period_s

    def wait(self, now: float) -> float:
        """Seconds from `now` (of a clock that only runs forward) to the next instant, at least a
        quarter of a period away; what was missed is not made up for."""
        least = now + self._period / 4
        steps = (least - self._phase) // self._period + 1
        due = self._phase + steps * self._period
        return due - now + random.uniform(0, JITTER) * self._period  # noqa: S311  (no secret)
