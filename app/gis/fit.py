"""How far a line drawing lies from where it should, by its shape.

The vertices of the one are laid on the edges of the other: each round every vertex is pulled to the
nearest edge along that edge's normal, the worst are left out, and the one shift that suits the rest
best (least squares) is applied. This is the point-to-line form of the iterative closest point
method (Chen and Medioni 1992), with a shift only: no turn, no scale.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np
from scipy.spatial import cKDTree

from app.core.privacy import Privacy

Pairs = np.ndarray[Any, np.dtype[np.float64]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]

MOST_VERTICES = 4_000  # of the drawing that is compared; more say no more
_MOST_POINTS = 400_000  # of the edges that it is compared with
_STEP_M = 20.0
_ROUNDS = 60
_ALIKE = 12.0  # neighbouring vertices err alike: so many count as one in the uncertainty


class Fit(msgspec.Struct, frozen=True):
    """`east`, `north`: metres by which the drawing lies off (positive: too far east, north);
    `sigma` how sure that is; `before`, `after`: median distance of its vertices from the edges as
    it is, and with the shift taken back."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    east: float
    north: float
    sigma: float
    before: float
    after: float

    @property
    def length(self) -> float:
        """Metres of the shift."""
        return float(np.hypot(self.east, self.north))


class Edges:
    """Known lines, ready to be asked for the nearest edge. Rings are n x 2 metres."""

    def __init__(self, rings: Sequence[Pairs]) -> None:
        starts = np.concatenate([ring[:-1] for ring in rings])
        along = np.concatenate([np.diff(ring, axis=0) for ring in rings])
        length = np.hypot(along[:, 0], along[:, 1])
        starts, along, length = starts[length > 0], along[length > 0], length[length > 0]
        step = max(_STEP_M, float(length.sum()) / _MOST_POINTS)
        pieces = np.maximum(1, np.ceil(length / step).astype(int))
        which = np.repeat(np.arange(len(length)), pieces)
        part = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        share = (part + 0.5) / pieces[which]
        self.points = starts[which] + along[which] * share[:, None]
        unit = along / length[:, None]
        self.normals = np.column_stack([-unit[:, 1], unit[:, 0]])[which]
        self._half = step / 2
        self._tree = cKDTree(self.points)

    def nearest(self, pairs: Pairs) -> tuple[Numbers, Numbers, Pairs]:
        """For each place: the distance to the edges, the signed distance along the normal of the
        nearest one, and that normal."""
        far, index = self._tree.query(pairs)
        normal = self.normals[index]
        signed = np.einsum("ij,ij->i", self.points[index] - pairs, normal)
        near_edge = far < self._half * 3  # there the point stands for its whole edge
        return np.where(near_edge, np.abs(signed), far), signed, normal


def fit(pairs: Pairs, edges: Edges, starts: Sequence[Pairs] = ()) -> Fit:
    """The shift that lays these vertices (n x 2 metres) best on the edges, begun at no shift and at
    each of `starts` (metres by which they lie off)."""
    pairs = thinned(pairs)
    before = float(np.median(edges.nearest(pairs)[0]))
    found = [_descend(pairs, edges, np.asarray(start, float)) for start in (np.zeros(2), *starts)]
    shift, sigma, after = min(found, key=lambda item: item[2])
    return Fit(float(shift[0]), float(shift[1]), sigma, before, after)


def thinned(pairs: Pairs, most: int = MOST_VERTICES) -> Pairs:
    """At most so many of them, evenly."""
    if len(pairs) <= most:
        return pairs
    return np.asarray(pairs[np.linspace(0, len(pairs) - 1, most).astype(int)])


def _descend(pairs: Pairs, edges: Edges, shift: Pairs) -> tuple[Pairs, float, float]:
    """Vertices that lie far off for their company hardly count (weights of Geman and McClure 1985);
    how far is far becomes less with the rounds, down to what the better half keeps to."""
    sigma = np.inf
    for turn in range(_ROUNDS):
        far, signed, normal = edges.nearest(pairs - shift)
        middle, good = np.percentile(far, [50, 25])
        scale = max(float(good), float(middle) * max(0.0, 2.0 - turn / 8), 5.0)
        weight = 1.0 / (1.0 + (far / scale) ** 2) ** 2
        square = (normal * weight[:, None]).T @ normal + np.eye(2) * 1e-9
        step = np.linalg.solve(square, normal.T @ (weight * signed))
        shift = shift - step
        spread = np.sum(weight * (signed - normal @ step) ** 2) / np.sum(weight)
        sigma = float(np.sqrt(spread * np.trace(np.linalg.inv(square)) * _ALIKE))
        if np.hypot(*step) < 0.05 and turn >= 16:
            break
    after = float(np.median(edges.nearest(pairs - shift)[0]))
    return shift, sigma, after
