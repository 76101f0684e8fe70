"""Whether each part of the assistant earns its place: the assistant against itself without the part, and against baselines.

The primary question is the share of right outcomes (`answers.right`), tested by McNemar and corrected by Holm over the systems
of the table. Measures of the verdict are tested beside it, corrected over all systems and measures at once. A part of which
neither shows a loss is "not shown to help": on this set, which may be too small to show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.catalogue import measures_of
from eval.comparison import ALPHA, format_amount, format_p
from eval.scores import Measure, Sample, values_of
from eval.significance import DEFAULT_SEED, PairedDifference, compare_pairs, detectable_rate_difference, holm_adjust
from eval.summary import MeasureSummary, summarise

PRIMARY = "right"
SHOWN = ("right", "complete", "coverage", "abstention_recall", "wrong_entity")
Tested = tuple[Measure, PairedDifference]


@dataclass(frozen=True, slots=True)
class PartRow:
    """One system beside the assistant as served. `difference` is the system minus the assistant on right outcomes.

    `losses` and `gains` name measures on which the system is shown to be worse, or better, than the assistant.
    """

    system: str
    text: str
    summaries: Mapping[str, MeasureSummary]
    difference: PairedDifference | None
    adjusted_p: float | None
    losses: tuple[str, ...]
    gains: tuple[str, ...]
    median_ms: float | None

    @property
    def verdict(self) -> str:
        """In words, what the row shows about the part (or the baseline) that it stands for."""
        if self.difference is None:
            return ""
        if not self.system.startswith("without-"):
            words = [f"ours is better: {', '.join(self.losses)}"] if self.losses else ["no gain of ours shown"]
            return "; ".join([*words, *([f"ours is worse: {', '.join(self.gains)}"] if self.gains else [])])
        if self.losses and self.gains:
            return f"a trade: without it worse on {', '.join(self.losses)}, better on {', '.join(self.gains)}"
        if self.losses:
            return f"earns its place: {', '.join(self.losses)}"
        return f"does harm: {', '.join(self.gains)}" if self.gains else "not shown to help"


def judge_parts(
    ours: Sequence[Sample], others: Mapping[str, tuple[str, Sequence[Sample]]], seed: int = DEFAULT_SEED
) -> list[PartRow]:
    """Return a row for the assistant and one per other system, in order.

    Args:
        ours: samples of the assistant as served.
        others: by system name, what is different about it in words, and its samples on the same questions.
        seed: of intervals and randomisation.
    """
    measures = {name: m for name, m in measures_of("answers").items() if m.in_verdict or name == PRIMARY}
    tests = {system: _test(ours, samples, measures, seed) for system, (_, samples) in others.items()}
    primary = holm_adjust({system: found[PRIMARY][1].p_value for system, found in tests.items() if PRIMARY in found})
    every = {f"{system} {name}": found[name][1].p_value for system, found in tests.items() for name in found if name != PRIMARY}
    secondary = holm_adjust(every)
    rows = [_row("ours", "the assistant as served", ours, None, seed)]
    for system, (text, samples) in others.items():
        adjusted = {name: secondary[f"{system} {name}"] for name in tests[system] if name != PRIMARY}
        if system in primary:
            adjusted = {PRIMARY: primary[system], **adjusted}
        rows.append(_row(system, text, samples, (tests[system], adjusted), seed))
    return rows


def _test(ours: Sequence[Sample], other: Sequence[Sample], measures: Mapping[str, Measure], seed: int) -> dict[str, Tested]:
    found = {}
    for name, measure in measures.items():
        a, b = values_of(ours, name), values_of(other, name)
        both = [key for key in a if key in b]
        if both:
            found[name] = (measure, compare_pairs([a[k] for k in both], [b[k] for k in both], measure.kind == "rate", seed))
    return found


def _row(
    system: str,
    text: str,
    samples: Sequence[Sample],
    tested: tuple[Mapping[str, Tested], Mapping[str, float]] | None,
    seed: int,
) -> PartRow:
    summaries = summarise(samples, {name: m for name, m in measures_of("answers").items() if name in SHOWN}, seed)
    times = list(values_of(samples, "latency_ms").values())
    median_ms = float(np.median(times)) if times else None
    if tested is None:
        return PartRow(system, text, summaries, None, None, (), (), median_ms)
    found, adjusted = tested
    shown = {
        name: (measure, result)
        for name, (measure, result) in found.items()
        if adjusted[name] <= ALPHA and not result.interval.spans_zero()
    }
    worse = {n: (m, r) for n, (m, r) in shown.items() if (r.difference > 0) != m.higher_is_better}
    losses = tuple(_in_words(m, r, adjusted[n]) for n, (m, r) in worse.items())
    gains = tuple(_in_words(m, r, adjusted[n]) for n, (m, r) in shown.items() if n not in worse)
    difference = found[PRIMARY][1] if PRIMARY in found else None
    return PartRow(system, text, summaries, difference, adjusted.get(PRIMARY), losses, gains, median_ms)


def _in_words(measure: Measure, result: PairedDifference, p: float) -> str:
    return f"{measure.label.lower()} {format_amount(measure, result.difference, signed=True)} ({format_p(p)})"


def smallest_shown(rows: Sequence[PartRow]) -> float | None:
    """Return the smallest loss of right outcomes that the set shows with 80 % power, before correction, at the median row."""
    tested = [row.difference for row in rows if row.difference is not None]
    if not tested:
        return None
    discordant = float(np.median([max((d.better + d.worse) / d.n, 0.05) for d in tested]))
    return detectable_rate_difference(tested[0].n, discordant)
