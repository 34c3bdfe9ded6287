"""Weights of experts and of entropy, worked by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.ahp import full_matrix, judged
from app.rules.entropy import capped, entropy_weights, mixed


def test_a_consistent_matrix_gives_back_the_weights_it_was_made_of():
    # 0.6 : 0.3 : 0.1, so the judgements are 2, 6 and 3 and contradict each other nowhere.
    found = judged(full_matrix([[2, 6], [3]]))
    assert found.weights == pytest.approx((0.6, 0.3, 0.1))
    assert found.eigenvalue == pytest.approx(3)
    assert found.ratio == pytest.approx(0, abs=1e-9)


def test_the_matrix_of_the_textbooks():
    # 1 3 5 / 1/3 1 3 / 1/5 1/3 1. For three members the eigenvector is that of the row products'
    # cube roots: 15^(1/3) = 2.46621, 1, (1/15)^(1/3) = 0.405480; their sum is 3.87169.
    # lambda = 1 + x + 1/x with x^3 = a12 a23 / a13 = 9/5: x = 1.216440, lambda = 3.038511.
    # CR = (0.038511 / 2) / 0.58 = 0.033199.
    found = judged(full_matrix([[3, 5], [3]]))
    assert found.weights == pytest.approx((2.46621 / 3.87169, 1 / 3.87169, 0.40548 / 3.87169), 1e-4)
    assert found.eigenvalue == pytest.approx(3.038511, abs=1e-5)
    assert found.ratio == pytest.approx(0.033199, abs=1e-5)
    assert found.consistent


def test_judgements_in_a_circle_are_not_consistent():
    # A over B over C over A, each 5: x^3 = 5 * 5 * 5, lambda = 1 + 5 + 1/5 = 6.2.
    found = judged(full_matrix([[5, 1 / 5], [5]]))
    assert found.eigenvalue == pytest.approx(6.2)
    assert not found.consistent


@pytest.mark.parametrize("upper", [[[2]] * 2, [[10, 1], [1]], [[1, 1], [0.05]], [[1.0] * 11] * 11])
def test_what_is_no_matrix_is_refused(upper):
    with pytest.raises(ValueError, match=r"judgements|between|members"):
        full_matrix(upper)


def test_the_column_that_differs_gets_the_weight():
    # Eight equal scores have the entropy 1 and so the weight 0; the other column gets all.
    scores = np.column_stack([np.full(8, 79.0), [99, 0, 99, 0, 99, 0, 99, 0]])
    assert entropy_weights(scores) == pytest.approx([0, 1], abs=1e-9)


def test_entropy_by_hand():
    # Scores 99 and 0 four times each: shares 100/404 and 1/404.
    # H = -4 (100/404 ln(100/404) + 1/404 ln(1/404)) / ln 8; the second: 79 and 39, 80 and 40:
    # H2 = -4 (80/480 ln(80/480) + 40/480 ln(40/480)) / ln 8.
    first = 1 + 4 * (100 / 404 * math.log(100 / 404) + 1 / 404 * math.log(1 / 404)) / math.log(8)
    second = 1 + 4 * (1 / 6 * math.log(1 / 6) + 1 / 12 * math.log(1 / 12)) / math.log(8)
    scores = np.column_stack([[99, 0] * 4, [79, 39] * 4]).astype(float)
    expected = [first / (first + second), second / (first + second)]
    assert entropy_weights(scores) == pytest.approx(expected)


def test_too_few_scores_take_the_mean_and_no_difference_is_equal():
    scores = np.column_stack([[99.0, 0] * 4, [1.0] * 7 + [math.nan], [99.0, 0] * 4])
    assert entropy_weights(scores) == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert entropy_weights(np.full((9, 4), 50.0)) == pytest.approx([0.25] * 4)


def test_the_cap_hands_on_in_proportion():
    # 0.3 over the cap of 0.4 goes to 0.2 and 0.1 as 2 : 1: 0.4, 0.4, 0.2.
    assert capped(np.array([0.7, 0.2, 0.1]), 0.4) == pytest.approx([0.4, 0.4, 0.2])
    with pytest.raises(ValueError, match="cannot"):
        capped(np.array([0.5, 0.5]), 0.4)


def test_mixing():
    found = mixed(np.array([0.8, 0.2]), np.array([0.2, 0.8]), 0.75)
    assert found == pytest.approx([0.65, 0.35])


@given(st.lists(st.floats(0.001, 1000), min_size=6, max_size=40))
def test_capped_weights_sum_to_one_and_keep_their_order(raw):
    weights = np.array(raw)
    found = capped(weights, 0.2)
    assert found.sum() == pytest.approx(1)
    assert found.max() <= 0.2 + 1e-9
    order = np.argsort(weights, kind="stable")
    assert (np.diff(found[order]) >= -1e-9).all()
