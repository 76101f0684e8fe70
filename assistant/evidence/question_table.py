"""The register questions of all statements as one table, so that a question is compared with every one of them at once.

The comparison is lexical: rarity of what both name, over the rarity of everything either names (a Dice coefficient with
weights).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class QuestionProfile:
    """One register question: its concepts and words together, its concepts, and its biomarker states."""

    items: frozenset[str]
    concepts: frozenset[str]
    states: frozenset[str]


class QuestionTable:
    """All register questions, those of a statement side by side."""

    def __init__(self, questions: Mapping[str, tuple[QuestionProfile, ...]], rarity: Callable[[str], float]) -> None:
        self._rarity = rarity
        self._owners = [key for key, profiles in questions.items() if profiles]
        rows = [profile for key in self._owners for profile in questions[key]]
        counts = [len(questions[key]) for key in self._owners]
        self._place = {owner: position for position, owner in enumerate(self._owners)}
        self._starts = np.cumsum([0, *counts])[:-1].astype(np.int64)
        self._states = [profile.states for profile in rows]
        self._weights = np.array([sum(sorted(map(rarity, profile.items))) for profile in rows], dtype=np.float64)
        places: dict[str, list[int]] = {}
        for row, profile in enumerate(rows):
            for item in profile.items:
                places.setdefault(item, []).append(row)
        self._places: dict[str, NDArray[np.int64]] = {item: np.array(found, dtype=np.int64) for item, found in places.items()}

    def overlaps(self, items: frozenset[str], states: frozenset[str], owners: Sequence[str]) -> list[tuple[float, float]]:
        """Return, for each statement of `owners`, the overlap of its closest question (0 to 1), and 1.0 where that question is
        about the same states."""
        if not self._owners:
            return [(0.0, 0.0)] * len(owners)
        shared = np.zeros(len(self._weights))
        for item in sorted(items & self._places.keys()):
            shared[self._places[item]] += self._rarity(item)
        total = self._weights + sum(sorted(map(self._rarity, items)))
        overlap = np.divide(2 * shared, total, out=np.zeros_like(shared), where=total > 0)
        best = np.maximum.reduceat(overlap, self._starts).tolist()
        places = [self._place.get(owner) for owner in owners]
        return [
            (best[place], float(self._states[self._closest(overlap, place, best[place])] == states))
            if place is not None and best[place] > 0
            else (0.0, 0.0)
            for place in places
        ]

    def _closest(self, overlap: NDArray[np.float64], position: int, value: float) -> int:
        start = int(self._starts[position])
        end = int(self._starts[position + 1]) if position + 1 < len(self._starts) else len(overlap)
        return start + int(np.argmax(overlap[start:end] >= value))
