"""Intervals, paired tests, corrections and power for comparing two runs on the same questions.

Every random procedure takes its seed as an argument. Nothing here decides what counts as better: it returns numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

DEFAULT_SEED = 20_261_122
DRAWS = 10_000
SMALL_N = 30
SMALL_CELL = 5
_NORMAL = NormalDist()

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided confidence interval, `low <= high`, in the unit of what it belongs to."""

    low: float
    high: float

    def spans_zero(self) -> bool:
        """Tell whether zero lies inside or on the edge."""
        return self.low <= 0.0 <= self.high


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """B minus A on the same items: mean difference, interval, p value and the test's name."""

    difference: float
    interval: Interval
    p_value: float
    test: str
    n: int
    better: int
    worse: int
    same: int


def wilson_interval(successes: int, n: int, level: float = 0.95) -> Interval:
    """Return the score interval of a proportion, in [0, 1] (Wilson 1927, J Am Stat Assoc 22:209-212).

    With z the normal quantile, centre (p + z^2/2n) / (1 + z^2/n) and half-width z*sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n).

    Raises:
        ValueError: for `n < 1` or `successes` outside 0..n.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"need 0 <= successes <= n and n >= 1, got {successes} of {n}")
    z = _NORMAL.inv_cdf(0.5 + level / 2)
    p = successes / n
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def bootstrap_interval(values: Sequence[float], seed: int = DEFAULT_SEED, level: float = 0.95, draws: int = DRAWS) -> Interval:
    """Return the percentile bootstrap interval of the mean (Efron 1979, Ann Stat 7:1-26).

    Items are resampled with replacement, so the interval says what another draw of questions of the same kind could give.

    Raises:
        ValueError: for an empty sequence.
    """
    return _percentile(_resampled_means(_array(values), seed, draws), level)


def _array(values: Sequence[float]) -> Values:
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0:
        raise ValueError("no values")
    return array


def _resampled_means(values: Values, seed: int, draws: int) -> Values:
    """`draws` means of resamples of `values`, made in blocks so that memory stays small."""
    random = np.random.default_rng(seed)
    n, means, block = values.size, np.empty(draws), max(1, 2_000_000 // values.size)
    for start in range(0, draws, block):
        stop = min(draws, start + block)
        means[start:stop] = values[random.integers(0, n, size=(stop - start, n))].mean(axis=1)
    return means


def _percentile(draws: Values, level: float) -> Interval:
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def mcnemar_p(only_a: int, only_b: int) -> float:
    """Return the exact two-sided p value of McNemar's test (McNemar 1947, Psychometrika 12:153-157).

    `only_a` and `only_b` count the items that only A, or only B, got right. Under no difference the smaller count is
    binomial(only_a + only_b, 1/2); the p value is twice its lower tail, at most 1.
    """
    n = only_a + only_b
    if n == 0:
        return 1.0
    tail: float = sum(comb(n, i) for i in range(min(only_a, only_b) + 1)) / float(2**n)
    return min(1.0, 2 * tail)


def randomisation_p(differences: Sequence[float], seed: int = DEFAULT_SEED, draws: int = DRAWS) -> float:
    """Return the two-sided p value of the paired randomisation test on the mean difference.

    Signs of the differences are flipped at random (Smucker, Allan, Carterette 2007, CIKM); all 2^m flips are used where m <= 13
    differences are not zero, else p = (count + 1) / (draws + 1) (Phipson, Smyth 2010, Stat Appl Genet Mol Biol 9:39).
    """
    moved = np.asarray([d for d in differences if d != 0.0], dtype=np.float64)
    if moved.size == 0:
        return 1.0
    observed = abs(moved.sum()) - 1e-12
    if moved.size <= 13:
        signs = 1 - 2 * ((np.arange(2**moved.size)[:, None] >> np.arange(moved.size)) & 1)
        return float(np.mean(np.abs(signs @ moved) >= observed))
    random, count, done, block = np.random.default_rng(seed), 0, 0, max(1, 2_000_000 // moved.size)
    while done < draws:
        size = min(block, draws - done)
        signs = 1 - 2 * random.integers(0, 2, size=(size, moved.size))
        count += int(np.count_nonzero(np.abs(signs @ moved) >= observed))
        done += size
    return (count + 1) / (draws + 1)


def compare_pairs(
    a: Sequence[float], b: Sequence[float], binary: bool, seed: int = DEFAULT_SEED, draws: int = DRAWS
) -> PairedDifference:
    """Compare B with A item by item: bootstrap interval of the mean difference; McNemar for 0/1 values, else randomisation.

    Raises:
        ValueError: when the sequences are empty or differ in length.
    """
    if len(a) != len(b):
        raise ValueError(f"{len(a)} values against {len(b)}")
    differences = _array(b) - _array(a)
    better, worse = int(np.count_nonzero(differences > 0)), int(np.count_nonzero(differences < 0))
    interval = _percentile(_resampled_means(differences, seed, draws), 0.95)
    p = mcnemar_p(worse, better) if binary else randomisation_p(differences.tolist(), seed, draws)
    test = "McNemar, exact" if binary else "paired randomisation"
    n = differences.size
    return PairedDifference(float(differences.mean()), interval, p, test, n, better, worse, n - better - worse)


def holm_adjust(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return Holm-adjusted p values in the order given (Holm 1979, Scand J Stat 6:65-70); ties are broken by name.

    The i-th smallest of m p values is multiplied by m - i + 1, made monotone from below, and capped at 1.
    """
    ordered = sorted(p_values, key=lambda name: (p_values[name], name))
    adjusted: dict[str, float] = {}
    running = 0.0
    for position, name in enumerate(ordered):
        running = max(running, min(1.0, p_values[name] * (len(ordered) - position)))
        adjusted[name] = running
    return {name: adjusted[name] for name in p_values}


def detectable_rate_difference(n: int, discordant: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Return the smallest difference of two paired rates that `n` items show with the given power.

    Solves n = (z_a*sqrt(psi) + z_b*sqrt(psi - d^2))^2 / d^2 for d, psi being the share of items on which the two systems differ
    (Connor 1987, Biometrics 43:207-211). The answer cannot exceed psi, which is then returned.
    """
    if n < 1 or not 0 < discordant <= 1:
        raise ValueError("need n >= 1 and a discordant share in (0, 1]")
    z_a, z_b = _NORMAL.inv_cdf(1 - alpha / 2), _NORMAL.inv_cdf(power)
    low, high = 0.0, discordant
    for _ in range(60):
        middle = (low + high) / 2
        needed = (z_a * sqrt(discordant) + z_b * sqrt(max(0.0, discordant - middle**2))) ** 2
        low, high = (low, middle) if needed <= n * middle**2 else (middle, high)
    return high


def detectable_mean_difference(differences: Sequence[float], alpha: float = 0.05, power: float = 0.8) -> float:
    """Return (z_a + z_b) * s / sqrt(n): the mean difference that `n` pairs with this spread show with the given power."""
    array = _array(differences)
    if array.size < 2:
        return float("inf")
    z = _NORMAL.inv_cdf(1 - alpha / 2) + _NORMAL.inv_cdf(power)
    return z * float(array.std(ddof=1)) / sqrt(array.size)


def small_sample_warning(n: int, successes: int | None = None) -> str | None:
    """Return a sentence when the sample is too small for its interval to be leaned on, else None."""
    if n < SMALL_N:
        return f"only {n} items: read the interval, not the number"
    if successes is not None and min(successes, n - successes) < SMALL_CELL:
        return f"{min(successes, n - successes)} of {n} on the rarer side: a rate this near its end moves with single items"
    return None
