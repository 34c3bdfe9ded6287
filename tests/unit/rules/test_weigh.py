"""From judgements and scores to the weights of a dimension, by hand."""

import numpy as np
import pytest

from app.core.catalog import Quantity
from app.core.message import Refusal
from app.rules.weigh import CITY, Experts, Group, Matrix, weigh, weigh_dimensions


def quantity(code: str, theme: str) -> Quantity:
    return Quantity(code, code, code, "", 60_000, theme=theme, dimension="pressure")


ITEMS = [quantity("a", "flood"), quantity("b", "flood"), quantity("c", "traffic")]
GROUPS = [Group("汛情", "Flood", ("flood",)), Group("交通", "Traffic", ("traffic",))]


def matrix(judgements: list[list[float]], groups: list[Group] = GROUPS) -> Matrix:
    return Matrix("pressure", groups, judgements)


def test_experts_alone():
    # 3 to 1: 0.75 shared by two, 0.25 for one.
    found = weigh(matrix([[3]]), Experts([], alpha=1.0, cap=0.5), ITEMS, np.full((9, 3), 50.0))
    assert found.weights == {"a": 0.375, "b": 0.375, "c": 0.25}


def test_half_of_the_entropy():
    # Only c differs, so the entropy gives it all: 0.5 * (0.375, 0.375, 0.25) + 0.5 * (0, 0, 1).
    scores = np.column_stack([np.full(8, 50.0), np.full(8, 50.0), [99.0, 0] * 4])
    found = weigh(matrix([[3]]), Experts([], alpha=0.5, cap=1.0), ITEMS, scores)
    assert found.weights == {"a": 0.1875, "b": 0.1875, "c": 0.625}
    held = weigh(matrix([[3]]), Experts([], alpha=0.5, cap=0.5), ITEMS, scores)
    assert held.weights == {"a": 0.25, "b": 0.25, "c": 0.5}


def test_the_dimensions_by_the_experts_alone():
    groups = [Group("压力", "Pressure", ("pressure",)), Group("活力", "Vitality", ("vitality",))]
    found = weigh_dimensions(Matrix(CITY, groups, [[4]]))
    assert found.weights == {"pressure": 0.8, "vitality": 0.2}


THREE = [*GROUPS, Group("气象", "Weather", ("weather",))]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (matrix([[5, 1 / 5], [5]], THREE), "contradict"),
        (matrix([[3, 2]]), "judgements"),
        (matrix([[1, 1], [1]]), "3 members"),
        (matrix([[3]], [GROUPS[0], Group("气象", "Weather", ("weather",))]), "traffic"),
        (matrix([[1, 1], [1]], THREE), "Weather"),
    ],
)
def test_what_cannot_be_used_is_said(wrong, said):
    with pytest.raises(Refusal, match=said):
        weigh(wrong, Experts([], cap=0.5), ITEMS, np.full((9, 3), 50.0))
