"""A city's value told for its districts so that the table agrees with the total."""

import numpy as np

from app.core.catalog import DAY
from app.sim.noise import Floats, Ints, salt, smooth, wander
from app.sim.shapes import Shape, Spread
from app.sim.values import Values, finish


class Districts:
    """District values of one seed; `shares` is each district's share of the people."""

    def __init__(self, seed: int, values: Values, shares: Floats) -> None:
        self._seed = seed
        self._values = values
        self._shares = shares

    def values(self, shape: Shape, region: int, at: Ints) -> Floats:
        """The values of one district."""
        if shape.districts is Spread.OWN:
            return self._values.own(shape, region, at)
        city = self._values.city(shape, at)
        if shape.districts is Spread.SHARE:
            return self._part(shape, city, region, at)
        return self._mean(shape, city, region, at)

    def _part(self, shape: Shape, city: Floats, region: int, at: Ints) -> Floats:
        """Shares that drift slowly; cumulative rounding makes them add up to the city's value."""
        weights = [
            share * np.clip(1.0 + 0.1 * smooth(self._stream(shape, index), at, DAY), 0.5, 1.5)
            for index, share in enumerate(self._shares)
        ]
        total = sum(weights, np.zeros(at.shape))
        upto = sum(weights[: region + 1], np.zeros(at.shape)) / total
        below = sum(weights[:region], np.zeros(at.shape)) / total
        decimals = shape.quantity.decimals
        part = np.round(city * upto, decimals) - np.round(city * below, decimals)
        return np.asarray(np.round(part, decimals) + 0.0)

    def _mean(self, shape: Shape, city: Floats, region: int, at: Ints) -> Floats:
        waves = shape.waves
        size = max(waves.noise, 0.004) * abs(waves.typical)
        offsets = [wander(self._stream(shape, index), at, DAY // 4) for index in self._numbers]
        middle = sum(
            (share * offset for share, offset in zip(self._shares, offsets, strict=True)),
            np.zeros(at.shape),
        )
        return finish(shape.quantity, city + size * (offsets[region] - middle))

    @property
    def _numbers(self) -> range:
        return range(len(self._shares))

    def _stream(self, shape: Shape, region: int) -> int:
        return salt(self._seed, "district", shape.quantity.code, str(region))
