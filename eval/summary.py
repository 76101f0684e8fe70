"""Scored samples to one line per measure: value, 95 % interval, counts, warnings. Unscored is counted apart, never as zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.scores import Measure, Sample, values_of
from eval.significance import DEFAULT_SEED, Interval, bootstrap_interval, small_sample_warning, wilson_interval

# Enough for two stable digits of an interval's edge; comparisons draw more.
SUMMARY_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class MeasureSummary:
    """A measure over a run. `quantiles` (0.5, 0.95) only for costs; `unscored` counts samples without a score."""

    measure: Measure
    value: float
    interval: Interval
    n: int
    unscored: int
    warning: str | None
    quantiles: tuple[float, float] | None = None


def summarise(
    samples: Sequence[Sample], measures: Mapping[str, Measure], seed: int = DEFAULT_SEED
) -> dict[str, MeasureSummary]:
    """Return the measures with at least one score, in catalogue order: Wilson interval for rates, else seeded bootstrap."""
    summaries = {}
    for name, measure in measures.items():
        values = list(values_of(samples, name).values())
        if values:
            summaries[name] = _summary(measure, values, len(samples) - len(values), seed)
    return summaries


def _summary(measure: Measure, values: list[float], unscored: int, seed: int) -> MeasureSummary:
    n = len(values)
    if measure.kind == "rate":
        successes = round(sum(values))
        interval, warning = wilson_interval(successes, n), small_sample_warning(n, successes)
    else:
        interval, warning = bootstrap_interval(values, seed, draws=SUMMARY_DRAWS), small_sample_warning(n)
    quantiles = None
    if measure.kind == "cost":
        p50, p95 = np.quantile(values, [0.5, 0.95])
        quantiles = (float(p50), float(p95))
    return MeasureSummary(measure, sum(values) / n, interval, n, unscored, warning, quantiles)


def summary_to_json(summary: MeasureSummary) -> dict[str, Any]:
    """Return a summary as the contract's object: `value`, `ci95`, `n`, and what else is known."""
    row: dict[str, Any] = {
        "value": round(summary.value, 6),
        "ci95": [round(summary.interval.low, 6), round(summary.interval.high, 6)],
        "n": summary.n,
        "unscored": summary.unscored,
    }
    if summary.quantiles is not None:
        row["p50"], row["p95"] = (round(q, 3) for q in summary.quantiles)
    if summary.warning is not None:
        row["warning"] = summary.warning
    return row
