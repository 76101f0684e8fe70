"""Statistics against published or hand-computed values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.significance import (
    bootstrap_interval,
    compare_pairs,
    detectable_mean_difference,
    detectable_rate_difference,
    holm_adjust,
    mcnemar_p,
    randomisation_p,
    small_sample_warning,
    wilson_interval,
)


class TestWilson:
    def test_agrees_with_the_worked_example_of_newcombe_1998(self) -> None:
        # Newcombe 1998, Stat Med 17:857-872, table I, method 3: 81/263, 15/148, 0/20 and 1/29.
        for successes, n, low, high in (
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ):
            interval = wilson_interval(successes, n)
            assert interval.low == pytest.approx(low, abs=5e-5)
            assert interval.high == pytest.approx(high, abs=5e-5)

    @given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    def test_contains_the_rate_and_mirrors(self, pair: tuple[int, int]) -> None:
        successes, n = pair
        interval, mirrored = wilson_interval(successes, n), wilson_interval(n - successes, n)
        assert interval.low - 1e-12 <= successes / n <= interval.high + 1e-12
        assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-12)

    @pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 3), (4, 3)])
    def test_refuses_impossible_counts(self, successes: int, n: int) -> None:
        with pytest.raises(ValueError, match="successes"):
            wilson_interval(successes, n)


class TestTests:
    def test_mcnemar_is_the_doubled_binomial_tail(self) -> None:
        # 1 against 9: 2 * (C(10,0) + C(10,1)) / 2^10
        assert mcnemar_p(1, 9) == pytest.approx(2 * (1 + 10) / 1024)
        assert mcnemar_p(9, 1) == mcnemar_p(1, 9)
        assert mcnemar_p(0, 0) == 1.0
        assert mcnemar_p(4, 4) == 1.0

    def test_randomisation_enumerates_small_cases(self) -> None:
        # |sum| >= 6 for signs over (1, 2, 3): only +++ and ---, 2 of 8
        assert randomisation_p([1.0, 2.0, 3.0, 0.0]) == pytest.approx(2 / 8)
        assert randomisation_p([0.0, 0.0]) == 1.0

    def test_sampled_randomisation_comes_near_the_enumeration(self) -> None:
        differences = np.random.default_rng(1).normal(0.25, 1.0, size=13)
        exact = randomisation_p(differences.tolist())
        # A 14th difference too small to matter takes the sampled path.
        assert randomisation_p([*differences.tolist(), 1e-9], draws=20_000) == pytest.approx(exact, abs=0.015)

    def test_holm_by_hand(self) -> None:
        # sorted: .01*4, .02*3, .03*2, .5*1 -> .04, .06, .06, .5
        assert holm_adjust({"a": 0.03, "b": 0.01, "c": 0.5, "d": 0.02}) == pytest.approx(
            {"a": 0.06, "b": 0.04, "c": 0.5, "d": 0.06}
        )

    @given(st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0, 1), min_size=1, max_size=8))
    def test_holm_never_lowers_and_keeps_the_order(self, p_values: dict[str, float]) -> None:
        adjusted = holm_adjust(p_values)
        assert all(p <= adjusted[name] <= 1 for name, p in p_values.items())
        ranked = sorted(p_values, key=lambda name: p_values[name])
        assert [adjusted[name] for name in ranked] == sorted(adjusted.values())


class TestPairs:
    def test_equal_runs_show_no_difference(self) -> None:
        result = compare_pairs([1, 0, 1, 1], [1, 0, 1, 1], binary=True)
        assert (result.difference, result.p_value, result.interval.low, result.interval.high) == (0.0, 1.0, 0.0, 0.0)
        assert (result.better, result.worse, result.same) == (0, 0, 4)

    def test_a_clear_gain_is_found(self) -> None:
        result = compare_pairs([0.0] * 30 + [1.0] * 30, [1.0] * 60, binary=True)
        assert result.difference == pytest.approx(0.5)
        assert result.interval.low > 0.3
        assert result.p_value == pytest.approx(2 / 2**30)

    def test_seed_decides(self) -> None:
        values = np.random.default_rng(3).random(40).tolist()
        assert bootstrap_interval(values, seed=5) == bootstrap_interval(values, seed=5)
        assert bootstrap_interval(values, seed=5) != bootstrap_interval(values, seed=6)

    def test_bootstrap_comes_near_the_normal_interval(self) -> None:
        values = np.random.default_rng(4).normal(10, 2, size=400)
        half = 1.96 * values.std(ddof=1) / math.sqrt(400)
        interval = bootstrap_interval(values.tolist())
        assert interval.low == pytest.approx(values.mean() - half, abs=0.03)
        assert interval.high == pytest.approx(values.mean() + half, abs=0.03)

    def test_lengths_must_agree(self) -> None:
        with pytest.raises(ValueError, match="2 values against 1"):
            compare_pairs([1, 0], [1], binary=True)


class TestPower:
    def test_rate_difference_solves_the_formula(self) -> None:
        d = detectable_rate_difference(180, discordant=0.2)
        z_a, z_b = 1.959964, 0.841621
        assert (z_a * math.sqrt(0.2) + z_b * math.sqrt(0.2 - d * d)) ** 2 / d**2 == pytest.approx(180, rel=1e-4)

    def test_more_items_show_less(self) -> None:
        assert detectable_rate_difference(400, 0.2) < detectable_rate_difference(100, 0.2)

    def test_mean_difference_by_hand(self) -> None:
        # sd of (0, 1) * 50 each is sqrt(25/99); n = 100
        assert detectable_mean_difference([0.0, 1.0] * 50) == pytest.approx(
            (1.959964 + 0.841621) * math.sqrt(25 / 99) / 10, rel=1e-5
        )

    def test_warnings(self) -> None:
        assert "only 12 items" in (small_sample_warning(12) or "")
        assert "2 of 100" in (small_sample_warning(100, 98) or "")
        assert small_sample_warning(100, 60) is None
