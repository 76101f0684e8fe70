"""The comparison as one self-contained HTML file, or a folder with one page per question when the file would be too large.

The page loads nothing: style and script are inline and named by hash in its content security policy; without script everything
is there, only unfiltered.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eval.calibration import Operating, Reliability, fit_sigmoid, measure_reliability, trace_risk_coverage
from eval.catalogue import measures_of
from eval.comparison import Comparison, Row, format_amount, format_p, verdict
from eval.report.plots import (
    Estimate,
    Plot,
    plot_histogram,
    plot_intervals,
    plot_latency,
    plot_reliability,
    plot_risk_coverage,
)
from eval.report.views import QuestionView, explain, view_question
from eval.runs import Manifest
from eval.scores import Sample, values_of
from eval.summary import MeasureSummary
from eval.thresholds import GateRow, judge_gate, read_thresholds

MAX_BYTES = 2_000_000
WORST = 3


@dataclass(frozen=True, slots=True)
class GateView:
    """A run's gate: its rows and how many were missed."""

    name: str
    rows: tuple[GateRow, ...]

    @property
    def passed(self) -> bool:
        """Whether every threshold holds."""
        return self.failed == 0

    @property
    def failed(self) -> int:
        """How many thresholds are missed."""
        return sum(not row.passed for row in self.rows)


@dataclass(frozen=True, slots=True)
class SafetyList:
    """Faults of one kind, listed in full for both runs."""

    title: str
    explanation: str
    a: tuple[dict[str, str], ...]
    b: tuple[dict[str, str], ...]


SAFETY_LISTS = (
    ("pv_sensitivity", 0.0, "Missed safety reports", "Pharmacovigilance must see these, and no flag was raised."),
    ("masking_recall", None, "Identifiers left standing", "Not every identifier was masked."),
    ("code_raised", 0.0, "Codes not raised", "The input asks for a code and none of those allowed was raised."),
    ("wrong_entity", 1.0, "Answers about another entity", "The answer rests on another drug, trial or population."),
    ("clean", 0.0, "Forbidden content", "A pattern that must not be found was found."),
    ("outcome_right", 0.0, "Wrong outcome on a hostile input", "Answered, declined or redirected where it must not be."),
    ("quote_exact", 0.0, "Quotes that differ from the document", "Text at the offsets is not the quote."),
    ("abstention_recall", 0.0, "Answered although unanswerable", "The content holds no answer and one was given."),
    ("coverage", 0.0, "False refusals", "The content holds an answer and none was given."),
    ("pv_specificity", 0.0, "False safety flags", "No safety report, and one was flagged."),
)


def render_comparison(comparison: Comparison, labels: Mapping[str, str] | None = None) -> str:
    """Return the whole report as one HTML document."""
    return _render(comparison, _views(comparison, labels), linked=False)


def write_comparison(comparison: Comparison, path: Path, labels: Mapping[str, str] | None = None) -> Path:
    """Write the report: `path` itself, or a folder beside it with `index.html` when one file would exceed two megabytes.

    Returns:
        The file to open.
    """
    html = render_comparison(comparison, labels)
    path.parent.mkdir(parents=True, exist_ok=True)
    if len(html.encode()) <= MAX_BYTES:
        path.write_text(html, encoding="utf-8")
        return path
    return _write_folder(comparison, path.with_suffix(""), labels)


