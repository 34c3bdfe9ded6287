"""Places drawn inside the outlines of districts."""

import numpy as np

from app.core.outline import Ring, inside


def scatter(
    rings: list[Ring], centre: tuple[float, float], count: int, random: np.random.Generator
) -> Ring:
    """`count` places (n x 2, degrees) inside a polygon, two thirds of them near a centre."""
    low, high = rings[0].min(axis=0), rings[0].max(axis=0)
    found = np.empty((0, 2))
    while len(found) < count:
        wide = random.uniform(low, high, size=(count * 2, 2))
        near = random.normal(centre, (high - low) * 0.09, size=(count * 2, 2))
        chosen = np.where(random.random((count * 2, 1)) < 0.66, near, wide)
        found = np.vstack([found, chosen[inside(rings, chosen[:, 0], chosen[:, 1])]])
    return np.round(found[:count], 5)
