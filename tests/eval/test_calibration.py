"""Calibration against hand-computed cases, and the bounds against simulated truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import (
    area_under_risk_coverage,
    binomial_tail,
    control_conformal_risk,
    fit_sigmoid,
    learn_then_test,
    measure_reliability,
    operate_at,
    trace_risk_coverage,
)
from eval.calibration_report import Calibrated, render_calibration


def draw(n: int, seed: int) -> tuple[list[float], list[bool]]:
    """Scores uniform on [0, 1]; an answer is right with probability equal to its score."""
    random = np.random.default_rng(seed)
    scores = random.random(n)
    return scores.tolist(), (random.random(n) < scores).tolist()


class TestReliability:
    def test_by_hand(self) -> None:
        result = measure_reliability([0.05, 0.05, 0.95, 0.95], [False, True, True, True])
        assert [(b.n, b.share_right) for b in result.bins] == [(2, 0.5), (2, 1.0)]
        assert result.ece == pytest.approx(0.5 * 0.45 + 0.5 * 0.05)
        assert result.brier == pytest.approx((0.05**2 + 0.95**2 + 0.05**2 + 0.05**2) / 4)

    def test_probability_one_falls_in_the_last_bin(self) -> None:
        assert measure_reliability([1.0], [True]).bins[0].low == pytest.approx(0.9)

    def test_refuses_what_is_no_probability(self) -> None:
        with pytest.raises(ValueError, match="probabilities"):
            measure_reliability([1.2], [True])


class TestSigmoid:
    def test_recovers_the_curve_it_was_drawn_from(self) -> None:
        random = np.random.default_rng(7)
        x = random.normal(0, 2, 20_000)
        y = random.random(20_000) < 1 / (1 + np.exp(-(1.5 * x - 0.5)))
        fitted = fit_sigmoid(x.tolist(), y.tolist())
        assert fitted.slope == pytest.approx(1.5, abs=0.1)
        assert fitted.offset == pytest.approx(-0.5, abs=0.1)

    def test_separable_scores_stay_finite(self) -> None:
        fitted = fit_sigmoid([0.1, 0.2, 0.8, 0.9], [False, False, True, True])
        assert math.isfinite(fitted.slope)
        assert fitted.probability(0.9) > 0.5 > fitted.probability(0.1)

    def test_needs_both_outcomes(self) -> None:
        with pytest.raises(ValueError, match="right and wrong"):
            fit_sigmoid([0.1, 0.2], [True, True])


class TestRiskCoverage:
    def test_by_hand(self) -> None:
        points = trace_risk_coverage([0.9, 0.8, 0.8, 0.1], [True, True, False, False])
        assert [(p.threshold, p.coverage, p.answered) for p in points] == [(0.9, 0.25, 1), (0.8, 0.75, 3), (0.1, 1.0, 4)]
        assert [p.selective_risk for p in points] == pytest.approx([0, 1 / 3, 1 / 2])
        assert area_under_risk_coverage(points) == pytest.approx(0.25 * 0 + 0.5 / 3 + 0.25 / 2)

    @given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=30), st.randoms())
    def test_order_of_samples_does_not_matter(self, pairs: list[tuple[float, bool]], random) -> None:  # type: ignore[no-untyped-def]
        shuffled = pairs[:]
        random.shuffle(shuffled)
        assert trace_risk_coverage(*zip(*pairs, strict=True)) == trace_risk_coverage(*zip(*shuffled, strict=True))

    def test_a_threshold_from_elsewhere(self) -> None:
        at = operate_at([0.9, 0.4, 0.6], [True, True, False], 0.5)
        assert (at.answered, at.selective_risk, at.joint_risk) == (2, 0.5, pytest.approx(1 / 3))


class TestBounds:
    def test_binomial_tail_by_hand(self) -> None:
        assert binomial_tail(1, 3, 0.5) == pytest.approx(4 / 8)

    def test_too_few_samples_give_no_threshold(self) -> None:
        assert learn_then_test([0.9] * 10, [True] * 10, risk=0.05).threshold is None

    def test_enough_right_answers_give_one(self) -> None:
        # (1 - 0.05)^45 = 0.0994 <= 0.1
        assert learn_then_test([0.9] * 45, [True] * 45, risk=0.05).threshold == 0.9

    def test_learn_then_test_keeps_its_promise(self) -> None:
        # Above a threshold t the true risk is (1 - t) / 2. At most one calibration set in ten may exceed 0.1.
        chosen = [learn_then_test(*draw(400, seed), risk=0.1, delta=0.1).threshold for seed in range(60)]
        broken = sum(t is not None and (1 - t) / 2 > 0.1 for t in chosen)
        assert broken <= 12
        assert sum(t is not None for t in chosen) >= 30

    def test_conformal_risk_control_keeps_its_promise_on_average(self) -> None:
        # Wrong and answered, at threshold t: the integral of (1 - s) from t to 1, that is (1 - t)^2 / 2.
        chosen = [control_conformal_risk(*draw(300, seed), risk=0.05).threshold for seed in range(60)]
        risks = [(1 - t) ** 2 / 2 for t in chosen if t is not None]
        assert len(risks) == 60
        assert float(np.mean(risks)) <= 0.05 + 0.005
        assert float(np.mean(risks)) > 0.03

    def test_conformal_bound_by_hand(self) -> None:
        # n = 9: 9/10 * k/9 + 1/10 <= 0.2 allows k = 1
        scores, right = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], [True, True, False, True, False, True, True, True, True]
        choice = control_conformal_risk(scores, right, risk=0.2)
        assert choice.threshold == 0.6


class TestPage:
    def test_it_loads_nothing_and_has_both_runs_with_their_data(self) -> None:
        fitted, checked = draw(200, 1), draw(200, 2)
        curve = fit_sigmoid(*fitted)
        page = render_calibration(Calibrated("run-a", "run-b", curve, ("wrong among answered <= 0.1",), 0.5), fitted, checked)
        assert "default-src 'none'" in page.replace("&#39;", "'")
        assert "<script" not in page and "src=" not in page and "https:" not in page
        assert page.count("<svg") == 2 and page.count("<tbody>") == 2
        assert "A: ECE" in page and "B: ECE" in page and "wrong among answered &lt;= 0.1" in page

    def test_without_a_second_run_it_shows_the_first_alone(self) -> None:
        fitted = draw(200, 1)
        page = render_calibration(Calibrated("run-a", "", fit_sigmoid(*fitted), (), None), fitted, None)
        assert "B: ECE" not in page and "checked on" not in page
