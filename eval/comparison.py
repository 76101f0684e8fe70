"""Comparing two runs on the same questions: differences with intervals, corrected tests, flips, and a verdict in words.

Runs on different question sets are refused unless an intersection is asked for; the number dropped is then part of the result.
What the numbers do not show is said to be not shown; "no difference shown" is never worded as "equal".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import BadInput
from eval.catalogue import measures_of
from eval.runs import Manifest, Run
from eval.scores import Measure, Sample, values_of
from eval.significance import (
    DEFAULT_SEED,
    PairedDifference,
    compare_pairs,
    detectable_mean_difference,
    detectable_rate_difference,
    holm_adjust,
    small_sample_warning,
)
from eval.summary import MeasureSummary, summarise

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Row:
    """One measure in both runs. `paired` is None where no question was scored in both; `adjusted_p` is Holm's."""

    measure: Measure
    a: MeasureSummary | None
    b: MeasureSummary | None
    paired: PairedDifference | None
    adjusted_p: float | None
    detectable: float | None
    warning: str | None

    @property
    def gain(self) -> float:
        """B minus A, turned so that positive is good."""
        if self.paired is None:
            return 0.0
        return self.paired.difference if self.measure.higher_is_better else -self.paired.difference

    @property
    def shown(self) -> bool:
        """Whether a difference is shown: the corrected p value is at most 0.05 and the interval does not span zero."""
        p = self.adjusted_p if self.adjusted_p is not None else (self.paired.p_value if self.paired else 1.0)
        return self.paired is not None and p <= ALPHA and not self.paired.interval.spans_zero()