def _write_folder(comparison: Comparison, folder: Path, labels: Mapping[str, str] | None) -> Path:
    views = _views(comparison, labels)
    (folder / "samples").mkdir(parents=True, exist_ok=True)
    template = _environment().get_template("sample.html")
    css = _source("report.css")
    for view in views:
        page = template.render(q=view, a=comparison.a, b=comparison.b, css=Markup(css), csp=_policy(css, None))
        (folder / "samples" / f"{view.id}.html").write_text(page, encoding="utf-8")
    index = folder / "index.html"
    index.write_text(_render(comparison, views, linked=True), encoding="utf-8")
    return index


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("eval", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _source(name: str) -> str:
    source, _, _ = PackageLoader("eval", "templates").get_source(_environment(), name)
    return source


def _policy(css: str, js: str | None) -> str:
    """Return the content security policy: nothing loads, and only the style and script of this very file run."""
    script = f"; script-src {_hash(js)}" if js is not None else ""
    return f"default-src 'none'; style-src {_hash(css)}{script}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _views(comparison: Comparison, labels: Mapping[str, str] | None) -> list[QuestionView]:
    return [view_question(flip, comparison.a.task, labels) for flip in comparison.flips]


def _render(comparison: Comparison, views: Sequence[QuestionView], linked: bool) -> str:
    css, js = _source("report.css"), _source("report.js")
    a, b = [flip.a for flip in comparison.flips], [flip.b for flip in comparison.flips]
    page = _environment().get_template("compare.html")
    return page.render(
        title=f"Comparison of two runs: {comparison.a.task}",
        csp=_policy(css, js),
        css=Markup(css),
        js=Markup(js),
        a=comparison.a,
        b=comparison.b,
        shared=len(comparison.flips),
        sentences=verdict(comparison),
        gates=_gates(comparison),
        notes=_notes(comparison),
        worst=_worst(views),
        rows=[_table_row(row) for row in comparison.rows],
        safety=_safety(a, b),
        counts={**dict.fromkeys(("regression", "improvement", "unchanged"), 0), **Counter(v.direction for v in views)},
        choices=_choices(views, comparison),
        questions=views,
        linked=linked,
        plots=_plots(comparison, a, b),
        manifest=_manifest_rows(comparison.a, comparison.b),
        seed=comparison.seed,
    )


def _gates(comparison: Comparison) -> list[GateView]:
    limits = read_thresholds().get(comparison.a.task, {})
    if not limits:
        return []
    found = []
    for name in ("A", "B"):
        summaries: dict[str, MeasureSummary] = {}
        for row in comparison.rows:
            summary = row.a if name == "A" else row.b
            if summary is not None:
                summaries[row.measure.name] = summary
        found.append(GateView(name, tuple(judge_gate(summaries, limits, comparison.a.task))))
    return found


def _notes(comparison: Comparison) -> list[str]:
    notes = [f"{sum(s.status == 'error' for s in side)} questions failed in {name}." for name, side in _sides(comparison)]
    notes = [note for note in notes if not note.startswith("0 ")]
    if comparison.a.dataset.get("purpose") == "development":
        notes.append("This is a development set: the assistant was tuned on it. Do not report these figures as its quality.")
    if dict(comparison.a.machine) != dict(comparison.b.machine):
        notes.append("The runs were made on different machines: their times do not compare.")
    return notes


def _sides(comparison: Comparison) -> list[tuple[str, list[Sample]]]:
    return [("A", [flip.a for flip in comparison.flips]), ("B", [flip.b for flip in comparison.flips])]


def _worst(views: Sequence[QuestionView]) -> list[QuestionView]:
    """The answers of B with the gravest reasons: another entity and forbidden content before missing nuggets."""
    scored = [view for view in views if view.b.reasons]
    return sorted(scored, key=_gravity)[:WORST]


def _gravity(view: QuestionView) -> tuple[float, bool, str]:
    values = view.values
    harm = values.get("wrong_entity", 0.0) * 3 + (1 - values.get("clean", 1.0)) * 3 + (1 - values.get("quote_exact", 1.0)) * 2
    harm += (1 - values.get("abstention_recall", 1.0)) * 2 + (1 - values.get("pv_sensitivity", 1.0)) * 4
    harm += (1 - values.get("masking_recall", 1.0)) * 2 + (1 - values.get("held", 1.0)) * 2
    harm += 1 - values.get("nugget_recall_vital", 1.0)
    return -harm, view.direction != "regression", view.id


def _table_row(row: Row) -> dict[str, str]:
    measure, paired = row.measure, row.paired
    cells = {"label": measure.label, "definition": measure.definition, "way": "", "p": "", "counts": "", "interval": ""}
    cells["a"], cells["b"] = (_amount(row, side) for side in (row.a, row.b))
    cells["n"] = str(paired.n) if paired else "0"
    cells["difference"] = format_amount(measure, paired.difference, signed=True) if paired else ""
    notes = [row.warning] if row.warning else []
    unscored = [f"{name}: {s.unscored} unscored" for name, s in (("A", row.a), ("B", row.b)) if s is not None and s.unscored]
    if paired:
        scale = 1.0 if measure.kind == "cost" else 100.0
        cells["interval"] = f"{scale * paired.interval.low:+.1f} to {scale * paired.interval.high:+.1f}"
        cells["p"] = format_p(row.adjusted_p if row.adjusted_p is not None else paired.p_value).removeprefix("p = ")
        up, down = (paired.better, paired.worse) if measure.higher_is_better else (paired.worse, paired.better)
        cells["counts"] = f"{up} / {down} / {paired.same}"
        if row.shown:
            cells["way"] = "better" if row.gain > 0 else "worse"
            cells["b" if row.gain > 0 else "a"] += " ᵃ" if row.gain > 0 else " ᵇ"
    cells["notes"] = "; ".join([*notes, *unscored])
    return cells


def _amount(row: Row, summary: MeasureSummary | None) -> str:
    if summary is None:
        return "not measured"
    if summary.quantiles is not None:
        return f"{summary.quantiles[0]:.1f} median, {summary.quantiles[1]:.1f} p95 {row.measure.unit}"
    return format_amount(row.measure, summary.value)


def _safety(a: Sequence[Sample], b: Sequence[Sample]) -> list[SafetyList]:
    lists = []
    for measure, bad, title, text in SAFETY_LISTS:
        faults = [tuple(_fault(s) for s in side if _is_fault(s, measure, bad)) for side in (a, b)]
        if any(measure in s.scores for s in (*a, *b)):
            lists.append(SafetyList(title, text, faults[0], faults[1]))
    return lists


def _is_fault(sample: Sample, measure: str, bad: float | None) -> bool:
    score = sample.scores.get(measure)
    if score is None or score.value is None:
        return False
    return score.value < 1.0 if bad is None else score.value == bad


def _fault(sample: Sample) -> dict[str, str]:
    return {"id": sample.id, "text": sample.turns[-1], "reason": "; ".join(explain(sample)[:2])}


def _choices(views: Sequence[QuestionView], comparison: Comparison) -> dict[str, Any]:
    return {
        "kinds": sorted({v.tags.get("kind", "") for v in views} - {""}),
        "codes": sorted({code for v in views for code in v.codes}),
        "documents": sorted({doc for v in views for doc in v.documents}),
        "measures": [row.measure for row in comparison.rows if row.measure.kind != "cost"],
    }


def _plots(comparison: Comparison, a: Sequence[Sample], b: Sequence[Sample]) -> list[Plot]:
    estimates = [
        Estimate(r.measure.label, 100 * r.paired.difference, 100 * r.paired.interval.low, 100 * r.paired.interval.high, r.shown)
        for r in comparison.rows
        if r.paired is not None and r.measure.kind != "cost"
    ]
    plots = [plot_intervals(estimates)] if estimates else []
    lead = next((m for m in measures_of(comparison.a.task).values() if m.kind == "mean" and values_of(b, m.name)), None)
    if lead is not None:
        plots.append(plot_histogram([*values_of(a, lead.name).values()], [*values_of(b, lead.name).values()], lead.label))
    calibrated, curves = [_calibration(a), _calibration(b)], [_curve(a), _curve(b)]
    latencies = [list(values_of(side, "latency_ms").values()) for side in (a, b)]
    optional = (
        plot_reliability(calibrated[0], calibrated[1], None),
        plot_risk_coverage(curves[0], curves[1]),
        plot_latency(latencies[0], latencies[1]),
    )
    return [*plots, *(plot for plot in optional if plot is not None)]


def confidence_pairs(samples: Sequence[Sample]) -> tuple[list[float], list[bool]]:
    """Return confidences and whether answering was right (complete if answerable, never if not) where a confidence is known."""
    scores, right = [], []
    for sample in samples:
        complete = sample.scores.get("complete")
        declined = sample.record.get("outcome") != "answered"
        # What a declined answerable question would have been answered is not known, so it says nothing about the score.
        if sample.confidence is None or complete is None or (declined and complete.value is not None):
            continue
        scores.append(sample.confidence)
        right.append(complete.value == 1.0)
    return scores, right


def _calibration(samples: Sequence[Sample]) -> Reliability | None:
    scores, right = confidence_pairs(samples)
    if not any(right) or all(right):
        return None
    curve = fit_sigmoid(scores, right)
    return measure_reliability([curve.probability(score) for score in scores], right)


def _curve(samples: Sequence[Sample]) -> list[Operating]:
    scores, right = confidence_pairs(samples)
    return trace_risk_coverage(scores, right) if scores else []


def _manifest_rows(a: Manifest, b: Manifest) -> list[dict[str, str]]:
    left, right = _flat(asdict(a)), _flat(asdict(b))
    return [{"name": name, "a": left.get(name, ""), "b": right.get(name, "")} for name in {**left, **right}]


def _flat(fields: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[f"{prefix}{name}"] = str(value)
    return flat
