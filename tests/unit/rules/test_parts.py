"""What a district can be scored by."""

import pytest

from app.core.catalog import Quantity
from app.rules.parts import holds_for_parts


@pytest.mark.parametrize("unit", ["%", "µg/m³", "件/万人", "分钟"])
def test_a_share_a_quotient_and_a_span_mean_the_same(unit: str) -> None:
    assert holds_for_parts(Quantity("a.b", "甲", "A", unit, 1000))


@pytest.mark.parametrize("unit", ["件", "亿元", "万人", ""])
def test_a_count_says_nothing_of_a_part(unit: str) -> None:
    assert not holds_for_parts(Quantity("a.b", "甲", "A", unit, 1000))
