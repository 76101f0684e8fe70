"""Rules on trial: read by what is built inside the trial, by nothing else, and refused where there is no such rule."""

from __future__ import annotations

import pytest

from assistant.query.rules import read_rules, trying


def threshold() -> float:
    return float(read_rules("answer_ranking")["sufficiency"]["threshold"])


def test_a_trial_changes_one_value_and_leaves_no_trace() -> None:
    before = threshold()
    with trying({"answer_ranking": {"sufficiency": {"threshold": 0.987}}}):
        assert threshold() == 0.987
        assert read_rules("answer_ranking")["sufficiency"]["weights"]
        assert read_rules("answer_evidence")["id"] == "answer-evidence"
    assert threshold() == before


def test_a_trial_that_ends_in_an_error_is_over() -> None:
    before = threshold()
    with pytest.raises(RuntimeError), trying({"answer_ranking": {"sufficiency": {"threshold": 0.987}}}):
        raise RuntimeError
    assert threshold() == before


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with trying({"answer_ranking": {"sufficency": {"threshold": 0.9}}}), pytest.raises(KeyError, match="sufficency"):
        read_rules("answer_ranking")
