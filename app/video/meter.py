"""What a row of the board tells over time: ages, rates and delays, looked at every 250 ms."""

from collections import deque
from typing import ClassVar, NamedTuple

import msgspec

from app.core.privacy import Privacy
from app.video.board import Row
from app.video.wire import Rung

WINDOW_S = 2.5
"""Rates are those of the last so many seconds."""
SETTLED_S = WINDOW_S * 0.8
BASE_S = 300.0
"""The quickest packet of this and the span before is taken as punctual: clocks of cameras drift
by seconds a day, so that one of yesterday says nothing."""
JUMP_S = 10.0
"""The stream's clock was set, or a file began anew."""
UNKNOWN_GAP_S = 10.0
"""Between key frames, until two were seen."""

_RUNGS = {int(rung): rung for rung in Rung}


class Facts(msgspec.Struct, frozen=True, gc=False):
    """One row at one moment. Ages and delays in seconds; an age counts from the opening where the
    thing has never been. `period` is the time between two pictures as they should come, `spacing`
    that between two packets, `rate` the pictures decoded a second lately, `due` those that there
    should be (0: not known), `behind` how far the packets have fallen behind the quickest,
    `damaged` the share of damaged pictures, `cores` the processor time a second, `speed` bytes a
    second."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    pictures: int = 0
    packet: float = 0.0
    changed: float = 0.0
    lit: float = 0.0
    period: float = 0.04
    spacing: float = 0.04
    rate: float = 0.0
    due: float = 0.0
    latency: float = 0.0
    behind: float = 0.0
    damaged: float = 0.0
    cores: float = 0.0
    speed: float = 0.0
    rung: Rung = Rung.FULL
    settled: bool = False
    """Whether the stream has been looked at for long enough to speak of rates."""


class _Look(NamedTuple):
    """A row at a moment."""

    at: float
    row: Row


class Meter:
    """One row's past, from its opening at `opened` (seconds of `time.monotonic()`) on."""

    def __init__(self, opened: float) -> None:
        self._opened = opened
        self._looks: deque[_Look] = deque()
        self._rung = Rung.FULL
        self._picture_at = opened
        self._gap = 0.0  # the longest between two pictures at this rung
        self._best = 0.0  # packets a second that this stream is known to bring
        self._base = (opened, float("inf"), float("inf"))  # since, least of this span, of the last
        self._pts = 0.0

    def look(self, row: Row, now: float) -> Facts:
        """Take in a row at a moment that is not before the last one's."""
        self._heed_rung(_RUNGS[min(row.rung, Rung.RING)], row, now)
        looks = self._looks
        if looks and row.packets < looks[-1].row.packets:  # it was opened anew
            looks.clear()
        looks.append(_Look(now, row))
        while len(looks) > 2 and now - looks[1].at >= WINDOW_S:
            looks.popleft()
        at, first = looks[0]
        span = now - at
        packets, decoded = row.packets - first.packets, row.decoded - first.decoded
        settled = span >= SETTLED_S
        said = row.fps
        if settled:
            best, measured = self._best * 0.999, packets / span
            self._best = measured if measured > best else best
        usual = min(said, self._best) if said > 0 and self._best > 0 else max(said, self._best)
        spacing = _spacing(usual)
        is_keys = self._rung >= Rung.KEYS
        late, used, size = row.written - row.arrived, row.cpu - first.cpu, row.bytes - first.bytes
        damaged = (row.corrupt - first.corrupt) / (decoded if decoded > 1 else 1)
        return Facts(
            pictures=row.seq,
            packet=self._age(row.packet, now),
            changed=self._age(row.changed, now),
            lit=self._age(row.lit, now),
            period=(self._gap or UNKNOWN_GAP_S) if is_keys else spacing,
            spacing=spacing,
            rate=decoded / span if span > 0 else 0.0,
            due=0.0 if is_keys else usual,
            latency=late if late > 0.0 else 0.0,
            behind=self._behind(row.pts, row.arrived, now),
            damaged=damaged if damaged < 1.0 else 1.0,
            cores=used / span if span > 0 and used > 0.0 else 0.0,
            speed=size / span if span > 0 and size > 0 else 0.0,
            rung=self._rung,
            settled=settled,
        )

    def _age(self, moment: float, now: float) -> float:
        age = now - (moment if moment > self._opened else self._opened)
        return age if age > 0.0 else 0.0

    def _heed_rung(self, rung: Rung, row: Row, now: float) -> None:
        """Rates of another rung say nothing of this one."""
        if rung is not self._rung:
            self._rung, self._gap, self._picture_at = rung, 0.0, now
            self._looks.clear()
        elif self._looks and row.decoded > self._looks[-1].row.decoded:
            if self._picture_at > self._opened:
                self._gap = max(self._gap, now - self._picture_at)
            self._picture_at = now

    def _behind(self, pts: float, arrived: float, now: float) -> float:
        if arrived <= 0:
            return 0.0
        delay = arrived - pts
        since, least, before = self._base
        if abs(pts - self._pts) > JUMP_S:
            since, least, before = now, delay, float("inf")
        elif now - since > BASE_S:
            since, least, before = now, delay, least
        least = min(least, delay)
        self._base, self._pts = (since, least, before), pts
        return max(0.0, delay - min(least, before))


def _spacing(usual: float) -> float:
    return 1.0 / usual if usual > 0 else 0.04
