"""Fusion by hand-computable arithmetic; candidates, order and ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arms import VectorArm
from index.hybrid import HybridSearch, fuse
from index.lexical import LexicalIndex
from index.types import Vectors


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_each_arm_is_divided_by_its_best_and_weighted() -> None:
    scores = {"dense": column(0.8, 0.4, -0.2), "lexical": column(0.0, 6.0, 3.0), "shown only": column(9, 9, 9)}
    fused = fuse(scores, {"dense": 1.0, "lexical": 0.5, "absent": 7.0}, 3)
    assert fused == pytest.approx([0.8 / 0.8, 0.4 / 0.8 + 0.5 * 6 / 6, 0.5 * 3 / 6])


def test_an_arm_that_found_nothing_adds_nothing() -> None:
    assert fuse({"lexical": column(0, 0)}, {"lexical": 1.0}, 2).tolist() == [0.0, 0.0]
    assert fuse({}, {"lexical": 1.0}, 0).tolist() == []


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20), st.floats(0.1, 100))
def test_the_scale_of_an_arm_does_not_matter(values: list[float], factor: float) -> None:
    plain = fuse({"a": column(*values)}, {"a": 1.0}, len(values))
    scaled = fuse({"a": column(*values) * np.float32(factor)}, {"a": 1.0}, len(values))
    np.testing.assert_allclose(plain, scaled, rtol=1e-4, atol=1e-5)
    assert plain.max() <= 1.0 + 1e-6


def make_search(weights: dict[str, float], neighbours: object = None) -> HybridSearch:
    units = np.eye(3, dtype=np.float32)
    vectors = {"dense": VectorArm.of(units, [[0], [1], [2], []])}
    lexical = {"lexical": LexicalIndex.build([["x"], ["y"], ["x", "y"], ["z"]])}
    return HybridSearch(vectors, lexical, weights, neighbours)  # type: ignore[arg-type]


def test_hits_are_ordered_by_score_and_ties_by_position() -> None:
    search = make_search({"dense": 1.0, "lexical": 1.0})
    hits = search.search(column(0.6, 0.6, 0.5), ["x", "y"], (), 10)
    assert [hit.item for hit in hits] == [2, 0, 1]
    assert hits[1].score == hits[2].score
    assert hits[0].arms["dense"] == pytest.approx(0.5)


def test_an_item_that_one_arm_alone_finds_is_found() -> None:
    hits = make_search({"dense": 1.0, "lexical": 1.0}).search(column(1, 0, 0), ["z"], (), 10)
    assert [hit.item for hit in hits] == [0, 3]


def test_no_more_than_k_hits_are_returned() -> None:
    assert len(make_search({"dense": 1.0}).search(column(0.6, 0.6, 0.5), ["x"], (), 2)) == 2


class _Nearest:
    """Proposes what it is told; counts how it was asked."""

    def __init__(self, items: list[int]) -> None:
        self.items = items

    def nearest(self, query: Vectors, limit: int) -> np.ndarray:
        return np.array(self.items[:limit], dtype=np.int64)


def test_with_a_neighbour_index_its_candidates_and_the_lexical_ones_are_scored_exactly() -> None:
    hits = make_search({"dense": 1.0, "lexical": 0.1}, _Nearest([1])).search(column(0.9, 0.3, 0.1), ["z"], (), 10)
    assert [hit.item for hit in hits] == [1, 3]
    assert hits[0].arms["dense"] == pytest.approx(0.3)
