"""Search over items (passages or documents) by several arms, fused by weighted normalised scores.

Candidates are the best of the text arm, the lexical arm and the heading arm; every arm then scores every candidate exactly.
Each arm's score is divided by its best among the candidates and the weighted sum ranks them (a CombSUM: Fox and Shaw 1994, with
max normalisation), ties broken by position. Weights are data of the class that uses this; see `docs/retrieval.md` for what was
measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.arms import VectorArm
from index.lexical import LexicalIndex
from index.types import Vectors

CANDIDATES_PER_ARM = 100
# Below this many items every vector arm proposes candidates; above, the nearest-neighbour index and the lexical arm do.
EXACT_ITEMS = 5_000


class Neighbours(Protocol):
    """An approximate nearest-neighbour index over items."""

    def nearest(self, query: Vectors, limit: int) -> NDArray[np.int64]:
        """Return at most `limit` items, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """An item with its fused score and the raw score of every arm."""

    item: int
    score: float
    arms: Mapping[str, float]


class HybridSearch:
    """Searches items by vector arms and lexical arms with the weights given (arms without a weight are reported, not used)."""

    def __init__(
        self,
        vectors: Mapping[str, VectorArm],
        lexical: Mapping[str, LexicalIndex],
        weights: Mapping[str, float],
        neighbours: Neighbours | None = None,
    ) -> None:
        self._vectors = vectors
        self._lexical = lexical
        self._weights = weights
        self._neighbours = neighbours

    def search(self, query: Vectors, tokens: Sequence[str], expansions: Sequence[str], k: int) -> list[Hit]:
        """Return at most `k` items, best first.

        Args:
            query: `(d,)` unit vector of the query.
            tokens: index words of the query.
            expansions: further index words, which count half in the lexical arms.
            k: number of hits wanted.
        """
        whole = {name: index.scores(tokens, expansions) for name, index in self._lexical.items()}
        limit = max(CANDIDATES_PER_ARM, k)
        if self._neighbours is None:
            whole |= {name: arm.scores(query) for name, arm in self._vectors.items()}
            candidates = _union([_top(scores, limit) for scores in whole.values()])
            scores = {name: values[candidates] for name, values in whole.items()}
        else:
            candidates = _union([self._neighbours.nearest(query, limit), *(_top(values, limit) for values in whole.values())])
            scores = {name: values[candidates] for name, values in whole.items()}
            scores |= {name: arm.scores_of(query, candidates) for name, arm in self._vectors.items()}
        return self._rank(candidates, scores, k)

    def _rank(self, candidates: NDArray[np.int64], scores: Mapping[str, NDArray[np.float32]], k: int) -> list[Hit]:
        fused = fuse(scores, self._weights, len(candidates))
        order = np.lexsort((candidates, -fused))[:k]
        return [
            Hit(int(candidates[row]), float(fused[row]), {name: float(values[row]) for name, values in scores.items()})
            for row in order
        ]


def fuse(scores: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float], size: int) -> NDArray[np.float64]:
    """Return the weighted sum of each arm's scores divided by its best (an arm whose best is not positive adds nothing)."""
    total = np.zeros(size, dtype=np.float64)
    for name, weight in weights.items():
        values = scores.get(name)
        best = float(values.max(initial=0.0)) if values is not None else 0.0
        if values is not None and best > 0:
            total += weight * np.clip(values, 0.0, None) / best
    return total


def _top(scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """Positions of the `limit` greatest positive scores, in no order."""
    chosen = np.argpartition(-scores, limit - 1)[:limit] if len(scores) > limit else np.arange(len(scores))
    positive: NDArray[np.int64] = chosen[scores[chosen] > 0]
    return positive


def _union(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.unique(np.concatenate(parts)).astype(np.int64)
