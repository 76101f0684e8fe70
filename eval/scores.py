"""Scores, measures and scored samples: what a run records for each question.

A score is a number or it is unscored with a reason; it is never NaN, and an unscored sample never counts as wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal, NamedTuple

Kind = Literal["rate", "mean", "cost"]
Status = Literal["ok", "error"]


class Score(NamedTuple):
    """`value` is None exactly when the sample is unscored; `reason` then says why."""

    value: float | None
    reason: str = ""


def scored(value: float | bool) -> Score:
    """Return a score; booleans become 0 or 1.

    Raises:
        ValueError: for a number that is not finite.
    """
    number = float(value)
    if not isfinite(number):
        raise ValueError("a score must be finite: use `unscored` where nothing can be said")
    return Score(number)


def unscored(reason: str) -> Score:
    """Return the absence of a score with its reason."""
    return Score(None, reason)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: `rate` has values 0 or 1, `mean` any value in [0, 1], `cost` any non-negative number (lower is better).

    `higher_is_better` says which way is good; `safety` puts it on the page never averaged away; `unit` is "" for shares.
    """

    name: str
    label: str
    kind: Kind
    definition: str
    higher_is_better: bool = True
    unit: str = ""
    safety: bool = False
    in_verdict: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """One question in one run: what was asked, what came back, and its scores.

    `record` is the answer as the contract's JSON (or the screening row); `details` explain the scores (nuggets found, forbidden
    patterns hit, statements judged); `confidence` is the score that decided between answering and declining.
    """

    id: str
    turns: tuple[str, ...]
    tags: Mapping[str, str]
    status: Status
    record: Mapping[str, Any]
    scores: Mapping[str, Score]
    details: Mapping[str, Any] = field(default_factory=dict)
    confidence: float | None = None
    error: str = ""


def values_of(samples: Sequence[Sample], measure: str) -> dict[str, float]:
    """Return the scored values of a measure by sample id, in the order of the samples."""
    found = ((sample.id, sample.scores.get(measure, Score(None))) for sample in samples)
    return {sample_id: score.value for sample_id, score in found if score.value is not None}


def sample_to_json(sample: Sample) -> dict[str, Any]:
    """Return a sample as one JSON line of a run."""
    return {
        "id": sample.id,
        "turns": list(sample.turns),
        "tags": dict(sample.tags),
        "status": sample.status,
        "error": sample.error,
        "confidence": sample.confidence,
        "scores": {name: {"value": s.value, **({"reason": s.reason} if s.reason else {})} for name, s in sample.scores.items()},
        "details": dict(sample.details),
        "record": dict(sample.record),
    }


def sample_from_json(row: Mapping[str, Any]) -> Sample:
    """Read back what `sample_to_json` wrote."""
    return Sample(
        id=row["id"],
        turns=tuple(row["turns"]),
        tags=dict(row["tags"]),
        status=row["status"],
        record=row["record"],
        scores={name: Score(score["value"], score.get("reason", "")) for name, score in row["scores"].items()},
        details=row["details"],
        confidence=row.get("confidence"),
        error=row.get("error", ""),
    )
