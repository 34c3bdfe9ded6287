"""Weights from an expert's comparison in pairs (analytic hierarchy process).

Saaty, T.L., "How to make a decision: the analytic hierarchy process", European Journal of
Operational Research 48 (1990) 9-26: weights are the principal eigenvector, the consistency ratio is
(lambda - n) / (n - 1) over the mean of random matrices of the same size.
"""

from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.privacy import Privacy

Floats = np.ndarray[Any, np.dtype[np.float64]]

RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""By size of the matrix; Saaty's table ends at ten."""
LARGEST = len(RANDOM_INDEX) - 1
BEST_RATIO = 0.10
"""At or above it the judgements contradict each other and are to be made anew."""
SCALE = 9.0
"""The strongest judgement: one is absolutely more important than the other."""


class Judged(msgspec.Struct, frozen=True):
    """What a matrix says: weights that sum to 1, and how consistent the judgements are."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    weights: tuple[float, ...]
    eigenvalue: float
    ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the weights may be used."""
        return self.ratio < BEST_RATIO


def full_matrix(upper: list[list[float]]) -> Floats:
    """The square matrix of the judgements above its diagonal, row by row: for three members
    `[[a12, a13], [a23]]`. Raises ValueError where their number or size is wrong."""
    size = len(upper) + 1
    if size > LARGEST:
        raise ValueError(f"{size} members; at most {LARGEST} can be compared in pairs")
    matrix = np.ones((size, size))
    for row, judgements in enumerate(upper):
        if len(judgements) != size - 1 - row:
            raise ValueError(
                f"row {row + 1} has {len(judgements)} judgements, not {size - 1 - row}"
            )
        for column, value in enumerate(judgements, row + 1):
            if not 1 / SCALE - 1e-9 <= value <= SCALE + 1e-9:
                raise ValueError(f"row {row + 1}: {value:g} is not between 1/9 and 9")
            matrix[row, column], matrix[column, row] = value, 1 / value
    return matrix


def judged(matrix: Floats) -> Judged:
    """Weights and consistency of a reciprocal matrix."""
    size = len(matrix)
    values, vectors = np.linalg.eig(matrix)
    place = int(np.argmax(values.real))
    weights = np.abs(vectors[:, place].real)
    weights = weights / weights.sum()
    eigenvalue = float(values[place].real)
    usual = RANDOM_INDEX[size]
    ratio = (eigenvalue - size) / (size - 1) / usual if usual else 0.0
    return Judged(tuple(weights.tolist()), eigenvalue, max(0.0, ratio))
