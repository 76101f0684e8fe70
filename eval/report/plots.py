"""Plots as inline SVG, each with the table of its data. No plotting library: the report opens from disk and stays small.

Colours come from classes in the style sheet; series differ in dash and marker as well, so that a plot can be read in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

from eval.calibration import Operating, Reliability

WIDTH, LEFT, RIGHT, TOP = 640, 56, 16, 12
LABEL_WIDTH = 230


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure: SVG source, caption, and the data as a table (first row is the header)."""

    name: str
    title: str
    caption: str
    svg: str
    table: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference with its interval, in the unit of the axis."""

    label: str
    value: float
    low: float
    high: float
    shown: bool


def _svg(name: str, title: str, height: int, body: Sequence[str]) -> str:
    inner = "".join(body)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title" preserveAspectRatio="xMinYMin meet">'
        f'<title id="{name}-title">{escape(title)}</title><g aria-hidden="true">{inner}</g></svg>'
    )


def _text(x: float, y: float, text: str, anchor: str = "middle", style: str = "tick") -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _path(points: Sequence[tuple[float, float]], style: str) -> str:
    start, *rest = points
    steps = "".join(f"L{x:.1f} {y:.1f}" for x, y in rest)
    return f'<path class="{style}" d="M{start[0]:.1f} {start[1]:.1f}{steps}"/>'


def _frame(height: int, x_label: str, y_label: str) -> list[str]:
    """Axes of a square-ish plot over [0, 1] x [0, 1] with five ticks each."""
    bottom = height - 44
    body = [_line(LEFT, bottom, WIDTH - RIGHT, bottom, "axis"), _line(LEFT, TOP, LEFT, bottom, "axis")]
    for i in range(6):
        share = i / 5
        x, y = _place(share, share, height)
        body += [_line(LEFT, y, WIDTH - RIGHT, y, "grid"), _text(x, bottom + 16, f"{share:.1f}")]
        body.append(_text(LEFT - 6, y + 4, f"{share:.1f}", "end"))
    body.append(_text((LEFT + WIDTH - RIGHT) / 2, height - 8, x_label, style="label"))
    body.append(_text(LEFT, TOP - 2, y_label, "start", "label"))
    return body


def _place(x: float, y: float, height: int) -> tuple[float, float]:
    return LEFT + x * (WIDTH - RIGHT - LEFT), height - 44 - y * (height - 44 - TOP - 8)


def plot_intervals(estimates: Sequence[Estimate]) -> Plot:
    """Differences B minus A with their 95 % intervals around zero; shown differences are drawn filled."""
    height = 44 + 26 * len(estimates) + 20
    reach = max([1.0, *(abs(bound) for e in estimates for bound in (e.low, e.high))]) * 1.08
    x0, x1 = LABEL_WIDTH, WIDTH - RIGHT

    def across(value: float) -> float:
        return x0 + (value + reach) / (2 * reach) * (x1 - x0)

    body = [_line(across(0), TOP, across(0), height - 40, "zero")]
    for i, estimate in enumerate(estimates):
        y = TOP + 18 + 26 * i
        body += [
            _text(x0 - 10, y + 4, estimate.label, "end"),
            _line(across(estimate.low), y, across(estimate.high), y, "bar"),
            f'<circle class="{"dot" if estimate.shown else "ring"}" cx="{across(estimate.value):.1f}" cy="{y}" r="5"/>',
        ]
    for value in (-reach, 0.0, reach):
        body.append(_text(across(value), height - 22, f"{value:+.0f}" if value else "0", "end" if value == reach else "middle"))
    body.append(_text((x0 + x1) / 2, height - 4, "B minus A, percentage points (right is more)", style="label"))
    rows = [("Measure", "Difference", "95 % CI low", "95 % CI high", "Shown")]
    rows += [(e.label, f"{e.value:+.1f}", f"{e.low:+.1f}", f"{e.high:+.1f}", "yes" if e.shown else "no") for e in estimates]
    title = "Differences with 95 % intervals"
    caption = "Filled: a difference is shown after correction. Hollow: it is not."
    return Plot("intervals", title, caption, _svg("intervals", title, height, body), tuple(rows))


def plot_histogram(a: Sequence[float], b: Sequence[float], label: str) -> Plot:
    """Scores of both runs in ten bins of [0, 1], bars side by side."""
    height, bins = 240, 10
    counts = [[0] * bins, [0] * bins]
    for series, values in enumerate((a, b)):
        for value in values:
            counts[series][min(int(value * bins), bins - 1)] += 1
    top = max([1, *counts[0], *counts[1]])
    bottom, body = height - 44, [_line(LEFT, height - 44, WIDTH - RIGHT, height - 44, "axis")]
    step = (WIDTH - RIGHT - LEFT) / bins
    for i in range(bins):
        for series, style in ((0, "fill-a"), (1, "fill-b")):
            tall = counts[series][i] / top * (bottom - TOP - 16)
            x = LEFT + i * step + 4 + series * (step / 2 - 4)
            body.append(
                f'<rect class="{style}" x="{x:.1f}" y="{bottom - tall:.1f}" width="{step / 2 - 6:.1f}" height="{tall:.1f}"/>'
            )
            if counts[series][i]:
                body.append(_text(x + step / 4 - 3, bottom - tall - 3, str(counts[series][i])))
        body.append(_text(LEFT + (i + 0.5) * step, bottom + 16, f"{i / bins:.1f}–{(i + 1) / bins:.1f}"))
    body.append(_text((LEFT + WIDTH - RIGHT) / 2, height - 8, f"{label}, per question", style="label"))
    rows = [("Score", "Questions in A", "Questions in B")]
    rows += [(f"{i / bins:.1f} to {(i + 1) / bins:.1f}", str(counts[0][i]), str(counts[1][i])) for i in range(bins)]
    title = f"Distribution: {label}"
    return Plot("histogram", title, "Bars hatched: A. Bars solid: B.", _svg("histogram", title, height, body), tuple(rows))


def plot_reliability(a: Reliability | None, b: Reliability | None, threshold: float | None) -> Plot | None:
    """Share right against the probability given by the sufficiency score; the diagonal is perfect calibration."""
    height = 300
    if a is None and b is None:
        return None
    body = [*_frame(height, "probability given", "share right"), _line(*_place(0, 0, height), *_place(1, 1, height), "grid")]
    rows = [("Run", "Probability", "Questions", "Mean probability", "Share right")]
    for name, run in (("a", a), ("b", b)):
        if run is None:
            continue
        points = [_place(bin_.mean_probability, bin_.share_right, height) for bin_ in run.bins]
        body.append(_path(points, f"series-{name}"))
        body += [_marker(x, y, name) for x, y in points]
        rows += [
            (
                name.upper(),
                f"{bin_.low:.1f}–{bin_.high:.1f}",
                str(bin_.n),
                f"{bin_.mean_probability:.2f}",
                f"{bin_.share_right:.2f}",
            )
            for bin_ in run.bins
        ]
    if threshold is not None:
        x, _ = _place(threshold, 0, height)
        body += [_line(x, TOP, x, height - 44, "zero"), _text(x, TOP + 4, "threshold")]
    errors = [f"{n}: ECE {r.ece:.3f}, Brier {r.brier:.3f}, n = {r.n}" for n, r in (("A", a), ("B", b)) if r is not None]
    title = "Reliability of the sufficiency score"
    caption = f"{'; '.join(errors)}. The probability is fitted on the same run, so it looks better here than it is elsewhere."
    return Plot("reliability", title, caption, _svg("reliability", title, height, body), tuple(rows))


def _marker(x: float, y: float, name: str) -> str:
    if name == "a":
        return f'<rect class="mark-a" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    return f'<circle class="mark-b" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'


def plot_risk_coverage(a: Sequence[Operating], b: Sequence[Operating]) -> Plot | None:
    """Share of wrong answers among the answered, as the threshold is lowered and more is answered."""
    height = 280
    if not a and not b:
        return None
    body = _frame(height, "coverage: share of questions answered", "risk: share wrong among answered")
    rows = [("Run", "Threshold", "Coverage", "Risk")]
    for name, points in (("a", a), ("b", b)):
        if points:
            body.append(_path([_place(p.coverage, p.selective_risk, height) for p in points], f"series-{name}"))
            every = max(1, len(points) // 20)
            kept = list(points)[::every]
            rows += [(name.upper(), f"{p.threshold:.3f}", f"{p.coverage:.2f}", f"{p.selective_risk:.2f}") for p in kept]
    title = "Risk and coverage"
    caption = "Lower is better. An answer is wrong here when it is incomplete, or given to an unanswerable question. Dashed: A."
    return Plot("risk", title, caption, _svg("risk", title, height, body), tuple(rows))


def plot_latency(a: Sequence[float], b: Sequence[float]) -> Plot | None:
    """Empirical distribution of latencies in ms on a logarithmic axis."""
    height = 260
    if not a or not b:
        return None
    low = min(*a, *b, 1000.0)
    high = max(*a, *b, low * 10)
    low_log, high_log = log10(max(low, 0.1)), log10(high)

    def across(value: float) -> float:
        return (log10(max(value, 0.1)) - low_log) / (high_log - low_log)

    bottom = height - 44
    body = [_line(LEFT, bottom, WIDTH - RIGHT, bottom, "axis"), _line(LEFT, TOP, LEFT, bottom, "axis")]
    for share in (0.5, 0.95, 1.0):
        _, y = _place(0, share, height)
        body += [_line(LEFT, y, WIDTH - RIGHT, y, "grid"), _text(LEFT - 6, y + 4, f"{share:.2f}", "end")]
    ticks = [m * 10.0**e for e in range(-1, 6) for m in (1, 2, 5) if low <= m * 10.0**e <= high]
    body += [_text(_place(across(t), 0, height)[0], bottom + 16, f"{t:g}") for t in ticks[:: max(1, len(ticks) // 8)]]
    rows: list[tuple[str, ...]] = [("Run", "Questions", "Median ms", "95th percentile ms", "Slowest ms")]
    for name, values in (("a", sorted(a)), ("b", sorted(b))):
        steps = [_place(across(v), (i + 1) / len(values), height) for i, v in enumerate(values)]
        body.append(_path(steps[:: max(1, len(steps) // 200)] + steps[-1:], f"series-{name}"))
        rows.append(
            (name.upper(), str(len(values)), *(f"{_quantile(values, q):.1f}" for q in (0.5, 0.95)), f"{values[-1]:.1f}")
        )
    body.append(_text((LEFT + WIDTH - RIGHT) / 2, height - 8, "ms to the whole answer (logarithmic)", style="label"))
    title = "Latency"
    caption = "Share of questions answered within the time. Dashed: A. Compare only runs made on one machine."
    return Plot("latency", title, caption, _svg("latency", title, height, body), tuple(rows))


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
