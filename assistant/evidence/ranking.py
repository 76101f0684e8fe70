"""Scores the statements of an index for one question, best first.

A linear model over `features.NAMES`, fitted by `eval.train_ranking` as a conditional logit (one choice among the statements
of a question; McFadden 1974) and stored as reviewed data in `answer_ranking.yaml`. A statement's share is its softmax
probability among the statements that no hard constraint rules out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.evidence.conflicts import Constraints
from assistant.evidence.features import NAMES, PLACES, FeatureMaker
from assistant.evidence.profiles import Profiles
from assistant.evidence.statement_table import StatementTable
from assistant.query import Lexicon, Part
from assistant.query.rules import read_rules
from index.types import KnowledgeIndex, ScoredStatement, SearchQuery

Matrix = NDArray[np.float64]
CANDIDATES = 100
"""Statements asked of the index for each question."""
KEPT = 80
"""Statements kept of a ranking: what lies lower is never shown."""


# Not frozen, which would make it three times as slow to make: 80 are made for every question.
@dataclass(slots=True, eq=False)
class Ranked:
    """A statement with its score, its share of the question, the probability that it is about what was asked, its features (in
    the order of `NAMES`).
    """

    scored: ScoredStatement
    score: float
    share: float
    relevance: float
    features: Matrix

    def feature(self, name: str) -> float:
        """Return one feature by name."""
        return float(self.features[PLACES[name]])

    @property
    def statement_id(self) -> str:
        """Return the statement's id."""
        return self.scored.statement.statement_id

    def as_mapping(self) -> dict[str, float]:
        """Return the features by name, with score and share, for the explain view."""
        return {
            "score": self.score,
            "share": self.share,
            "relevance": self.relevance,
            **dict(zip(NAMES, self.features.tolist(), strict=True)),
        }


@dataclass(frozen=True, slots=True)
class Ranking:
    """The statements of one question, best first, and those ruled out with the reason."""

    ranked: tuple[Ranked, ...]
    excluded: dict[str, str]


class LogisticModel:
    """A probability from a few features: weights and intercept are data, fitted by `eval.train_ranking`."""

    def __init__(self, model: Mapping[str, Any], names: Sequence[str] = NAMES) -> None:
        """`names` are the columns of the rows it will be given."""
        self._columns = [names.index(name) for name in model["weights"]]
        self._weights = np.array([float(weight) for weight in model["weights"].values()])
        self._intercept = float(model["intercept"])

    def probabilities(self, matrix: Matrix) -> Matrix:
        """Return one probability for each row."""
        z = matrix[:, self._columns] @ self._weights + self._intercept
        return np.asarray(1.0 / (1.0 + np.exp(-z)), dtype=np.float64)


class Ranker:
    """Ranks statements with one index, one set of profiles and the weights of the policy."""

    def __init__(
        self, index: KnowledgeIndex, profiles: Profiles, lexicon: Lexicon, policy: Mapping[str, Any] | None = None
    ) -> None:
        """`policy` is the content of `answer_ranking.yaml`, read when None."""
        policy = policy or read_rules("answer_ranking")
        weights = policy["weights"]
        missing = set(NAMES) ^ set(weights)
        if missing:
            raise ValueError(f"answer_ranking.yaml does not fit the features: {', '.join(sorted(missing))}; train it again")
        self._weights = np.array([float(weights[name]) for name in NAMES])
        self._relevance = LogisticModel(policy["relevance"])
        rules = read_rules("answer_evidence")
        self._one_arm = str(rules["one_arm"])
        self._index = index
        self._constraints = Constraints(lexicon, profiles)
        self._profiles = profiles
        self._table = StatementTable(profiles.by_id, profiles.rarity)
        self._maker = FeatureMaker(self._table, profiles.rarity, lexicon)
        self._row_penalty = float(rules["table_row_penalty"]) * self._table.is_table_row
        one_arm = self._table.text.count([self._one_arm]) * (1.0 - self._table.contrasts)
        self._arm_penalty = float(rules["one_arm_penalty"]) * one_arm

    def rank(self, part: Part, expansions: Sequence[str] = ()) -> Ranking:
        """Return the ranking of the statements for one part of a question."""
        scored = self._index.score_statements(SearchQuery(part.text, tuple(expansions)), CANDIDATES)
        allowed: list[ScoredStatement] = []
        excluded: dict[str, str] = {}
        rules = self._constraints.rules(part)
        by_id = self._profiles.by_id
        for candidate in scored:
            statement_id = candidate.statement.statement_id
            profile = by_id[statement_id]
            for rule in rules:
                reason = rule(profile)
                if reason:
                    excluded[statement_id] = reason
                    break
            else:
                allowed.append(candidate)
        return Ranking(self._scored(part, allowed), excluded)

    def _scored(self, part: Part, allowed: Sequence[ScoredStatement]) -> tuple[Ranked, ...]:
        if not allowed:
            return ()
        rows = self._table.rows(s.statement.statement_id for s in allowed)
        matrix = self._maker.matrix(part, allowed, rows)
        relevance = self._relevance.probabilities(matrix).tolist()
        scores = matrix @ self._weights - self._penalty(part)[rows]
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        order = np.lexsort((self._table.id_order[rows], -scores))[:KEPT]
        kept = zip(order.tolist(), scores[order].tolist(), shares[order].tolist(), strict=True)
        return tuple(Ranked(allowed[i], score, share, relevance[i], matrix[i]) for i, score, share in kept)

    def _penalty(self, part: Part) -> Matrix:
        """What the policy takes off table rows, and off statements on one arm when that was not asked for."""
        return self._row_penalty if self._one_arm in part.facets.concepts else self._row_penalty + self._arm_penalty
