"""The best unit of each item, for all items and for some."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.arms import NOTHING, QuickArm, VectorArm


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


def test_a_quick_arm_finds_what_the_whole_arm_finds() -> None:
    """The nearest exactly, the rest nearly, on units as unevenly spread as those of texts."""
    random = np.random.default_rng(7)
    spread = random.normal(size=(6_000, 384)) * np.exp(-np.arange(384) / 60)
    units = (spread / np.linalg.norm(spread, axis=1, keepdims=True)).astype(np.float32)
    arm = VectorArm.of(units, [list(range(first, first + 6)) for first in range(0, 6_000, 6)] + [[]])
    quick = QuickArm(arm)
    for row in range(0, 6_000, 500):
        query = units[row] + random.normal(scale=0.02, size=384).astype(np.float32)
        query /= np.linalg.norm(query)
        whole, found = arm.scores(query), quick.scores(query)
        nearest = np.argsort(-whole)[:40]
        np.testing.assert_allclose(found[nearest], whole[nearest], atol=1e-5)
        assert np.abs(found - whole).mean() < 0.02
    assert found[-1] == NOTHING
