"""Vector arms: how near each item (a passage, a document) is to a query by the nearest of its unit vectors.

An item may own any number of units (chunks, statements, questions) and several items may share one (a heading). The score of an
item is the greatest cosine over its units, as in passage-based document ranking (MaxP, Dai and Callan 2019, arXiv 1905.09217).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Vectors

# Score of an item without units: below every cosine, so that it is never the best.
NOTHING = np.float32(-1.0)


@dataclass(frozen=True, slots=True)
class VectorArm:
    """`units` (m, d) unit vectors; item i owns rows `rows[starts[i]:starts[i + 1]]` of them."""

    units: Vectors
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, units: Vectors, rows_of_items: Sequence[Sequence[int]]) -> VectorArm:
        """Return the arm in which item i owns the rows `rows_of_items[i]`."""
        starts = np.cumsum([0, *(len(rows) for rows in rows_of_items)], dtype=np.int64)
        rows = np.fromiter((row for rows in rows_of_items for row in rows), dtype=np.int64, count=int(starts[-1]))
        return cls(units, rows, starts)

    def scores(self, query: Vectors) -> NDArray[np.float32]:
        """Return the `(n,)` scores of all items, exactly; one product of all units with the query `(d,)`."""
        return self._best(self.units @ query, self.rows, self.starts)

    def scores_of(self, query: Vectors, items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the scores of some items only, reading only their units."""
        counts = self.starts[items + 1] - self.starts[items]
        starts = np.concatenate(([0], np.cumsum(counts)))
        positions = np.repeat(self.starts[items] - starts[:-1], counts) + np.arange(starts[-1])
        rows = self.rows[positions]
        return self._best(self.units[rows] @ query, np.arange(len(rows)), starts)

    @staticmethod
    def _best(cosines: NDArray[np.float32], rows: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.float32]:
        best = np.full(len(starts) - 1, NOTHING, dtype=np.float32)
        filled = np.flatnonzero(starts[1:] > starts[:-1])
        if len(filled):
            best[filled] = np.maximum.reduceat(cosines[rows], starts[:-1][filled])
        return best
