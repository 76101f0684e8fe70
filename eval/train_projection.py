"""Fits the projection of `index.projection` on register questions alone, and says what it is worth on development questions.

A register question shall lie nearer to what else its statement can be asked for than to anything of another statement: one
linear map, fitted by the contrastive objective of van den Oord et al. 2018 (arXiv 1807.03748) with all other statements as
negatives, from the principal directions of the questions. Noise on each anchor stands for wordings that nobody wrote down. No
development question is fitted on, so that the ranking, which is fitted on those, sees the projection as served; none of a
report set is read. Run `python -m eval.train_projection --index var/index --write` after the register has changed much, and
`python -m eval.train_ranking` after it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from eval.answer_measures import facts_meet
from eval.datasets import PACKAGED, load_questions
from eval.train_ranking import SETS
from index import open_index
from index.knowledge import OpenIndex
from index.projection import Projection
from index.types import Vectors

DIMENSIONS = 256
STEPS, BATCH, RATE = 120, 128, 2e-3
TEMPERATURE = 0.05
NOISE = 0.5
"""Length of the noise added to an anchor, whose own length is 1."""
TIE = 0.001
"""How strongly the map is held to where it began (squared distance)."""


@dataclass(frozen=True, slots=True)
class Units:
    """`vectors` (m, d) of register questions and statements; `owners` (m,) the rows of their statements, of `size`; the first
    `anchors` are questions.
    """

    vectors: torch.Tensor
    owners: torch.Tensor
    anchors: int
    size: int


def read_units(index: OpenIndex) -> Units:
    """Return the vectors of all register questions and of the statements themselves, as the index's encoder gives them."""
    statements = list(index.statements.values())
    texts = [(question, row) for row, statement in enumerate(statements) for question in statement.questions]
    anchors = len(texts)
    texts += [(statement.text, row) for row, statement in enumerate(statements)]
    vectors = index.embedder.embed([text for text, _ in texts])
    owners = torch.tensor([row for _, row in texts])
    return Units(torch.tensor(np.asarray(vectors)), owners, anchors, len(statements))


def fit(units: Units, seed: int = 0) -> NDArray[np.float32]:
    """Return the `(d, DIMENSIONS)` matrix."""
    generator = torch.Generator().manual_seed(seed)
    questions = units.vectors[: units.anchors]
    _, directions = torch.linalg.eigh(questions.T @ questions)
    start = directions[:, -DIMENSIONS:].contiguous()
    matrix = start.clone().requires_grad_()
    optimiser = torch.optim.Adam([matrix], lr=RATE)
    for _ in range(STEPS):
        chosen = torch.randint(0, units.anchors, (BATCH,), generator=generator)
        noise = torch.randn((BATCH, len(start)), generator=generator) * NOISE / len(start) ** 0.5
        loss = _loss(units, matrix, chosen, noise) + TIE * ((matrix - start) ** 2).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return np.asarray(matrix.detach().numpy(), dtype=np.float32)


def _loss(units: Units, matrix: torch.Tensor, chosen: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """Mean of minus the log probability that an anchor belongs to its own statement."""
    unit = torch.nn.functional.normalize
    nearness = unit((units.vectors[chosen] + noise) @ matrix, dim=1) @ unit(units.vectors @ matrix, dim=1).T
    # An anchor is not among what it is compared with.
    nearness = nearness.scatter(1, chosen[:, None], -1e9) / TEMPERATURE
    likely = torch.exp(nearness - nearness.detach().amax(1, keepdim=True))
    shares = torch.zeros(len(chosen), units.size).index_add(1, units.owners, likely)
    right = shares.gather(1, units.owners[chosen][:, None])[:, 0]
    return (torch.log(shares.sum(1)) - torch.log(right + 1e-9)).mean()


def find_ranks(index: OpenIndex, units: Units, projection: Projection | None, name: str) -> NDArray[np.int64]:
    """Return, for each single answerable question of a set, the rank (from 1) of its first right statement by register
    questions and statement texts alone.
    """
    vectors: Vectors = units.vectors.numpy()
    mapped = projection.apply(vectors) if projection else vectors
    statements = list(index.statements.values())
    ranks = []
    for item in load_questions(PACKAGED / "questions" / name).items:
        right = [row for row, statement in enumerate(statements) if item.facts and facts_meet(statement.facts, item.facts)]
        if not right or not item.answerable or len(item.turns) > 1:
            continue
        vector = index.vector(item.turns[-1])
        scores = np.full(units.size, -1.0, dtype=np.float32)
        np.maximum.at(scores, units.owners.numpy(), mapped @ (projection.apply(vector) if projection else vector))
        ranks.append(int((scores > scores[right].max()).sum()) + 1)
    return np.array(ranks, dtype=np.int64)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print what the projection is worth on each development set, and write it when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True, help="folder of a built index, for example var/index")
    parser.add_argument("--write", action="store_true", help="replace index/question_projection.npz")
    options = parser.parse_args(arguments)
    index = open_index(options.index)
    units = read_units(index)
    projection = Projection(index.embedder.model, fit(units))
    print(f"{'set':22} {'n':>4} {'first':>7} {'projected':>9} {'RR':>7} {'projected':>9}")
    for name in SETS:
        before, after = (find_ranks(index, units, chosen, name) for chosen in (None, projection))
        if len(before):
            first = f"{(before == 1).mean():7.3f} {(after == 1).mean():9.3f}"
            reciprocal = f"{(1 / before).mean():7.3f} {(1 / after).mean():9.3f}"
            print(f"{name.removesuffix('.yaml'):22} {len(before):4} {first} {reciprocal}")
    if options.write:
        projection.save()


if __name__ == "__main__":
    main()
