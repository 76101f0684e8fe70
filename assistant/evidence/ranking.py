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
from assistant.evidence.features import NAMES, FeatureMaker
from assistant.evidence.profiles import Profiles
from assistant.query import Lexicon, Part
from assistant.query.rules import read_rules
from index.types import KnowledgeIndex, ScoredStatement, SearchQuery

Matrix = NDArray[np.float64]
CANDIDATES = 200
"""Statements asked of the index for each question."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A statement with its score, its share of the question, the probability that it is about what was asked, its features."""

    scored: ScoredStatement
    score: float
    share: float
    relevance: float
    features: tuple[float, ...]

    def feature(self, name: str) -> float:
        """Return one feature by name."""
        return self.features[NAMES.index(name)]

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
            **dict(zip(NAMES, self.features, strict=True)),
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
        self._row_penalty = float(rules["table_row_penalty"])
        self._arm_penalty = float(rules["one_arm_penalty"])
        self._one_arm = str(rules["one_arm"])
        self._index = index
        self._constraints = Constraints(lexicon, profiles)
        self._maker = FeatureMaker(profiles, lexicon)
        self._profiles = profiles

    def rank(self, part: Part, expansions: Sequence[str] = ()) -> Ranking:
        """Return the ranking of the statements for one part of a question."""
        scored = self._index.score_statements(SearchQuery(part.text, tuple(expansions)), CANDIDATES)
        allowed: list[ScoredStatement] = []
        excluded: dict[str, str] = {}
        for candidate in scored:
            reason = self._constraints.conflict(part, self._profiles.by_id[candidate.statement.statement_id])
            if reason:
                excluded[candidate.statement.statement_id] = reason
            else:
                allowed.append(candidate)
        return Ranking(self._scored(part, allowed), excluded)

    def _scored(self, part: Part, allowed: Sequence[ScoredStatement]) -> tuple[Ranked, ...]:
        if not allowed:
            return ()
        rows = self._maker.matrix(part, allowed)
        matrix = np.array(rows)
        relevance = self._relevance.probabilities(matrix)
        scores = matrix @ self._weights
        scores -= np.array([self._penalty(part, s) for s in allowed])
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        order = sorted(range(len(allowed)), key=lambda i: (-scores[i], allowed[i].statement.statement_id))
        return tuple(Ranked(allowed[i], float(scores[i]), float(shares[i]), float(relevance[i]), tuple(rows[i])) for i in order)

    def _penalty(self, part: Part, scored: ScoredStatement) -> float:
        """What the policy takes off a table row, and off a statement on one arm that was not asked for."""
        profile = self._profiles.by_id[scored.statement.statement_id]
        one_arm = self._one_arm in profile.text.concepts and not profile.contrasts and self._one_arm not in part.facets.concepts
        return self._row_penalty * profile.is_table_row + self._arm_penalty * one_arm
