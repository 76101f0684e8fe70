"""The best unit of each item, for all items and for some."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.arms import NOTHING, VectorArm


@given(
    st.lists(st.lists(st.integers(0, 11), max_size=4), min_size=1, max_size=12),
    st.integers(0, 2**32 - 1),
    st.data(),
)
def test_scores_are_the_maximum_over_the_units_of_an_item(rows: list[list[int]], seed: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    units = rng.standard_normal((12, 5)).astype(np.float32)
    query = rng.standard_normal(5).astype(np.float32)
    expected = [max((float(units[row] @ query) for row in owned), default=float(NOTHING)) for owned in rows]
    arm = VectorArm.of(units, rows)
    np.testing.assert_allclose(arm.scores(query), expected, rtol=1e-4, atol=1e-5)
    some = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8))
    np.testing.assert_allclose(
        arm.scores_of(query, np.array(some, dtype=np.int64)), [expected[item] for item in some], rtol=1e-4, atol=1e-5
    )
