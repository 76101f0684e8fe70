"""The gate on small runs: what is too low, too slow, too few or missing fails, by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import BadInput
from eval.catalogue import measures_of, read_catalogue
from eval.summary import summarise
from eval.thresholds import Threshold, judge_gate, passed, read_thresholds, tighten
from tests.eval.factories import make_sample


def summaries(n: int = 60, complete: float = 1.0, latency: float = 10.0):  # type: ignore[no-untyped-def]
    samples = [make_sample(f"q{i}", {"complete": float(i < complete * n), "latency_ms": latency}) for i in range(n)]
    return summarise(samples, measures_of("answers"))


LIMITS = {
    "complete": Threshold(min=0.8, n_min=50, reason="r"),
    "latency_ms": Threshold(p95_max=300, n_min=20, reason="r"),
}


def test_a_good_run_passes() -> None:
    assert passed(judge_gate(summaries(), LIMITS, "answers"))


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"complete": 0.7}, "complete", "70.0 %"),
        ({"latency": 301.0}, "latency_ms", "301.0 ms at the 95th percentile"),
        ({"n": 49}, "complete", "fewer than the 50 questions needed"),
    ],
)
def test_each_fault_is_named(fields: dict[str, float], name: str, words: str) -> None:
    failed = [row for row in judge_gate(summaries(**fields), LIMITS, "answers") if not row.passed]
    assert [row.measure.name for row in failed] == [name]
    assert words in failed[0].found


def test_a_measure_that_was_not_taken_fails() -> None:
    rows = judge_gate(summaries(), {"coverage": Threshold(min=0.9, reason="r")}, "answers")
    assert (rows[0].passed, rows[0].found) == (False, "not measured")


def test_packaged_thresholds_name_known_measures_and_give_reasons() -> None:
    limits = read_thresholds()
    assert {"answers", "screening", "hostile"} <= set(limits)
    assert all(limit.reason for task in limits.values() for limit in task.values())
    assert all(name in read_catalogue()[task] for task, rows in limits.items() for name in rows)


def test_the_small_gate_is_stricter_where_a_threshold_says_so() -> None:
    limits = {"answers": {"complete": Threshold(min=0.8, small_min=0.9, reason="r"), "clean": Threshold(min=0.95, reason="r")}}
    assert {name: limit.min for name, limit in tighten(limits)["answers"].items()} == {"complete": 0.9, "clean": 0.95}
    assert passed(judge_gate(summaries(complete=0.85), {"complete": limits["answers"]["complete"]}, "answers"))
    assert not passed(judge_gate(summaries(complete=0.85), {"complete": tighten(limits)["answers"]["complete"]}, "answers"))


def test_an_unknown_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text('[answers.brilliance]\nmin = 1.0\nreason = "x"\n')
    with pytest.raises(BadInput, match=r"answers\.brilliance"):
        read_thresholds(path)
