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
        self._size = len(questions)
        self._owners = np.array([place for place, own in enumerate(questions) if own], dtype=np.int64)
        rows = [items for own in questions for items in own]
        counts = [len(own) for own in questions if own]
        self._starts = np.cumsum([0, *counts])[:-1].astype(np.int64)
        self._weights = np.array([sum(sorted(map(rarity, items))) for items in rows], dtype=np.float64)
        places: dict[str, list[int]] = {}
        for row, items in enumerate(rows):
            for item in items:
                places.setdefault(item, []).append(row)
        self._places: dict[str, NDArray[np.int64]] = {item: np.array(found, dtype=np.int64) for item, found in places.items()}

    def overlaps(self, items: frozenset[str]) -> NDArray[np.float64]:
        """Return, for each statement, the overlap (0 to 1) of its closest question with these items; 0 without questions."""
        closest = np.zeros(self._size)
        if not len(self._owners):
            return closest
        shared = np.zeros(len(self._weights))
        for item in sorted(items & self._places.keys()):
            shared[self._places[item]] += self._rarity(item)
        total = self._weights + sum(sorted(map(self._rarity, items)))
        overlap = np.divide(2 * shared, total, out=np.zeros_like(shared), where=total > 0)
        closest[self._owners] = np.maximum.reduceat(overlap, self._starts)
        return closest