@dataclass(frozen=True, slots=True)
class Flip:
    """One question in both runs; `changed` holds the measures that differ, turned so that positive is good."""

    id: str
    a: Sample
    b: Sample
    changed: Mapping[str, float]

    @property
    def direction(self) -> str:
        """regression, improvement or unchanged."""
        if any(value < 0 for value in self.changed.values()):
            return "regression"
        return "improvement" if any(value > 0 for value in self.changed.values()) else "unchanged"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. `dropped` counts the questions left out of A and of B by an intersection."""

    a: Manifest
    b: Manifest
    rows: tuple[Row, ...]
    flips: tuple[Flip, ...]
    dropped: tuple[int, int]
    seed: int

    def row(self, name: str) -> Row | None:
        """Return the row of a measure."""
        return next((row for row in self.rows if row.measure.name == name), None)


def compare_runs(a: Run, b: Run, intersect: bool = False, seed: int = DEFAULT_SEED) -> Comparison:
    """Compare run B with run A.

    Raises:
        BadInput: when the tasks differ, or the question sets differ and no intersection was asked for, or nothing is shared.
    """
    if a.manifest.task != b.manifest.task:
        raise BadInput(f"one run is of {a.manifest.task}, the other of {b.manifest.task}: nothing to compare")
    left, right = {s.id: s for s in a.samples}, {s.id: s for s in b.samples}
    shared = [name for name in left if name in right and left[name].turns == right[name].turns]
    dropped = (len(left) - len(shared), len(right) - len(shared))
    if any(dropped) and not intersect:
        raise BadInput(
            f"different question sets: {dropped[0]} questions only in A, {dropped[1]} only in B; "
            "use --intersect to compare the shared ones"
        )
    if not shared:
        raise BadInput("the runs share no question")
    pairs = [(left[name], right[name]) for name in shared]
    measures = measures_of(a.manifest.task)
    rows = _rows(pairs, measures, seed)
    flips = sorted((_flip(x, y, measures) for x, y in pairs), key=_flip_order)
    return Comparison(a.manifest, b.manifest, rows, tuple(flips), dropped, seed)


def _rows(pairs: Sequence[tuple[Sample, Sample]], measures: Mapping[str, Measure], seed: int) -> tuple[Row, ...]:
    before, after = [x for x, _ in pairs], [y for _, y in pairs]
    summary_a, summary_b = summarise(before, measures, seed), summarise(after, measures, seed)
    paired: dict[str, tuple[PairedDifference, list[float]]] = {}
    for name, measure in measures.items():
        values_a, values_b = values_of(before, name), values_of(after, name)
        both = [key for key in values_a if key in values_b]
        if both:
            x, y = [values_a[key] for key in both], [values_b[key] for key in both]
            paired[name] = (compare_pairs(x, y, measure.kind == "rate", seed), [q - p for p, q in zip(x, y, strict=True)])
    adjusted = holm_adjust({name: result.p_value for name, (result, _) in paired.items() if measures[name].in_verdict})
    return tuple(
        Row(
            measure,
            summary_a.get(name),
            summary_b.get(name),
            paired[name][0] if name in paired else None,
            adjusted.get(name),
            _detectable(measure, *paired[name]) if name in paired else None,
            small_sample_warning(paired[name][0].n) if name in paired else "no question is scored in both runs",
        )
        for name, measure in measures.items()
        if name in summary_a or name in summary_b
    )


def _detectable(measure: Measure, result: PairedDifference, differences: list[float]) -> float | None:
    if measure.kind == "rate":
        # With no discordant pair yet, one in twenty is assumed: the set's power before it has shown anything.
        discordant = max((result.better + result.worse) / result.n, 0.05)
        return detectable_rate_difference(result.n, discordant)
    return detectable_mean_difference(differences) if any(differences) else None


def _flip(a: Sample, b: Sample, measures: Mapping[str, Measure]) -> Flip:
    changed = {}
    for name, measure in measures.items():
        x, y = a.scores.get(name), b.scores.get(name)
        if measure.kind == "cost" or x is None or y is None or x.value is None or y.value is None or x.value == y.value:
            continue
        changed[name] = (y.value - x.value) * (1 if measure.higher_is_better else -1)
    if a.status != b.status:
        changed["error"] = -1.0 if b.status == "error" else 1.0
    return Flip(a.id, a, b, changed)


def _flip_order(flip: Flip) -> tuple[int, float, str]:
    """Regressions first, the worst on top; then improvements, the best on top; then what did not change."""
    rank = {"regression": 0, "improvement": 1, "unchanged": 2}[flip.direction]
    size = sum(value for value in flip.changed.values() if (value < 0) == (rank == 0))
    return rank, size if rank == 0 else -size, flip.id


def regressions(comparison: Comparison, names: Sequence[str] = ()) -> list[Row]:
    """Return the rows on which B is shown to be worse; `names` limits them (empty: all that take part in the verdict)."""
    return [
        row
        for row in comparison.rows
        if row.shown and row.gain < 0 and (row.measure.name in names if names else row.measure.in_verdict)
    ]


def format_amount(measure: Measure, value: float, signed: bool = False) -> str:
    """Return a value in its unit: shares as percent (differences as points), costs with one decimal and the unit."""
    sign = "+" if signed and value > 0 else ""
    if measure.kind == "cost":
        return f"{sign}{value:.1f} {measure.unit}"
    return f"{sign}{100 * value:.1f} points" if signed else f"{100 * value:.1f} %"


def verdict(comparison: Comparison) -> list[str]:
    """Return the verdict in sentences: what B is shown to do worse, what better, and on what no difference is shown."""
    rows = [row for row in comparison.rows if row.measure.in_verdict and row.paired is not None]
    sentences = [_sentence(row, "worse") for row in rows if row.shown and row.gain < 0]
    sentences += [_sentence(row, "better") for row in rows if row.shown and row.gain > 0]
    quiet = [row.measure.label.lower() for row in rows if not row.shown]
    if len(quiet) == len(rows):
        sentences.append("No difference shown on any measure of the verdict.")
    elif quiet:
        sentences.append(f"No difference shown on {_listed(quiet)}.")
    sentences += _power_sentences(rows)
    if any(comparison.dropped):
        a, b = comparison.dropped
        sentences.append(f"Only shared questions are compared: {a} of A and {b} of B were dropped.")
    return sentences


def _sentence(row: Row, word: str) -> str:
    assert row.paired is not None
    difference, interval = row.paired.difference, row.paired.interval
    scale = 1.0 if row.measure.kind == "cost" else 100.0
    p = row.adjusted_p if row.adjusted_p is not None else row.paired.p_value
    return (
        f"B is {word} on {row.measure.label.lower()} ({format_amount(row.measure, difference, signed=True)}, "
        f"95 % CI {scale * interval.low:.1f} to {scale * interval.high:.1f}, {format_p(p)}, Holm-corrected, "
        f"n = {row.paired.n})."
    )


def format_p(p: float) -> str:
    """Return `p = 0.004`, or `p < 0.001`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _power_sentences(rows: Sequence[Row]) -> list[str]:
    lead = next((row for row in rows if row.detectable is not None and row.measure.kind == "rate"), None)
    if lead is None or lead.paired is None or lead.detectable is None:
        return []
    return [
        f"This set can show a difference of about {100 * lead.detectable:.0f} points on {lead.measure.label.lower()} "
        f"(n = {lead.paired.n}, power 80 %); a smaller one may exist unseen."
    ]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
