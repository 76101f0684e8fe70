"""Sums a ranking up in numbers, for the judgement whether it answers the question at all.

A question that no document answers shows in many small ways at once: its best statement leads by little, words of it stand in
no document, what it asks for is named by no statement near the top. None of them is a rule; together they are a probability
(`answer_ranking.yaml`, fitted by `eval.train_ranking`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.evidence.features import NAMES
from assistant.query import Part

Matrix = NDArray[np.float64]

TOP, FEW, MANY = 3, 5, 10
"""Places in a ranking that are looked at: the best statements, a few more, and one far enough down to be a stranger."""

MOST_WORDS, MOST_TERMS, LONG = 3, 2, 10
"""From how many new words and terms on, and of how many words, a question counts as wholly new, and as long."""

NUMBERS = NAMES.index("numbers")

SUMMARY = (
    *(f"first_{name}" for name in NAMES),
    *(f"top_{name}" for name in NAMES),
    "score", "lead", "lead_far", "share", "relevance", "relevance_top", "new_words", "new_terms", "new_share", "words",
    "uncovered", "no_figure_shown", "numbers_missing", "polar",
)  # fmt: skip
"""Names of the numbers, in order."""


def summarise(part: Part, features: Matrix, scores: Matrix, relevance: Matrix, *, uncovered: bool, no_figure: bool) -> Matrix:
    """Return the numbers (order of `SUMMARY`) of a ranking.

    Args:
        part: the question.
        features: `(n, len(NAMES))`, best statement first, n > 0.
        scores: `(n,)` scores of the ranking, descending.
        relevance: `(n,)` probabilities of being about what was asked.
        uncovered: what is asked for is named by no statement chosen.
        no_figure: a figure is asked for and no statement chosen prints it.
    """
    last = len(scores) - 1
    shares = np.exp(scores - scores[0])
    new = len(part.new_words) + len(part.new_terms)
    asked = max(1, len(part.facets.words) + len(part.facets.concepts))
    rest = (
        scores[0], scores[0] - scores[min(TOP - 1, last)], scores[0] - scores[min(MANY - 1, last)], -np.log(shares.sum()),
        relevance[0], relevance[:FEW].max(), min(len(part.new_words), MOST_WORDS) / MOST_WORDS,
        min(len(part.new_terms), MOST_TERMS) / MOST_TERMS, new / asked, len(part.facets.words) / LONG,
        float(uncovered), float(no_figure), float(bool(part.facets.numbers) and not features[:TOP, NUMBERS].any()),
        float(part.polar),
    )  # fmt: skip
    return np.concatenate((features[0], features[:TOP].max(axis=0), np.array(rest, dtype=np.float64)))
