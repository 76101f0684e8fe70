"""Human review of answers: labels of readers as JSON lines, their agreement, and one word per question for the report.

Agreement is Cohen's kappa (Cohen 1960, Educ Psychol Meas 20:37-46) of two readers, on the questions both labelled.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import BadInput
from eval.significance import DEFAULT_SEED, Interval

LABELS: Mapping[str, str] = {
    "correct": "Correct",
    "incomplete": "Incomplete",
    "unsupported": "A sentence is not supported by its source",
    "wrong_source": "Wrong source",
    "should_escalate": "Should have gone to a person",
    "should_not_escalate": "Should not have gone to a person",
}
Verdict = Literal["correct", "incomplete", "unsupported", "wrong_source", "should_escalate", "should_not_escalate"]


class Review(BaseModel):
    """One reader's label of one answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    reader: str
    label: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two label lists agree: `kappa` is None when chance alone would agree on everything."""

    n: int
    observed: float
    kappa: float | None


def read_reviews(path: Path) -> list[Review]:
    """Read reviews, one JSON object per line.

    Raises:
        BadInput: naming the line that cannot be used.
    """
    reviews = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                reviews.append(Review.model_validate_json(line))
            except ValidationError as error:
                raise BadInput(f"{path}:{number}: {error.errors()[0]['msg']}") from error
    return reviews


def read_labels(path: Path) -> dict[str, str]:
    """Return the labels of each question in words for the report, `incomplete (r1), correct (r2)`."""
    return label_words(read_reviews(path))


def label_words(reviews: Sequence[Review]) -> dict[str, str]:
    """Return the labels of each question for the report, `incomplete (r1), correct (r2)`; a reader's last one counts."""
    said: dict[str, list[str]] = defaultdict(list)
    for reader, labels in by_reader(reviews).items():
        for name, label in labels.items():
            said[name].append(f"{label} ({reader})")
    return {name: ", ".join(labels) for name, labels in said.items()}


def measure_agreement(first: Mapping[str, str], second: Mapping[str, str]) -> Agreement:
    """Return observed agreement and Cohen's kappa on the questions both labelled.

    kappa = (p_o - p_e) / (1 - p_e), p_e = sum over labels of the product of both readers' shares.

    Raises:
        BadInput: when no question was labelled by both.
    """
    shared = [name for name in first if name in second]
    if not shared:
        raise BadInput("no question was labelled by both readers")
    n = len(shared)
    observed = sum(first[name] == second[name] for name in shared) / n
    counts = [Counter(labels[name] for name in shared) for labels in (first, second)]
    expected = sum(counts[0][label] * counts[1][label] for label in sorted(counts[0])) / n**2
    return Agreement(n, observed, None if expected == 1 else (observed - expected) / (1 - expected))


def kappa_interval(
    first: Mapping[str, str], second: Mapping[str, str], seed: int = DEFAULT_SEED, draws: int = 2_000
) -> Interval | None:
    """Return the percentile bootstrap interval of Cohen's kappa over the questions both labelled (Efron 1979).

    Draws in which kappa is not defined (both readers gave one and the same label throughout) are left out; None when that is
    more than half of them, or fewer than two questions were labelled by both.
    """
    shared = [name for name in first if name in second]
    if len(shared) < 2:
        return None
    random = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = random.integers(0, len(shared), len(shared))
        pairs = [(first[shared[i]], second[shared[i]]) for i in drawn]
        kappa = measure_agreement(
            {str(i): a for i, (a, _) in enumerate(pairs)}, {str(i): b for i, (_, b) in enumerate(pairs)}
        ).kappa
        if kappa is not None:
            found.append(kappa)
    if len(found) < draws / 2:
        return None
    low, high = np.quantile(found, [0.025, 0.975])
    return Interval(float(low), float(high))


def by_reader(reviews: Sequence[Review]) -> dict[str, dict[str, str]]:
    """Return each reader's labels by question; a later label of the same reader replaces the earlier."""
    labels: dict[str, dict[str, str]] = {}
    for review in reviews:
        labels.setdefault(review.reader, {})[review.id] = review.label
    return labels


def write_reviews(path: Path, reviews: Sequence[Review]) -> None:
    """Append reviews to a file of JSON lines."""
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(review.model_dump(), ensure_ascii=False) + "\n" for review in reviews)
