"""Release thresholds kept as data (`thresholds.toml`), and measures of a run judged by them.

Too few scored questions fail the gate, and so does a measure with a threshold that the run did not report. The gate does not
compare with an earlier version: that is `eval.comparison`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import BadInput
from eval.catalogue import TASKS, measures_of
from eval.comparison import format_amount
from eval.scores import Measure
from eval.summary import MeasureSummary


class Threshold(BaseModel):
    """A limit on one measure with its reason; `p95_max` is in the measure's unit.

    `small_min` takes the place of `min` where the gate is small: its questions are of the sets a version was tuned on, which a
    sound version answers nearly all, so that the limit for unseen questions would let a fault pass.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    min: float | None = None
    max: float | None = None
    p95_max: float | None = None
    n_min: int = 1
    small_min: float | None = None
    reason: str


@dataclass(frozen=True, slots=True)
class GateRow:
    """One threshold applied: `limit` and `found` in words, `passed`, and what is wrong."""

    measure: Measure
    limit: str
    found: str
    passed: bool
    reason: str


def read_thresholds(path: Path | None = None) -> dict[str, dict[str, Threshold]]:
    """Return the thresholds by task and measure, from the packaged file by default.

    Raises:
        BadInput: for an unknown task, measure or field.
    """
    text = (path or files("eval").joinpath("thresholds.toml")).read_text(encoding="utf-8")
    data = tomllib.loads(text)
    limits: dict[str, dict[str, Threshold]] = {}
    for task in TASKS:
        known = measures_of(task)
        for name, row in data.get(task, {}).items():
            if name not in known:
                raise BadInput(f"thresholds: {task}.{name} is not in the catalogue of measures")
            try:
                limits.setdefault(task, {})[name] = Threshold.model_validate(row)
            except ValidationError as error:
                raise BadInput(f"thresholds: {task}.{name}: {error.errors()[0]['msg']}") from error
    return limits


def tighten(limits: Mapping[str, Mapping[str, Threshold]]) -> dict[str, dict[str, Threshold]]:
    """Return the limits of the small gate: `small_min` in place of `min` where a threshold has one."""
    return {
        task: {n: t if t.small_min is None else t.model_copy(update={"min": t.small_min}) for n, t in of_task.items()}
        for task, of_task in limits.items()
    }


def judge_gate(summaries: Mapping[str, MeasureSummary], limits: Mapping[str, Threshold], task: str) -> list[GateRow]:
    """Return one row per threshold, in the order of the file."""
    known = measures_of(task)
    return [_judge(known[name], limit, summaries.get(name)) for name, limit in limits.items()]


def _judge(measure: Measure, limit: Threshold, summary: MeasureSummary | None) -> GateRow:
    wanted = _limit_in_words(measure, limit)
    if summary is None:
        return GateRow(measure, wanted, "not measured", False, limit.reason)
    found = f"{format_amount(measure, summary.value)} (n = {summary.n})"
    if limit.p95_max is not None and summary.quantiles is not None:
        found = f"{summary.quantiles[1]:.1f} {measure.unit} at the 95th percentile (n = {summary.n})"
    if summary.n < limit.n_min:
        return GateRow(measure, wanted, f"{found}: fewer than the {limit.n_min} questions needed", False, limit.reason)
    return GateRow(measure, wanted, found, _holds(limit, summary), limit.reason)


def _holds(limit: Threshold, summary: MeasureSummary) -> bool:
    p95 = summary.quantiles[1] if summary.quantiles else summary.value
    return (
        (limit.min is None or summary.value >= limit.min)
        and (limit.max is None or summary.value <= limit.max)
        and (limit.p95_max is None or p95 <= limit.p95_max)
    )


def _limit_in_words(measure: Measure, limit: Threshold) -> str:
    parts = []
    if limit.min is not None:
        parts.append(f"at least {format_amount(measure, limit.min)}")
    if limit.max is not None:
        parts.append(f"at most {format_amount(measure, limit.max)}")
    if limit.p95_max is not None:
        parts.append(f"95th percentile at most {limit.p95_max:g} {measure.unit}")
    return ", ".join(parts)


def passed(rows: Sequence[GateRow]) -> bool:
    """Tell whether every threshold holds."""
    return all(row.passed for row in rows)
