"""A learnt linear map under which questions that ask for the same statement lie nearer than they do as the encoder puts them.

`question_projection.npz` is fitted by `eval.train_projection` on register questions of one encoder; vectors of another encoder
are left as they are. Linear maps of fixed embeddings: Mikolov, Le and Sutskever 2013 (arXiv 1309.4168); the contrastive
objective is that of van den Oord et al. 2018 (arXiv 1807.03748).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arms import QuickArm, VectorArm
from index.types import Vectors

WEIGHTS = Path(__file__).with_name("question_projection.npz")


@dataclass(frozen=True, slots=True)
class Projection:
    """`matrix` is `(d, k)` float32; `model` names the encoder whose vectors it maps."""

    model: str
    matrix: NDArray[np.float32]

    def apply(self, vectors: Vectors) -> Vectors:
        """Return the `(n, k)` or `(k,)` unit vectors that `(n, d)` or `(d,)` unit vectors are mapped to."""
        mapped = vectors @ self.matrix
        return np.asarray(mapped / np.maximum(np.linalg.norm(mapped, axis=-1, keepdims=True), 1e-9), dtype=np.float32)

    def over(self, arm: VectorArm) -> VectorArm:
        """Return the arm with its units as the projection maps them, each item's side by side; reads all of them."""
        units = self.apply(arm.units[arm.rows])
        return VectorArm(units, np.arange(len(units), dtype=np.int64), arm.starts)

    def save(self, path: Path = WEIGHTS) -> None:
        """Write the weights, at half precision: cosines change by less than 0.001."""
        np.savez(path, model=np.array(self.model), matrix=self.matrix.astype(np.float16))


def read_projection(model: str, path: Path = WEIGHTS) -> Projection | None:
    """Return the projection fitted for an encoder, None for any other encoder."""
    with np.load(path, allow_pickle=False) as stored:
        if str(stored["model"]) != model:
            return None
        return Projection(model, stored["matrix"].astype(np.float32))


class ProjectedArm:
    """A vector arm over projected units: what it is asked for is projected first."""

    def __init__(self, arm: VectorArm | QuickArm, projection: Projection) -> None:
        self.starts = arm.starts
        self._arm = arm
        self._projection = projection

    def scores(self, query: Vectors) -> NDArray[np.float32]:
        """Return the `(n,)` scores of all items for a query `(d,)` that is not projected yet."""
        return self._arm.scores(self._projection.apply(query))


StatementArm = VectorArm | QuickArm | ProjectedArm
"""Any arm that gives the statements their scores for a query."""
