"""Retrieval measures against arithmetic, their bounds, and an independent implementation."""

from __future__ import annotations

from math import log2

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures import average_precision, ndcg_at, recall_at, reciprocal_rank

GRADES = {"a": 3, "b": 1, "c": 0, "d": 2}


def test_ndcg_is_linear_gain_over_the_ideal_order() -> None:
    ideal = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    assert ndcg_at(["c", "a", "x", "b"], GRADES, 10) == pytest.approx((3 / log2(3) + 1 / log2(5)) / ideal)
    assert ndcg_at(["a", "d"], GRADES, 2) == 1.0


def test_binary_measures_count_any_positive_grade() -> None:
    ranking = ["c", "a", "x", "b"]
    assert recall_at(ranking, GRADES, 2) == pytest.approx(1 / 3)
    assert reciprocal_rank(ranking, GRADES) == 1 / 2
    assert average_precision(ranking, GRADES) == pytest.approx((1 / 2 + 2 / 4) / 3)


@pytest.mark.parametrize("judgements", [{}, {"c": 0}, {"c": -1}])
def test_a_query_without_relevant_documents_scores_zero(judgements: dict[str, int]) -> None:
    assert ndcg_at(["c"], judgements, 10) == 0.0
    assert recall_at(["c"], judgements, 10) == 0.0
    assert reciprocal_rank(["c"], judgements) == 0.0
    assert average_precision(["c"], judgements) == 0.0


NAMES = st.sampled_from([f"d{n}" for n in range(30)])


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, unique=True, max_size=25), st.dictionaries(NAMES, st.integers(0, 4), min_size=1))
def test_values_agree_with_ir_measures(ranking: list[str], judgements: dict[str, int]) -> None:
    run = [ir_measures.ScoredDoc("q", name, float(-rank)) for rank, name in enumerate(ranking)]
    qrels = [ir_measures.Qrel("q", name, grade) for name, grade in judgements.items()]
    wanted = {
        ir_measures.nDCG @ 10: ndcg_at(ranking, judgements, 10),
        ir_measures.R @ 10: recall_at(ranking, judgements, 10),
        ir_measures.RR: reciprocal_rank(ranking, judgements),
        ir_measures.AP: average_precision(ranking, judgements),
    }
    found = ir_measures.calc_aggregate(list(wanted), qrels, run)
    for measure, value in wanted.items():
        assert found[measure] == pytest.approx(value, abs=1e-9)
        assert 0.0 <= value <= 1.0 + 1e-12
