"""Comparisons: same runs show nothing, different sets are refused, a worse run is named with its measure."""

from __future__ import annotations

import pytest

from assistant.errors import BadInput
from eval.comparison import compare_runs, format_p, regressions, verdict
from tests.eval.factories import make_run, make_sample


def run_of(name: str, complete: list[int], latency: float = 5.0, **values: float | None):  # type: ignore[no-untyped-def]
    samples = [
        make_sample(f"q{i:03d}", {"complete": float(c), "coverage": 1.0, "latency_ms": latency + i % 3, **values})
        for i, c in enumerate(complete)
    ]
    return make_run(name, samples)


def test_two_runs_of_the_same_version_show_no_difference() -> None:
    result = compare_runs(run_of("a", [1, 0] * 40), run_of("b", [1, 0] * 40))
    assert verdict(result)[0] == "No difference shown on any measure of the verdict."
    assert regressions(result) == []
    assert {flip.direction for flip in result.flips} == {"unchanged"}


def test_a_worse_run_is_named_with_the_measure() -> None:
    result = compare_runs(run_of("a", [1] * 80), run_of("b", [1] * 60 + [0] * 20))
    assert [row.measure.name for row in regressions(result)] == ["complete"]
    assert verdict(result)[0].startswith("B is worse on complete answers (-25.0 points, 95 % CI -")
    assert "No difference shown on answerable questions answered." in verdict(result)
    assert [flip.direction for flip in result.flips[:21]] == ["regression"] * 20 + ["unchanged"]


def test_a_better_run_is_said_to_be_better() -> None:
    result = compare_runs(run_of("a", [0] * 20 + [1] * 60), run_of("b", [1] * 80))
    assert verdict(result)[0].startswith("B is better on complete answers (+25.0 points")


def test_lower_is_better_where_the_catalogue_says_so() -> None:
    result = compare_runs(run_of("a", [1] * 60, wrong_entity=0.0), run_of("b", [1] * 60, wrong_entity=1.0))
    assert [row.measure.name for row in regressions(result)] == ["wrong_entity"]
    assert result.flips[0].direction == "regression"


def test_a_few_flips_are_not_called_a_difference() -> None:
    result = compare_runs(run_of("a", [1] * 80), run_of("b", [1] * 77 + [0] * 3))
    assert regressions(result) == []
    assert result.row("complete").paired.worse == 3  # type: ignore[union-attr]
    assert "can show a difference of about" in " ".join(verdict(result))


def test_unscored_questions_are_left_out_of_the_pairing_and_counted() -> None:
    a = make_run("a", [make_sample("q1", {"complete": 1.0}), make_sample("q2", {"complete": None})])
    b = make_run("b", [make_sample("q1", {"complete": 1.0}), make_sample("q2", {"complete": 0.0})])
    row = compare_runs(a, b).row("complete")
    assert row is not None and row.paired is not None and row.a is not None and row.b is not None
    assert (row.paired.n, row.a.unscored, row.b.unscored) == (1, 1, 0)


def test_different_sets_are_refused_unless_intersected() -> None:
    a, b = run_of("a", [1] * 40), run_of("b", [1] * 42)
    with pytest.raises(BadInput, match="0 questions only in A, 2 only in B; use --intersect"):
        compare_runs(a, b)
    result = compare_runs(a, b, intersect=True)
    assert result.dropped == (0, 2)
    assert "0 of A and 2 of B were dropped" in verdict(result)[-1]


def test_the_same_id_with_other_words_is_another_question() -> None:
    a = make_run("a", [make_sample("q1", {"complete": 1.0}, turns=["one"])])
    b = make_run("b", [make_sample("q1", {"complete": 1.0}, turns=["two"])])
    with pytest.raises(BadInput, match="1 questions only in A"):
        compare_runs(a, b)
    with pytest.raises(BadInput, match="share no question"):
        compare_runs(a, b, intersect=True)


def test_tasks_do_not_mix() -> None:
    with pytest.raises(BadInput, match="nothing to compare"):
        compare_runs(run_of("a", [1]), make_run("b", [make_sample("q000", {})], task="screening"))


def test_p_values_are_worded() -> None:
    assert (format_p(0.0004), format_p(0.0421)) == ("p < 0.001", "p = 0.042")
