"""The register questions of all statements as one table, so that a question is compared with every one of them at once.

The comparison is lexical: rarity of what both name, over the rarity of everything either names (a Dice coefficient with
weights).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray


class QuestionTable:
    """All register questions, those of a statement side by side, each as the words and concepts it names."""

    def __init__(self, questions: Sequence[Sequence[frozenset[str]]], rarity: Callable[[str], float]) -> None:
        self._rarity = rarity
        self._counts = np.array([len(own) for own in questions], dtype=np.int64)
        self._starts = np.cumsum(self._counts) - self._counts
        rows = [items for own in questions for items in own]
        self._weights = np.array([sum(sorted(map(rarity, items))) for items in rows], dtype=np.float64)
        places: dict[str, list[int]] = {}
        for row, items in enumerate(rows):
            for item in items:
                places.setdefault(item, []).append(row)
        self._places: dict[str, NDArray[np.int64]] = {item: np.array(found, dtype=np.int64) for item, found in places.items()}

    def overlaps(self, items: frozenset[str], statements: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return, for each of some statements, the overlap (0 to 1) of its closest question with these items; 0 without
        questions.
        """
        counts = self._counts[statements]
        starts = np.cumsum(counts) - counts
        rows = np.repeat(self._starts[statements] - starts, counts) + np.arange(counts.sum())
        shared = np.zeros(len(self._weights))
        for item in sorted(items & self._places.keys()):
            shared[self._places[item]] += self._rarity(item)
        common = shared[rows]
        total = self._weights[rows] + sum(sorted(map(self._rarity, items)))
        overlap = np.divide(2 * common, total, out=np.zeros_like(common), where=total > 0)
        closest = np.zeros(len(statements))
        asked = counts > 0
        if len(overlap):
            closest[asked] = np.maximum.reduceat(overlap, starts[asked])
        return closest
