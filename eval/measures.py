"""Measures of a ranking against graded judgements. Ranks count from 1; a judgement above 0 is relevant, unjudged is not.

The queries measured are those with judgements: one for which nothing was found, or nothing relevant is known, scores 0 and
stays in the mean, so the denominator cannot shrink. The definitions are those of trec_eval and are tested against
ir_measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

Judgements = Mapping[str, int]


def ndcg_at(ranking: Sequence[str], judgements: Judgements, k: int) -> float:
    """Return nDCG@k with linear gain, in [0, 1] (Jarvelin and Kekalainen 2002, ACM TOIS 20:422-446).

    DCG@k = sum over ranks i = 1..k of gain_i / log2(i + 1), gain_i = max(0, judgement); nDCG@k = DCG@k / DCG@k of the ideal
    order.
    """
    ideal = _discounted(sorted(judgements.values(), reverse=True)[:k])
    return _discounted([judgements.get(doc_id, 0) for doc_id in ranking[:k]]) / ideal if ideal else 0.0


def recall_at(ranking: Sequence[str], judgements: Judgements, k: int) -> float:
    """Return the share of relevant documents among the first k, in [0, 1]."""
    relevant = _relevant(judgements)
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], judgements: Judgements) -> float:
    """Return 1 / rank of the first relevant document, 0 when there is none (Voorhees 1999, TREC-8)."""
    relevant = _relevant(judgements)
    return next((1 / rank for rank, doc_id in enumerate(ranking, start=1) if doc_id in relevant), 0.0)


def average_precision(ranking: Sequence[str], judgements: Judgements) -> float:
    """Return the mean, over the relevant documents, of the precision at their rank (0 for those not found), in [0, 1]."""
    relevant = _relevant(judgements)
    found = 0
    total = 0.0
    for rank, doc_id in enumerate(ranking, start=1):
        if doc_id in relevant:
            found += 1
            total += found / rank
    return total / len(relevant) if relevant else 0.0


def score_ranking(ranking: Sequence[str], judgements: Judgements) -> dict[str, float]:
    """Return the measures of the catalogue's task `retrieval` for one query."""
    return {
        "ndcg_at_10": ndcg_at(ranking, judgements, 10),
        "recall_at_10": recall_at(ranking, judgements, 10),
        "rr": reciprocal_rank(ranking, judgements),
        "ap": average_precision(ranking, judgements),
    }


def _discounted(gains: Sequence[int]) -> float:
    return sum(max(0, gain) / log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _relevant(judgements: Judgements) -> frozenset[str]:
    return frozenset(doc_id for doc_id, judgement in judgements.items() if judgement > 0)
