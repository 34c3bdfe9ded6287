"""Whatever code, moment and seed: values are possible, rounded, and the same when asked again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import DAY, HOUR
from app.core.envelope import matches
from app.serving.topics import Topics
from app.sim.__main__ import build, moment
from app.sim.noise import Floats
from app.sim.shapes import Spread
from app.sim.values import finish, over_limit
from app.sim.weather import Scenario
from app.sim.world import SimulatedCity

BEGIN = moment("2026-01-01", "Asia/Shanghai")
CITIES: list[SimulatedCity] = [build("huaian", seed, Scenario.AUTO, BEGIN) for seed in (1, 2)]
CODES = sorted(code for code, shape in CITIES[0].shapes.items() if shape.quantity.is_indicator)
SHARED = [code for code in CODES if CITIES[0].shapes[code].districts is Spread.SHARE]
# A few days, so that the weather of each is computed once.
MOMENTS = st.builds(
    lambda day, part: BEGIN + day * DAY + part,
    st.sampled_from([3, 110, 196, 199, 300]),
    st.integers(0, DAY - 1),
)


@given(st.sampled_from(CITIES), st.sampled_from(CODES), st.lists(MOMENTS, min_size=1, max_size=30))
def test_values_are_possible_and_repeatable(
    city: SimulatedCity, code: str, moments: list[int]
) -> None:
    shape = city.shapes[code]
    values = city.values.city(shape, np.array(moments))
    assert all(shape.quantity.in_range(float(value)) for value in values)
    assert np.isfinite(values).all()
    assert (values == np.round(values, shape.quantity.decimals)).all()
    alone = [float(city.values.city(shape, np.array([at]))[0]) for at in moments]
    assert values.tolist() == alone


@given(st.sampled_from(CITIES), MOMENTS)
def test_running_totals_only_rise_within_a_day(city: SimulatedCity, at: int) -> None:
    begin = city.calendar.midnight(city.calendar.day(at))
    day = np.arange(begin, begin + DAY, HOUR // 4)
    for code in ("fire.calls", "event.urban_cases", "duty.reports"):
        assert city.shapes[code].running
        values = city.values.city(city.shapes[code], day)
        assert (np.diff(values) >= 0).all()
        assert values[0] == 0.0


@given(st.sampled_from(CITIES), st.sampled_from(SHARED), MOMENTS)
def test_shares_of_the_districts_add_up(city: SimulatedCity, code: str, at: int) -> None:
    moments, shape = np.array([at]), city.shapes[code]
    total = city.values.city(shape, moments)
    parts: list[Floats] = [
        city.readings._districts.values(shape, region, moments) for region in range(7)
    ]
    assert sum(float(part[0]) for part in parts) == pytest.approx(float(total[0]))


@given(st.sampled_from(CODES), st.floats(allow_nan=False, width=32))
def test_ranks_agree_with_the_catalogue(code: str, value: float) -> None:
    quantity = CITIES[0].shapes[code].quantity
    assert over_limit(quantity, np.array([value]))[0] == quantity.level(value).rank


@given(st.sampled_from(CODES), st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_finishing_is_final(code: str, value: float) -> None:
    quantity = CITIES[0].shapes[code].quantity
    once = finish(quantity, np.array([value]))
    assert finish(quantity, once) == once
    assert quantity.in_range(float(once[0]))


LEVEL = st.text("abc.", min_size=1, max_size=3)
PATTERN = st.lists(st.one_of(LEVEL, st.sampled_from(["+", "#"])), min_size=1, max_size=4)


@given(st.lists(PATTERN, max_size=5), st.lists(LEVEL, min_size=1, max_size=4))
def test_topics_are_the_envelopes_own(patterns: list[list[str]], levels: list[str]) -> None:
    joined = ["/".join(pattern) for pattern in patterns]
    topic = "/".join(levels)
    topics = Topics(joined)
    wanted = any(matches(pattern, topic) for pattern in joined)
    assert [topics.wants(topic), topics.wants(topic)] == [wanted, wanted]
