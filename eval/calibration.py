"""Calibration of the sufficiency score and choice of the threshold below which the assistant declines, with bounds.

Sources: Platt 1999 (sigmoid with smoothed targets); Naeini et al. 2015 (ECE); Brier 1950; El-Yaniv, Wiener 2010 (coverage);
Angelopoulos et al. 2021, arXiv 2110.01052 (Learn then Test), and 2022, arXiv 2208.02814 (conformal risk control).
The bounds hold for questions drawn as the calibration set was; they say nothing about questions of another kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, comb, exp, log

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Samples whose probability lies in [low, high): their mean probability and the share that was right."""

    low: float
    high: float
    n: int
    mean_probability: float
    share_right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How probabilities meet what happened. `ece` and `brier` are in [0, 1], lower is better."""

    bins: tuple[Bin, ...]
    ece: float
    brier: float
    n: int


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """p = 1 / (1 + exp(-(slope * score + offset)))."""

    slope: float
    offset: float

    def probability(self, score: float) -> float:
        """Return the probability that an answer with this score is right."""
        z = self.slope * score + self.offset
        return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


@dataclass(frozen=True, slots=True)
class Operating:
    """One threshold: the share answered, the share wrong among the answered, and the wrong answers among all."""

    threshold: float
    coverage: float
    selective_risk: float
    joint_risk: float
    answered: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen threshold with its guarantee. `threshold` is None when no threshold meets the bound on so few samples."""

    method: str
    threshold: float | None
    guarantee: str
    at: Operating | None


def fit_sigmoid(scores: Sequence[float], right: Sequence[bool], steps: int = 100) -> Sigmoid:
    """Fit Platt's sigmoid by Newton's method on the smoothed targets (N+ + 1)/(N+ + 2) and 1/(N- + 2).

    Raises:
        ValueError: when all samples are right or all are wrong: nothing can be fitted.
    """
    x, y = np.asarray(scores, dtype=np.float64), np.asarray(right, dtype=bool)
    positive, negative = int(y.sum()), int((~y).sum())
    if not positive or not negative:
        raise ValueError("need right and wrong answers to calibrate on")
    targets = np.where(y, (positive + 1) / (positive + 2), 1 / (negative + 2))
    design = np.column_stack([x, np.ones_like(x)])
    weights = np.array([0.0, log((positive + 1) / (negative + 1))])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -500, 500)))
        gradient = design.T @ (p - targets)
        curvature = (design.T * np.maximum(p * (1 - p), 1e-9)) @ design + 1e-9 * np.eye(2)
        change = np.linalg.solve(curvature, gradient)
        # A step is capped: separable scores would otherwise run away before the smoothed targets hold them.
        weights -= change / max(1.0, float(np.abs(change).max()) / 10)
        if float(np.abs(change).max()) < 1e-9:
            break
    return Sigmoid(float(weights[0]), float(weights[1]))


def measure_reliability(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> Reliability:
    """Return equal-width bins with ECE = sum(n_b/n * |share_right - mean_probability|) and Brier = mean((p - y)^2).

    Raises:
        ValueError: for no samples or a probability outside [0, 1].
    """
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if p.size == 0 or p.min() < 0 or p.max() > 1:
        raise ValueError("need probabilities in [0, 1]")
    place = np.minimum((p * bins).astype(int), bins - 1)
    found = tuple(
        Bin(b / bins, (b + 1) / bins, int(inside.sum()), float(p[inside].mean()), float(y[inside].mean()))
        for b in range(bins)
        if (inside := place == b).any()
    )
    ece = sum(b.n / p.size * abs(b.share_right - b.mean_probability) for b in found)
    return Reliability(found, ece, float(((p - y) ** 2).mean()), int(p.size))


def trace_risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> list[Operating]:
    """Return one operating point per distinct score, strictest first: answer where score >= threshold.

    Equal scores are answered together, so the curve does not depend on the order of the samples.
    """
    x, wrong = np.asarray(scores, dtype=np.float64), ~np.asarray(right, dtype=bool)
    points = []
    for threshold in sorted(set(x.tolist()), reverse=True):
        answered = x >= threshold
        k, n = int((wrong & answered).sum()), int(answered.sum())
        points.append(Operating(threshold, n / x.size, k / n, k / x.size, n))
    return points


def area_under_risk_coverage(points: Sequence[Operating]) -> float:
    """Return the mean selective risk over coverage (0 is best): each step of coverage weighs its risk (Geifman et al. 2019)."""
    area, before = 0.0, 0.0
    for point in points:
        area += (point.coverage - before) * point.selective_risk
        before = point.coverage
    return area / before if before else 0.0


def binomial_tail(k: int, n: int, p: float) -> float:
    """Return P(Bin(n, p) <= k): the p value of "the risk exceeds p" after k errors in n."""
    return float(sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1)))


def learn_then_test(scores: Sequence[float], right: Sequence[bool], risk: float, delta: float = 0.1) -> Choice:
    """Return the lowest threshold whose share of wrong among answered is below `risk` with probability 1 - `delta`.

    Fixed-sequence testing from the strictest threshold with enough samples to reject at all; the sequence depends on the scores
    only, each hypothesis "risk > limit" is tested with the exact binomial tail, and testing stops at the first that stands.
    """
    guarantee = f"wrong among answered <= {risk:g} with probability {1 - delta:g} over calibration sets"
    enough = ceil(log(delta) / log(1 - risk))
    chosen: Operating | None = None
    for point in (p for p in trace_risk_coverage(scores, right) if p.answered >= enough):
        if binomial_tail(round(point.selective_risk * point.answered), point.answered, risk) > delta:
            break
        chosen = point
    return Choice("Learn then Test", chosen.threshold if chosen else None, guarantee, chosen)


def control_conformal_risk(scores: Sequence[float], right: Sequence[bool], risk: float) -> Choice:
    """Return the lowest threshold with n/(n+1) * R(threshold) + 1/(n+1) <= `risk`, R being wrong answers given / questions.

    The loss "answered and wrong" falls as the threshold rises, as the method asks; the bound is on its expectation.
    """
    guarantee = f"expected share of questions answered wrongly <= {risk:g}"
    n = len(scores)
    chosen: Operating | None = None
    for point in trace_risk_coverage(scores, right):
        if n / (n + 1) * point.joint_risk + 1 / (n + 1) > risk:
            break
        chosen = point
    return Choice("conformal risk control", chosen.threshold if chosen else None, guarantee, chosen)


def operate_at(scores: Sequence[float], right: Sequence[bool], threshold: float) -> Operating:
    """Return what a threshold chosen elsewhere does on these samples."""
    answered = [r for s, r in zip(scores, right, strict=True) if s >= threshold]
    wrong = sum(not r for r in answered)
    n = len(scores)
    return Operating(threshold, len(answered) / n, wrong / len(answered) if answered else 0.0, wrong / n, len(answered))
