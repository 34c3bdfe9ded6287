"""A city's value told for its districts so that the table agrees with the total."""

import numpy as np

from app.core.catalog import DAY
from app.sim.noise import Floats, Ints, curves, salt, wanders
from app.sim.shapes import Shape, Spread
from app.sim.values import Values, finish


class Districts:
    """District values of one seed; `shares` is each district's share of the people."""

    def __init__(self, seed: int, values: Values, shares: Floats) -> None:
        self._seed = seed
        self._values = values
        self._shares = shares
        self._asked: tuple[str, bytes] | None = None
        self._found: Floats = np.zeros((len(shares), 0))

    def values(self, shape: Shape, region: int, at: Ints) -> Floats:
        """The values of one district."""
        if shape.districts is Spread.OWN:
            return self._values.own(shape, region, at)
        return np.asarray(self._table(shape, at)[region])

    def _table(self, shape: Shape, at: Ints) -> Floats:
        """All districts, one a row. The last one asked for is kept: its districts are asked for
        one after the other, and each needs all of them."""
        asked = (shape.quantity.code, at.tobytes())
        if self._asked != asked:
            city = self._values.city(shape, at)
            share = shape.districts is Spread.SHARE
            self._found = self._parts(shape, city, at) if share else self._means(shape, city, at)
            self._asked = asked
        return self._found

    def _parts(self, shape: Shape, city: Floats, at: Ints) -> Floats:
        """Shares that drift slowly; cumulative rounding makes them add up to the city's value."""
        drift = curves(self._streams(shape), at, [DAY] * len(self._shares))
        weights = self._shares[:, None] * np.clip(1.0 + 0.1 * drift, 0.5, 1.5)
        upto = np.vstack([np.zeros(at.shape), np.cumsum(weights, axis=0)])
        decimals = shape.quantity.decimals
        parts = np.diff(np.round(city * (upto / upto[-1]), decimals), axis=0)
        return np.asarray(np.round(parts, decimals) + 0.0)

    def _means(self, shape: Shape, city: Floats, at: Ints) -> Floats:
        waves = shape.waves
        size = max(waves.noise, 0.004) * abs(waves.typical)
        offsets = wanders(self._streams(shape), at, DAY // 4)
        # A sum in a fixed order: a product of matrices would round a moment by its neighbours.
        middle = np.add.reduce(self._shares[:, None] * offsets, axis=0)
        return finish(shape.quantity, city + size * (offsets - middle))

    def _streams(self, shape: Shape) -> list[int]:
        code = shape.quantity.code
        return [
            salt(self._seed, "district", code, str(region)) for region in range(len(self._shares))
        ]
