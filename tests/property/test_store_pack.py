"""A packed day comes back bit for bit, and foreign bytes are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.columns import Columns
from app.store.pack import BadChunk, pack, unpack

MOMENTS = st.integers(0, 4_102_444_800_000)
VALUES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**9), 10**9).map(lambda number: number / 100),
    st.just(-0.0),
)
ROWS = st.lists(
    st.tuples(
        MOMENTS,
        st.integers(0, 1_000_000),
        VALUES,
        st.integers(-(10**12), 10**13),
        st.one_of(st.none(), st.binary(max_size=20)),
    ),
    min_size=1,
    max_size=80,
)


@given(ROWS)
def test_round_trip(rows: list[tuple[int, int, float, int, bytes | None]]) -> None:
    ts, revision, value, lag, extra = zip(*rows, strict=True)
    columns = Columns(
        np.array(ts, np.int64),
        np.array(revision, np.int64),
        np.array(value, np.float64),
        np.array(lag, np.int64),
        list(extra) if any(item is not None for item in extra) else None,
    )
    again = unpack(pack(columns))
    assert np.array_equal(again.ts, columns.ts)
    assert np.array_equal(again.revision, columns.revision)
    assert np.array_equal(again.lag, columns.lag)
    assert again.value.tobytes() == columns.value.tobytes()
    assert again.extra == columns.extra


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(BadChunk):
        unpack(body)
