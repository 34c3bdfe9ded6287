"""What decoding may cost this machine, what it does cost, and what a layout would.

Costs are measured: each stream's thread says how much processor time it used. What was not
measured yet is estimated from its pictures a second, with the cost of a pixel that the streams of
this machine have had so far.
"""

import os
from collections.abc import Iterable, Sequence
from statistics import median
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy
from app.video.ladder import SHARES, STEPS, Load, target
from app.video.platform import Profile
from app.video.streams import SUB_AREA
from app.video.tile import Budget, Demand, Weight
from app.video.wire import Rung

SHARE = 0.8
"""Of the processor; the rest is for the windows."""
PRICE = 0.0055
EXPONENT = 0.75
"""Cores are PRICE * (million pixels a second) ** EXPONENT: 97 streams of 360p, 29 of 720p and 18.6
of 1080p filled two cores (`ffmpeg -threads 1`): 0.021, 0.069 and 0.108 each."""
FPS = 25.0
MAIN_PIXELS = 1920 * 1080
SUB_PIXELS = 640 * 360
SLOW_S = 0.25
"""Half of the pictures later than this after their packets: somebody else uses the processor."""
TIGHTER = 0.9
LOOSER = 1.05
CHANGE_S = 1.0
LEAST = 0.2
"""Of what is allowed, whatever else the machine does."""


def cores_of(cores: int | None) -> int:
    """How many this process may use."""
    if cores is not None:
        return max(1, cores)
    return max(1, len(os.sched_getaffinity(0)))


class Cost(msgspec.Struct, frozen=True, gc=False):
    """A stream as measured: cores at the rung that was done, and the pixels a second that its
    camera sends."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    cores: float
    pixels: float
    rung: Rung
    settled: bool = True


class Prices:
    """What pixels cost here, learnt from the streams that are decoded."""

    def __init__(self) -> None:
        self.price = PRICE

    def learn(self, costs: Iterable[Cost]) -> None:
        """Take in what was measured now, of whole streams only: the others are too cheap."""
        found = [
            cost.cores / (cost.pixels / 1e6) ** EXPONENT
            for cost in costs
            if cost.settled and cost.rung is Rung.FULL and cost.pixels > 1e6 and cost.cores > 0
        ]
        if found:
            self.price += 0.1 * (median(found) - self.price)

    def full(self, cost: Cost) -> float:
        """What a measured stream costs whole."""
        estimate = self.estimate(cost.pixels)
        if not cost.settled or cost.rung >= Rung.KEYS:
            return estimate  # a few key frames tell little
        return cost.cores / SHARES[cost.rung]

    def estimate(self, pixels: float) -> float:
        """Cores for so many pixels a second; what is not known is a usual stream."""
        return float((pixels / 1e6) ** EXPONENT * self.price)

    def usual(self, profile: Profile) -> float:
        """Cores of a stream of which nothing is known yet."""
        return self.estimate((SUB_PIXELS if profile is Profile.SUB else MAIN_PIXELS) * FPS)


class Allowance:
    """How many cores decoding may use; less while pictures come late, because other programs need
    the processor too."""

    def __init__(self, cores: int) -> None:
        self._most = cores * SHARE
        self._part = 1.0
        self._changed = 0.0

    @property
    def cores(self) -> float:
        """Now."""
        return self._most * self._part

    def heed(self, latencies: Sequence[float], now: float) -> None:
        """Take in how late the pictures are that are decoded whole (s)."""
        if now - self._changed < CHANGE_S:
            return
        self._changed = now
        slow = bool(latencies) and median(latencies) > SLOW_S
        self._part = min(1.0, max(LEAST, self._part * (TIGHTER if slow else LOOSER)))


def layout(demands: Iterable[Demand], prices: Prices, allowed: float, workers: int) -> Budget:
    """What a layout would cost and what would have to be left out: one stream a camera, of the
    profile that its largest picture needs."""
    largest: dict[str, Demand] = {}
    for demand in demands:
        before = largest.get(demand.camera)
        if before is None or demand.width * demand.height > before.width * before.height:
            largest[demand.camera] = demand
    main, sub = prices.usual(Profile.MAIN), prices.usual(Profile.SUB)
    loads = []
    for camera, demand in largest.items():
        area = demand.width * demand.height
        small = area <= SUB_AREA and demand.playback is None
        economy = None if small or demand.playback is not None else sub
        loads.append(Load(camera, demand.weight, area, sub if small else main, economy))
    levels = target(loads, allowed)
    rungs = [STEPS[levels[load.name]].rung for load in loads if load.weight > Weight.HIDDEN]
    reduced = sum(STEPS[levels[load.name]].rung > Rung.FULL for load in loads)
    return Budget(
        used=round(sum(load.cost(0) for load in loads), 3),
        allowed=round(allowed, 3),
        streams=len(loads),
        full=len(loads) - reduced,
        reduced=reduced,
        keys=sum(rung >= Rung.KEYS for rung in rungs),
        workers=workers,
    )
